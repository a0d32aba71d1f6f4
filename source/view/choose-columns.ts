import type {Column} from './cell.js';

/** Cells between two columns. */
export const columnGap = 1;

/** Which columns fit into `width` cells: those with the lowest `dropOrder` leave first, those without one never. */
export function chooseColumns<Item>(columns: ReadonlyArray<Column<Item>>, width: number, gap = columnGap): ReadonlyArray<Column<Item>> {
	let kept = columns;
	const needed = () => kept.reduce((sum, column) => sum + column.width + gap, -gap);
	while (needed() > width) {
		const next = kept.filter((column) => column.dropOrder !== undefined).sort((a, b) => a.dropOrder! - b.dropOrder!)[0];
		if (!next) break;
		kept = kept.filter((column) => column !== next);
	}
	return kept;
}
