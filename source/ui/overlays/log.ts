import {partyNames} from '../../domain/service.js';
import type {LogEntry} from '../../domain/service-state.js';
import type {Tone} from '../../view/cell.js';
import {formatCount, formatMilliseconds} from '../../view/format.js';
import {type Line, line, span} from '../../view/line.js';
import type {Page} from './page.js';

const toneOf = ({status}: LogEntry): Tone => (status === null || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good');

/** One request: time (UTC), service, method, path, status, duration, note. */
export const logLine = (entry: LogEntry): Line =>
	line(
		span(`${entry.at.slice(11, 19)} `, 'dim'),
		span(`${partyNames[entry.service].padEnd(10)} `),
		span(`${entry.method} ${entry.path} `),
		span(entry.status === null ? 'no answer' : String(entry.status), toneOf(entry)),
		span(` ${formatMilliseconds(entry.milliseconds)}`, 'dim'),
		...(entry.note ? [span(`  ${entry.note}`, 'warn')] : []),
	);

export const logPage: Page = {
	title: ({log}) => `Request log · ${formatCount(log.length, 'request')}, newest first · times in UTC · keys are never logged`,
	lines: ({log}) => (log.length === 0 ? [[span('No request was sent yet: r refreshes.', 'dim')]] : log.toReversed().map(logLine)),
};
