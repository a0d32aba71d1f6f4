import {unitOf} from '../random.js';
import type {OpenRouterCatalogue} from './catalogue.js';
import type {Routes} from './endpoints.js';
import type {SortBy} from './provider-preferences.js';
import type {ModelRow} from './wire.js';

export type Strategy = 'direct' | 'auto' | 'free' | 'latest' | 'alias' | 'fallback' | 'pareto' | 'bodybuilder' | 'fusion';

/** Models that may answer, the first choice first, with what the id's suffixes ask for. */
export type Resolved = {
	/** As asked for. */
	readonly requested: string;
	readonly models: readonly ModelRow[];
	readonly strategy: Strategy;
	/** Of `:nitro` and `:floor`. */
	readonly sort: SortBy | null;
	/** Of `:thinking` on a model without such a variant. */
	readonly isThinking: boolean;
	/** A `:free` that the model does not have: known, but nobody serves it. */
	readonly isMissingVariant: boolean;
};

const routerStrategies: Readonly<Record<string, Strategy>> = {
	'openrouter/auto': 'auto',
	'openrouter/auto-beta': 'auto',
	'openrouter/free': 'free',
	'openrouter/pareto-code': 'pareto',
	'openrouter/fusion': 'fusion',
	'openrouter/bodybuilder': 'bodybuilder',
};
const suffixSorts: Readonly<Record<string, SortBy>> = {nitro: 'throughput', floor: 'price', exacto: 'exacto'};
const suffixes = new Set(['nitro', 'floor', 'exacto', 'online', 'free', 'thinking', 'extended']);

export type Resolution = {
	readonly catalogue: OpenRouterCatalogue;
	readonly routes: Routes;
	/** Decides what a router picks. */
	readonly prompt: string;
	/** A router picks only such models. */
	readonly isEligible: (model: ModelRow) => boolean;
};

/** How many models a router chooses from for one request. */
const choices = 8;

/** What a router picks from: free models, the best coders, else the best; in an order that the prompt decides. */
function routerModels(strategy: Strategy, {catalogue, routes, prompt, isEligible}: Resolution): ModelRow[] {
	const isFree = strategy === 'free';
	const served = catalogue.models.filter(
		(model) =>
			isFree === model.id.endsWith(':free') &&
			(isFree || !model.id.includes(':')) &&
			isEligible(model) &&
			routes.of(model).length > 0 &&
			model.architecture.output_modalities.join() === 'text',
	);
	const index = strategy === 'pareto' ? 'coding_index' : 'intelligence_index';
	const rank = (model: ModelRow) => model.benchmarks?.artificial_analysis?.[index] ?? 0;
	const best = isFree ? served : [...served].sort((one, two) => rank(two) - rank(one)).slice(0, 40);
	return best
		.map((model) => ({model, place: unitOf(`${model.id} ${prompt}`)}))
		.sort((one, two) => one.place - two.place)
		.slice(0, choices)
		.map((entry) => entry.model);
}

/** Null when there is no such model. */
export function resolveModel(id: string, resolution: Resolution): Resolved | null {
	const {catalogue} = resolution;
	const strategy = routerStrategies[id.toLowerCase()];
	const plain = {requested: id, sort: null, isThinking: false, isMissingVariant: false};
	if (strategy) return {...plain, strategy, models: routerModels(strategy, resolution)};
	let rest = id;
	const taken: string[] = [];
	let model = catalogue.find(rest);
	while (!model) {
		const at = rest.lastIndexOf(':');
		const suffix = rest.slice(at + 1).toLowerCase();
		if (at < 0 || !suffixes.has(suffix)) return null;
		taken.push(suffix);
		rest = rest.slice(0, at);
		model = catalogue.find(rest);
	}
	const target = model.alias_target && catalogue.find(model.alias_target.slug);
	return {
		requested: id,
		models: [target ?? model],
		strategy: target ? (model.id.endsWith('-latest') ? 'latest' : 'alias') : 'direct',
		sort: taken.map((suffix) => suffixSorts[suffix]).find((sort) => sort !== undefined) ?? null,
		isThinking: taken.includes('thinking'),
		isMissingVariant: taken.includes('free'),
	};
}
