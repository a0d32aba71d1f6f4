import type OpenAI from 'openai';
import {cleanText} from '../domain/clean-text.js';
import {Failure} from '../domain/failure.js';
import type {Service} from '../domain/service.js';
import type {RequestLog} from '../services/context.js';
import {parseBaseUrl} from './base-url.js';
import {createScrubber} from './scrub-key.js';
import {brokenAnswer, readErrorText, refusedAnswer, toFailure, unsendableKey} from './to-failure.js';

export type HttpOptions = {
	readonly service: Service;
	/** Without a trailing slash or with one; the path of every request is appended to it. */
	readonly baseUrl: string;
	readonly apiKey: string | null;
	readonly log: Pick<RequestLog, 'append'>;
	/** The program's version, for the User-Agent. */
	readonly version: string;
	readonly now?: () => Date;
	/** Until the first byte of an answer, and between two pieces of a body; 15 s unless told. */
	readonly timeoutMilliseconds?: number;
	/** Repeats of a GET after a failure that may pass; 2 unless told. */
	readonly maxRetries?: number;
};

/** What a request was good for, and what the request log should say about it. */
export type Parsed<Value> = {readonly value: Value; readonly note: string | null};

export type GetOptions<Value> = {
	readonly signal: AbortSignal;
	/** Ask without the key, for an answer that must not depend on the account. */
	readonly isPublic?: boolean;
	/** Turns the JSON into a value; throws Failure (see `toBroken`) when it has the wrong shape. */
	readonly parse: (json: unknown) => Parsed<Value>;
};

/** Requests to one service. Every error is a Failure; every attempt becomes a line of the request log; the key shows up in neither. */
export type Http = {
	readonly service: Service;
	/** Without credentials and trailing slash, for display. */
	readonly baseUrl: string;
	readonly host: string;
	readonly hasKey: boolean;
	/** An answer of the wrong shape, as the sentence that names the service; `what` such as `its answer has no list of models`. */
	readonly toBroken: (what: string) => Failure;
	/** GET of a path (with query) below the base URL. */
	readonly get: <Value>(path: string, options: GetOptions<Value>) => Promise<Value>;
};

const maxBodyCharacters = 0x1f_ff_ff_e0;

/**
 * One `openai` client for one service, with nothing taken from OPENAI_* variables: base URL, key, organization, project and log level are
 * set here, and the headers that leave are written here alone. Throws Failure: usage for a base URL that is none, auth for a key that no
 * header can carry.
 */
export function createHttp(options: HttpOptions): Http {
	const {service, log, now = () => new Date(), timeoutMilliseconds = 15_000, maxRetries = 2} = options;
	const base = parseBaseUrl(service, options.baseUrl);
	const apiKey = options.apiKey?.trim() || null;
	if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey)) throw unsendableKey(service);
	const scrub = createScrubber([apiKey]);
	const about = {service, host: base.host, hasKey: apiKey !== null, scrub};
	const startedAt = new WeakMap<Response, {at: Date; from: number}>();
	let sdk: Promise<OpenAI> | null = null;

	const append = (path: string, started: {at: Date; from: number}, status: number | null, note: string | null) =>
		log.append({
			at: started.at.toISOString(),
			service,
			method: 'GET',
			path: scrub(path),
			status,
			milliseconds: Math.round(performance.now() - started.from),
			note: note === null ? null : scrub(cleanText(note)),
		});

	/** One attempt. An answer that is not ok is logged here, a good one when its body was read. */
	async function attempt(input: string | URL | Request, init?: RequestInit): Promise<Response> {
		const url = new URL(input instanceof Request ? input.url : input);
		const path = `${url.pathname.slice(base.path.length)}${url.search}`;
		const started = {at: now(), from: performance.now()};
		try {
			const isWithKey = new Headers(init?.headers).has('authorization');
			const response = await fetch(url, {...init, headers: writeHeaders(service, isWithKey ? apiKey : null, options.version)});
			if (!response.ok) {
				const message = readErrorText(await response.text().catch(() => ''));
				const wait = response.headers.get('retry-after');
				append(path, started, response.status, [message?.slice(0, 200), wait && `retry after ${wait}`].filter(Boolean).join('; ') || null);
				return toPlainError(response, message);
			}
			startedAt.set(response, started);
			return response;
		} catch (error) {
			const isStopped = error instanceof Error && error.name === 'AbortError';
			append(path, started, null, isStopped ? 'stopped before an answer came' : (toFailure(error, about).why ?? 'no answer'));
			throw error;
		}
	}

	async function openSdk(): Promise<OpenAI> {
		const {OpenAI} = await import('openai');
		return new OpenAI({
			baseURL: base.url,
			apiKey: 'none',
			adminAPIKey: null,
			organization: null,
			project: null,
			webhookSecret: null,
			logLevel: 'off',
			maxRetries,
			timeout: timeoutMilliseconds,
			fetch: attempt,
		});
	}

	async function get<Value>(path: string, {signal, isPublic = false, parse}: GetOptions<Value>): Promise<Value> {
		// Retries included, nobody waits longer than twice the time-out for the first byte.
		const deadline = new AbortController();
		const timer = setTimeout(() => deadline.abort(), timeoutMilliseconds * 2);
		try {
			if (signal.aborted) throw new Failure('interrupted', 'Stopped.', {service});
			sdk ??= openSdk();
			const client = await sdk;
			const response = await client
				.get(path, {signal: AbortSignal.any([signal, deadline.signal]), headers: isPublic ? {Authorization: null} : {}})
				.asResponse()
				.finally(() => clearTimeout(timer));
			const started = startedAt.get(response) ?? {at: now(), from: performance.now()};
			try {
				const text = await readBody(response, timeoutMilliseconds, signal);
				const {value, note} = parse(toJson(text, about));
				append(path, started, response.status, note);
				return value;
			} catch (error) {
				const failure = toFailure(error, {...about, isAborted: signal.aborted, isPartial: true});
				append(path, started, response.status, failure.why ?? failure.message);
				throw failure;
			}
		} catch (error) {
			throw toFailure(error, {...about, isAborted: signal.aborted, isTimedOut: deadline.signal.aborted, timeoutMilliseconds});
		} finally {
			clearTimeout(timer);
		}
	}

	return {service, baseUrl: base.url, host: base.host, hasKey: apiKey !== null, toBroken: (what) => brokenAnswer(about, what), get};
}

