import {nanogptError, Refusal} from '../envelopes.js';
import {unitOf} from '../random.js';
import type {NanogptCatalogue, NanogptModel, NanogptRoute} from './catalogue.js';

/** Where a request goes, and at what price; prices in USD per million tokens. */
export type Selection = {
	/** Null: NanoGPT's own routing at the model's price. */
	readonly route: NanogptRoute | null;
	readonly inputPrice: number;
	readonly outputPrice: number;
	/** A provider was chosen explicitly: always pay-as-you-go. */
	readonly isExplicit: boolean;
};

type Controls = {
	readonly order: readonly string[];
	readonly only: readonly string[] | null;
	readonly ignore: readonly string[];
	readonly sort: string | null;
	readonly quantizations: readonly string[] | null;
	readonly minQuantization: string | null;
	readonly maxPrice: {readonly prompt?: number; readonly completion?: number};
};

const bits: Readonly<Record<string, number>> = {int4: 4, fp4: 4, fp6: 6, int8: 8, fp8: 8, fp16: 16, bf16: 16, fp32: 32};
const sorts = ['speed', 'throughput', 'latency', 'price', 'auto', 'none', 'default'];
const suffixSorts: Readonly<Record<string, string>> = {fast: 'speed', cheap: 'price', price: 'price'};
const suffixes = ['caching', 'cache', 'cached', 'online', 'memory', 'reasoning-exclude', 'thinking'];

const invalid = (param: string, message: string) =>
	new Refusal(400, nanogptError(message, 'invalid_request_error', 'invalid_provider_routing', param));

/** A model with what the suffixes of its id ask for: `:fast`, `:cheap`, `:price`, `:caching`, `:<provider>`. Null when there is none. */
export function findWithSuffix(
	catalogue: NanogptCatalogue,
	id: string,
): {readonly model: NanogptModel; readonly sort: string | null; readonly provider: string | null; readonly isThinking: boolean} | null {
	let rest = id;
	let sort: string | null = null;
	let provider: string | null = null;
	let isThinking = false;
	for (;;) {
		const model = catalogue.find(rest);
		if (model) return {model, sort, provider, isThinking};
		const at = rest.lastIndexOf(':');
		if (at < 0) return null;
		const suffix = rest.slice(at + 1).toLowerCase();
		if (suffixSorts[suffix]) sort = suffixSorts[suffix];
		else if (catalogue.hasProvider(suffix)) provider = suffix;
		else if (!suffixes.some((name) => suffix.startsWith(name))) return null;
		if (suffix === 'thinking') isThinking = true;
		rest = rest.slice(0, at);
	}
}

function readTexts(value: unknown, name: string): readonly string[] | null {
	if (value === undefined || value === null) return null;
	if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string'))
		throw invalid(`provider.${name}`, `provider.${name} must be a list of texts`);
	return value.map((entry: string) => entry.toLowerCase());
}

function readControls(value: unknown): Controls {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw invalid('provider', 'provider must be a text or an object');
	const body = value as Readonly<Record<string, unknown>>;
	const {sort = null, min_quantization: least = null} = body;
	if (sort !== null && !sorts.includes(sort as string)) throw invalid('provider.sort', `provider.sort must be one of ${sorts.join(', ')}`);
	if (least !== null && bits[least as string] === undefined)
		throw invalid('provider.min_quantization', `provider.min_quantization must be one of ${Object.keys(bits).join(', ')}`);
	const quantizations = readTexts(body.quantizations, 'quantizations');
	if (quantizations?.some((name) => name !== 'unknown' && bits[name] === undefined))
		throw invalid('provider.quantizations', `provider.quantizations must be made of ${Object.keys(bits).join(', ')}, unknown`);
	const maxPrice = (body.max_price ?? {}) as {prompt?: unknown; completion?: unknown};
	for (const price of [maxPrice.prompt, maxPrice.completion])
		if (price !== undefined && !(typeof price === 'number' && price >= 0))
			throw invalid('provider.max_price', 'provider.max_price must hold numbers from 0 on');
	return {
		order: readTexts(body.order, 'order') ?? [],
		only: readTexts(body.only, 'only'),
		ignore: readTexts(body.ignore, 'ignore') ?? [],
		sort: sort as string | null,
		quantizations,
		minQuantization: least as string | null,
		maxPrice: maxPrice as Controls['maxPrice'],
	};
}

const unknownProvider = (id: string) =>
	new Refusal(400, nanogptError(`Unknown provider: ${id}`, 'invalid_request_error', 'provider_unknown_provider', 'provider'));

