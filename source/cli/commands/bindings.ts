import {cleanText} from '../../domain/clean-text.js';
import {exitCodes} from '../../domain/failure.js';
import type {Column} from '../../view/cell.js';
import {formatCount} from '../../view/format.js';
import type {CommandRecord, KeyRow, Session} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {formatOptions, toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';

const sayKeys = (keys: readonly string[]): string => (keys.length === 0 ? '(no key)' : keys.join(' '));

const columns: ReadonlyArray<Column<KeyRow>> = [
	{id: 'screen', title: 'Where', width: 12, cell: ({screen}) => ({text: screen, tone: 'dim'})},
	{id: 'keys', title: 'Keys', width: 20, cell: ({keys}) => ({text: sayKeys(keys), tone: keys.length === 0 ? 'dim' : 'accent'})},
	{id: 'label', title: 'What it does', width: 30, isFlexible: true, cell: ({label}) => ({text: label, tone: 'plain'})},
	{id: 'id', title: 'Name', width: 24, dropOrder: 1, cell: ({id}) => ({text: id, tone: 'dim'})},
];

/** Stands beside the keys where the settings changed any. */
const defaultColumn: Column<KeyRow> = {
	id: 'default',
	title: 'Default',
	width: 14,
	cell: (row) => ({text: row.default === null ? '' : sayKeys(row.default), tone: 'dim'}),
};

/** What the settings rebind, and what is wrong with it. */
async function readKeys({ports, global, diagnostics}: Session) {
	const {values, path, problems} = await ports.readSettings(global);
	for (const problem of problems) diagnostics.warn(problem);
	const keys = values.keys ?? {};
	return {keys, path, problems: await ports.checkKeys(keys)};
}

async function checkKeys(session: Session): Promise<number> {
	const {path, problems} = await readKeys(session);
	for (const {text} of problems) session.diagnostics.write(`stillroom: ${cleanText(text)}`);
	if (problems.length === 0) session.diagnostics.note(`No key clashes (${path}).`);
	return problems.length === 0 ? 0 : exitCodes.failed;
}

export const bindingsCommand: CommandRecord = {
	name: 'bindings',
	summary: 'List the keys of the dashboard as they are now: what each does, and the name under which it is rebound.',
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
		["stillroom bindings --json | jq '.[] | select(.default != null)'", 'what the settings changed, and from what'],
	],
	notes: () => 'Keys of services are another matter: stillroom keys says which are set.',
	async run({options}, session) {
		if (options.check) return checkKeys(session);
		const {keys, problems} = await readKeys(session);
		const rows = await session.ports.keyTable(keys);
		const isChanged = rows.some((row) => row.default !== null);
		const toRecord = ({screen, id, keys, default: before, label}: KeyRow) => ({screen, id, keys, default: before, label});
		const shape: ListShape<KeyRow> = {
			columns: isChanged ? columns.toSpliced(2, 0, defaultColumn) : columns,
			toJson: toRecord,
			csvHeader: ['screen', 'id', 'keys', 'label', 'default'],
			toCsv: (row) => ({...toRecord(row), keys: row.keys.join(' '), default: row.default?.join(' ') ?? ''}),
		};
		await writeList(session.output, rows, shape, toFormat(options), await session.paint());
		if (problems.length > 0)
			session.diagnostics.warn(
				`The settings have ${formatCount(problems.length, 'problem')} with keys: stillroom bindings --check names them.`,
			);
		return 0;
	},
};
