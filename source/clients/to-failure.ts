import {cleanText} from '../domain/clean-text.js';
import {Failure, type FailureKind} from '../domain/failure.js';
import {notSent} from '../domain/job.js';
import {type Party, partyNames} from '../domain/service.js';
import {howToCheck, howToSetUp, keyVariable} from '../domain/service-key.js';
import {type ErrorWords, type Refusal, readErrorWords, readRetryAfter, toRefusal, webPage} from './read-refusal.js';

/** What every sentence about a failed request may name. */
export type About = {
	readonly service: Party;
	readonly host: string;
	readonly hasKey: boolean;
	readonly scrub: (text: string) => string;
	/** What a refusal means for the request at hand; null for what it means anywhere. */
	readonly explain?: Explain | undefined;
};

/** A refusal in words of the request: what happened, and what to do next; `why` is added. */
export type Explain = (refusal: Refusal) => Explained | null;
export type Explained = {
	readonly kind: FailureKind;
	readonly message: string;
	/** Said after what the service said. */
	readonly meaning?: string;
	readonly next: string;
	readonly code?: string;
	readonly retryAfterSeconds?: number;
};

type Circumstances = {
	/** The person stopped it. */
	readonly isAborted?: boolean;
	/** Our own deadline stopped it. */
	readonly isTimedOut?: boolean;
	readonly timeoutMilliseconds?: number;
	/** The answer had begun. */
	readonly isPartial?: boolean;
};

const longestQuote = 300;
const tryLater = 'Try again in a moment.';
const checkNetwork = 'Check the network and the base URL, or work offline with --sandbox.';

/** An answer with a good status whose content is of no use. `what` continues "… host: ", such as `it sent an empty answer`. */
export function brokenAnswer(about: About, what: string, kind: 'html' | 'cut' | 'shape' = 'shape', status?: number): Failure {
	const next = {
		html: 'Check the base URL and whether a proxy or a login page stands in between.',
		cut: tryLater,
		shape: `Check that the base URL is ${partyNames[about.service]}'s, or try again later.`,
	}[kind];
	return new Failure('failed', `${partyNames[about.service]} could not be read.`, {
		service: about.service,
		why: `${about.host}: ${about.scrub(cleanText(what))}.`,
		next,
		...(status === undefined ? {} : {status}),
	});
}

/** An answer that carries an error envelope although its status is good. */
export function refusedAnswer(about: About, json: unknown): Failure {
	const words = readErrorWords(json);
	if (words.status !== null && words.status >= 400 && words.status < 600) return failureOfStatus(about, words.status, words, null);
	return brokenAnswer(about, `it answered with an error${words.message === null ? '' : `: ${words.message}`}`);
}

/** Any error of a request as a Failure; the original is not attached, since it may hold headers. */
export function toFailure(error: unknown, details: About & Circumstances): Failure {
	if (error instanceof Failure) return error;
	const {service, host} = details;
	const name = partyNames[service];
	if (details.isAborted) return new Failure('interrupted', 'Stopped.', {service});
	if (details.isTimedOut || isTimeout(error)) {
		const seconds = details.timeoutMilliseconds === undefined ? '' : ` for ${Math.round(details.timeoutMilliseconds / 100) / 10} seconds`;
		const why = details.isPartial ? `${host} stopped in the middle of its answer.` : `${host} did not answer${seconds}.`;
		return new Failure('unreachable', `${name} took too long.`, {service, why, next: tryLater});
	}
	const status = readNumber(error, 'status');
	if (status !== null) {
		const headers: unknown = Reflect.get(Object(error), 'headers');
		const words = readErrorWords({error: Reflect.get(Object(error), 'error')});
		return failureOfStatus(details, status, words, headers instanceof Headers ? readRetryAfter(headers) : null);
	}
	const code = findCode(error);
	const reason = connectionReasons.find(({pattern}) => pattern.test(code ?? ''));
	if (reason !== undefined) {
		const own = reason.isUnsent ? {code: notSent} : {};
		return new Failure('unreachable', `${name} cannot be reached.`, {service, why: reason.say(host), next: checkNetwork, ...own});
	}
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
export function unsendableKey(service: Party): Failure {
	return new Failure('auth', `The key for ${partyNames[service]} cannot be sent.`, {
		service,
		why: 'It holds characters that do not belong into a key.',
		next: `Set ${keyVariable(service)} again, without quotes, spaces or line breaks.`,
	});
}

/** What an HTTP status means for the person at the keyboard. */
export function failureOfStatus(about: About, status: number, words: ErrorWords, retryAfter: number | null): Failure {
	const {service, host} = about;
	const name = partyNames[service];
	const refusal = toRefusal(status, words, retryAfter, about.scrub);
	const {said, isPage, code, retryAfterSeconds} = refusal;
	const why = `${host} answered ${status}${isPage ? ` with ${webPage}` : said === '' ? '' : `: ${said}`}.`;
	const seconds = retryAfterSeconds === null ? {} : {retryAfterSeconds};
	const details = {service, status, why, ...(code === null ? {} : {code}), ...seconds};
	const explained = about.explain?.(refusal) ?? null;
	if (explained !== null) {
		const {kind, message, meaning, next, ...own} = explained;
		return new Failure(kind, message, {...details, ...own, why: meaning === undefined ? why : `${why} ${meaning}`, next});
	}
	// A page with 404 comes from something that is not the service, and says nothing about what was asked for.
	if (isPage && status === 404) return brokenAnswer(about, `it answered 404 with ${webPage}`, 'html');
	if (status === 401 || (status === 403 && !isPage && /key|auth|permission|credential|token/i.test(said))) {
		const next = about.hasKey ? `${howToCheck(service)}.` : `${howToSetUp(service)}: this request needs a key.`;
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

type ConnectionReason = {readonly pattern: RegExp; readonly say: (host: string) => string; readonly isUnsent: boolean};

const connectionReasons: readonly ConnectionReason[] = [
	{pattern: /^(?:ENOTFOUND|EAI_)/, say: (host) => `The name ${host} does not resolve.`, isUnsent: true},
	{pattern: /^ECONNREFUSED$/, say: (host) => `Nothing listens at ${host}.`, isUnsent: true},
	{
		pattern: /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_)/,
		say: (host) => `${host} closed the connection before its answer was complete.`,
		isUnsent: false,
	},
	{
		pattern: /^(?:ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
		say: (host) => `There is no network route to ${host}.`,
		isUnsent: true,
	},
	{pattern: /^UND_ERR_CONNECT_TIMEOUT$/, say: (host) => `${host} did not take the connection in time.`, isUnsent: true},
	{pattern: /^ETIMEDOUT$/, say: (host) => `${host} did not take the connection in time.`, isUnsent: false},
	{
		pattern: /CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL|^EPROTO$/,
		say: (host) => `The certificate of ${host} is not trusted, or it does not speak https.`,
		isUnsent: true,
	},
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
