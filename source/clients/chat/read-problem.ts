import {z} from 'zod';
import type {ChatProblem} from '../../domain/chat.js';
import {cleanText} from '../../domain/clean-text.js';
import type {Failure} from '../../domain/failure.js';
import {optionalText, textList, toText, toTexts} from '../wire.js';
import type {HeaderOf} from './read-chunk.js';

const longestQuote = 600;

const codeField = z.union([z.string(), z.number()]).nullish().catch(null);
const metadataField = z
	.object({
		reasons: textList,
		provider_name: optionalText,
		failed_routing_step: optionalText,
		error_type: optionalText,
		provider_error_code: codeField,
		raw: z.unknown().optional(),
	})
	.nullish()
	.catch(null);

const errorObject = z.object({
	message: optionalText,
	error: z.unknown().optional(),
	code: codeField,
	type: optionalText,
	status: codeField,
	http_status: codeField,
	error_type: optionalText,
	metadata: metadataField,
	availability: z.object({code: optionalText, retry_after: codeField}).nullish().catch(null),
});

type ErrorObject = z.infer<typeof errorObject>;

const nothing: ChatProblem = {
	kind: 'broken',
	status: null,
	code: null,
	said: null,
	retryAfterSeconds: null,
	flags: [],
	provider: null,
	routingStep: null,
	failure: null,
};

/** A problem of our own connection, told by the Failure. */
export function connectionProblem(kind: ChatProblem['kind'], failure: Failure | null): ChatProblem {
	return {...nothing, kind, failure};
}

/**
 * Reads an error in whichever envelope it comes: `{error: {message, code, metadata}}`, `{type: "error", error: {…}}`, `{error: "…", status}`,
 * `{error: 429, message}`, `{code, message}`, or the inner object alone. Never throws.
 */
export function readProblem(
	json: unknown,
	{
		kind,
		status,
		header,
		scrub,
	}: {
		readonly kind: ChatProblem['kind'];
		readonly status: number | null;
		readonly header?: HeaderOf;
		readonly scrub: (text: string) => string;
	},
): ChatProblem {
	const outer = toObject(json);
	const inner = toObject(outer?.error) ?? outer;
	const metadata = inner?.metadata ?? null;
	const own = [
		inner?.code,
		inner?.status,
		inner?.http_status,
		outer?.status,
		outer?.code,
		typeof outer?.error === 'number' ? outer.error : null,
	];
	const raw = readRaw(metadata?.raw);
	const codes = [
		inner?.availability?.code,
		metadata?.provider_error_code,
		raw?.code,
		inner?.code,
		metadata?.error_type,
		inner?.error_type,
		inner?.type,
	];
	const message = typeof outer?.error === 'string' ? outer.error : (inner?.message ?? outer?.message ?? null);
	const said = [message, raw?.message].filter((text) => typeof text === 'string' && text !== '').join(': ');
	const clean = (text: string | null | undefined) => (toText(text) === null ? null : scrub(cleanText(text!)).slice(0, longestQuote));
	return {
		...nothing,
		kind,
		status: own.map(toStatus).find((value) => value !== null) ?? status,
		code: clean(codes.find((code) => typeof code === 'string' && code !== '' && !/^\d+$/.test(code)) as string | undefined),
		said: clean(said),
		retryAfterSeconds: readRetryAfter(header) ?? toSeconds(inner?.availability?.retry_after),
		flags: toTexts(metadata?.reasons),
		provider: clean(metadata?.provider_name),
		routingStep: clean(metadata?.failed_routing_step),
	};
}

/** An HTTP answer of 400 or more, whatever its body is. */
export function readRefusedAnswer(status: number, header: HeaderOf, body: string, scrub: (text: string) => string): ChatProblem {
	const text = body.trim();
	const about = {kind: 'refused', status, header, scrub} as const;
	if (text === '') return readProblem(null, about);
	if (text.startsWith('<')) return readProblem({message: 'a web page'}, about);
	try {
		return {...readProblem(JSON.parse(text), about), status};
	} catch {
		return readProblem({message: text}, about);
	}
}

function toObject(json: unknown): ErrorObject | null {
	if (typeof json !== 'object' || json === null) return null;
	const read = errorObject.safeParse(json);
	return read.success ? read.data : null;
}

/** OpenRouter hands on a host's error as JSON in a string. */
function readRaw(raw: unknown): {readonly message: string | null; readonly code: string | null} | null {
	if (typeof raw !== 'string' || raw.length > 100_000) return null;
	try {
		const outer = toObject(JSON.parse(raw));
		const inner = toObject(outer?.error) ?? outer;
		return {message: inner?.message ?? null, code: typeof inner?.code === 'string' ? inner.code : null};
	} catch {
		return null;
	}
}

function toStatus(value: unknown): number | null {
	const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
	return typeof status === 'number' && status >= 400 && status < 600 ? status : null;
}

/** `Retry-After` in seconds or as a date, else OpenRouter's `X-RateLimit-Reset` in milliseconds since 1970. */
function readRetryAfter(header: HeaderOf | undefined): number | null {
	const text = header?.('retry-after');
	if (text) return toSeconds(Number.isNaN(Number(text)) ? (Date.parse(text) - Date.now()) / 1000 : Number(text));
	const reset = Number(header?.('x-ratelimit-reset') || Number.NaN);
	const seconds = (reset - Date.now()) / 1000;
	return seconds > 0 && seconds < 86_400 ? Math.ceil(seconds) : null;
}

function toSeconds(value: unknown): number | null {
	const seconds = typeof value === 'string' ? Number(value || Number.NaN) : value;
	return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : null;
}
