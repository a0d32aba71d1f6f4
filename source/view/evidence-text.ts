import {cleanText} from '../domain/clean-text.js';
import type {RouteProof} from '../domain/evidence-grade.js';
import {statusWords} from '../domain/model.js';
import type {Answer, PromptPlan} from '../domain/run-event.js';
import {sayAge} from '../domain/say-age.js';
import type {Verdict} from '../domain/verdict.js';
import {formatMilliseconds, formatUsd} from './format.js';

/** How the served provider is known. */
export const proofWords: Readonly<Record<RouteProof, string>> = {
	openrouter_metadata: 'by router metadata',
	generation: 'by generation look-up',
	response_field: 'by a field of the response',
	response_header: 'by a header of the response',
	none: 'not proven',
};

/** The verdict at send time with the age of its oldest look at a service; a register row has a date, which has no age worth counting. */
export function verdictWords({status, conflict, reasons}: Verdict, now: Date): string {
	const oldest = reasons
		.map(({fetchedAt}) => fetchedAt)
		.filter((time) => time?.includes('T'))
		.sort()[0];
	return `verdict ${statusWords[status]}${conflict ? '≠' : ''}${oldest ? ` (read ${sayAge(oldest, now)})` : ''}`;
}

/** Tokens, cost and times of an answer. */
export function figureWords({usage, costUsd, firstTokenMilliseconds, milliseconds, finishReason}: Answer): readonly string[] {
	const seconds = Math.max(0.001, (milliseconds - (firstTokenMilliseconds ?? 0)) / 1000);
	return [
		`${usage.promptTokens ?? '?'} + ${usage.completionTokens ?? '?'} tokens${usage.reasoningTokens ? ` (${usage.reasoningTokens} reasoning)` : ''}`,
		costUsd === null ? 'cost not said' : formatUsd(costUsd),
		`first token ${formatMilliseconds(firstTokenMilliseconds)}`,
		formatMilliseconds(milliseconds),
		...(usage.completionTokens ? [`${Math.round(usage.completionTokens / seconds)} tokens/s`] : []),
		...(finishReason === null ? [] : [cleanText(finishReason)]),
	];
}

/** What was asked for and served, how that is known, how it was held, the verdict, and the ids. Safe to draw. */
export function evidenceWords({evidence, ledgerId}: Answer, plan: PromptPlan | null, now: Date): readonly string[] {
	const {requestedModel, servedModel, servedProvider, proof, responseId} = evidence;
	const served =
		servedModel === null
			? 'the response names no model'
			: servedModel === requestedModel
				? 'served as asked'
				: `served ${cleanText(servedModel)}`;
	return [
		`${requestedModel}, ${served}`,
		`provider ${servedProvider === null ? 'unknown' : cleanText(servedProvider)} (${proofWords[proof]})`,
		...(plan === null ? [] : [plan.enforcement.words, verdictWords(plan.verdict, now)]),
		`ledger ${ledgerId}`,
		...(responseId === null ? [] : [`response ${cleanText(responseId)}`]),
	];
}

/** All of it in one line. */
export const evidenceText = (answer: Answer, plan: PromptPlan, now: Date): string =>
	[`evidence ${answer.evidence.grade ?? '-'}`, ...evidenceWords(answer, plan, now), ...figureWords(answer)].join(' · ');
