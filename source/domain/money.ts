/** Shifts a decimal number by powers of ten on its text, so that `0.00000027` per token is exactly `0.27` per million; null when it is no number. */
function shiftDecimal(value: string | number, places: number): number | null {
	const match = /^\s*\+?(\d+\.?\d*|\.\d+)(?:e([+-]?\d{1,3}))?\s*$/i.exec(String(value));
	if (match === null) {
		return null;
	}

	const shifted = Number(`${match[1]}e${Number(match[2] ?? 0) + places}`);
	return Number.isFinite(shifted) ? shifted : null;
}

/**
 * USD per token, as OpenRouter writes it (`"0.00000027"`), in USD per million tokens.
 * Null for what is no price: missing, malformed, or negative (`-1` marks a router; see `isRouterPrice`).
 */
export function perTokenToPerMillion(price: unknown): number | null {
	return typeof price === 'string' || typeof price === 'number' ? shiftDecimal(price, 6) : null;
}

/** USD per thousand tokens, as NanoGPT's provider rows write it, in USD per million tokens; null when it is no price. */
export function perThousandToPerMillion(price: unknown): number | null {
	return typeof price === 'string' || typeof price === 'number' ? shiftDecimal(price, 3) : null;
}

/** A price that is already per million, read with the same strictness: a finite number of zero or more, or null. */
export function perMillion(price: unknown): number | null {
	return typeof price === 'string' || typeof price === 'number' ? shiftDecimal(price, 0) : null;
}

/** OpenRouter writes `-1` where the router picks the model and so the price. */
export function isRouterPrice(price: unknown): boolean {
	return (typeof price === 'string' && price.trim() !== '' && Number(price) === -1) || price === -1;
}

/** NanoGPT adds 5 % when a provider is named: https://docs.nano-gpt.com/api-reference/miscellaneous/provider-selection */
export const nanogptMarkup = 1.05;

/** The provider's own price, from NanoGPT's price that includes the markup; rounded to a thousand-millionth of a dollar per million. */
export function withoutNanogptMarkup(price: number | null): number | null {
	return price === null ? null : Number((price / nanogptMarkup).toFixed(9));
}
