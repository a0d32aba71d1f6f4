import type {Cell, Tone} from './cell.js';
import {linksOfPieces} from './links.js';
import {cutMark, truncate, widthOf, wrap} from './width.js';

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

/** One cell after the `used` cells of a line: the piece that still fits there, and the lines that it goes on in. */
function flowCell(cell: Cell, used: number, width: number, indent: number): readonly Cell[] {
	if (used + widthOf(cell.text) <= width) return [cell];
	const room = width - used;
	const first = room < leastPiece ? '' : (wrap(cell.text, room)[0] ?? '');
	const rest = cell.text.slice(first.length).trimStart();
	return toCells(cell, [first, ...(rest === '' ? [] : wrap(rest, Math.max(leastPiece, width - indent)))]);
}

/** Wraps lines of several tones at `width`; what runs over is indented under the last cell's beginning where that leaves room. */
export function wrapLines(lines: readonly Line[], width: number): readonly Line[] {
	return lines.flatMap((cells) => {
		if (lineWidth(cells) <= width) return [cells];
		const last = cells.at(-1)!.text;
		const beginning = lineWidth(cells.slice(0, -1)) + last.length - last.trimStart().length;
		const indent = beginning <= width / 2 ? beginning : 4;
		const wrapped: Cell[][] = [[]];
		for (const cell of cells) {
			const [first, ...more] = flowCell(cell, lineWidth(wrapped.at(-1)!), width, indent);
			wrapped.at(-1)!.push(first!);
			for (const part of more) wrapped.push([span(' '.repeat(indent)), part]);
		}
		return wrapped;
	});
}

/** The first lines of a block of `height` lines, `width` cells wide; where more follow, the last ends in `…`. */
export function firstLines(lines: readonly Line[], height: number, width: number): readonly Line[] {
	if (lines.length <= height || height < 1) return lines.slice(0, Math.max(0, height));
	const last = truncateLine(lines[height - 1]!, width - 2);
	const mark = lineText(last).endsWith(cutMark) ? [] : [span(lineWidth(last) === 0 ? cutMark : ` ${cutMark}`, 'dim')];
	return [...lines.slice(0, height - 1), [...last, ...mark]];
}

const margin = span(' ');

/** Every line one cell to the right. */
export const indentLines = (lines: readonly Line[]): readonly Line[] => lines.map((cells) => [margin, ...cells]);
