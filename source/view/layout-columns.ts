import type {Column} from './cell.js';

/** A column with the width it gets on this screen. */
export type PlacedColumn<Item> = {readonly column: Column<Item>; readonly width: number};

/** Least width that the flexible column keeps before another column leaves. */
const flexibleMinimum = 24;

/** Chooses the columns that fit into `width` cells with one space between them: the lowest `dropOrder` leaves first. */
export function layoutColumns<Item>(columns: readonly Column<Item>[], width: number): readonly PlacedColumn<Item>[] {
	let kept = [...columns];
	const needed = (list: readonly Column<Item>[]): number =>
		list.reduce((sum, column) => sum + (column.isFlexible ? Math.max(flexibleMinimum, column.width) : column.width) + 1, -1);
	while (needed(kept) > width) {
		const next = kept.filter(({dropOrder}) => dropOrder !== undefined).sort((a, b) => a.dropOrder! - b.dropOrder!)[0];
		if (!next) break;
		kept = kept.filter((column) => column !== next);
	}
	const fixed = kept.reduce((sum, column) => sum + (column.isFlexible ? 0 : column.width) + 1, -1);
	return kept.map((column) => ({
		column,
		width: column.isFlexible ? Math.max(1, Math.min(column.most ?? width, width - fixed)) : column.width,
	}));
}
