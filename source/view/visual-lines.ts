import {widthOf} from './width.js';

/** One line on the screen of a text that wraps: offsets into the text, the end exclusive. */
export type VisualLine = {readonly start: number; readonly end: number};

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const isPlainAscii = /^[\u0020-\u007E]*$/;

/** How many UTF-16 units of `text` fit into `width` cells; at least one character. */
function unitsThatFit(text: string, width: number): number {
	if (isPlainAscii.test(text.slice(0, width + 1))) return Math.min(text.length, width);
	let cells = 0;
	for (const {segment, index} of segmenter.segment(text)) {
		cells += widthOf(segment);
		if (cells > width) return Math.max(index, segment.length);
	}
	return text.length;
}

function wrapLogicalLine(text: string, start: number, end: number, width: number, lines: VisualLine[]): void {
	let from = start;
	while (from < end) {
		const most = from + unitsThatFit(text.slice(from, Math.min(end, from + width * 8)), width);
		if (most >= end) break;
		const space = text.lastIndexOf(' ', most);
		const to = space > from ? space + 1 : most;
		lines.push({start: from, end: to});
		from = to;
	}
	lines.push({start: from, end});
}

/** Breaks text into lines of at most `width` cells, at spaces where it can; every offset of the text lies in exactly one line. */
export function visualLines(text: string, width: number): readonly VisualLine[] {
	const lines: VisualLine[] = [];
	let start = 0;
	for (;;) {
		const end = text.indexOf('\n', start);
		wrapLogicalLine(text, start, end === -1 ? text.length : end, Math.max(2, width), lines);
		if (end === -1) return lines;
		start = end + 1;
	}
}

/** Index of the line that holds the offset. */
export function lineAt(lines: readonly VisualLine[], offset: number): number {
	let low = 0;
	let high = lines.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if (lines[middle]!.start <= offset) low = middle;
		else high = middle - 1;
	}
	return low;
}
