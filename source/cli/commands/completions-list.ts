import {cleanText} from '../../domain/clean-text.js';
import type {CompletionFacet, CompletionSort} from '../../domain/ledger.js';
import {formatCount} from '../../view/format.js';
import type {CommandRecord} from '../command.js';
import {completionListOptions, writeCompletions} from '../completion-list.js';
import {ledgerFilterArgument, ledgerFilterNotes, openLedger, readCriteria} from '../ledger-filter.js';
import {writeCsv} from '../list-format.js';
import {toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';

const sortKeys: readonly CompletionSort['by'][] = [
	'created',
	'model',
	'provider',
	'grade',
	'policy',
	'status',
	'rating',
	'tokens',
	'cost',
	'latency',
	'expires',
	'source',
];

/** Values of a facet that are told when no number was asked for. */
const mostValues = 100;

/** By the time of the request, wherever it was read and whenever. */
const newestFirst: CompletionSort = {by: 'created', descending: true};

const facets: readonly CompletionFacet[] = [
	'gateway',
	'source',
	'model',
	'provider',
	'grade',
	'policy',
	'status',
	'mark',
	'rating',
	'task',
	'dataset',
	'tag',
	'meta',
	'remote',
];

/** `rating` or `rating:desc`; throws a sentence that names the keys. */
function parseSort(text: string): CompletionSort {
	const [id, direction = 'asc', ...rest] = text.split(':');
	const by = sortKeys.find((key) => key === id);
	if (by === undefined) throw new Error(`The keys are ${sortKeys.join(', ')}.`);
	if ((direction !== 'asc' && direction !== 'desc') || rest.length > 0) throw new Error('Behind the key stands :asc, :desc or nothing.');
	return {by, descending: direction === 'desc'};
}

export const completionsListCommand: CommandRecord = {
	name: 'list',
	summary: 'List completions: sent from here, mirrored from OpenAI, imported.',
	args: [ledgerFilterArgument],
	options: [
		...completionListOptions,
		{flags: '--sort <key>', help: `Sort by ${sortKeys.join(', ')}; add :desc to turn it round. Newest first without it.`, parse: parseSort},
		{
			flags: '--facets <key>',
			help: 'Instead of completions: how many of them have which value.',
			choices: facets,
			conflicts: ['sort', 'texts'],
		},
	],
	outputs: [
		...listOutputs('completions', 'completions.line'),
		{flags: '--json --texts', schema: 'completions.texts'},
		{flags: '--ndjson --texts', schema: 'completions.texts-line'},
		{flags: '--json --facets', schema: 'completions.facets'},
		{flags: '--ndjson --facets', schema: 'completions.facets-line'},
	],
	examples: [
		["stillroom completions list 'source:openai-stored meta.task:titles'", 'of the mirror of OpenAI, by its metadata'],
		["stillroom completions list 'rating>=4 policy:yes' --sort tokens:desc", 'the longest of the good ones that may be used'],
		['stillroom completions list --facets model', 'which models wrote how many'],
	],
	notes: ledgerFilterNotes,
	async run(input, session) {
		const criteria = await readCriteria(session, input);
		if (typeof criteria === 'number') return criteria;
		const {options} = input;
		const facet = options.facets as CompletionFacet | undefined;
		if (facet === undefined) return writeCompletions(session, criteria, input, (options.sort as CompletionSort | undefined) ?? newestFirst);
		const limit = (options.limit as number | undefined) ?? mostValues;
		const counts = (await openLedger(session)).facet(criteria, facet, limit);
		if (counts.length === limit)
			session.diagnostics.note(`The ${formatCount(limit, 'commonest value', 'commonest values')}; --limit shows more.`);
		const format = toFormat(options);
		const {output} = session;
		if (format === 'json') await output.write(`${JSON.stringify(counts, null, 2)}\n`);
		else if (format === 'ndjson') await output.writeLines(counts.map((count) => JSON.stringify(count)));
		else if (format === 'csv') await writeCsv(output, ['value', 'count'], counts);
		else {
			const width = Math.max(0, ...counts.map(({count}) => String(count).length));
			await output.writeLines(counts.map(({value, count}) => `${String(count).padStart(width)}  ${cleanText(value)}`));
		}
		return 0;
	},
};
