import {cleanText} from '../domain/clean-text.js';
import {Failure} from '../domain/failure.js';
import type {Service} from '../domain/service.js';
import {serviceNames} from '../domain/service.js';

/** What every sentence about a failed request may name. */
export type About = {readonly service: Service; readonly host: string; readonly hasKey: boolean; readonly scrub: (text: string) => string};

type Circumstances = {
	/** The person stopped it. */
	readonly isAborted?: boolean;
	/** Our own deadline stopped it. */
	readonly isTimedOut?: boolean;
	readonly timeoutMilliseconds?: number;
	/** The answer had begun. */
	readonly isPartial?: boolean;
};

const webPage = 'a web page';
const longestQuote = 300;
const tryLater = 'Try again in a moment.';
const checkNetwork = 'Check the network and the base URL, or work offline with --sandbox.';

/** An answer with a good status whose content is of no use. `what` continues "… host: ", such as `it sent an empty answer`. */
export function brokenAnswer(about: About, what: string, kind: 'html' | 'cut' | 'shape' = 'shape', status?: number): Failure {
	const next = {
		html: 'Check the base URL and whether a proxy or a login page stands in between.',
		cut: tryLater,
		shape: `Check that the base URL is ${serviceNames[about.service]}'s, or try again later.`,
	}[kind];
	return new Failure('failed', `${serviceNames[about.service]} could not be read.`, {
		service: about.service,
		why: `${about.host}: ${about.scrub(cleanText(what))}.`,
		next,
		...(status === undefined ? {} : {status}),
	});
}

/** An answer that carries an error envelope although its status is good. */
export function refusedAnswer(about: About, json: unknown): Failure {
	const {message, code} = readEnvelope(json);
	if (code !== null && code >= 400 && code < 600) return failureOfStatus(about, code, message, null);
	return brokenAnswer(about, `it answered with an error${message === null ? '' : `: ${message}`}`);
}

/** Any error of a request as a Failure; the original is not attached, since it may hold headers. */
export function toFailure(error: unknown, details: About & Circumstances): Failure {
	if (error instanceof Failure) return error;
	const {service, host} = details;
	const name = serviceNames[service];
	if (details.isAborted) return new Failure('interrupted', 'Stopped.', {service});
	if (details.isTimedOut || isTimeout(error)) {
		const seconds = details.timeoutMilliseconds === undefined ? '' : ` for ${Math.round(details.timeoutMilliseconds / 100) / 10} seconds`;
		const why = details.isPartial ? `${host} stopped in the middle of its answer.` : `${host} did not answer${seconds}.`;
		return new Failure('unreachable', `${name} took too long.`, {service, why, next: tryLater});
	}
	const status = readNumber(error, 'status');
	if (status !== null) {
		const {message} = readEnvelope({error: Reflect.get(Object(error), 'error')});
		return failureOfStatus(details, status, message, readRetryAfter(error));
	}
	const code = findCode(error);
	const why = connectionReasons.find(([pattern]) => pattern.test(code ?? ''))?.[1];
	if (why !== undefined) return new Failure('unreachable', `${name} cannot be reached.`, {service, why: why(host), next: checkNetwork});
	if (details.isPartial) {
		return new Failure('unreachable', `${name} could not be read.`, {
			service,
			why: `${host} broke off in the middle of its answer.`,
			next: tryLater,
		});
	}
	const quote = details.scrub(cleanText(deepestMessage(error))).slice(0, longestQuote);
	return new Failure('unreachable', `${name} cannot be reached.`, {
		service,
		why: `${host}: ${quote || 'no connection'}.`,
		next: checkNetwork,
	});
}

/** A key with characters that do not belong into one, such as a line break in the middle; the key itself is not shown. */
export function unsendableKey(service: Service): Failure {
	return new Failure('auth', `The key for ${serviceNames[service]} cannot be sent.`, {
		service,
		why: 'It holds characters that do not belong into a key.',
		next: `Set ${keyVariable(service)} again, without quotes, spaces or line breaks.`,
	});
}

/** The variable that holds a service's key. */
export function keyVariable(service: Service): string {
	return `${service.toUpperCase()}_API_KEY`;
}

