import {statusWords} from '../domain/model.js';
import type {Status, Verdict} from '../domain/verdict.js';
import type {Cell, Tone} from './cell.js';

export const statusTones: Readonly<Record<Status, Tone>> = {allowed: 'good', disallowed: 'bad', unknown: 'unknown'};

/**
 * A verdict in at most five cells: the word (`YES`, `NO`, `?`), then `≠` when layers contradict each other, then `*` when
 * duties come with it. A contradiction that still ends in NO stays toned as NO.
 */
export function policyCell(verdict: Verdict): Cell {
	const text = `${statusWords[verdict.status]}${verdict.conflict ? '≠' : ''}${verdict.duties.length > 0 ? '*' : ''}`;
	return {text, tone: verdict.conflict && verdict.status !== 'disallowed' ? 'warn' : statusTones[verdict.status]};
}
