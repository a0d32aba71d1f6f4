import type {ChatRequest} from '../chat/request.js';
import {openrouterError, Refusal} from '../envelopes.js';
import {hashText, unitOf} from '../random.js';
import type {Route, Routes} from './endpoints.js';
import type {Preferred, ProviderPreferences, SortBy} from './provider-preferences.js';
import type {ModelRow, Pricing} from './wire.js';

/** A route that may serve the request, with the model that it serves. */
export type Candidate = {readonly model: ModelRow; readonly route: Route};

export type RoutingQuestion = {
	readonly request: ChatRequest;
	readonly preferences: ProviderPreferences;
	/** In the order in which they are tried. */
	readonly models: readonly ModelRow[];
	/** Of the id's suffix; `provider.sort` goes first. */
	readonly sort: SortBy | null;
	readonly isDistillable: (model: ModelRow) => boolean;
};

const tiers = new Set(['flex', 'priority']);
const tierOf = (tag: string) => tags(tag)[1];
const tags = (tag: string) => tag.split('/');

/** A base slug stands for all variants but the service tiers; a tag for itself; a provider's name for its slug. */
export function isNamed(route: Route, names: readonly string[]): boolean {
	const tag = route.endpoint.tag.toLowerCase();
	const isTier = tiers.has(tierOf(tag) ?? '');
	return names.some(
		(name) => name === tag || (!isTier && (name === route.provider || name === route.endpoint.provider_name.toLowerCase())),
	);
}

/** Parameters of a request that a route can lack; what every route takes is not among them. */
const checked = [
	'frequency_penalty',
	'logit_bias',
	'logprobs',
	'max_tokens',
	'min_p',
	'presence_penalty',
	'reasoning',
	'repetition_penalty',
	'response_format',
	'seed',
	'stop',
	'structured_outputs',
	'temperature',
	'tool_choice',
	'tools',
	'top_a',
	'top_k',
	'top_logprobs',
	'top_p',
	'verbosity',
] as const;

function parametersOf({body}: ChatRequest): readonly string[] {
	const asked: string[] = checked.filter((name) => body[name] !== undefined && body[name] !== null);
	if ((body.response_format as {type?: string} | undefined)?.type === 'json_schema') asked.push('structured_outputs');
	if (body.reasoning_effort !== undefined && !asked.includes('reasoning')) asked.push('reasoning');
	return asked;
}

const perMillion = (price: unknown) => Number(price) * 1e6 * (1 - 1e-12);

function isWithinPrice(pricing: Pricing, limits: NonNullable<ProviderPreferences['maxPrice']>): boolean {
	if (limits.prompt !== undefined && perMillion(pricing.prompt) > limits.prompt) return false;
	if (limits.completion !== undefined && perMillion(pricing.completion) > limits.completion) return false;
	return limits.request === undefined || Number(pricing.request ?? 0) <= limits.request;
}

type Step = {
	readonly name: string;
	readonly keeps: (candidate: Candidate) => boolean;
	/** The message when nothing is left; providers are told where the step speaks of them. */
	readonly message: string;
	readonly requested?: readonly string[];
};

const learnMore = 'To learn more about provider routing, visit: https://openrouter.ai/docs/guides/routing/provider-selection';

/** Filters that the body itself asks for, whatever `provider` says. */
function bodySteps({request, models}: RoutingQuestion): Step[] {
	const steps: Step[] = [];
	if (Array.isArray(request.body.tools) && request.body.tools.length > 0)
		steps.push({
			name: 'Filter by Tool Compatibility',
			keeps: ({route}) => route.endpoint.supported_parameters.includes('tools'),
			message: `No endpoints found that support tool use. ${learnMore}`,
		});
	if (request.messages.some((message) => message.hasImage))
		steps.push({
			name: 'Filter by Image Support',
			keeps: ({model}) => model.architecture.input_modalities.includes('image'),
			message: 'No endpoints found that support image input',
		});
	if (models.every((model) => !model.architecture.output_modalities.includes('text')))
		steps.push({name: 'Filter by Output Modality', keeps: () => false, message: `No endpoints found that write text. ${learnMore}`});
	return steps;
}

