import {join} from 'node:path';
import {lazy, readTable} from '../fixtures.js';
import {unitOf} from '../random.js';
import type {OpenRouterCatalogue} from './catalogue.js';
import type {Route, Routes} from './endpoints.js';
import type {ModelQuery, Range, RangeName} from './model-query.js';
import type {ModelRow} from './wire.js';

/** Numbers of a model that a range or an order speaks of; null where the model has none. */
type Measure = (model: ModelRow) => number | null;

export type ModelSelection = (query: ModelQuery) => readonly ModelRow[];

const perMillion = (price: string) => (Number(price) < 0 ? null : Number(price) * 1e6);
const best = (values: readonly (number | undefined)[], pick: (...values: number[]) => number) => {
	const known = values.filter((value) => value !== undefined);
	return known.length > 0 ? pick(...known) : null;
};

function isWithin(value: number | null, {min, max}: Range): boolean {
	if (min === null && max === null) return true;
	// A hair of tolerance: 0.15 per million is 0.15000000000000002 after the multiplication.
	return value !== null && (min === null || value >= min * (1 - 1e-12)) && (max === null || value <= max * (1 + 1e-12));
}

/** What the sandbox says of a model that no file of the fixtures holds: a success rate by rule, from 0.80 to 0.999. */
export function toolSuccessRate(model: ModelRow): number | null {
	if (!model.supported_parameters.includes('tools')) return null;
	return Math.round((0.8 + 0.199 * unitOf(`tools ${model.canonical_slug}`)) * 1000) / 1000;
}

function createMeasures(routesOf: (model: ModelRow) => readonly Route[], now: () => Date, fixtures: string) {
	const usage = lazy(() => new Map(readTable(join(fixtures, 'openrouter', 'usage.tsv')).map((row) => [row.model!, row])));
	const tokens = (column: string, share: number): Measure => {
		// A model without a line has less than the last line of the table.
		return (model) => Number(usage().get(model.id)?.[column] ?? unitOf(`usage ${model.id}`) * share);
	};
	const index = (name: 'intelligence_index' | 'coding_index' | 'agentic_index'): Measure => {
		return (model) => model.benchmarks?.artificial_analysis?.[name] ?? null;
	};
	return {
		price: (model) => perMillion(model.pricing.prompt),
		output_price: (model) => perMillion(model.pricing.completion),
		age_days: (model) => (now().getTime() / 1000 - model.created) / 86_400,
		intelligence_index: index('intelligence_index'),
		coding_index: index('coding_index'),
		agentic_index: index('agentic_index'),
		tool_success_rate: toolSuccessRate,
		created: (model) => model.created,
		context: (model) => model.context_length,
		average_price: (model) => perMillion(String((Number(model.pricing.prompt) + Number(model.pricing.completion)) / 2)),
		weekly_tokens: tokens('billion_tokens_last_week', 60),
		all_tokens: tokens('billion_tokens_ever', 100),
		throughput: (model) =>
			best(
				routesOf(model).map((route) => route.endpoint.throughput_last_30m?.p50),
				Math.max,
			),
		latency: (model) =>
			best(
				routesOf(model).map((route) => route.endpoint.latency_last_30m?.p50),
				Math.min,
			),
		elo: (model) =>
			best(
				(model.benchmarks?.design_arena ?? []).map((entry) => entry.elo),
				Math.max,
			),
	} satisfies Readonly<Record<RangeName | string, Measure>>;
}

type MeasureName = keyof ReturnType<typeof createMeasures>;

const orders: Readonly<Record<NonNullable<ModelQuery['sort']>, readonly [measure: MeasureName, isRising: boolean]>> = {
	'most-popular': ['all_tokens', false],
	newest: ['created', false],
	'top-weekly': ['weekly_tokens', false],
	'pricing-low-to-high': ['average_price', true],
	'pricing-high-to-low': ['average_price', false],
	'context-high-to-low': ['context', false],
	'throughput-high-to-low': ['throughput', false],
	'latency-low-to-high': ['latency', true],
	'intelligence-high-to-low': ['intelligence_index', false],
	'coding-high-to-low': ['coding_index', false],
	'agentic-high-to-low': ['agentic_index', false],
	'design-arena-elo-high-to-low': ['elo', false],
};

/** Models without the measure stay at the end, in the order of the list. */
function sortBy(models: readonly ModelRow[], measure: Measure, isRising: boolean): readonly ModelRow[] {
	const measured = models.map((model) => ({model, value: measure(model)}));
	const known = measured
		.filter((entry) => entry.value !== null)
		.sort((one, two) => (isRising ? one.value! - two.value! : two.value! - one.value!));
	return [...known, ...measured.filter((entry) => entry.value === null)].map((entry) => entry.model);
}

/** Does the model write one of the modalities? An empty list stands for all of them. */
export function hasOutput(model: ModelRow, outputs: readonly string[]): boolean {
	return outputs.length === 0 || outputs.some((output) => model.architecture.output_modalities.includes(output));
}

/** Builds the filter and the order of `GET /models`. An alias is served by its target's routes. */
export function createSelection(
	fixtures: string,
	catalogue: () => OpenRouterCatalogue,
	routes: () => Routes,
	now: () => Date,
): ModelSelection {
	const categories = lazy(
		() => new Map(readTable(join(fixtures, 'openrouter', 'categories.tsv')).map((row) => [row.category!, new Set(row.models!.split(' '))])),
	);
	const routesOf = (model: ModelRow) => routes().of((model.alias_target && catalogue().find(model.alias_target.slug)) || model);
	const measures = createMeasures(routesOf, now, fixtures);
	const authorOf = (model: ModelRow) => model.id.split('/')[0]!.replace(/^~/, '').toLowerCase();
	return (query) => {
		const inCategory = query.category && (categories().get(query.category) ?? new Set());
		const authors = query.authors.map((author) => author.toLowerCase());
		const providers = query.providers.map((provider) => provider.toLowerCase());
		const bounds = Object.entries(query.ranges).filter(([, range]) => range.min !== null || range.max !== null);
		const selected = catalogue().models.filter(
			(model) =>
				hasOutput(model, query.outputs) &&
				query.inputs.every((input) => model.architecture.input_modalities.includes(input)) &&
				query.parameters.every((parameter) => model.supported_parameters.includes(parameter)) &&
				(!query.q || [model.id, model.canonical_slug, model.name].some((text) => text.toLowerCase().includes(query.q!))) &&
				(!inCategory || inCategory.has(model.id.split(':')[0]!)) &&
				(query.context === null || (model.context_length ?? 0) >= query.context) &&
				(!query.arch || model.architecture.tokenizer?.toLowerCase() === query.arch) &&
				(authors.length === 0 || authors.includes(authorOf(model))) &&
				(query.distillable === null || catalogue().isDistillable(model) === query.distillable) &&
				bounds.every(([name, range]) => isWithin(measures[name as RangeName](model), range)) &&
				(providers.length === 0 || routesOf(model).some(({endpoint}) => providers.includes(endpoint.provider_name.toLowerCase()))) &&
				(!query.zdr || routesOf(model).some((route) => route.isZdr)) &&
				(!query.region || routesOf(model).some((route) => route.regions.includes(query.region!))),
		);
		if (!query.sort) return selected;
		const [measure, isRising] = orders[query.sort];
		return sortBy(selected, measures[measure], isRising);
	};
}
