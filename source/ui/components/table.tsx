import {Box, Text} from 'ink';
import {type ComponentProps, memo} from 'react';
import type {Column} from '../../view/cell.js';
import {layoutColumns, type PlacedColumn} from '../../view/layout-columns.js';
import {type Line, span} from '../../view/line.js';
import {fitText} from '../../view/width.js';
import {paintLine} from '../theme/paint.js';
import type {Theme} from '../theme/theme.js';
import {Table} from './ink-table.js';

type TableProps<Item> = {
	readonly columns: readonly Column<Item>[];
	/** Only the visible rows. */
	readonly items: readonly Item[];
	/** Index of the chosen row among them; -1 for none. */
	readonly chosen: number;
	readonly isMarked: (item: Item) => boolean;
	readonly width: number;
	readonly theme: Theme;
	/** Column by which the rows are sorted, and how. */
	readonly sort?: {readonly column: string | undefined; readonly descending: boolean};
};

type RowProps = {
	readonly item: unknown;
	readonly placed: readonly PlacedColumn<unknown>[];
	readonly isChosen: boolean;
	readonly isMarked: boolean;
	readonly width: number;
	readonly theme: Theme;
};

const markWidth = 3;
const gap = span(' ');

function rowLine({item, placed, isChosen, isMarked}: RowProps): Line {
	const mark = span(`${isChosen ? '>' : ' '}${isMarked ? '*' : ' '} `, isMarked ? 'accent' : 'plain');
	const cells = placed.flatMap(({column, width}, index) => {
		const {text, tone} = column.cell(item);
		const cell = span(fitText(text, width, column.align), tone);
		return index === 0 ? [cell] : [gap, cell];
	});
	return [mark, ...cells];
}

/** One Text a row, drawn anew only when what it shows changed: one string is far cheaper to lay out than a Text for each cell. */
const Row = memo(function Row(props: RowProps) {
	return <Text wrap="truncate">{paintLine(props.theme, rowLine(props), props.width, {isChosen: props.isChosen})}</Text>;
});

const headMargin: Line = [span(' '.repeat(markWidth))];

function headLine<Item>(placed: readonly PlacedColumn<Item>[], sort: TableProps<Item>['sort']): Line {
	const cells = placed.flatMap(({column, width}, index) => {
		const title = column.id === sort?.column ? `${column.title}${sort.descending ? 'v' : '^'}` : column.title;
		const cell = span(fitText(title, width, column.align), column.id === sort?.column ? 'accent' : 'dim');
		return index === 0 ? [cell] : [gap, cell];
	});
	return [...headMargin, ...cells];
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
			<Box flexDirection="column" width={width}>
				<Text wrap="truncate">{paintLine(theme, headLine(placed, sort), width)}</Text>
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

const layouts = new WeakMap<readonly Column<never>[], Map<number, readonly PlacedColumn<never>[]>>();

/** The same columns at the same width give the same array, so that rows know that nothing changed. */
function placeColumns<Item>(columns: readonly Column<Item>[], width: number): readonly PlacedColumn<Item>[] {
	const key = columns as readonly Column<never>[];
	const byWidth = layouts.get(key) ?? new Map<number, readonly PlacedColumn<never>[]>();
	layouts.set(key, byWidth);
	const placed = byWidth.get(width) ?? (layoutColumns(columns, width - markWidth) as readonly PlacedColumn<never>[]);
	byWidth.set(width, placed);
	return placed as readonly PlacedColumn<Item>[];
}
