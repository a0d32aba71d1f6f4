import type {Route} from '../domain/route.js';

/** One constraint of a request on routes, tried on our own data. */
export type Constraint = {
	/** As it stands in the request: `max_price`, `only`, `enforce_distillable_text`. */
	readonly name: string;
	/** What a person can do about it. */
	readonly remedy: string;
	/** Why this route falls out; null when it stays, or when our data cannot tell. */
	readonly explain: (route: Route) => string | null;
};

type Body = Readonly<Record<string, unknown>>;

/** Service tiers are not taken by the base slug: https://openrouter.ai/docs/guides/routing/provider-selection */
const tiers = new Set(['flex', 'priority']);

/** Request fields that every route takes, or that are not parameters of the model. */
const notParameters = new Set([
	'model',
	'messages',
	'provider',
	'stream',
	'stream_options',
	'metadata',
	'store',
	'user',
	'max_tokens',
	'max_completion_tokens',
]);

/** Does a tag of `provider.only` take this route? A tag without a variant takes every variant of the host, but no service tier. */
export function isTakenByTag(tag: string, routeTag: string): boolean {
	const [asked, own] = [tag.toLowerCase(), routeTag.toLowerCase()];
	return own === asked || (own.startsWith(`${asked}/`) && !tiers.has(own.slice(asked.length + 1)));
}

/**
 * The constraints that a request body puts on routes, in the order of OpenRouter's documentation. Hard filters only: `order`, `sort` and
 * the `preferred_*` keys never remove a route.
 */
export function readConstraints(body: Body): readonly Constraint[] {
	const provider = toRecord(body.provider);
	const constraints: Constraint[] = [];
	if (provider.enforce_distillable_text === true)
		constraints.push({
			name: 'enforce_distillable_text',
			remedy: 'take a distillable model',
			explain: (route) => (route.isLeftByEnforcement === false ? 'enforcement removes it: the model is not on the distillable list' : null),
		});
	const only = toTexts(provider.only);
	if (only.length > 0)
		constraints.push({
			name: 'only',
			remedy: 'pin other routes',
			explain: ({tag}) => (only.some((asked) => isTakenByTag(asked, tag)) ? null : 'falls out: not among the pinned routes'),
		});
	const ignore = toTexts(provider.ignore);
	if (ignore.length > 0)
		constraints.push({
			name: 'ignore',
			remedy: 'ignore fewer providers',
			explain: ({tag}) => (ignore.some((asked) => isTakenByTag(asked, tag)) ? 'falls out: an ignored provider' : null),
		});
	const quantizations = toTexts(provider.quantizations);
	if (quantizations.length > 0)
		constraints.push({
			name: 'quantizations',
			remedy: 'allow more quantizations',
			explain: ({quantization}) =>
				quantizations.includes(quantization ?? 'unknown') ? null : `falls out: quantization ${quantization ?? 'unknown'} is not asked for`,
		});
	if (provider.zdr === true)
		constraints.push({
			name: 'zdr',
			remedy: 'drop zdr',
			explain: ({dataPolicy}) => (dataPolicy === 'zdr' ? null : 'falls out: not recorded as keeping no data'),
		});
	const price = toRecord(provider.max_price);
	if (toPrice(price.prompt) !== null || toPrice(price.completion) !== null)
		constraints.push({
			name: 'max_price',
			remedy: 'raise max_price',
			explain: (route) => explainPrice(route, toPrice(price.prompt), toPrice(price.completion)),
		});
	if (provider.require_parameters === true) {
		const needed = Object.keys(body).filter((name) => !notParameters.has(name) && body[name] !== undefined);
		constraints.push({
			name: 'require_parameters',
			remedy: 'drop the parameter or require_parameters',
			explain({parameters}) {
				const missing = needed.filter((name) => parameters.length > 0 && !parameters.includes(name));
				return missing.length === 0 ? null : `falls out: does not take ${missing.join(', ')}`;
			},
		});
	}
	// Which hosts collect data is not in the lists that are read: it can be named as a suspect, not tried.
	if (provider.data_collection === 'deny') constraints.push({name: 'data_collection', remedy: 'drop data_collection', explain: () => null});
	return constraints;
}

/** Why each route falls out, by the first constraint that removes it; null for a route that is left. */
export function explainRoute(route: Route, constraints: readonly Constraint[]): string | null {
	for (const {explain} of constraints) {
		const why = explain(route);
		if (why !== null) return why;
	}
	return null;
}

function explainPrice({inputPrice, outputPrice}: Route, prompt: number | null, completion: number | null): string | null {
	if (prompt !== null && inputPrice !== null && inputPrice > prompt)
		return `falls out: input costs $${inputPrice} per million, more than $${prompt}`;
	if (completion !== null && outputPrice !== null && outputPrice > completion)
		return `falls out: output costs $${outputPrice} per million, more than $${completion}`;
	return null;
}

function toRecord(value: unknown): Body {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

function toTexts(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function toPrice(value: unknown): number | null {
	const price = typeof value === 'string' ? Number(value) : value;
	return typeof price === 'number' && Number.isFinite(price) ? price : null;
}
