import {Failure} from '../../domain/failure.js';
import type {CatalogueRead, GatewayClient, RouteRead} from '../../services/context.js';
import type {Http, HttpOptions} from '../http.js';
import {createHttp} from '../http.js';
import type {Rows} from '../wire.js';
import {dataOf, sayRows} from '../wire.js';
import type {ExploreAnswer} from './model-reasons.js';
import {createReasonsOf, explorePath, modelsPath, sayExploreProblem} from './model-reasons.js';
import type {ExploreRow} from './parse-models.js';
import {readExploreRows, readModelRows, toListings} from './parse-models.js';
import {readProviderRows, toRouteRows} from './parse-providers.js';

export type NanogptClient = GatewayClient & {
	/** Ids that match a search and are allowed for distillation; `isFiltered` is false when the server did not confirm the filter. */
	readonly searchAllowed: (query: string, signal: AbortSignal) => Promise<{readonly ids: readonly string[]; readonly isFiltered: boolean}>;
};

/**
 * NanoGPT's lists and providers. The model list is asked for without the key: with a subscriber's key the service may leave out
 * every model that the subscription does not include (https://docs.nano-gpt.com/api-reference/endpoint/models). The base URL is the
 * root above `/v1`: https://docs.nano-gpt.com
 */
export function createNanogptClient(options: Omit<HttpOptions, 'service'>): NanogptClient {
	const http = createHttp({...options, service: 'nanogpt'});
	const now = options.now ?? (() => new Date());

	return {
		gateway: 'nanogpt',
		baseUrl: http.baseUrl,

		async fetchCatalogue(signal): Promise<CatalogueRead> {
			const [{rows, dropped}, answer] = await Promise.all([
				fetchList(http, modelsPath, signal, readModelRows),
				fetchAllowed(http, now, signal),
			]);
			const fetchedAt = now().toISOString();
			const listings = toListings(rows, createReasonsOf(answer, fetchedAt));
			return {gateway: 'nanogpt', fetchedAt, listings, dropped, policyProblem: sayExploreProblem(answer)};
		},

		async fetchRoutes(modelId, signal): Promise<RouteRead> {
			const {read, supportsSelection} = await http.get(`/models/${encodeURIComponent(modelId)}/providers`, {
				signal,
				parse(json) {
					if (typeof json !== 'object' || json === null || Array.isArray(json)) throw http.toBroken('its answer has no list of providers');
					const supportsSelection = Reflect.get(json, 'supportsProviderSelection') === true;
					const list = dataOf(json, 'providers');
					if (list === null && supportsSelection) throw http.toBroken('its answer has no list of providers');
					const read = readProviderRows(list ?? []);
					return {value: {read, supportsSelection}, note: sayRows(read.rows.length, read.dropped)};
				},
			});
			const fetchedAt = now().toISOString();
			const rows = toRouteRows(modelId, read.rows, fetchedAt);
			return {gateway: 'nanogpt', modelId, fetchedAt, rows, supportsSelection, dropped: read.dropped};
		},

		async fetchRawModel(modelId, signal): Promise<unknown> {
			const list = await http.get(modelsPath, {signal, parse: (json) => ({value: dataOf(json) ?? [], note: null})});
			return list.find((row) => typeof row === 'object' && row !== null && Reflect.get(row, 'id') === modelId) ?? null;
		},

		async searchAllowed(query, signal) {
			const parameters = new URLSearchParams({type: 'text', q: query, distillation: 'allowed'});
			const {rows, isFiltered} = await fetchExplore(http, `/explore/search?${parameters}`, signal);
			const allowed = rows.rows.filter((row) => isFiltered || row.distillationPolicy?.status === 'allowed');
			return {ids: allowed.map(({id}) => id), isFiltered};
		},
	};
}

function fetchList<Row>(http: Http, path: string, signal: AbortSignal, read: (list: readonly unknown[]) => Rows<Row>): Promise<Rows<Row>> {
	return http.get(path, {
		signal,
		isPublic: true,
		parse(json) {
			const list = dataOf(json);
			if (list === null) throw http.toBroken('its answer has no list of models');
			const value = read(list);
			return {value, note: sayRows(value.rows.length, value.dropped)};
		},
	});
}

function fetchExplore(http: Http, path: string, signal: AbortSignal): Promise<{rows: Rows<ExploreRow>; isFiltered: boolean}> {
	return http.get(path, {
		signal,
		parse(json) {
			const list = dataOf(json);
			if (list === null) throw http.toBroken('its answer has no list of models');
			const meta: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'meta') : null;
			const isFiltered = typeof meta === 'object' && meta !== null && Reflect.get(meta, 'distillation') === 'allowed';
			return {
				value: {rows: readExploreRows(list), isFiltered},
				note: isFiltered ? null : 'the filter distillation=allowed was not confirmed',
			};
		},
	});
}

/** Never throws but for an abort: the list without the explore answer is still a good list. */
async function fetchAllowed(http: Http, now: () => Date, signal: AbortSignal): Promise<ExploreAnswer> {
	try {
		const {rows, isFiltered} = await fetchExplore(http, explorePath, signal);
		return {state: 'known', isFiltered, rows: new Map(rows.rows.map((row) => [row.id, row])), fetchedAt: now().toISOString()};
	} catch (error) {
		if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
		return {state: 'failed', why: error.toLine()};
	}
}
