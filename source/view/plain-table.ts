import type {Cell, Column, Tone} from './cell.js';
import {chooseColumns} from './choose-columns.js';
import {fitText, textWidth} from './fit-text.js';

/** Colours a piece of text by its tone; the identity where colours are off. */
export type Paint = (text: string, tone: Tone) => string;

const gap = '  ';

/**
 * A table as lines of text, header first. With a `width` (a terminal) columns leave and cells are cut so that no line is wider;
 * with null (a pipe, a file) every column stands there in full.
 */
export function plainTable<Item>(
	columns: ReadonlyArray<Column<Item>>,
	items: readonly Item[],
	{width, paint = (text) => text}: {readonly width: number | null; readonly paint?: Paint},
): string[] {
	const shown = width === null ? columns : chooseColumns(columns, width, gap.length);
	const rows: Cell[][] = items.map((item) => shown.map((column) => column.cell(item)));
	const widths = shown.map((column, index) => {
		const natural = rows.reduce((widest, row) => Math.max(widest, textWidth(row[index]!.text)), textWidth(column.title));
		return width === null || column.isFlexible ? natural : Math.min(natural, Math.max(column.width, textWidth(column.title)));
	});
	if (width !== null) {
		const flexible = shown.findIndex((column) => column.isFlexible);
		const fixed = widths.reduce((sum, cells, index) => (index === flexible ? sum : sum + cells), gap.length * (shown.length - 1));
		if (flexible >= 0) widths[flexible] = Math.max(1, Math.min(widths[flexible]!, width - fixed));
	}
	const toLine = (cells: readonly Cell[]) =>
		cells
			.map((cell, index) => {
				const {align} = shown[index]!;
				const isLast = index === cells.length - 1 && align !== 'right';
				const text = fitText(cell.text, widths[index]!, align);
				return paint(isLast ? text.trimEnd() : text, cell.tone);
			})
			.join(gap);
	const header = shown.map((column): Cell => ({text: column.title, tone: 'strong'}));
	return [header, ...rows].map(toLine);
}
