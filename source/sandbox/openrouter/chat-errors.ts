import type {ChatRequest} from '../chat/request.js';
import {openrouterError, Refusal} from '../envelopes.js';
import {kindOfKey} from '../keys.js';
import {pricesFor} from './price.js';
import type {ModelRow, Pricing} from './wire.js';

const freeDailyLimit = 50;
/** USD that the key with little credit has left. */
export const lowCredit = 0.002;

const messages: Readonly<Record<number, string>> = {
	400: 'Invalid request parameters',
	401: 'User not found.',
	402: 'Insufficient credits. Add more using https://openrouter.ai/credits',
	403: 'Only management keys can perform this operation',
	404: 'No endpoints found.',
	408: 'Operation timed out. Please try again later.',
	413: 'Request payload too large',
	422: 'Invalid argument',
	429: 'Rate limit exceeded',
	500: 'Internal Server Error',
	502: 'Provider returned error',
	503: 'There is no available model provider that meets your routing requirements',
	524: 'Request timed out. Please try again later.',
	529: 'Provider returned error',
};

/** The refusal that `[[sandbox:status CODE]]` asks for; 429 and 503 tell when to come back. */
export function refusalOf(status: number): Refusal {
	const headers: Record<string, string> = status === 429 || status === 503 ? {'retry-after': '1'} : {};
	const metadata = status === 429 ? {error_type: 'rate_limit_exceeded'} : status === 529 ? {error_type: 'provider_overloaded'} : undefined;
	return new Refusal(status, openrouterError(status, messages[status] ?? `Status ${status}`, metadata), headers);
}

/** The daily cap of free models, which no waiting of seconds helps against. */
export function refuseFreeCap(now: Date): never {
	const midnight = (Math.floor(now.getTime() / 86_400_000) + 1) * 86_400_000;
	const limits = {'X-RateLimit-Limit': String(freeDailyLimit), 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(midnight)};
	const message = 'Rate limit exceeded: free-models-per-day. Buy 10 credits to have 1000 free model requests a day.';
	throw new Refusal(429, openrouterError(429, message, {headers: limits, error_type: 'rate_limit_exceeded'}), limits);
}

export type CreditQuestion = {
	readonly key: string;
	readonly request: ChatRequest;
	readonly pricing: Pricing;
	readonly promptTokens: number;
	readonly now: Date;
};

/** Cost is reserved for max_tokens: throws Refusal 402 when a key without or with little credit cannot pay it. */
export function checkCredit({key, request, pricing, promptTokens, now}: CreditQuestion): void {
	const kind = kindOfKey(key);
	const afford = request.commands.afford;
	if (kind !== 'no-credit' && kind !== 'low-credit' && afford === undefined) return;
	const prices = pricesFor(pricing, promptTokens, now);
	if (prices.prompt === 0 && prices.completion === 0) return;
	if (kind === 'no-credit' && request.maxTokens === null) throw refusalOf(402);
	const asked = request.maxTokens ?? 65_536;
	const credit = kind === 'no-credit' ? lowCredit / 100 : lowCredit;
	const affordable = afford ? Number(afford) : Math.max(0, Math.floor((credit - prices.prompt * promptTokens) / prices.completion));
	if (asked <= affordable && kind !== 'no-credit') return;
	if (affordable < 1) throw refusalOf(402);
	const message = `This request requires more credits, or fewer max_tokens. You requested up to ${asked} tokens, but can only afford ${Math.min(affordable, asked - 1)}. To increase, visit https://openrouter.ai/settings/keys and create a key with a higher limit`;
	throw new Refusal(402, openrouterError(402, message));
}

/** A prompt that the route's context does not hold. */
export function checkContext(request: ChatRequest, promptTokens: number, limit: number): void {
	if (promptTokens + Math.min(request.maxTokens ?? 0, limit) <= limit) return;
	const message = `This endpoint's maximum context length is ${limit} tokens. However, you requested about ${promptTokens + (request.maxTokens ?? 0)} tokens (${promptTokens} of text input, ${request.maxTokens ?? 0} in the output).`;
	throw new Refusal(400, openrouterError(400, message, {error_type: 'context_length_exceeded'}));
}

/** `[[sandbox:moderated]]`, or its argument as the reason. */
export function refuseModerated(request: ChatRequest, reason: string, provider: string, model: ModelRow): never {
	const input = request.messages.at(-1)!.text;
	const flagged = input.length <= 100 ? input : `${input.slice(0, 50)} ... ${input.slice(-50)}`;
	const metadata = {reasons: [reason || 'violence'], flagged_input: flagged, provider_name: provider, model_slug: model.canonical_slug};
	throw new Refusal(403, openrouterError(403, 'Input flagged by moderation', metadata));
}