/** NanoGPT's document does not tell this one; the sandbox answers it in the shape of its neighbour. */
const noneLeft = (model: NanogptModel, why: string) =>
	new Refusal(
		400,
		nanogptError(`No provider of ${model.id} is left: ${why}`, 'invalid_request_error', 'provider_not_available', 'provider'),
	);

function keeps(route: NanogptRoute, {ignore, quantizations, minQuantization, maxPrice}: Controls): boolean {
	if (!route.isAvailable || ignore.includes(route.provider)) return false;
	if (quantizations && !quantizations.includes(route.quantization)) return false;
	if (minQuantization && (bits[route.quantization] ?? 0) < bits[minQuantization]!) return false;
	return (
		route.inputPrice <= (maxPrice.prompt ?? Number.POSITIVE_INFINITY) &&
		route.outputPrice <= (maxPrice.completion ?? Number.POSITIVE_INFINITY)
	);
}

function selectByControls(
	model: NanogptModel,
	routes: readonly NanogptRoute[],
	controls: Controls,
	catalogue: NanogptCatalogue,
	prompt: string,
): NanogptRoute | null {
	const {only, order} = controls;
	for (const id of only ?? []) if (!catalogue.hasProvider(id)) throw unknownProvider(id);
	const kept = routes.filter((route) => keeps(route, controls) && (!only || only.includes(route.provider)));
	if (kept.length === 0)
		throw noneLeft(model, only ? `provider.only permits ${only.join(', ')}` : 'the routing controls exclude every one');
	const place = (route: NanogptRoute) => {
		const at = order.indexOf(route.provider);
		return at < 0 ? order.length : at;
	};
	const byPrice = controls.sort === 'price';
	const value = (route: NanogptRoute) =>
		byPrice
			? route.inputPrice + route.outputPrice
			: controls.sort
				? providerSpeed(route.provider).firstTokenMilliseconds
				: unitOf(`${route.provider} ${prompt}`);
	return kept.toSorted((one, two) => place(one) - place(two) || value(one) - value(two))[0]!;
}

/** By rule: the sandbox has no telemetry of NanoGPT's providers. */
export function providerSpeed(provider: string): {readonly firstTokenMilliseconds: number; readonly tokensPerSecond: number} {
	return {
		firstTokenMilliseconds: 300 + 1500 * unitOf(`nanogpt latency ${provider}`),
		tokensPerSecond: 25 + 125 * unitOf(`nanogpt speed ${provider}`),
	};
}

export type SelectionQuestion = {
	readonly model: NanogptModel;
	/** Of the id's suffix. */
	readonly sort: string | null;
	readonly suffixProvider: string | null;
	/** The header X-Provider. */
	readonly header: string | undefined;
	readonly provider: unknown;
	/** Decides the draw among equals. */
	readonly prompt: string;
};

/** Chooses the provider as the documents say. A model without provider selection ignores every wish, silently. Throws Refusal 400. */
export function selectProvider(catalogue: NanogptCatalogue, question: SelectionQuestion): Selection {
	const {model, header, provider, prompt} = question;
	const routes = catalogue.routesOf(model);
	const own: Selection = {route: null, inputPrice: Number(model.row.prompt), outputPrice: Number(model.row.completion), isExplicit: false};
	if (!routes) return own;
	const named =
		(typeof provider === 'string' ? provider : null) ??
		(provider === undefined || provider === null ? (header ?? question.suffixProvider) : null);
	const chosen = (route: NanogptRoute): Selection => ({
		route,
		inputPrice: route.inputPrice,
		outputPrice: route.outputPrice,
		isExplicit: true,
	});
	if (named !== null) {
		const id = named.trim().toLowerCase();
		if (!catalogue.hasProvider(id)) throw unknownProvider(named);
		const route = routes.find((entry) => entry.provider === id);
		if (!route?.isAvailable) throw noneLeft(model, `${id} ${route ? 'is not available' : 'does not serve it'}`);
		return chosen(route);
	}
	if (provider === undefined || provider === null) {
		const quiet = {order: [], only: null, ignore: [], sort: question.sort, quantizations: null, minQuantization: null, maxPrice: {}};
		const route = selectByControls(model, routes, quiet, catalogue, prompt);
		return question.sort && route ? chosen(route) : {...own, route};
	}
	return chosen(selectByControls(model, routes, readControls(provider), catalogue, prompt)!);
}