/** What an HTTP status means for the person at the keyboard. */
function failureOfStatus(about: About, status: number, message: string | null, retryAfterSeconds: number | null): Failure {
	const {service, host} = about;
	const name = serviceNames[service];
	const isPage = message !== null && message === webPage;
	const said = message === null || isPage ? '' : about.scrub(cleanText(message)).slice(0, longestQuote);
	const why = `${host} answered ${status}${isPage ? ` with ${webPage}` : said === '' ? '' : `: ${said.replace(/[.\s]+$/, '')}`}.`;
	const details = {service, status, why, ...(retryAfterSeconds === null ? {} : {retryAfterSeconds})};
	// A page with 404 comes from something that is not the service, and says nothing about what was asked for.
	if (isPage && status === 404) return brokenAnswer(about, `it answered 404 with ${webPage}`, 'html');
	if (status === 401 || (status === 403 && !isPage && /key|auth|permission|credential|token/i.test(said))) {
		const next = about.hasKey ? `Check ${keyVariable(service)}.` : `Set ${keyVariable(service)}: this request needs a key.`;
		return new Failure('auth', about.hasKey ? `${name} refused the key.` : `${name} asks for a key.`, {...details, next});
	}
	if (status === 429) {
		const next = retryAfterSeconds === null ? tryLater : `Try again in ${retryAfterSeconds} seconds.`;
		return new Failure('unreachable', `${name} is limiting requests.`, {...details, next});
	}
	if (status >= 500 || status === 408) {
		return new Failure('unreachable', `${name} is not available.`, {...details, next: tryLater});
	}
	if (status === 402) return new Failure('failed', `${name} wants credit.`, {...details, next: `Add credit to the account at ${host}.`});
	if (status === 404) return new Failure('failed', `${name} does not know this.`, {...details, next: 'Check the id and the base URL.'});
	return new Failure('failed', `${name} refused the request.`, {...details, next: 'Check the base URL, then try again.'});
}

const connectionReasons: readonly (readonly [RegExp, (host: string) => string])[] = [
	[/^(?:ENOTFOUND|EAI_)/, (host) => `The name ${host} does not resolve.`],
	[/^ECONNREFUSED$/, (host) => `Nothing listens at ${host}.`],
	[/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_)/, (host) => `${host} closed the connection before its answer was complete.`],
	[/^(?:ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, (host) => `There is no network route to ${host}.`],
	[/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, (host) => `${host} did not take the connection in time.`],
	[/CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL|^EPROTO$/, (host) => `The certificate of ${host} is not trusted, or it does not speak https.`],
];

function isTimeout(error: unknown): boolean {
	return (
		error instanceof Error &&
		(/Timeout/.test(error.constructor.name) || error.name === 'TimeoutError' || /TIMEOUT$/.test(findCode(error) ?? ''))
	);
}

function* causes(error: unknown): Generator<object> {
	for (let current = error, depth = 0; typeof current === 'object' && current !== null && depth < 8; depth++) {
		yield current;
		const many: unknown = 'errors' in current ? current.errors : undefined;
		current = 'cause' in current && current.cause ? current.cause : Array.isArray(many) ? many[0] : null;
	}
}

function findCode(error: unknown): string | null {
	for (const cause of causes(error)) if ('code' in cause && typeof cause.code === 'string' && cause.code !== '') return cause.code;
	return null;
}

function deepestMessage(error: unknown): string {
	let message = String(error);
	for (const cause of causes(error)) if ('message' in cause && typeof cause.message === 'string' && cause.message) message = cause.message;
	return message;
}

function readNumber(from: unknown, field: string): number | null {
	const value: unknown = typeof from === 'object' && from !== null ? Reflect.get(from, field) : null;
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The server's own sentence, from whichever of the envelopes it uses: `{error: {message}}`, `{error: "…"}`, `{message}`, `{error: 1, message}`. */
function readEnvelope(from: unknown): {message: string | null; code: number | null} {
	if (typeof from !== 'object' || from === null) return {message: null, code: null};
	const inner: unknown = Reflect.get(from, 'error');
	const own: unknown = Reflect.get(from, 'message');
	const code = readNumber(inner, 'code') ?? readNumber(from, 'status') ?? readNumber(from, 'code');
	if (typeof inner === 'string') return {message: inner, code};
	if (typeof inner === 'object' && inner !== null) {
		const message: unknown = Reflect.get(inner, 'message') ?? Reflect.get(inner, 'error');
		if (typeof message === 'string') return {message, code};
	}
	return {message: typeof own === 'string' ? own : null, code};
}

/** The server's sentence in an error's body, be it JSON in any of its envelopes, a page or plain text; null when the body says nothing. */
export function readErrorText(body: string): string | null {
	const text = body.trim();
	if (text === '') return null;
	if (text.startsWith('<')) return webPage;
	try {
		return readEnvelope(JSON.parse(text)).message;
	} catch {
		return text;
	}
}

function readRetryAfter(error: unknown): number | null {
	const headers: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'headers') : null;
	const text = headers instanceof Headers ? headers.get('retry-after') : null;
	if (text === null) return null;
	const seconds = Number.isNaN(Number(text)) ? (Date.parse(text) - Date.now()) / 1000 : Number(text);
	return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : null;
}
