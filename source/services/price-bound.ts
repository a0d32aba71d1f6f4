import type {Listing, PriceOverride} from '../domain/model.js';
import type {Route} from '../domain/route.js';

/** USD per million tokens that no route left exceeds; null when a price is not known. */
export type PriceBound = {readonly input: number | null; readonly output: number | null; readonly overrides: readonly PriceOverride[]};

/** The dearest price among the routes left; the listing's own where no route is known. */
export function boundPrice(listing: Listing, left: readonly Route[]): PriceBound {
	const dearest = (prices: readonly (number | null)[]) =>
		prices.some((price) => price === null) ? null : Math.max(...(prices as number[]));
	const overrides = listing.priceOverrides;
	if (listing.isRouter) return {input: null, output: null, overrides};
	if (left.length === 0) return {input: listing.inputPrice, output: listing.outputPrice, overrides};
	return {input: dearest(left.map(({inputPrice}) => inputPrice)), output: dearest(left.map(({outputPrice}) => outputPrice)), overrides};
}

/**
 * Most that a request can cost, in USD; null when a price is not known. Overrides by prompt size count from their size on, those by
 * time of day always, because the answer may come at any time.
 */
export function boundCost({input, output, overrides}: PriceBound, promptTokensAtMost: number, maxTokens: number): number | null {
	if (input === null || output === null) return null;
	const applying = overrides.filter(({minPromptTokens}) => minPromptTokens === null || promptTokensAtMost >= minPromptTokens);
	const inputPrice = Math.max(input, ...applying.map((override) => override.inputPrice ?? 0));
	const outputPrice = Math.max(output, ...applying.map((override) => override.outputPrice ?? 0));
	return (promptTokensAtMost * inputPrice + maxTokens * outputPrice) / 1_000_000;
}
