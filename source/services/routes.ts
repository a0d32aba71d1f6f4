import {Failure} from '../domain/failure.js';
import type {Model, RouteCounts} from '../domain/model.js';
import {routesNotAsked} from '../domain/model.js';
import type {Route, RouteList, RouteSource} from '../domain/route.js';
import type {Gateway} from '../domain/service.js';
import {gateways, serviceNames} from '../domain/service.js';
import {judgeRoutes} from '../policy/judge-routes.js';
import {asFailure} from './as-failure.js';
import type {Context, RouteRead} from './context.js';

/** What the disk holds of a model's routes; null when neither gateway was ever asked. No network. */
export function loadRoutes(context: Context, model: Model): RouteList | null {
	const reads = model.catalogues.map((gateway) => context.catalogues.readRoutes(gateway, model.listings[gateway]!.id));
	const known = reads.filter((read) => read !== null);
	if (known.length === 0) return null;
	const sources = gateways.map((gateway) => {
		const read = known.find((candidate) => candidate.gateway === gateway);
		if (read !== undefined) return sourceOf(read);
		return model.catalogues.includes(gateway) ? failedSource(gateway, 'Not asked yet: refresh the routes.', null) : notListed(gateway);
	});
	return toRouteList(model, known, sources);
}

/**
 * Asks every gateway that lists the model, side by side. A failing gateway becomes a source `failed` with its sentence, and its saved routes,
 * when there are any, stay in the list. Throws Failure `interrupted` when the signal aborts, nothing else.
 */
export async function fetchRouteList(context: Context, model: Model, signal: AbortSignal): Promise<RouteList> {
	const answers = await Promise.all(gateways.map((gateway) => askGateway(context, model, gateway, signal)));
	if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
	const reads = answers.map(({read}) => read).filter((read) => read !== null);
	return toRouteList(
		model,
		reads,
		answers.map(({source}) => source),
	);
}

/** How many of the routes have which verdict. */
export function countRoutes(list: RouteList): RouteCounts {
	if (!list.sources.some(({state}) => state !== 'not-listed' && state !== 'failed') && list.routes.length === 0) return routesNotAsked;
	const count = (status: Route['verdict']['status']) => list.routes.filter((route) => route.verdict.status === status).length;
	return {allowed: count('allowed'), disallowed: count('disallowed'), unknown: count('unknown'), total: list.routes.length};
}

/** The models with the routes counted that the disk holds of them; no network. A model whose routes were never asked for stays as it is. */
export function withSavedRouteCounts(context: Context, models: readonly Model[]): readonly Model[] {
	return models.map((model) => {
		if (model.catalogues.every((gateway) => context.catalogues.readRoutes(gateway, model.listings[gateway]!.id) === null)) return model;
		const list = loadRoutes(context, model);
		return list === null ? model : {...model, routes: countRoutes(list)};
	});
}

type Answer = {readonly read: RouteRead | null; readonly source: RouteSource};

async function askGateway(context: Context, model: Model, gateway: Gateway, signal: AbortSignal): Promise<Answer> {
	const listing = model.listings[gateway];
	if (listing === undefined) return {read: null, source: notListed(gateway)};
	try {
		const client = await context.client(gateway);
		const read = await client.fetchRoutes(listing.id, signal);
		context.catalogues.saveRoutes(read);
		return {read, source: sourceOf(read)};
	} catch (error) {
		const failure = asFailure(error, gateway);
		if (failure.status === 404) {
			// A known absence is worth keeping like any other answer: the next start need not ask again.
			const fetchedAt = context.clock.now().toISOString();
			const none = {gateway, modelId: listing.id, fetchedAt, rows: [], supportsSelection: gateway === 'openrouter', dropped: []};
			context.catalogues.saveRoutes(none);
			return {read: none, source: sourceOf(none)};
		}
		const read = context.catalogues.readRoutes(gateway, listing.id);
		return {read, source: {...failedSource(gateway, failure.toLine(), read?.fetchedAt ?? null), failure: failure.kind}};
	}
}

function sourceOf(read: RouteRead): RouteSource {
	const {gateway, fetchedAt} = read;
	if (!read.supportsSelection) {
		const message = `${serviceNames[gateway]} takes no provider selection for this model: no route can be guaranteed.`;
		return {gateway, state: 'unsupported', fetchedAt, message};
	}
	if (read.rows.length > 0) return {gateway, state: 'known', fetchedAt, message: null};
	return {gateway, state: 'none', fetchedAt, message: `${serviceNames[gateway]} has no routes for ${read.modelId} now.`};
}

function notListed(gateway: Gateway): RouteSource {
	return {gateway, state: 'not-listed', fetchedAt: null, message: null};
}

function failedSource(gateway: Gateway, message: string, fetchedAt: string | null): RouteSource {
	return {gateway, state: 'failed', fetchedAt, message};
}

function toRouteList(model: Model, reads: readonly RouteRead[], sources: readonly RouteSource[]): RouteList {
	const nanogpt = reads.find(({gateway}) => gateway === 'nanogpt');
	return {modelId: model.id, routes: judgeRoutes(model, reads), sources, nanogptSupportsSelection: nanogpt?.supportsSelection ?? null};
}
