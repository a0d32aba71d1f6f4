import {partyNames} from '../../domain/service.js';
import type {LogEntry} from '../../domain/service-state.js';
import type {Tone} from '../../view/cell.js';
import {formatCount, formatMilliseconds} from '../../view/format.js';
import {type Line, line, lineWidth, span, wrapLines} from '../../view/line.js';
import {truncate} from '../../view/width.js';
import type {Page} from './page.js';

const toneOf = ({status}: LogEntry): Tone => (status === null || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good');

/** A path is never cut to less than this. */
const leastPath = 16;

/** One request: time (UTC), service, method, path, status, duration, note. Where `width` is too small for all that, the path is cut, for what came of it says more. */
export function logLine(entry: LogEntry, width = Number.POSITIVE_INFINITY): Line {
	const head = line(span(`${entry.at.slice(11, 19)} `, 'dim'), span(`${partyNames[entry.service].padEnd(10)} `), span(`${entry.method} `));
	const result = line(
		span(entry.status === null ? ' no answer' : ` ${entry.status}`, toneOf(entry)),
		span(` ${formatMilliseconds(entry.milliseconds)}`, 'dim'),
		...(entry.note ? [span(`  ${entry.note}`, 'warn')] : []),
	);
	const room = Math.max(leastPath, width - lineWidth([...head, ...result]));
	return [...head, span(truncate(entry.path, room)), ...result];
}

export const logPage: Page = {
	title: ({log}) => `Request log · ${formatCount(log.length, 'request')}, newest first, in UTC · no keys in it`,
	lines: ({log}, width) =>
		log.length === 0
			? [[span('No request was sent yet: r refreshes.', 'dim')]]
			: wrapLines(
					log.toReversed().map((entry) => logLine(entry)),
					width,
				),
};
