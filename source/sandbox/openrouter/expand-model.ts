import {shiftDecimal} from '../decimal.js';
import type {TableRow} from '../fixtures.js';
import type {ModelRow, Pricing} from './wire.js';

const perToken = (perMillion: string) => (perMillion === '-1' ? '-1' : shiftDecimal(perMillion, -6));
const words = (text: string) => text.split(' ').filter(Boolean);
const numberOrNull = (text: string) => (text === '' || text === 'null' ? null : Number(text));

/** Reads one pair such as `temperature=0.3`. */
function pair(text: string): [string, string] {
	const at = text.indexOf('=');
	return [text.slice(0, at), text.slice(at + 1)];
}

/** `>200000 prompt=4; 1000-0400 prompt=2`: prices from a prompt length on, or between two UTC times of day (HHMM). */
function toOverrides(text: string): Pricing['overrides'] {
	return text.split('; ').map((part) => {
		const override: Record<string, string | number> = {};
		for (const word of words(part)) {
			const hours = /^(\d{4})-(\d{4})$/.exec(word);
			if (word.startsWith('>')) override.min_prompt_tokens = Number(word.slice(1));
			else if (hours) Object.assign(override, {utc_start: Number(hours[1]), utc_end: Number(hours[2])});
			else {
				const [name, price] = pair(word);
				override[name] = perToken(price);
			}
		}
		return override;
	});
}

function toPricing(row: TableRow): Pricing {
	return {
		prompt: perToken(row.prompt!),
		completion: perToken(row.completion!),
		...Object.fromEntries(words(row.other_prices!).map(pair)),
		...(row.cache_read && {input_cache_read: perToken(row.cache_read)}),
		...(row.cache_write && {input_cache_write: perToken(row.cache_write)}),
		...(row.overrides && {overrides: toOverrides(row.overrides)}),
	};
}

/** `must on tokens max,high,low =high`: mandatory, on by default, takes a token budget, efforts, default effort. */
function toReasoning(text: string): Readonly<Record<string, unknown>> {
	const reasoning: Record<string, unknown> = {};
	for (const word of words(text)) {
		if (word === 'must' || word === 'may') reasoning.mandatory = word === 'must';
		else if (word === 'on' || word === 'off') reasoning.default_enabled = word === 'on';
		else if (word === 'tokens') reasoning.supports_max_tokens = true;
		else if (word.startsWith('=')) reasoning.default_effort = word.slice(1);
		else reasoning.supported_efforts = word.split(',');
	}
	return reasoning;
}

function toBenchmarks(row: TableRow): Readonly<Record<string, unknown>> {
	const [intelligence = '', coding = '', agentic = ''] = row.indices!.split('/');
	return {
		...(row.indices && {
			artificial_analysis: {
				intelligence_index: numberOrNull(intelligence),
				coding_index: numberOrNull(coding),
				agentic_index: numberOrNull(agentic),
			},
		}),
		design_arena: words(row.arena!).map((entry) => {
			const [arena, category, elo, winRate, rank] = entry.split(':');
			return {arena, category, elo: Number(elo), win_rate: Number(winRate), rank: Number(rank)};
		}),
	};
}

/** A date of the table, or `+12d`: that many days after the sandbox's today. */
function toDate(text: string, now: Date): string | null {
	const days = /^\+(\d+)d$/.exec(text)?.[1];
	if (days) return new Date(now.getTime() + Number(days) * 86_400_000).toISOString().slice(0, 10);
	return text || null;
}

const variantSentences: Readonly<Record<string, string>> = {
	free: 'This variant costs nothing and is rate-limited.',
	batch: 'This variant answers within a day at half the price.',
	thinking: 'This variant reasons before it answers.',
};

/** One or two sentences from the row's own facts. */
function describe(row: TableRow): string {
	if (row.alias_of) return `Always leads to the newest model of its line, now ${row.alias_of}.`;
	if (row.prompt === '-1') return 'A router: it picks another model for each request, and the price is that model’s.';
	const [maker, ...rest] = row.name!.split(': ');
	const name = rest.length > 0 ? rest.join(': ') : maker;
	const by = rest.length > 0 ? ` by ${maker}` : '';
	const reads = row.input!.split(',').join(', ');
	const writes = row.output!.split(',').join(', ');
	const limit = row.context ? ` Its context holds ${row.context.replace(/\B(?=(\d{3})+$)/g, ',')} tokens.` : '';
	const variant = variantSentences[row.id!.split(':')[1] ?? ''];
	return `${name}${by} reads ${reads} and writes ${writes}.${limit}${variant ? ` ${variant}` : ''}`;
}

/** Expands a row of models.tsv into a row of OpenRouter's `GET /models`. */
export function expandModel(
	row: TableRow,
	parameterOf: ReadonlyMap<string, string>,
	nameOf: ReadonlyMap<string, string>,
	now: Date,
): ModelRow {
	const slug = row.canonical_slug === '=' ? row.id! : row.canonical_slug!;
	const inputs = row.input!.split(',');
	const outputs = row.output!.split(',');
	const context = numberOrNull(row.context!);
	return {
		id: row.id!,
		canonical_slug: slug,
		hugging_face_id: row.hugging_face_id || null,
		name: row.name!,
		created: Number(row.created),
		description: describe(row),
		context_length: context,
		architecture: {
			modality: `${inputs.join('+')}->${outputs.join('+')}`,
			input_modalities: inputs,
			output_modalities: outputs,
			tokenizer: row.tokenizer!,
			instruct_type: row.instruct || null,
		},
		pricing: toPricing(row),
		top_provider: {
			context_length: row.top_context === '' ? context : numberOrNull(row.top_context!),
			max_completion_tokens: numberOrNull(row.max_output!),
			is_moderated: row.moderated === 'yes',
		},
		per_request_limits: null,
		supported_parameters: [...row.parameters!].map((letter) => parameterOf.get(letter)!),
		default_parameters: Object.fromEntries(
			words(row.defaults!)
				.map(pair)
				.map(([name, value]) => [name, Number(value)]),
		),
		supported_voices: outputs.includes('speech') ? ['alloy', 'verse'] : null,
		knowledge_cutoff: row.cutoff || null,
		expiration_date: toDate(row.expires!, now),
		links: {details: `/api/v1/models/${slug}/endpoints`},
		...(row.alias_of && {alias_target: {name: nameOf.get(row.alias_of) ?? row.alias_of, slug: row.alias_of}}),
		...((row.indices || row.arena) && {benchmarks: toBenchmarks(row)}),
		...(row.reasoning && {reasoning: toReasoning(row.reasoning)}),
	} as ModelRow;
}
