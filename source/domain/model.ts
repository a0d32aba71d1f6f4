import type {Gateway} from './service.js';
import type {Reason, Status, Verdict} from './verdict.js';

/** A price that applies instead of the base price under a condition. Prices in USD per million tokens. */
export type PriceOverride = {
	/** Applies from this many prompt tokens on. */
	readonly minPromptTokens: number | null;
	/** Applies between these times of day, HHMM in UTC, such as 1630. */
	readonly utcStart: number | null;
	readonly utcEnd: number | null;
	readonly inputPrice: number | null;
	readonly outputPrice: number | null;
};

/** One gateway's row for one model, cleaned: text holds no control or escape characters, prices are USD per million tokens. */
export type Listing = {
	readonly gateway: Gateway;
	/** The id exactly as this gateway spells it; the one to send in a request. */
	readonly id: string;
	readonly canonicalSlug: string | null;
	readonly name: string;
	/** The maker: `deepseek`, `qwen`; null when the gateway does not say. */
	readonly author: string | null;
	/** ISO 8601; when the model was added or released; null when not said. */
	readonly createdAt: string | null;
	readonly description: string | null;
	/** Tokens. */
	readonly contextLength: number | null;
	readonly maxOutputTokens: number | null;
	/** USD per million tokens; null when it is not a price (routers, not said). */
	readonly inputPrice: number | null;
	readonly outputPrice: number | null;
	readonly cacheReadPrice: number | null;
	readonly cacheWritePrice: number | null;
	/** True when the gateway picks the model and so the price (OpenRouter's `-1`). */
	readonly isRouter: boolean;
	readonly priceOverrides: readonly PriceOverride[];
	readonly inputModalities: readonly string[];
	readonly outputModalities: readonly string[];
	/** Request parameters or capabilities, in the gateway's spelling: `tools`, `response_format`, `reasoning`. */
	readonly parameters: readonly string[];
	/** Dates as the gateway writes them (`2025-07-31`); null when none. */
	readonly knowledgeCutoff: string | null;
	readonly expiresAt: string | null;
	/** The id that this alias points to. */
	readonly aliasOf: string | null;
	readonly huggingFaceId: string | null;
	/** NanoGPT: is the model part of the subscription? null when not said or not applicable. */
	readonly isSubscriptionIncluded: boolean | null;
	/** What this gateway itself records about distillation of the model; never empty. */
	readonly reasons: readonly Reason[];
};

/** How many routes have which verdict; every number is null until routes were asked for. */
export type RouteCounts = {
	readonly allowed: number | null;
	readonly disallowed: number | null;
	readonly unknown: number | null;
	readonly total: number | null;
};

export const routesNotAsked: RouteCounts = {allowed: null, disallowed: null, unknown: null, total: null};

/** One model as both catalogues together know it, judged. */
export type Model = {
	/** OpenRouter's id where OpenRouter lists it, else NanoGPT's. Unique in a catalogue. */
	readonly id: string;
	/** Case-folded identity on which catalogues are joined. */
	readonly key: string;
	readonly name: string;
	readonly author: string | null;
	readonly listings: {readonly [G in Gateway]?: Listing};
	readonly catalogues: readonly Gateway[];
	/** `free`, `batch`, `thinking`, … taken from the id's documented suffix; null for the base model. */
	readonly variant: string | null;
	readonly createdAt: string | null;
	readonly contextLength: number | null;
	readonly maxOutputTokens: number | null;
	/** USD per million tokens: OpenRouter's where it is a price, else NanoGPT's. */
	readonly inputPrice: number | null;
	readonly outputPrice: number | null;
	readonly verdict: Verdict;
	readonly routes: RouteCounts;
};

/** The word and glyph for a status, used by every front end. Words carry the meaning, never the colour alone. */
export const statusWords: Readonly<Record<Status, string>> = {allowed: 'YES', disallowed: 'NO', unknown: '?'};
