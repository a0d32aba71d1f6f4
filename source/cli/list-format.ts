import type {Column} from '../view/cell.js';
import {type Paint, plainTable} from '../view/plain-table.js';
import {type CsvRecord, csvLines} from './csv.js';
import type {Output} from './output.js';

export type ListFormat = 'table' | 'json' | 'ndjson' | 'csv';

/** How one kind of item is listed in every format. */
export type ListShape<Item> = {
	readonly columns: ReadonlyArray<Column<Item>>;
	readonly toJson: (item: Item) => object;
	readonly csvHeader: readonly string[];
	readonly toCsv: (item: Item) => CsvRecord;
};

/** A JSON array with one item a line, so that it can be read by a program, a person and `grep` alike. */
function* jsonArrayLines<Item>(items: readonly Item[], toJson: (item: Item) => object): Generator<string> {
	if (items.length === 0) {
		yield '[]';
		return;
	}
	for (const [index, item] of items.entries()) {
		const start = index === 0 ? '[' : ' ';
		const end = index === items.length - 1 ? ']' : ',';
		yield `${start}${JSON.stringify(toJson(item))}${end}`;
	}
}

/** Writes a list in the format asked for. */
export async function writeList<Item>(
	output: Output,
	items: readonly Item[],
	{columns, toJson, csvHeader, toCsv}: ListShape<Item>,
	format: ListFormat,
	paint: Paint,
): Promise<void> {
	if (format === 'json') return output.writeLines(jsonArrayLines(items, toJson));
	if (format === 'ndjson') return output.writeLines(items.values().map((item) => JSON.stringify(toJson(item))));
	if (format === 'csv') return output.writeLines(csvLines(csvHeader, items.values().map(toCsv)));
	if (items.length === 0) return;
	return output.writeLines(plainTable(columns, items, {width: output.columns, paint}));
}
