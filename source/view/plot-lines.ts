import type {Distribution} from '../domain/dataset-check.js';
import {formatTokens} from './format.js';
import {type Line, span} from './line.js';
import {isLinear} from './linear.js';

const levels = 4;
const eighths = ' ▁▂▃▄▅▆▇█';
const labelWidth = 7;

/** Counts on an axis: whole where they fit, else `12k`. */
const sayCount = (count: number): string => (count < 100_000 ? String(count) : formatTokens(count));

/**
 * A distribution as bars of block characters, four lines high, with the counts of `things` on the left axis and the values in `unit` below. A
 * bucket that holds anything shows at least the lowest block; the last bucket may be wider than the others, and is marked `+` then. Where it is
 * read aloud it is the counts.
 */
export function plotLines(
	{buckets}: Distribution,
	{title, unit, things = 'rows', width}: {readonly title: string; readonly unit: string; readonly things?: string; readonly width: number},
): readonly Line[] {
	if (isLinear(width)) return [spokenPlot(buckets, {title, unit, things})];
	const room = Math.max(buckets.length, width - labelWidth - 3 - unit.length - 4);
	const barWidth = Math.max(1, Math.min(4, Math.floor(room / buckets.length)));
	const most = Math.max(...buckets.map(({count}) => count), 1);
	const heights = buckets.map(({count}) => (count === 0 ? 0 : Math.max(1, Math.round((count / most) * levels * 8))));
	const bars = Array.from({length: levels}, (_, index): Line => {
		const floor = (levels - 1 - index) * 8;
		const cells = heights.map((height) => eighths[Math.max(0, Math.min(8, height - floor))]!.repeat(barWidth));
		const label = index === 0 ? sayCount(most) : index === levels - 1 ? '0' : '';
		return [span(`${label.padStart(labelWidth)} | `, 'dim'), span(cells.join('').trimEnd(), 'accent')];
	});
	return [[span(title, 'strong'), span(`  (${things})`, 'dim')], ...bars, axisLine(buckets, barWidth, unit)];
}

/** `Tokens per row: 12 rows from 0 to 128 tokens, 30 rows from 128 to 256 tokens.`; empty buckets are left out. */
function spokenPlot(
	buckets: Distribution['buckets'],
	{title, unit, things}: {readonly title: string; readonly unit: string; readonly things: string},
): Line {
	const held = buckets.filter(({count}) => count > 0);
	return [
		span(
			`${title}: ${held.map(({from, to, count}) => `${count} ${things} from ${formatTokens(from)} to ${formatTokens(to)} ${unit}`).join(', ') || 'nothing'}.`,
		),
	];
}

function axisLine(buckets: Distribution['buckets'], barWidth: number, unit: string): Line {
	const first = buckets[0]!;
	const last = buckets.at(-1)!;
	const isTail = last.to - last.from > first.to - first.from;
	const labels = buckets.map(({from}, index) => formatTokens(from) + (isTail && index === buckets.length - 1 ? '+' : ''));
	const longest = Math.max(...labels.map((label) => label.length));
	const step = Math.ceil((longest + 2) / barWidth);
	let text = '';
	for (const [index, label] of labels.entries()) {
		const isLast = index === labels.length - 1;
		const isTick = index % step === 0 && (isLast || labels.length - 1 - index >= step || !isTail);
		if (!isTick && !(isLast && isTail)) continue;
		const place = index * barWidth;
		if (place >= text.length) text = text.padEnd(place) + label;
	}
	const end = buckets.length * barWidth + 1;
	return [span(`${' '.repeat(labelWidth + 3)}${text.padEnd(Math.min(end, text.length + 2))}  ${unit}`, 'dim')];
}
