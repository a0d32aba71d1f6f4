import {type Listing, type Model, routesNotAsked} from '../../source/domain/model.js';
import type {Route} from '../../source/domain/route.js';
import type {Gateway} from '../../source/domain/service.js';
import type {Reason, Status} from '../../source/domain/verdict.js';
import {joinCatalogues} from '../../source/policy/join-models.js';
import type {CatalogueRead, RouteRow} from '../../source/services/context.js';

const at = '2026-11-20T12:00:00.000Z';

export function makeReason(given: Partial<Reason> = {}): Reason {
	return {
		layer: 'openrouter-list',
		status: 'allowed',
		basis: 'distillable=true',
		label: 'On the list',
		sourceUrl: null,
		note: null,
		readFrom: 'openrouter:/models?distillable=true',
		fetchedAt: at,
		...given,
	};
}

/** What OpenRouter's list says: on it, or not recorded. */
export const onList = makeReason();
export const notOnList = makeReason({status: 'unknown', basis: 'not-recorded', label: 'Not on the list'});

/** What NanoGPT says of the model itself. */
export function nanogptReason(status: Status, basis = 'permissive-open-weights'): Reason {
	return makeReason({layer: 'nanogpt-model', status, basis, label: `NanoGPT: ${status}`, readFrom: 'nanogpt:/v1/models?detailed=true'});
}

export function makeListing(gateway: Gateway, id: string, given: Partial<Listing> = {}): Listing {
	return {
		gateway,
		id,
		canonicalSlug: null,
		name: id,
		author: id.includes('/') ? id.slice(0, id.indexOf('/')).replace('~', '') : null,
		createdAt: null,
		description: null,
		contextLength: null,
		maxOutputTokens: null,
		inputPrice: null,
		outputPrice: null,
		cacheReadPrice: null,
		cacheWritePrice: null,
		isRouter: false,
		priceOverrides: [],
		inputModalities: ['text'],
		outputModalities: ['text'],
		parameters: [],
		knowledgeCutoff: null,
		expiresAt: null,
		aliasOf: null,
		huggingFaceId: null,
		isSubscriptionIncluded: null,
		reasons: [gateway === 'openrouter' ? notOnList : nanogptReason('unknown', 'provider-terms-unknown')],
		...given,
	};
}

export function makeRead(gateway: Gateway, listings: readonly Listing[]): CatalogueRead {
	return {gateway, fetchedAt: at, listings, dropped: [], policyProblem: null};
}

/** Models as the join makes them, from OpenRouter's and NanoGPT's listings. */
export function joinListings(openrouter: readonly Listing[], nanogpt: readonly Listing[] = []): Model[] {
	return joinCatalogues({openrouter: makeRead('openrouter', openrouter), nanogpt: makeRead('nanogpt', nanogpt)});
}

/** One OpenRouter model. */
export function makeModel(id: string, given: Partial<Listing> = {}): Model {
	return joinListings([makeListing('openrouter', id, given)])[0]!;
}

export function makeRow(gateway: Gateway, tag: string, given: Partial<RouteRow> = {}): RouteRow {
	return {
		gateway,
		modelId: 'maker/model',
		provider: tag,
		tag,
		isAvailable: true,
		inputPrice: null,
		outputPrice: null,
		baseInputPrice: null,
		baseOutputPrice: null,
		cacheReadPrice: null,
		contextLength: null,
		maxOutputTokens: null,
		quantization: null,
		latencyP50: null,
		latencyP90: null,
		throughputP50: null,
		uptime: null,
		uptimeLastDay: null,
		parameters: [],
		dataPolicy: null,
		reason: null,
		...given,
	};
}

export function makeRoute(tag: string, given: Partial<Route> = {}): Route {
	const {reason: _, ...row} = makeRow('openrouter', tag);
	return {
		...row,
		id: `openrouter:${tag}`,
		verdict: {status: 'unknown', conflict: false, reasons: [notOnList], duties: []},
		isLeftByEnforcement: null,
		eligible: false,
		reason: 'falls out',
		...given,
	};
}

export {routesNotAsked};