function providerSteps({preferences, request, isDistillable}: RoutingQuestion, available: string): Step[] {
	const {only, ignore, quantizations, maxPrice} = preferences;
	const steps: Step[] = [];
	if (only)
		steps.push({
			name: 'Filter by Allowed Providers',
			keeps: ({route}) => isNamed(route, only),
			message: `No allowed providers are available for the selected model. ${available}, but your request's provider.only preference permits only: ${only.join(', ')}.`,
			requested: only,
		});
	if (ignore && ignore.length > 0)
		steps.push({
			name: 'Filter by Ignored Providers',
			keeps: ({route}) => !isNamed(route, ignore),
			message: `All providers have been ignored. ${available}, and your request's provider.ignore preference excludes: ${ignore.join(', ')}.`,
			requested: [],
		});
	if (preferences.enforcesDistillable)
		steps.push({
			name: 'Filter by Distillable Text',
			keeps: ({model}) => isDistillable(model),
			message: `No endpoints found for models that allow text distillation. ${learnMore}`,
		});
	if (preferences.deniesCollection || preferences.zdr)
		steps.push({
			name: 'Filter by Data Policy',
			keeps: ({route}) => (!preferences.zdr || route.isZdr) && !(preferences.deniesCollection && route.trains),
			message: `No endpoints found matching your data policy (${preferences.zdr ? 'Zero data retention' : 'Paid model training'}). Configure: https://openrouter.ai/settings/privacy`,
		});
	if (quantizations)
		steps.push({
			name: 'Filter by Quantization',
			keeps: ({route}) => quantizations.includes(route.endpoint.quantization ?? 'unknown'),
			message: `No endpoints found with the requested quantizations: ${quantizations.join(', ')}. ${learnMore}`,
		});
	if (maxPrice)
		steps.push({
			name: 'Filter by Max Price',
			keeps: ({route}) => isWithinPrice(route.endpoint.pricing, maxPrice),
			message: `No endpoints found within the requested max price. ${learnMore}`,
		});
	if (preferences.requireParameters) {
		const asked = parametersOf(request);
		steps.push({
			name: 'Filter by Parameters',
			keeps: ({route}) => asked.every((name) => route.endpoint.supported_parameters.includes(name)),
			message: `No endpoints found that can handle the requested parameters. ${learnMore}`,
		});
	}
	return steps;
}

const meets = (values: Preferred | null, limits: Preferred, isMet: (value: number, limit: number) => boolean) =>
	values !== null && Object.entries(limits).every(([percentile, limit]) => isMet(values[percentile as 'p50'] ?? 0, limit!));

/** Soft wishes: 0 when the route meets them. */
function missesOf({route: {endpoint}}: Candidate, {minThroughput, maxLatency}: ProviderPreferences): number {
	let misses = 0;
	if (minThroughput && !meets(endpoint.throughput_last_30m, minThroughput, (value, limit) => value >= limit)) misses++;
	if (maxLatency && !meets(endpoint.latency_last_30m, maxLatency, (value, limit) => value / 1000 <= limit)) misses++;
	return misses;
}

const priceOf = ({route}: Candidate) => Number(route.endpoint.pricing.prompt) + Number(route.endpoint.pricing.completion);

const measures: Readonly<Record<SortBy, (candidate: Candidate) => number>> = {
	price: priceOf,
	throughput: ({route}) => -(route.endpoint.throughput_last_30m?.p50 ?? 0),
	latency: ({route}) => route.endpoint.latency_last_30m?.p50 ?? Number.POSITIVE_INFINITY,
	exacto: ({route}) => -(route.endpoint.uptime_last_1d ?? 0),
};

