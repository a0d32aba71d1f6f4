import type {Cell, Column, Tone} from './cell.js';
import {layoutColumns} from './layout-columns.js';
import {fitText, widthOf} from './width.js';

/** Colours a piece of text by its tone; the identity where colours are off. */
export type Paint = (text: string, tone: Tone) => string;

/**
 * A table as lines of text, header first. With a `width` (a terminal) columns leave and cells are cut so that no line is wider;
 * with null (a pipe, a file) every column stands there in full.
 */
export function plainTable<Item>(
	columns: ReadonlyArray<Column<Item>>,
	items: readonly Item[],
	{width, paint = (text) => text}: {readonly width: number | null; readonly paint?: Paint},
): string[] {
	const placed = width === null ? columns.map((column) => ({column, width: Number.POSITIVE_INFINITY})) : layoutColumns(columns, width);
	const header = placed.map(({column}): Cell => ({text: column.title, tone: 'strong'}));
	const rows = items.map((item) => placed.map(({column}) => column.cell(item)));
	const widths = placed.map((place, index) => {
		const natural = rows.reduce((widest, row) => Math.max(widest, widthOf(row[index]!.text)), widthOf(place.column.title));
		return Math.min(natural, place.width);
	});
	const toLine = (cells: readonly Cell[]) =>
		cells
			.map((cell, index) => {
				const text = fitText(cell.text, widths[index]!, placed[index]!.column.align);
				return paint(index === cells.length - 1 ? text.trimEnd() : text, cell.tone);
			})
			.join(width === null ? '  ' : ' ');
	return [header, ...rows].map(toLine);
}
