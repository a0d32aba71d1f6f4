import {Box, Text, useIsScreenReaderEnabled} from 'ink';
import {type ComponentProps, memo} from 'react';
import type {Column} from '../../view/cell.js';
import type {PlacedColumn} from '../../view/layout-columns.js';
import {cellsOf, rowWords} from '../../view/spoken.js';
import {paintLine} from '../theme/paint.js';
import type {Theme} from '../theme/theme.js';
import {Table} from './ink-table.js';
import {headLine, placeColumns, rowLine, type SortMark} from './table-lines.js';

type TableProps<Item> = {
	readonly columns: readonly Column<Item>[];
	/** Only the visible rows. */
	readonly items: readonly Item[];
	/** Index of the chosen row among them; -1 for none. */
	readonly chosen: number;
	readonly isMarked: (item: Item) => boolean;
	readonly width: number;
	readonly theme: Theme;
	readonly sort?: SortMark;
};

type RowProps = {
	readonly item: unknown;
	readonly placed: readonly PlacedColumn<unknown>[];
	readonly isChosen: boolean;
	readonly isMarked: boolean;
	readonly width: number;
	readonly theme: Theme;
};

/** One Text a row, drawn anew only when what it shows changed: one string is far cheaper to lay out than a Text for each cell. */
const Row = memo(function Row({item, placed, isChosen, isMarked, width, theme}: RowProps) {
	const isAloud = useIsScreenReaderEnabled();
	return (
		<Text wrap="truncate" aria-label={isAloud ? spokenRow(item, placed, {isChosen, isMarked}) : undefined}>
			{paintLine(theme, rowLine(item, placed, {isChosen, isMarked}), width, {isChosen})}
		</Text>
	);
});

/** A row for Ink's own output to screen readers, in words. */
function spokenRow(
	item: unknown,
	placed: RowProps['placed'],
	{isChosen, isMarked}: {readonly isChosen: boolean; readonly isMarked: boolean},
): string {
	const columns = placed.map(({column}) => column);
	return `${isChosen ? 'chosen: ' : ''}${isMarked ? 'marked: ' : ''}${rowWords(cellsOf(columns, item))}`;
}

/**
 * ink-table drawn by windows: the widths are ours and fixed, no rule stands between rows, a row is keyed by its place on the screen,
 * and only the visible rows exist. So 100,000 rows scroll like 50.
 */
class WindowedTable extends Table<Record<string, string>> {
	declare props: Readonly<
		ComponentProps<typeof Table<Record<string, string>>> & {table: TableProps<unknown>; placed: readonly PlacedColumn<unknown>[]}
	>;

	override getColumns() {
		return this.props.placed.map(({column, width}) => ({key: column.id, column: column.id, width}));
	}

	override render() {
		const {table, placed} = this.props;
		const {items, chosen, isMarked, width, theme, sort} = table;
		return (
			<Box flexDirection="column" width={width} aria-role="table">
				<Text wrap="truncate" aria-hidden>
					{paintLine(theme, headLine(placed, sort), width)}
				</Text>
				{items.map((item, index) => (
					<Row key={index} item={item} placed={placed} isChosen={index === chosen} isMarked={isMarked(item)} width={width} theme={theme} />
				))}
			</Box>
		);
	}
}

const noData: Record<string, string>[] = [];

/** Every list of the program. */
export function DataTable<Item>(props: TableProps<Item>) {
	const placed = placeColumns(props.columns, props.width);
	return <WindowedTable data={noData} table={props as TableProps<unknown>} placed={placed as readonly PlacedColumn<unknown>[]} />;
}