/** Exactly these headers leave, whatever the `openai` package or its environment variables would add. */
function writeHeaders(service: Service, apiKey: string | null, version: string): Headers {
	const headers = new Headers({Accept: 'application/json', 'User-Agent': `stillroom/${version}`});
	if (apiKey !== null) headers.set('Authorization', `Bearer ${apiKey}`);
	if (service === 'openrouter') {
		// https://openrouter.ai/docs/app-attribution
		headers.set('HTTP-Referer', 'https://www.npmjs.com/package/stillroom');
		headers.set('X-OpenRouter-Title', 'stillroom');
		headers.set('X-OpenRouter-Categories', 'cli-agent');
	}
	return headers;
}

/** A pause of more than two seconds is for the person to decide on, not for a request to sleep through. */
function isWorthWaiting(response: Response): boolean {
	const text = response.headers.get('retry-after');
	if (text === null) return true;
	const seconds = Number.isNaN(Number(text)) ? (Date.parse(text) - Date.now()) / 1000 : Number(text);
	return seconds <= 2;
}

/**
 * The answer with its error in the one envelope that the `openai` package understands, and its advice on retries:
 * https://github.com/openai/openai-node: `x-should-retry` wins over the status.
 */
function toPlainError(response: Response, message: string | null): Response {
	const headers = new Headers({'content-type': 'application/json'});
	for (const name of ['retry-after', 'retry-after-ms', 'x-should-retry']) {
		const value = response.headers.get(name);
		if (value !== null) headers.set(name, value);
	}
	if (!isWorthWaiting(response)) headers.set('x-should-retry', 'false');
	return new Response(JSON.stringify({error: {message}}), {status: response.status, headers});
}

/** The whole body as text; rejects when it breaks off or stands still for longer than the time-out. */
async function readBody(response: Response, stallMilliseconds: number, signal: AbortSignal): Promise<string> {
	if (response.body === null) return '';
	const reader = response.body.getReader();
	const decoder = new TextDecoder();
	let isStalled = false;
	const stop = () => void reader.cancel().catch(() => {});
	const timer = setTimeout(() => {
		isStalled = true;
		stop();
	}, stallMilliseconds);
	signal.addEventListener('abort', stop, {once: true});
	try {
		let text = '';
		for (;;) {
			const {done, value} = await reader.read();
			if (signal.aborted) throw new DOMException('aborted', 'AbortError');
			if (isStalled) throw new DOMException('the answer stopped in the middle', 'TimeoutError');
			if (done) return text + decoder.decode();
			timer.refresh();
			text += decoder.decode(value, {stream: true});
			if (text.length > maxBodyCharacters) throw new Error('the answer is larger than this program can hold');
		}
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', stop);
	}
}

type About = Parameters<typeof brokenAnswer>[0];

function toJson(text: string, about: About): unknown {
	const trimmed = text.trimStart();
	if (trimmed === '') throw brokenAnswer(about, 'it sent an empty answer');
	if (trimmed.startsWith('<')) throw brokenAnswer(about, 'it sent a web page instead of JSON', 'html');
	let json: unknown;
	try {
		json = JSON.parse(trimmed);
	} catch {
		throw isUnclosed(trimmed)
			? brokenAnswer(about, `its JSON breaks off after ${trimmed.length.toLocaleString('en')} characters`, 'cut')
			: brokenAnswer(about, 'it sent text that is not JSON');
	}
	if (typeof json === 'object' && json !== null && 'error' in json && json.error && !('data' in json)) throw refusedAnswer(about, json);
	return json;
}

/** More brackets opened than closed, outside of strings: the text was cut, wherever that was. */
function isUnclosed(text: string): boolean {
	let depth = 0;
	let isString = false;
	for (let index = 0; index < text.length; index++) {
		const character = text.charCodeAt(index);
		if (isString) {
			if (character === 92) index++;
			else if (character === 34) isString = false;
		} else if (character === 34) isString = true;
		else if (character === 123 || character === 91) depth++;
		else if (character === 125 || character === 93) depth--;
	}
	return isString || depth > 0;
}
