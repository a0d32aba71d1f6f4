import type {Dataset} from '../../domain/dataset.js';
import {datasetFilterKeys, filterDatasets, parseDatasetFilter} from '../../domain/filter-datasets.js';
import {datasetColumns} from '../../view/dataset-columns.js';
import type {CommandRecord} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {failFilter, formatOptions, limitItems, parseLimit, toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';

const shape: ListShape<Dataset> = {
	columns: datasetColumns,
	toJson: (dataset) => dataset,
	csvHeader: [
		'name',
		'version',
		'createdAt',
		'tuner',
		'baseModel',
		'release',
		'studentName',
		'level',
		'chosen',
		'train',
		'valid',
		'overridden',
		'refused',
		'trainTokens',
		'validTokens',
		'rowsHash',
		'note',
	],
	toCsv: ({name, version, createdAt, destination, level, counts, rowsHash, note}) => {
		const {dropped, ...numbers} = counts;
		return {name, version, createdAt, ...destination, level, ...numbers, refused: dropped.gate, rowsHash, note};
	},
};

export const datasetListCommand: CommandRecord = {
	name: 'list',
	summary: 'List frozen data sets, newest first.',
	args: [{spec: '[filter...]', help: 'Filter language for data sets; quote it for the shell.'}],
	options: [...formatOptions, {flags: '--limit <n>', help: 'At most this many.', parse: parseLimit}],
	outputs: listOutputs('datasets', 'dataset'),
	examples: [
		['stillroom dataset list', 'every version'],
		["stillroom dataset list --json | jq '.[] | [.name, .version, .rowsHash]'", 'their hashes'],
	],
	async run({args, options}, session) {
		const text = ((args[0] ?? []) as readonly string[]).join(' ');
		const {filter, problems} = parseDatasetFilter(text);
		if (problems.length > 0)
			return failFilter(
				session,
				text,
				problems,
				datasetFilterKeys.map(({key}) => key),
			);
		const {openSettledDatasets} = await import('../../services/dataset/find-dataset.js');
		const all = (await openSettledDatasets(await session.context(), session.signal)).list();
		const found = filterDatasets(all, filter);
		if (found.length === 0)
			session.diagnostics.note(
				all.length === 0 ? 'No data set is frozen yet: stillroom dataset create' : `None of ${all.length} data sets matches.`,
			);
		await writeList(
			session.output,
			limitItems(session, found, options.limit, 'data sets'),
			shape,
			toFormat(options),
			await session.paint(),
		);
		return 0;
	},
};
