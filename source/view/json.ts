import type {EvalResult, EvalSummary} from '../domain/evaluation.js';
import type {Model, RouteCounts} from '../domain/model.js';
import type {Route, RouteList} from '../domain/route.js';
import type {Gateway} from '../domain/service.js';
import type {Duty, Layer, Status, Verdict} from '../domain/verdict.js';

/** A verdict as `--json` writes it. */
export type VerdictJson = {
	readonly status: Status;
	readonly conflict: boolean;
	readonly reasons: ReadonlyArray<{
		readonly layer: Layer;
		readonly status: Status;
		readonly basis: string;
		readonly label: string;
		readonly sourceUrl: string | null;
		readonly note: string | null;
		readonly readFrom: string;
		/** ISO 8601; null when nothing was read. */
		readonly fetchedAt: string | null;
	}>;
	readonly duties: ReadonlyArray<{readonly kind: Duty['kind']; readonly text: string; readonly sourceUrl: string | null}>;
};

/** A model as `stillroom models --json` writes it. Field names are an interface: add, never rename. */
export type ModelJson = {
	readonly id: string;
	readonly name: string;
	readonly author: string | null;
	readonly variant: string | null;
	readonly catalogues: readonly Gateway[];
	/** The id to send to each gateway that lists the model. */
	readonly gatewayIds: {readonly [G in Gateway]?: string};
	readonly verdict: VerdictJson;
	/** Tokens. */
	readonly contextLength: number | null;
	readonly maxOutputTokens: number | null;
	/** USD per million tokens; null when it is not a price. */
	readonly inputPrice: number | null;
	readonly outputPrice: number | null;
	/** Numbers are null until routes were asked for. */
	readonly routes: RouteCounts;
	/** ISO 8601. */
	readonly createdAt: string | null;
	/** A day or ISO 8601, as the gateway writes it; the earliest of the two. Null when it does not expire. */
	readonly expiresAt: string | null;
	readonly inputModalities: readonly string[];
	readonly outputModalities: readonly string[];
	readonly parameters: readonly string[];
};

/** A route as `stillroom routes ID --json` writes it. */
export type RouteJson = {
	readonly gateway: Gateway;
	readonly modelId: string;
	readonly provider: string;
	/** What goes into `provider.only`. */
	readonly tag: string;
	readonly available: boolean;
	readonly verdict: VerdictJson;
	/** Does it belong to the safe-route pin? */
	readonly eligible: boolean;
	/** Why it is in the pin, or falls out. */
	readonly reason: string;
	/** Would the gateway's own enforcement leave it? null where the gateway has none. */
	readonly leftByEnforcement: boolean | null;
	/** USD per million tokens, NanoGPT's markup for choosing a provider included. */
	readonly inputPrice: number | null;
	readonly outputPrice: number | null;
	/** USD per million tokens, without that markup. */
	readonly baseInputPrice: number | null;
	readonly baseOutputPrice: number | null;
	readonly cacheReadPrice: number | null;
	/** Tokens. */
	readonly contextLength: number | null;
	readonly maxOutputTokens: number | null;
	readonly quantization: string | null;
	/** Milliseconds to the first token, over the last 30 minutes. */
	readonly latencyP50: number | null;
	readonly latencyP90: number | null;
	/** Tokens per second, over the last 30 minutes. */
	readonly throughputP50: number | null;
	/** Percent, 0 to 100, over the last 30 minutes and the last day. */
	readonly uptime: number | null;
	readonly uptimeLastDay: number | null;
	readonly dataPolicy: string | null;
	readonly parameters: readonly string[];
};

export function toVerdictJson(verdict: Verdict): VerdictJson {
	return {
		status: verdict.status,
		conflict: verdict.conflict,
		reasons: verdict.reasons.map(({layer, status, basis, label, sourceUrl, note, readFrom, fetchedAt}) => ({
			layer,
			status,
			basis,
			label,
			sourceUrl,
			note,
			readFrom,
			fetchedAt,
		})),
		duties: verdict.duties.map(({kind, text, sourceUrl}) => ({kind, text, sourceUrl})),
	};
}

const union = (...lists: ReadonlyArray<readonly string[] | undefined>): readonly string[] => [
	...new Set(lists.flatMap((list) => list ?? [])),
];

export function toModelJson(model: Model): ModelJson {
	const {openrouter, nanogpt} = model.listings;
	const expiries = [openrouter?.expiresAt, nanogpt?.expiresAt].filter((date) => typeof date === 'string').sort();
	return {
		id: model.id,
		name: model.name,
		author: model.author,
		variant: model.variant,
		catalogues: model.catalogues,
		gatewayIds: {...(openrouter && {openrouter: openrouter.id}), ...(nanogpt && {nanogpt: nanogpt.id})},
		verdict: toVerdictJson(model.verdict),
		contextLength: model.contextLength,
		maxOutputTokens: model.maxOutputTokens,
		inputPrice: model.inputPrice,
		outputPrice: model.outputPrice,
		routes: {
			allowed: model.routes.allowed,
			disallowed: model.routes.disallowed,
			unknown: model.routes.unknown,
			total: model.routes.total,
		},
		createdAt: model.createdAt,
		expiresAt: expiries[0] ?? null,
		inputModalities: union(openrouter?.inputModalities, nanogpt?.inputModalities),
		outputModalities: union(openrouter?.outputModalities, nanogpt?.outputModalities),
		parameters: union(openrouter?.parameters, nanogpt?.parameters),
	};
}

export function toRouteJson(route: Route): RouteJson {
	return {
		gateway: route.gateway,
		modelId: route.modelId,
		provider: route.provider,
		tag: route.tag,
		available: route.isAvailable,
		verdict: toVerdictJson(route.verdict),
		eligible: route.eligible,
		reason: route.reason,
		leftByEnforcement: route.isLeftByEnforcement,
		inputPrice: route.inputPrice,
		outputPrice: route.outputPrice,
		baseInputPrice: route.baseInputPrice,
		baseOutputPrice: route.baseOutputPrice,
		cacheReadPrice: route.cacheReadPrice,
		contextLength: route.contextLength,
		maxOutputTokens: route.maxOutputTokens,
		quantization: route.quantization,
		latencyP50: route.latencyP50,
		latencyP90: route.latencyP90,
		throughputP50: route.throughputP50,
		uptime: route.uptime,
		uptimeLastDay: route.uptimeLastDay,
		dataPolicy: route.dataPolicy,
		parameters: route.parameters,
	};
}

/** A model as `stillroom model ID --json` writes it. */
export type ModelDetailJson = ModelJson & {
	/** Each gateway's own row, as it was read. */
	readonly listings: Model['listings'];
	/** How the asking for routes went; empty when they were not asked for. */
	readonly routeSources: RouteList['sources'];
};

/** `stillroom model ID --json`: the model with each gateway's own row as it was read, and the routes where they are known. */
export function toModelDetailJson(model: Model, routes: RouteList | null): ModelDetailJson {
	return {
		...toModelJson(model),
		listings: model.listings,
		routeSources: routes?.sources ?? [],
	};
}

/** An evaluation as `stillroom evals list --json` writes it. */
export type EvalSummaryJson = Omit<EvalSummary, 'result'> & {
	/** Null while nothing was summed up. */
	readonly result: Omit<EvalResult, 'definition'> | null;
};

/** Without the definition twice. */
export function toEvalSummaryJson({result, ...summary}: EvalSummary): EvalSummaryJson {
	if (result === null) return {...summary, result};
	const {definition: _, ...rest} = result;
	return {...summary, result: rest};
}