/** Load balancing: cheap routes are drawn more often, by the inverse square of their price; the prompt decides the draw. */
function drawOf(candidate: Candidate, prompt: string): number {
	const price = Math.max(priceOf(candidate), 1e-9);
	return -Math.log(1 - unitOf(`${candidate.model.id} ${candidate.route.endpoint.tag} ${prompt}`)) * price * price;
}

function arrange(candidates: readonly Candidate[], {preferences, models, sort: suffixSort, request}: RoutingQuestion): Candidate[] {
	const {order} = preferences;
	const sort = preferences.sort ?? suffixSort;
	const prompt = String(hashText(request.messages.at(-1)!.text.slice(0, 2000)));
	const keyed = candidates.map((candidate) => {
		const place = order ? order.findIndex((name) => isNamed(candidate.route, [name])) : -1;
		return {
			candidate,
			model: preferences.isPartitioned ? models.indexOf(candidate.model) : 0,
			order: place < 0 ? Number.MAX_SAFE_INTEGER : place,
			isDerated: sort === null && place < 0 && candidate.route.endpoint.status < 0 ? 1 : 0,
			misses: missesOf(candidate, preferences),
			value: sort ? measures[sort](candidate) : drawOf(candidate, prompt),
		};
	});
	keyed.sort(
		(one, two) =>
			one.model - two.model ||
			one.order - two.order ||
			one.isDerated - two.isDerated ||
			one.misses - two.misses ||
			// Two infinities have no difference.
			(one.value < two.value ? -1 : one.value > two.value ? 1 : 0),
	);
	return keyed.map((entry) => entry.candidate);
}

const slugsOf = (candidates: readonly Candidate[]) => [...new Set(candidates.map(({route}) => route.provider))];

/** Without `order` the first choice alone is left; with it, what it names. */
function withoutFallbacks(arranged: readonly Candidate[], order: readonly string[] | null): Candidate[] {
	return order ? arranged.filter(({route}) => isNamed(route, order)) : arranged.slice(0, 1);
}

/**
 * The routes that may serve the request, first choice first. Throws Refusal 404 with the funnel when a step leaves none; the order of the steps is
 * the sandbox's own.
 */
export function routeRequest(question: RoutingQuestion, routes: Routes): Candidate[] {
	const {models, preferences} = question;
	const named = [...(preferences.only ?? []), ...(preferences.order ?? [])];
	let left = models.flatMap((model) => routes.of(model).map((route): Candidate => ({model, route})));
	const ids = models.map((model) => model.id).join(', ');
	if (left.length === 0) throw new Refusal(404, openrouterError(404, `No endpoints found for ${ids}.`));
	// A service tier is served only to those who name it.
	left = left.filter(({route}) => !tiers.has(tierOf(route.endpoint.tag) ?? '') || isNamed(route, named));
	const initial = slugsOf(left);
	const funnel = [{step: 'Initial Endpoints', endpoint_count: left.length}];
	const refuse = (step: string, message: string, requested?: readonly string[]): never => {
		const metadata = {
			...(requested && {available_providers: initial, requested_providers: requested}),
			routing_funnel: funnel,
			failed_routing_step: step,
		};
		throw new Refusal(404, openrouterError(404, message, metadata));
	};
	const available = `Providers serving ${ids}: ${initial.join(', ')}`;
	for (const step of [...bodySteps(question), ...providerSteps(question, available)]) {
		const kept = left.filter(step.keeps);
		if (kept.length === 0) refuse(step.name, step.message, step.requested);
		left = kept;
		funnel.push({step: step.name, endpoint_count: left.length});
	}
	const arranged = arrange(left, question);
	if (preferences.allowFallbacks) return arranged;
	const kept = withoutFallbacks(arranged, preferences.order);
	if (kept.length === 0)
		refuse(
			'Filter by Fallback',
			`No allowed providers are available for the selected model. ${available}, but your request permits only: ${preferences.order!.join(', ')}, without fallbacks.`,
			preferences.order!,
		);
	return kept;
}
