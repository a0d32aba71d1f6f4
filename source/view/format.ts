/** What stands where a value is not known. */
export const absent = '-';

/** Trims trailing zeros behind the decimal point: `1.50` → `1.5`, `2.00` → `2`. */
function trimZeros(text: string): string {
	return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Tokens, three digits at most: `512`, `8.2k`, `164k`, `1.05M`. */
export function formatTokens(tokens: number | null): string {
	if (tokens === null || !Number.isFinite(tokens)) return absent;
	if (tokens < 1000) return String(Math.round(tokens));
	if (tokens < 9950) return `${trimZeros((tokens / 1000).toFixed(1))}k`;
	if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
	return `${trimZeros((tokens / 1_000_000).toFixed(2))}M`;
}

/** USD per million tokens: `0.27`, `15.00`, `0.0375`. Never rounds a price to nothing: only what is free reads `0.00`. */
export function formatPrice(usdPerMillion: number | null): string {
	if (usdPerMillion === null || !Number.isFinite(usdPerMillion)) return absent;
	const size = Math.abs(usdPerMillion);
	if (size >= 1000) return String(Math.round(usdPerMillion));
	if (size === 0 || size >= 1) return usdPerMillion.toFixed(2);
	const digits = size >= 0.1 ? trimZeros(usdPerMillion.toFixed(3)) : String(Number(usdPerMillion.toPrecision(3)));
	return /\.\d$/.test(digits) ? `${digits}0` : digits;
}

/** Percent, 0 to 100, one decimal: `99.9%`. Only a true hundred reads `100%`. */
export function formatPercent(percent: number | null): string {
	if (percent === null || !Number.isFinite(percent)) return absent;
	if (percent >= 100) return `${trimZeros(percent.toFixed(1))}%`;
	return `${trimZeros((Math.floor(percent * 10 + 1e-6) / 10).toFixed(1))}%`;
}

/** A duration given in milliseconds: `45ms`, `0.9s`, `12s`, `3m`. */
export function formatMilliseconds(milliseconds: number | null): string {
	if (milliseconds === null || !Number.isFinite(milliseconds)) return absent;
	if (milliseconds < 95) return `${Math.round(milliseconds)}ms`;
	if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)}s`;
	if (milliseconds < 119_500) return `${Math.round(milliseconds / 1000)}s`;
	return `${Math.round(milliseconds / 60_000)}m`;
}

/** Tokens per second: `61`, `3.4`. */
export function formatThroughput(tokensPerSecond: number | null): string {
	if (tokensPerSecond === null || !Number.isFinite(tokensPerSecond)) return absent;
	return tokensPerSecond < 10 ? trimZeros(tokensPerSecond.toFixed(1)) : String(Math.round(tokensPerSecond));
}

function secondsSince(iso: string | null, now: Date): number | null {
	const then = iso === null ? Number.NaN : Date.parse(iso);
	return Number.isNaN(then) ? null : Math.max(0, (now.getTime() - then) / 1000);
}

/** How long ago something was read: `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`. A time in the future reads `0 s ago`. */
export function formatAgo(iso: string | null, now: Date): string {
	const seconds = secondsSince(iso, now);
	if (seconds === null) return absent;
	if (seconds < 60) return `${Math.floor(seconds)} s ago`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
	if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ago`;
	return `${Math.floor(seconds / 86_400)} d ago`;
}

/** When something was read: how long ago; a date without a time (a register row) stays that date. */
export function formatReadAge(iso: string | null, now: Date): string {
	return iso !== null && !iso.includes('T') ? formatDate(iso) : formatAgo(iso, now);
}

const secondsPerMonth = (365.25 / 12) * 86_400;

/** How old a model is: `12d`, `5mo`, `3y`. */
export function formatAge(iso: string | null, now: Date): string {
	const seconds = secondsSince(iso, now);
	if (seconds === null) return absent;
	if (seconds < 2 * secondsPerMonth) return `${Math.floor(seconds / 86_400)}d`;
	if (seconds < 24 * secondsPerMonth) return `${Math.floor(seconds / secondsPerMonth)}mo`;
	return `${Math.floor(seconds / (12 * secondsPerMonth))}y`;
}

/** The day of an ISO 8601 date or time, in UTC: `2026-11-21`. Text that is no date comes back as it is. */
export function formatDate(iso: string | null): string {
	if (iso === null) return absent;
	const time = Date.parse(iso);
	return Number.isNaN(time) ? iso : new Date(time).toISOString().slice(0, 10);
}

/** Day and minute in UTC: `2026-11-21 01:40Z`; a date without a time stays a date. */
export function formatDateTime(iso: string | null): string {
	if (iso === null) return absent;
	const time = Date.parse(iso);
	if (Number.isNaN(time)) return iso;
	return /T/.test(iso) ? `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}Z` : formatDate(iso);
}

/** `1 route`, `3 routes`, `60,000 rows`; `many` is the plural that is not made with an s. */
export function formatCount(count: number, noun: string, many = `${noun}s`): string {
	return `${formatNumber(count)} ${count === 1 ? noun : many}`;
}

/**
 * Digits in threes: `60,000`. Whole numbers are written without the tables of `toLocaleString`, which cost the first frame 20 ms and more.
 */
export const formatNumber = (count: number): string =>
	Number.isSafeInteger(count) ? String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',') : count.toLocaleString('en');

/** USD: `$0.0031`, `$1.20`; never rounds a cost to nothing. */
export function formatUsd(usd: number | null): string {
	if (usd === null || !Number.isFinite(usd)) return absent;
	if (usd === 0) return '$0';
	if (usd >= 1) return `$${usd.toFixed(2)}`;
	return `$${trimZeros(usd.toFixed(Math.min(12, 2 - Math.floor(Math.log10(usd)))))}`;
}
