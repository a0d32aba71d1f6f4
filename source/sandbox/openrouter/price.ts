import type {Pricing} from './wire.js';

/** What a request costs on a route, in USD. */
export type Cost = {readonly prompt: number; readonly completion: number; readonly total: number};

const isWithinHours = (now: number, start: number, end: number) => (start <= end ? now >= start && now < end : now >= start || now < end);

/** USD per token after the overrides that apply to this length and time of day; later ones win. */
export function pricesFor(pricing: Pricing, promptTokens: number, now: Date): {readonly prompt: number; readonly completion: number} {
	let prompt = Number(pricing.prompt);
	let completion = Number(pricing.completion);
	if (pricing.overrides) {
		const time = now.getUTCHours() * 100 + now.getUTCMinutes();
		for (const override of pricing.overrides) {
			if (override.min_prompt_tokens !== undefined && promptTokens <= Number(override.min_prompt_tokens)) continue;
			if (override.utc_start !== undefined && !isWithinHours(time, Number(override.utc_start), Number(override.utc_end))) continue;
			if (override.prompt !== undefined) prompt = Number(override.prompt);
			if (override.completion !== undefined) completion = Number(override.completion);
		}
	}
	return {prompt: Math.max(0, prompt), completion: Math.max(0, completion)};
}

/** A USD amount without the digits that floats add. */
export const toUsd = (amount: number) => Number(amount.toPrecision(12));

/** Listed prices are charged as they are: a discount is already in them. */
export function costOf(pricing: Pricing, promptTokens: number, completionTokens: number, now: Date): Cost {
	const prices = pricesFor(pricing, promptTokens, now);
	const request = Number(pricing.request ?? 0);
	const prompt = toUsd(prices.prompt * promptTokens + request);
	const completion = toUsd(prices.completion * completionTokens);
	return {prompt, completion, total: toUsd(prompt + completion)};
}
