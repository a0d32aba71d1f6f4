import {Failure} from '../../domain/failure.js';
import type {CatalogueRead, GatewayClient, RouteRead} from '../../services/context.js';
import type {Http, HttpOptions} from '../http.js';
import {createHttp} from '../http.js';
import type {Rows} from '../wire.js';
import {dataOf, readIdRows, sayRows} from '../wire.js';
import type {DistillableAnswer} from './distillable-reasons.js';
import {createReasonOf, distillablePath} from './distillable-reasons.js';
import {readEndpointRows, toRouteRows, zdrKey} from './parse-endpoints.js';
import {readModelRows, toListings} from './parse-models.js';

const zdrRetryMilliseconds = 60_000;

/** OpenRouter's lists and endpoints: https://openrouter.ai/docs/api-reference */
export function createOpenrouterClient(options: Omit<HttpOptions, 'service'>): GatewayClient {
	const http = createHttp({...options, service: 'openrouter'});
	const now = options.now ?? (() => new Date());
	const readZdr = createZdrReader(http, now);

	return {
		gateway: 'openrouter',
		baseUrl: http.baseUrl,

		async fetchCatalogue(signal): Promise<CatalogueRead> {
			const [full, distillable] = await Promise.all([
				fetchPages(http, '/models', signal, readModelRows),
				fetchDistillable(http, now, signal),
			]);
			const fetchedAt = now().toISOString();
			const isIgnored = distillable.state === 'known' && isWholeList(full.rows, distillable.ids);
			const answer: DistillableAnswer = isIgnored ? {state: 'ignored', fetchedAt: distillable.fetchedAt} : distillable;
			const listings = toListings(full.rows, createReasonOf(answer, fetchedAt));
			return {gateway: 'openrouter', fetchedAt, listings, dropped: full.dropped, policyProblem: sayProblem(answer)};
		},

		async fetchRoutes(modelId, signal): Promise<RouteRead> {
			const known = {gateway: 'openrouter', modelId, supportsSelection: true} as const;
			if (modelId.startsWith('~')) return {...known, fetchedAt: now().toISOString(), rows: [], dropped: []};
			const [{rows, dropped}, zdr] = await Promise.all([
				http.get(`/models/${encodeId(modelId)}/endpoints`, {
					signal,
					parse(json) {
						const list = dataOf(typeof json === 'object' && json !== null ? Reflect.get(json, 'data') : null, 'endpoints');
						if (list === null) throw http.toBroken('its answer has no list of endpoints');
						const read = readEndpointRows(list);
						return {value: read, note: sayRows(read.rows.length, read.dropped)};
					},
				}),
				readZdr(signal),
			]);
			return {...known, fetchedAt: now().toISOString(), rows: toRouteRows(modelId, rows, zdr), dropped};
		},

		async fetchRawModel(modelId, signal): Promise<unknown> {
			try {
				return await http.get(`/model/${encodeId(modelId)}`, {
					signal,
					parse: (json) => ({value: typeof json === 'object' && json !== null && 'data' in json ? json.data : json, note: null}),
				});
			} catch (error) {
				if (error instanceof Failure && error.status === 404) return null;
				throw error;
			}
		},
	};
}

/** Path segments of an id; the colon of a variant stays, as in OpenRouter's own links. */
function encodeId(id: string): string {
	return id
		.split('/')
		.map((part) => encodeURIComponent(part).replaceAll('%3A', ':'))
		.join('/');
}

/** The whole list: without `limit` OpenRouter sends all rows at once, and a server that pages anyway is asked until it ends. */
async function fetchPages<Row extends {readonly id: string}>(
	http: Http,
	path: string,
	signal: AbortSignal,
	read: (list: readonly unknown[]) => Rows<Row>,
): Promise<Rows<Row>> {
	let all: Rows<Row> = {rows: [], dropped: []};
	for (let next = path, offset = 0; ; ) {
		const page = await http.get(next, {
			signal,
			parse(json) {
				const list = dataOf(json);
				if (list === null) throw http.toBroken('its answer has no list of models');
				const links: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'links') : null;
				const link: unknown = typeof links === 'object' && links !== null ? Reflect.get(links, 'next') : null;
				const found = read(list);
				const value = {...found, size: list.length, hasMore: typeof link === 'string' && list.length > 0};
				return {value, note: sayRows(found.rows.length, found.dropped)};
			},
		});
		all = offset === 0 ? page : {rows: [...all.rows, ...page.rows], dropped: [...all.dropped, ...page.dropped]};
		if (!page.hasMore) return all;
		offset += page.size;
		next = `${path}${path.includes('?') ? '&' : '?'}offset=${offset}&limit=1000`;
	}
}

/** Never throws but for an abort: the list without its flags is still a good list. */
async function fetchDistillable(http: Http, now: () => Date, signal: AbortSignal): Promise<DistillableAnswer> {
	try {
		const {rows} = await fetchPages(http, distillablePath, signal, readIdRows);
		return {state: 'known', ids: new Set(rows.map(({id}) => id)), fetchedAt: now().toISOString()};
	} catch (error) {
		if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
		return {state: 'failed', why: error.toLine()};
	}
}

/** A "distillable" list that is the whole catalogue is a filter that was not understood. */
function isWholeList(rows: readonly {readonly id: string}[], ids: ReadonlySet<string>): boolean {
	return rows.length > 0 && ids.size >= rows.length && rows.every((row) => ids.has(row.id));
}

function sayProblem(answer: DistillableAnswer): string | null {
	if (answer.state === 'known') return null;
	if (answer.state === 'failed') return `OpenRouter’s distillable list could not be read. ${answer.why}`;
	return 'OpenRouter answered ?distillable=true with its whole list: the filter was ignored, so its word on distillation is not used.';
}

/**
 * The routes that keep no data (`/endpoints/zdr`), read once per process; null when they are not to be had. A server that wants a key
 * is not asked again, another failure is tried again after a minute.
 */
function createZdrReader(http: Http, now: () => Date): (signal: AbortSignal) => Promise<ReadonlySet<string> | null> {
	let cached: Promise<ReadonlySet<string> | null> | null = null;
	let retryAt = Number.POSITIVE_INFINITY;
	const fetchZdr = async (signal: AbortSignal): Promise<ReadonlySet<string> | null> => {
		try {
			return await http.get('/endpoints/zdr', {
				signal,
				parse(json) {
					const list = dataOf(json);
					if (list === null) throw http.toBroken('its answer has no list of endpoints');
					return {value: new Set(readEndpointRows(list).rows.map(zdrKey)), note: null};
				},
			});
		} catch (error) {
			const isFinal = error instanceof Failure && error.kind === 'auth';
			const isStopped = error instanceof Failure && error.kind === 'interrupted';
			retryAt = isFinal ? Number.POSITIVE_INFINITY : isStopped ? 0 : now().getTime() + zdrRetryMilliseconds;
			return null;
		}
	};
	return (signal) => {
		if (cached === null || now().getTime() >= retryAt) {
			retryAt = Number.POSITIVE_INFINITY;
			cached = fetchZdr(signal);
		}
		return cached;
	};
}
