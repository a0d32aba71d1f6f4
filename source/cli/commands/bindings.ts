import {cleanText} from '../../domain/clean-text.js';
import {exitCodes} from '../../domain/failure.js';
import type {Column} from '../../view/cell.js';
import type {CommandRecord, KeyRow, Session} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {formatOptions, toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';

const columns: ReadonlyArray<Column<KeyRow>> = [
	{id: 'screen', title: 'Where', width: 12, cell: ({screen}) => ({text: screen, tone: 'dim'})},
	{id: 'keys', title: 'Keys', width: 20, cell: ({keys}) => ({text: keys.join(' '), tone: 'accent'})},
	{id: 'label', title: 'What it does', width: 30, isFlexible: true, cell: ({label}) => ({text: label, tone: 'plain'})},
	{id: 'id', title: 'Name', width: 24, dropOrder: 1, cell: ({id}) => ({text: id, tone: 'dim'})},
];

async function checkKeys({ports, global, diagnostics}: Session): Promise<number> {
	const {values, path} = await ports.readSettings(global);
	const problems = await ports.checkKeys(('keys' in values ? values.keys : {}) as Readonly<Record<string, string>>);
	for (const {text} of problems) diagnostics.write(`stillroom: ${cleanText(text)}`);
	if (problems.length === 0) diagnostics.note(`No key clashes (${path}).`);
	return problems.length === 0 ? 0 : exitCodes.failed;
}

export const bindingsCommand: CommandRecord = {
	name: 'bindings',
	summary: 'List the keys of the dashboard: what each does, and the name under which it is rebound.',
	args: [],
	options: [
		...formatOptions,
		{
			flags: '--check',
			help: 'Only say which keys of the settings clash, never arrive or belong to nothing; exit code 1 when there are any.',
		},
	],
	outputs: listOutputs('bindings', 'bindings.line'),
	examples: [
		['stillroom bindings', 'every key of every screen'],
		['stillroom bindings --csv | grep models', 'the names that settings rebind'],
	],
	notes: () => 'Keys of services are another matter: stillroom keys says which are set.',
	async run({options}, session) {
		if (options.check) return checkKeys(session);
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
