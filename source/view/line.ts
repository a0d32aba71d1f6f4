import type {Cell, Tone} from './cell.js';
import {linksOfPieces} from './links.js';
import {truncate, widthOf, wrap} from './width.js';

/** One line of a detail pane or an overlay: pieces of text, each with what it means. */
export type Line = readonly Cell[];

export const span = (text: string, tone: Tone = 'plain'): Cell => ({text, tone});
export const line = (...cells: readonly (Cell | string)[]): Line => cells.map((cell) => (typeof cell === 'string' ? span(cell) : cell));
export const emptyLine: Line = [];
export const lineText = (cells: Line): string => cells.map(({text}) => text).join('');
export const lineWidth = (cells: Line): number => cells.reduce((sum, {text}) => sum + widthOf(text), 0);

/** At most `width` cells of a line. */
export function truncateLine(cells: Line, width: number): Line {
	const kept: Cell[] = [];
	let left = width;
	for (const cell of cells) {
		if (left <= 0) break;
		const text = truncate(cell.text, left);
		kept.push(text === cell.text ? cell : {...cell, text});
		left -= widthOf(text);
	}
	return kept;
}

/** A cell in pieces, each of which still knows where the addresses in it lead. */
function toCells(cell: Cell, pieces: readonly string[]): readonly Cell[] {
	const links = linksOfPieces(cell.text, pieces);
	return pieces.map((text, index) => (links === null ? {...cell, text} : {...cell, text, links: links[index]!}));
}

const wrapCell = (cell: Cell, width: number): readonly Cell[] => toCells(cell, wrap(cell.text, width));

/** A label and a value that wraps under itself: `label     value …`. */
export function labelled(
	label: string,
	value: string,
	{width, labelWidth = 11, tone = 'plain'}: {width: number; labelWidth?: number; tone?: Tone},
): readonly Line[] {
	const parts = wrapCell(span(value, tone), Math.max(8, width - labelWidth));
	return parts.map((part, index) => [span(index === 0 ? label.padEnd(labelWidth) : ' '.repeat(labelWidth), 'dim'), part]);
}

/** Wraps one text into lines of one tone, each behind `indent` spaces. */
export const paragraph = (text: string, width: number, tone: Tone = 'plain', indent = 0): readonly Line[] =>
	wrapCell(span(text, tone), width - indent).map((part) => (indent > 0 ? [span(' '.repeat(indent)), part] : [part]));

/** Less room than this is left empty: the text goes on in the next line. */
const leastPiece = 10;

/** Wraps lines of several tones at `width`; what runs over is indented under the last cell's beginning where that leaves room. */
export function wrapLines(lines: readonly Line[], width: number): readonly Line[] {
	return lines.flatMap((cells) => {
		if (lineWidth(cells) <= width) return [cells];
		const head = cells.slice(0, -1);
		const last = cells.at(-1)!;
		const room = width - lineWidth(head);
		const indent = lineWidth(head) <= width / 2 ? lineWidth(head) : 4;
		const first = room < leastPiece ? '' : (wrap(last.text, room)[0] ?? '');
		const rest = last.text.slice(first.length).trimStart();
		const more = rest === '' ? [] : wrap(rest, Math.max(leastPiece, width - indent));
		const [start, ...others] = toCells(last, [first, ...more]);
		return [[...head, start!], ...others.map((part): Line => [span(' '.repeat(indent)), part])];
	});
}

const margin = span(' ');

/** Every line one cell to the right. */
export const indentLines = (lines: readonly Line[]): readonly Line[] => lines.map((cells) => [margin, ...cells]);
