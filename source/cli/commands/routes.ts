import {Failure} from '../../domain/failure.js';
import {filterRoutes, formatRouteFilterHelp, parseRouteFilter, routeFilterKeys} from '../../domain/filter-routes.js';
import type {Model} from '../../domain/model.js';
import type {Route, RouteList} from '../../domain/route.js';
import {type Gateway, gateways, serviceNames} from '../../domain/service.js';
import {pinRoutes} from '../../services/pin-routes.js';
import {fetchRouteList, loadRoutes} from '../../services/routes.js';
import {formatAgo} from '../../view/format.js';
import {toRouteJson} from '../../view/json.js';
import {routeColumns} from '../../view/route-columns.js';
import type {CommandRecord, Session} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {failFilter, formatOptions, toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';
import {type Freshness, freshnessOptions, readModel, toFreshness} from '../read-catalogue.js';

const shape: ListShape<Route> = {
	columns: routeColumns,
	toJson: toRouteJson,
	csvHeader: [
		'gateway',
		'modelId',
		'provider',
		'tag',
		'available',
		'verdict.status',
		'verdict.conflict',
		'verdict.duties',
		'eligible',
		'reason',
		'leftByEnforcement',
		'inputPrice',
		'outputPrice',
		'baseInputPrice',
		'baseOutputPrice',
		'cacheReadPrice',
		'contextLength',
		'maxOutputTokens',
		'quantization',
		'latencyP50',
		'latencyP90',
		'throughputP50',
		'uptime',
		'uptimeLastDay',
		'dataPolicy',
		'parameters',
	],
	toCsv(route) {
		const {verdict, parameters, ...rest} = toRouteJson(route);
		return {
			...rest,
			'verdict.status': verdict.status,
			'verdict.conflict': verdict.conflict,
			'verdict.duties': verdict.duties.map(({text}) => text).join(' '),
			parameters: parameters.join(' '),
		};
	},
};

/** The routes of a model; says on stderr what was saved or is missing. Throws Failure when there is nothing to show because a gateway failed. */
async function readRoutes(session: Session, model: Model, freshness: Freshness): Promise<RouteList> {
	const context = await session.context();
	if (freshness === 'offline') {
		const saved = loadRoutes(context, model);
		if (saved !== null) return saved;
		throw new Failure('failed', `No routes of "${model.id}" were saved yet.`, {next: 'Run once without --offline.'});
	}
	const list = await fetchRouteList(context, model, session.signal);
	const failed = list.sources.filter(({state}) => state === 'failed');
	const first = failed.find(({failure}) => failure === 'auth') ?? failed[0];
	const isEmpty = list.routes.length === 0 && failed.every(({fetchedAt}) => fetchedAt === null);
	if (first && (isEmpty || freshness === 'refresh')) {
		throw new Failure(first.failure ?? 'failed', first.message ?? `${serviceNames[first.gateway]} could not be read.`, {
			service: first.gateway,
		});
	}
	const now = context.clock.now();
	for (const {gateway, state, message, fetchedAt} of list.sources) {
		if (state === 'known' || state === 'not-listed' || message === null) continue;
		const saved = fetchedAt === null ? 'Its routes are missing here.' : `Using its routes as saved ${formatAgo(fetchedAt, now)}.`;
		session.diagnostics.warn(`${serviceNames[gateway]}: ${message}${state === 'failed' ? ` ${saved}` : ''}`);
	}
	return list;
}

/** Writes the request part that pins a prompt to allowed routes; throws Failure kind policy, with the reason, where there is none. */
async function writePin(session: Session, model: Model, list: RouteList, asked: unknown, only: readonly Route[] | null): Promise<number> {
	const gateway: Gateway = gateways.find((name) => name === asked) ?? model.catalogues[0] ?? 'openrouter';
	const tags = only?.filter((route) => route.gateway === gateway).map(({tag}) => tag);
	const pin = pinRoutes(model, list, gateway, tags);
	if (typeof pin === 'string') {
		throw new Failure('policy', `There is no safe pin for "${model.id}" at ${serviceNames[gateway]}.`, {
			why: pin,
			next: `See why each route falls out: stillroom routes ${model.id}`,
		});
	}
	for (const warning of pin.warnings) session.diagnostics.warn(warning);
	await session.output.write(`${JSON.stringify({model: pin.model, provider: pin.provider}, null, 2)}\n`);
	return 0;
}

export const routesCommand: CommandRecord = {
	name: 'routes',
	summary: 'List the routes of a model at both gateways, or print the pin to the allowed ones.',
	args: [
		{spec: '<id>', help: 'The id at either gateway.'},
		{spec: '[filter...]', help: 'Filter language for routes; quote it for the shell.'},
	],
	options: [
		...formatOptions,
		{
			flags: '--pin [gateway]',
			help: 'Print the provider object that pins a request to the routes recorded as allowed; without a gateway, the first that lists the model.',
			choices: gateways,
			conflicts: ['json', 'ndjson', 'csv'],
		},
		...freshnessOptions,
	],
	outputs: [...listOutputs('routes', 'routes.line'), {flags: '--pin', schema: 'routes.pin'}],
	examples: [
		['stillroom routes deepseek/deepseek-v3.2', 'who serves it, at what price, and which routes are safe'],
		['stillroom routes deepseek/deepseek-v3.2 --pin openrouter', 'the part of a request that keeps it on allowed routes'],
		["stillroom routes deepseek/deepseek-v3.2 --json | jq '.[] | select(.eligible) | .tag'", 'their tags'],
	],
	notes: () =>
		`Filter language, all conditions must fit:
${formatRouteFilterHelp().replaceAll(/^/gm, '  ')}

Prices are USD per million tokens, latency is in milliseconds, throughput in tokens per second, uptime in percent.`,
	async run({args, options}, session) {
		const text = (Array.isArray(args[1]) ? args[1] : []).join(' ');
		const {filter, problems} = parseRouteFilter(text);
		if (problems.length > 0) {
			return failFilter(
				session,
				text,
				problems,
				routeFilterKeys.map(({key}) => key),
			);
		}
		const freshness = toFreshness(options);
		const model = await readModel(session, String(args[0]), freshness);
		const list = await readRoutes(session, model, freshness);
		const isFiltered = text.trim() !== '';
		const shown = isFiltered ? filterRoutes(list.routes, filter) : list.routes;
		if (options.pin) return writePin(session, model, list, options.pin, isFiltered ? shown : null);
		const format = toFormat(options);
		if (shown.length === 0 && format === 'table') {
			session.diagnostics.note(
				isFiltered ? `None of ${list.routes.length} routes matches.` : `No gateway lists a route for "${model.id}".`,
			);
		}
		await writeList(session.output, shown, shape, format, await session.paint());
		return 0;
	},
};
