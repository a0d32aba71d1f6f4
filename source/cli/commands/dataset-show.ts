import {type Dataset, type DatasetDrop, type DatasetRow, dropSteps} from '../../domain/dataset.js';
import type {DatasetStore} from '../../services/context.js';
import {datasetLines, dropLines} from '../../view/dataset-lines.js';
import {datasetDropColumns, datasetRowColumns} from '../../view/dataset-row-columns.js';
import {emptyLine, span} from '../../view/line.js';
import {widthOfOutput, writeCells} from '../check-options.js';
import type {CommandRecord, Session} from '../command.js';
import {untilStopped} from '../ledger-filter.js';
import {type ListShape, writeItems, writeList} from '../list-format.js';
import {parseLimit} from '../list-options.js';

/** Examples of each step below the definition, and lines of a table when nothing else is asked for. */
const examples = 3;
const tableLimit = 50;

const rowShape: ListShape<DatasetRow> = {columns: datasetRowColumns, toJson: (row) => row, csvHeader: [], toCsv: () => ({})};
const dropShape: ListShape<DatasetDrop> = {columns: datasetDropColumns, toJson: (drop) => drop, csvHeader: [], toCsv: () => ({})};

async function writeEach<Item>(
	session: Session,
	items: Iterable<Item>,
	total: number,
	shape: ListShape<Item>,
	options: Readonly<Record<string, unknown>>,
): Promise<void> {
	const isTable = !options.json && !options.ndjson;
	const limit = (options.limit as number | undefined) ?? (isTable ? tableLimit : Number.POSITIVE_INFINITY);
	const shown = Iterator.from(untilStopped(items, session.signal)).take(limit);
	if (!isTable) return writeItems(session.output, shown, shape, options.json ? 'json' : 'ndjson');
	await writeList(session.output, [...shown], shape, 'table', await session.paint());
	if (total > limit) session.diagnostics.note(`${limit} of ${total} shown; --limit shows more.`);
}

async function writeWhole(session: Session, dataset: Dataset, store: DatasetStore): Promise<void> {
	const width = widthOfOutput(session);
	const drops = dropSteps.flatMap((step) =>
		Iterator.from(store.drops(dataset.name, dataset.version, step))
			.take(examples)
			.toArray(),
	);
	await writeCells(session, [
		...datasetLines(dataset, width),
		...(drops.length === 0
			? []
			: [emptyLine, [span('Examples of what was left out', 'strong')], ...dropLines(drops, width, dataset.counts.dropped)]),
	]);
}

export const datasetShowCommand: CommandRecord = {
	name: 'show',
	summary: 'Show a frozen data set: destination, counts, what was left out and why, teachers, duties, hashes.',
	args: [{spec: '<name>', help: 'A data set, or one version of it: NAME or NAME@VERSION.'}],
	options: [
		{flags: '--rows', help: 'Its rows in order of the files, with the completion each is made of.', conflicts: ['drops']},
		{flags: '--drops', help: 'Every chosen completion that is not in it, with the reason.'},
		{flags: '--limit <n>', help: `At most this many rows or drops; the table shows ${tableLimit} when it is left out.`, parse: parseLimit},
		{flags: '--json', help: 'The definition as one JSON object; with --rows or --drops an array.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'One JSON object a line.'},
	],
	outputs: [
		{flags: '--json', schema: 'dataset'},
		{flags: '--ndjson', schema: 'dataset'},
		{flags: '--json --rows', schema: 'dataset.rows'},
		{flags: '--ndjson --rows', schema: 'dataset.rows-line'},
		{flags: '--json --drops', schema: 'dataset.drops'},
		{flags: '--ndjson --drops', schema: 'dataset.drops-line'},
	],
	examples: [
		['stillroom dataset show triage', 'the newest version'],
		['stillroom dataset show triage@1 --drops --ndjson', 'why each completion is not in the first'],
	],
	async run({args, options}, session) {
		const {findDataset} = await import('../../services/dataset/find-dataset.js');
		const context = await session.context();
		const dataset = await findDataset(context, String(args[0]), session.signal);
		const store = await context.datasets();
		const {name, version, counts} = dataset;
		if (options.rows) await writeEach(session, store.rows(name, version), counts.train + counts.valid, rowShape, options);
		else if (options.drops) {
			const total = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
			await writeEach(session, store.drops(name, version), total, dropShape, options);
		} else if (options.json || options.ndjson)
			await session.output.write(`${JSON.stringify(dataset, null, options.json ? 2 : undefined)}\n`);
		else await writeWhole(session, dataset, store);
		return 0;
	},
};
