import {openrouterError, Refusal} from '../envelopes.js';

export const categories = [
	'programming',
	'roleplay',
	'marketing',
	'marketing/seo',
	'technology',
	'science',
	'translation',
	'legal',
	'finance',
	'health',
	'trivia',
	'academia',
] as const;

export const sortOrders = [
	'most-popular',
	'newest',
	'top-weekly',
	'pricing-low-to-high',
	'pricing-high-to-low',
	'context-high-to-low',
	'throughput-high-to-low',
	'latency-low-to-high',
	'intelligence-high-to-low',
	'coding-high-to-low',
	'agentic-high-to-low',
	'design-arena-elo-high-to-low',
] as const;

const inputModalities = ['text', 'image', 'file', 'audio', 'video'] as const;
const outputModalities = ['text', 'image', 'embeddings', 'audio', 'video', 'rerank', 'speech', 'transcription', 'all'] as const;

/** The ranges of `GET /models`: query name without `min_`/`max_`, and the highest value. */
const ranges = {
	price: Number.POSITIVE_INFINITY,
	output_price: Number.POSITIVE_INFINITY,
	age_days: Number.POSITIVE_INFINITY,
	intelligence_index: Number.POSITIVE_INFINITY,
	coding_index: Number.POSITIVE_INFINITY,
	agentic_index: Number.POSITIVE_INFINITY,
	tool_success_rate: 1,
} as const;

export type RangeName = keyof typeof ranges;
export type Range = {readonly min: number | null; readonly max: number | null};

/** A request for `GET /models`, checked; null and empty lists mean that nothing was asked. */
export type ModelQuery = {
	readonly page: {readonly offset: number; readonly limit: number} | null;
	readonly q: string | null;
	readonly category: (typeof categories)[number] | null;
	readonly sort: (typeof sortOrders)[number] | null;
	readonly parameters: readonly string[];
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly context: number | null;
	readonly arch: string | null;
	readonly authors: readonly string[];
	readonly providers: readonly string[];
	readonly distillable: boolean | null;
	readonly zdr: boolean;
	readonly region: 'eu' | 'us' | null;
	readonly ranges: Readonly<Record<RangeName, Range>>;
	readonly rss: 'models' | 'chat' | null;
};

export type QueryReader = (name: string) => string | undefined;

function invalid(name: string, value: string, expected: string): never {
	throw new Refusal(400, openrouterError(400, `Invalid request parameters: ${name}=${value} is not ${expected}.`));
}

function readOne<const Value extends string>(get: QueryReader, name: string, values: readonly Value[]): Value | null {
	const value = get(name);
	if (value === undefined || value === '') return null;
	return values.find((known) => known === value) ?? invalid(name, value, `one of ${values.join(', ')}`);
}

function readList(get: QueryReader, name: string, values?: readonly string[]): readonly string[] {
	const list = (get(name) ?? '')
		.split(',')
		.map((entry) => entry.trim())
		.filter(Boolean);
	for (const entry of list) if (values && !values.includes(entry)) invalid(name, entry, `one of ${values.join(', ')}`);
	return list;
}

function readNumber(get: QueryReader, name: string, {min = 0, max = Number.POSITIVE_INFINITY, isWhole = false} = {}): number | null {
	const text = get(name);
	if (text === undefined || text === '' || text === 'null') return null;
	const value = Number(text);
	const limits = max === Number.POSITIVE_INFINITY ? `from ${min}` : `from ${min} to ${max}`;
	if (!Number.isFinite(value) || value < min || value > max || (isWhole && !Number.isInteger(value)))
		invalid(name, text, `a ${isWhole ? 'whole ' : ''}number ${limits}`);
	return value;
}

/** Both left out: the full list. One given: the other has its default, offset 0 and limit 500. */
export function readPage(get: QueryReader): ModelQuery['page'] {
	const offset = readNumber(get, 'offset', {isWhole: true});
	const limit = readNumber(get, 'limit', {min: 1, max: 1000, isWhole: true});
	return offset === null && limit === null ? null : {offset: offset ?? 0, limit: limit ?? 500};
}

/** `output_modalities` is `text` when left out; an empty list stands for `all`. */
export function readOutputs(get: QueryReader): readonly string[] {
	const outputs = readList(get, 'output_modalities', outputModalities);
	if (outputs.includes('all')) return [];
	return outputs.length > 0 ? outputs : ['text'];
}

function readRange(get: QueryReader, name: RangeName): Range {
	const options = {max: ranges[name], isWhole: name === 'age_days'};
	return {min: readNumber(get, `min_${name}`, options), max: readNumber(get, `max_${name}`, options)};
}

/** Checks every documented query parameter; throws Refusal 400 for a value that is none. */
export function readModelQuery(get: QueryReader): ModelQuery {
	const distillable = readOne(get, 'distillable', ['true', 'false']);
	const isChat = get('use_rss_chat_links') === 'true';
	return {
		page: readPage(get),
		q: get('q')?.trim().toLowerCase() || null,
		category: readOne(get, 'category', categories),
		sort: readOne(get, 'sort', sortOrders),
		parameters: readList(get, 'supported_parameters'),
		inputs: readList(get, 'input_modalities', inputModalities),
		outputs: readOutputs(get),
		context: readNumber(get, 'context', {min: 1, isWhole: true}),
		arch: get('arch')?.trim().toLowerCase() || null,
		authors: readList(get, 'model_authors'),
		providers: readList(get, 'providers'),
		distillable: distillable === null ? null : distillable === 'true',
		zdr: readOne(get, 'zdr', ['true']) === 'true',
		region: readOne(get, 'region', ['eu', 'us']),
		ranges: Object.fromEntries((Object.keys(ranges) as RangeName[]).map((name) => [name, readRange(get, name)])) as Record<
			RangeName,
			Range
		>,
		rss: get('use_rss') === 'true' ? (isChat ? 'chat' : 'models') : null,
	};
}
