import {filterKeys, filterModels, formatFilterHelp, parseFilter} from '../../domain/filter-models.js';
import type {Model, RouteCounts} from '../../domain/model.js';
import {serviceNames} from '../../domain/service.js';
import {type SortKey, sortKeys, sortModels} from '../../domain/sort-models.js';
import {fetchRouteLists} from '../../services/route-lists.js';
import {countRoutes, withSavedRouteCounts} from '../../services/routes.js';
import {toModelJson} from '../../view/json.js';
import {createModelColumns} from '../../view/model-columns.js';
import {createProgressWords} from '../../view/progress-words.js';
import type {CommandRecord, Session} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {failFilter, formatOptions, limitItems, parseLimit, toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';
import {openProgress, quietOption} from '../progress.js';
import {freshnessOptions, readCatalogue, toFreshness} from '../read-catalogue.js';

type Sort = {readonly by: SortKey; readonly descending: boolean};

/** `out` or `out:desc`; throws a sentence that names the keys. */
function parseSort(text: string): Sort {
	const [id, direction = 'asc', ...rest] = text.split(':');
	const key = sortKeys.find((candidate) => candidate.id === id);
	if (!key) throw new Error(`The keys are ${sortKeys.map((candidate) => candidate.id).join(', ')}.`);
	if ((direction !== 'asc' && direction !== 'desc') || rest.length > 0) throw new Error('Behind the key stands :asc, :desc or nothing.');
	return {by: key.id, descending: direction === 'desc'};
}

function modelShape(now: Date): ListShape<Model> {
	return {
		columns: createModelColumns(now),
		toJson: toModelJson,
		csvHeader: [
			'id',
			'name',
			'author',
			'variant',
			'catalogues',
			'verdict.status',
			'verdict.conflict',
			'verdict.duties',
			'contextLength',
			'maxOutputTokens',
			'inputPrice',
			'outputPrice',
			'routes.allowed',
			'routes.disallowed',
			'routes.unknown',
			'routes.total',
			'createdAt',
			'expiresAt',
		],
		toCsv(model) {
			const {catalogues, verdict, routes, ...rest} = toModelJson(model);
			return {
				...rest,
				gatewayIds: null,
				inputModalities: null,
				outputModalities: null,
				parameters: null,
				catalogues: catalogues.join('+'),
				'verdict.status': verdict.status,
				'verdict.conflict': verdict.conflict,
				'verdict.duties': verdict.duties.map(({text}) => text).join(' '),
				'routes.allowed': routes.allowed,
				'routes.disallowed': routes.disallowed,
				'routes.unknown': routes.unknown,
				'routes.total': routes.total,
			};
		},
	};
}

/** The same models with the routes of each asked for; a gateway that fails is named once. */
async function withRoutes(
	session: Session,
	models: readonly Model[],
	options: Readonly<Record<string, unknown>>,
): Promise<readonly Model[]> {
	const counts = new Map<Model, RouteCounts>();
	const failures = new Map<string, number>();
	const progress = openProgress(session, options);
	const tell = createProgressWords('model');
	progress.show(tell({verb: 'asked for the routes of', done: 0, total: models.length}));
	for await (const {model, list} of fetchRouteLists(await session.context(), models, session.signal)) {
		counts.set(model, countRoutes(list));
		progress.show(tell({verb: 'asked for the routes of', done: counts.size, total: models.length}));
		for (const {gateway, state, message} of list.sources) {
			const sentence = `${serviceNames[gateway]}: ${message ?? 'no answer.'}`;
			if (state === 'failed') failures.set(sentence, (failures.get(sentence) ?? 0) + 1);
		}
	}
	progress.clear();
	for (const [sentence, count] of failures) session.diagnostics.warn(`${sentence} (routes of ${count} of ${models.length} models)`);
	return models.map((model) => ({...model, routes: counts.get(model) ?? model.routes}));
}

export const modelsCommand: CommandRecord = {
	name: 'models',
	whatStays: 'Routes that were asked for are kept: without --routes they are counted as they are.',
	summary: 'List models with their verdicts, prices and limits.',
	args: [{spec: '[filter...]', help: 'Filter language, as behind / in the dashboard; quote it for the shell.'}],
	options: [
		...formatOptions,
		{flags: '--sort <key>', help: `Sort by ${sortKeys.map(({id}) => id).join(', ')}; add :desc to turn it round.`, parse: parseSort},
		{flags: '--limit <n>', help: 'At most this many models.', parse: parseLimit},
		{flags: '--routes', help: 'Ask for the routes of every listed model and count them (one request per model and gateway).'},
		...freshnessOptions,
		quietOption,
	],
	outputs: listOutputs('models', 'models.line'),
	examples: [
		["stillroom models 'policy:allowed ctx>=128k'", 'models that may be distilled, with a large context'],
		['stillroom models qwen --sort out --limit 5', 'the five that match "qwen" and write cheapest'],
		['stillroom models --json | jq length', 'how many there are'],
	],
	notes: () =>
		`Filter language, all conditions must fit:
${formatFilterHelp().replaceAll(/^/gm, '  ')}

Prices are USD per million tokens, null when there is no price. Route counts are null until asked for,
now with --routes or by an earlier run.`,
	async run({args, options}, session) {
		const words = args[0];
		const text = (Array.isArray(words) ? words : []).join(' ');
		const {filter, problems} = parseFilter(text);
		if (problems.length > 0) {
			return failFilter(
				session,
				text,
				problems,
				filterKeys.map(({key}) => key),
			);
		}
		const catalogue = await readCatalogue(session, toFreshness(options));
		const context = await session.context();
		const models = withSavedRouteCounts(context, catalogue.models);
		const sort = options.sort as Sort | undefined;
		const isFiltered = text.trim() !== '';
		const matching = isFiltered ? filterModels(models, filter) : models;
		const sorted = sort === undefined ? matching : sortModels(matching, sort);
		const format = toFormat(options);
		if (sorted.length === 0 && format === 'table') {
			session.diagnostics.note(isFiltered ? `None of ${models.length} models matches.` : 'The catalogues hold no models.');
		}
		const limited = limitItems(session, sorted, options.limit, 'models');
		const shown = options.routes ? await withRoutes(session, limited, options) : limited;
		await writeList(session.output, shown, modelShape(context.clock.now()), format, await session.paint());
		return 0;
	},
};
