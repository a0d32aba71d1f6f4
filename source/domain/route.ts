import type {FailureKind} from './failure.js';
import type {Gateway} from './service.js';
import type {Verdict} from './verdict.js';

/** What a gateway says of one provider (host) of one model. Text is clean, prices are USD per million tokens. */
export type RouteFacts = {
	readonly gateway: Gateway;
	/** The model id to send to this gateway. */
	readonly modelId: string;
	/** Display name of the provider. */
	readonly provider: string;
	/** What goes into `provider.only`: OpenRouter's `tag`, NanoGPT's provider id. */
	readonly tag: string;
	readonly isAvailable: boolean;
	/** What the caller pays. NanoGPT: includes its 5 % markup for provider selection. */
	readonly inputPrice: number | null;
	readonly outputPrice: number | null;
	/** Without NanoGPT's markup; equal to the price at OpenRouter. */
	readonly baseInputPrice: number | null;
	readonly baseOutputPrice: number | null;
	readonly cacheReadPrice: number | null;
	readonly contextLength: number | null;
	readonly maxOutputTokens: number | null;
	readonly quantization: string | null;
	/** Milliseconds to the first token over the last 30 minutes. */
	readonly latencyP50: number | null;
	readonly latencyP90: number | null;
	/** Tokens per second over the last 30 minutes. */
	readonly throughputP50: number | null;
	/** Percent, 0 to 100. */
	readonly uptime: number | null;
	readonly uptimeLastDay: number | null;
	readonly parameters: readonly string[];
	/** `zdr` when the gateway lists the route among those that keep no data; null when nothing is recorded. */
	readonly dataPolicy: string | null;
};

/** One way to reach one model, judged. */
export type Route = RouteFacts & {
	/** Unique within a model: `openrouter:together/fp8`, `nanogpt:together`. */
	readonly id: string;
	readonly verdict: Verdict;
	/** Would the gateway's own enforcement leave this route? NanoGPT has no enforcement: null. */
	readonly isLeftByEnforcement: boolean | null;
	/** Does it belong to the safe-route pin: recorded as allowed, available, and left by enforcement where there is one? */
	readonly eligible: boolean;
	/** One sentence: why it is in the pin, or why it falls out. */
	readonly reason: string;
};

/** The routes of one model at both gateways, and how the asking went. */
export type RouteList = {
	readonly modelId: string;
	readonly routes: readonly Route[];
	readonly sources: readonly RouteSource[];
	/** False when NanoGPT says that the model takes no provider selection: nothing can be guaranteed there. Null when not asked. */
	readonly nanogptSupportsSelection: boolean | null;
};

export type RouteSource = {
	readonly gateway: Gateway;
	readonly state: 'known' | 'none' | 'unsupported' | 'failed' | 'not-listed';
	/** ISO 8601, when it was read; null when it was not. */
	readonly fetchedAt: string | null;
	/** What happened and what to do, when `state` is failed or unsupported. */
	readonly message: string | null;
	/** The kind of the failure, when `state` is failed and the gateway was asked. */
	readonly failure?: FailureKind;
};

/** The request part that pins a prompt to the routes recorded as allowed. */
export type RoutePin = {
	readonly gateway: Gateway;
	readonly model: string;
	readonly provider: {
		readonly only: readonly string[];
		readonly allow_fallbacks: false;
		/** OpenRouter only: NanoGPT has no such flag. */
		readonly enforce_distillable_text?: true;
	};
	/** Said before it is used, such as NanoGPT's pay-as-you-go consequence. */
	readonly warnings: readonly string[];
};

/** Routes change slowly; asking again sooner tells nothing new. */
const freshMinutes = 5;

/** True when every gateway that answered did so less than five minutes ago, and none failed. */
export function isRouteListFresh({sources}: RouteList, now: Date): boolean {
	return sources.every(
		({state, fetchedAt}) =>
			state === 'not-listed' || (state !== 'failed' && fetchedAt !== null && now.getTime() - Date.parse(fetchedAt) < freshMinutes * 60_000),
	);
}
