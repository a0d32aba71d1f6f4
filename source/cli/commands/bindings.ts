import type {Column} from '../../view/cell.js';
import type {CommandRecord, KeyRow} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {formatOptions, toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';

const columns: ReadonlyArray<Column<KeyRow>> = [
	{id: 'screen', title: 'Where', width: 12, cell: ({screen}) => ({text: screen, tone: 'dim'})},
	{id: 'keys', title: 'Keys', width: 20, cell: ({keys}) => ({text: keys.join(' '), tone: 'accent'})},
	{id: 'label', title: 'What it does', width: 30, isFlexible: true, cell: ({label}) => ({text: label, tone: 'plain'})},
	{id: 'id', title: 'Name', width: 24, dropOrder: 1, cell: ({id}) => ({text: id, tone: 'dim'})},
];

export const bindingsCommand: CommandRecord = {
	name: 'bindings',
	summary: 'List the keys of the dashboard: what each does, and the name under which it is rebound.',
	args: [],
	options: formatOptions,
	outputs: listOutputs('bindings', 'bindings.line'),
	examples: [
		['stillroom bindings', 'every key of every screen'],
		['stillroom bindings --csv | grep models', 'the names that settings rebind'],
	],
	notes: () => 'Keys of services are another matter: stillroom keys says which are set.',
	async run({options}, session) {
		const rows = await session.ports.keyTable();
		const toRecord = ({screen, id, keys, label}: KeyRow) => ({screen, id, keys, label});
		const shape: ListShape<KeyRow> = {
			columns,
			toJson: toRecord,
			csvHeader: ['screen', 'id', 'keys', 'label'],
			toCsv: (row) => ({...toRecord(row), keys: row.keys.join(' ')}),
		};
		await writeList(session.output, rows, shape, toFormat(options), await session.paint());
		return 0;
	},
};
