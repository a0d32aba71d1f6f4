import {InvalidBodyError} from '../chat/request.js';

/** A number for the median, or one for each percentile (openrouter.ai/docs/guides/routing/provider-selection). */
export type Preferred = Readonly<Partial<Record<'p50' | 'p75' | 'p90' | 'p99', number>>>;

export type SortBy = 'price' | 'throughput' | 'latency' | 'exacto';

/** The `provider` object of a request, checked; null is "not asked". */
export type ProviderPreferences = {
	readonly order: readonly string[] | null;
	readonly only: readonly string[] | null;
	readonly ignore: readonly string[] | null;
	readonly allowFallbacks: boolean;
	readonly requireParameters: boolean;
	readonly deniesCollection: boolean;
	readonly zdr: boolean;
	readonly enforcesDistillable: boolean;
	readonly quantizations: readonly string[] | null;
	readonly sort: SortBy | null;
	/** Sorts the routes of all fallback models together instead of model after model. */
	readonly isPartitioned: boolean;
	/** USD per million tokens; `request` USD per request. */
	readonly maxPrice: Readonly<Partial<Record<'prompt' | 'completion' | 'request', number>>> | null;
	/** Tokens per second. */
	readonly minThroughput: Preferred | null;
	/** Seconds. */
	readonly maxLatency: Preferred | null;
};

type Body = Readonly<Record<string, unknown>>;

const known = new Set([
	'order',
	'only',
	'ignore',
	'allow_fallbacks',
	'require_parameters',
	'data_collection',
	'zdr',
	'enforce_distillable_text',
	'quantizations',
	'sort',
	'max_price',
	'preferred_min_throughput',
	'preferred_max_latency',
]);
const quantizations = ['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8', 'fp16', 'bf16', 'fp32', 'unknown'];
const sorts: readonly SortBy[] = ['price', 'throughput', 'latency', 'exacto'];

function fail(name: string, expected: string): never {
	throw new InvalidBodyError(`provider.${name}`, `provider.${name} must be ${expected}.`);
}

function readList(body: Body, name: string, values?: readonly string[]): readonly string[] | null {
	const value = body[name];
	if (value === undefined || value === null) return null;
	if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string')) fail(name, 'a list of texts');
	if (values && value.some((entry) => !values.includes(entry))) fail(name, `a list of ${values.join(', ')}`);
	return (value as string[]).map((entry) => (values ? entry : entry.toLowerCase()));
}

function readFlag(body: Body, name: string, fallback: boolean): boolean {
	const value = body[name];
	if (value === undefined || value === null) return fallback;
	return typeof value === 'boolean' ? value : fail(name, 'true or false');
}

/** Prices come as numbers and as decimal texts. */
function readPrices(value: unknown): ProviderPreferences['maxPrice'] {
	if (value === undefined || value === null) return null;
	if (typeof value !== 'object' || Array.isArray(value)) fail('max_price', 'an object of prices');
	const prices: Record<string, number> = {};
	for (const [part, price] of Object.entries(value)) {
		if (!['prompt', 'completion', 'request', 'image', 'audio'].includes(part))
			fail('max_price', 'made of prompt, completion, request, image, audio');
		if (price === undefined || price === null) continue;
		const number = typeof price === 'string' && price.trim() !== '' ? Number(price) : price;
		if (typeof number !== 'number' || !(number >= 0)) fail(`max_price.${part}`, 'a price from 0 on');
		prices[part] = number;
	}
	return prices;
}

function readPreferred(value: unknown, name: string): Preferred | null {
	if (value === undefined || value === null) return null;
	if (typeof value === 'number' && value >= 0) return {p50: value};
	if (typeof value !== 'object' || Array.isArray(value)) fail(name, 'a number, or numbers for p50, p75, p90, p99');
	const entries = Object.entries(value).filter(([, limit]) => limit !== null && limit !== undefined);
	for (const [percentile, limit] of entries)
		if (!['p50', 'p75', 'p90', 'p99'].includes(percentile) || typeof limit !== 'number') fail(name, 'numbers for p50, p75, p90, p99');
	return Object.fromEntries(entries) as Preferred;
}

function readSort(value: unknown): {readonly sort: SortBy | null; readonly isPartitioned: boolean} {
	if (value === undefined || value === null) return {sort: null, isPartitioned: true};
	const {by, partition} = (typeof value === 'object' ? value : {by: value}) as {by?: unknown; partition?: unknown};
	if (partition !== undefined && partition !== null && partition !== 'model' && partition !== 'none')
		fail('sort.partition', 'model or none');
	const sort = by === undefined || by === null ? null : sorts.find((name) => name === by);
	if (sort === undefined) fail('sort', `one of ${sorts.join(', ')}`);
	return {sort, isPartitioned: partition !== 'none'};
}

/** Checks `provider` as OpenRouter's document has it: an unknown key is an invalid request. Throws InvalidBodyError. */
export function readPreferences(value: unknown): ProviderPreferences {
	if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value)))
		throw new InvalidBodyError('provider', 'provider must be an object.');
	const body = (value ?? {}) as Body;
	for (const key of Object.keys(body))
		if (!known.has(key)) throw new InvalidBodyError(`provider.${key}`, `Unrecognized key: provider.${key}`);
	const collection = body.data_collection ?? 'allow';
	if (collection !== 'allow' && collection !== 'deny') fail('data_collection', 'allow or deny');
	return {
		order: readList(body, 'order'),
		only: readList(body, 'only'),
		ignore: readList(body, 'ignore'),
		allowFallbacks: readFlag(body, 'allow_fallbacks', true),
		requireParameters: readFlag(body, 'require_parameters', false),
		deniesCollection: collection === 'deny',
		zdr: readFlag(body, 'zdr', false),
		enforcesDistillable: readFlag(body, 'enforce_distillable_text', false),
		quantizations: readList(body, 'quantizations', quantizations),
		...readSort(body.sort),
		maxPrice: readPrices(body.max_price),
		minThroughput: readPreferred(body.preferred_min_throughput, 'preferred_min_throughput'),
		maxLatency: readPreferred(body.preferred_max_latency, 'preferred_max_latency'),
	};
}
