import {type ChatPiece, type ChatProblem, chatPaths} from '../../domain/chat.js';
import {Failure} from '../../domain/failure.js';
import {serviceNames} from '../../domain/service.js';
import type {ChatClient} from '../../services/context.js';
import {parseBaseUrl} from '../base-url.js';
import type {HttpOptions} from '../http.js';
import {createScrubber} from '../scrub-key.js';
import {brokenAnswer, toFailure} from '../to-failure.js';
import {writeHeaders} from '../write-headers.js';
import {createEventReader} from './event-reader.js';
import {createGatherer, type Gatherer} from './gather-pieces.js';
import {type Posted, post} from './post.js';
import type {ChatDialect} from './read-chunk.js';
import {connectionProblem, readRefusedAnswer} from './read-problem.js';

/**
 * Chat completions of one service: one request per call and never a second one, because a repeated POST can be billed twice; and nothing in
 * between that would hide headers, comments, unknown fields or errors in the middle of a stream.
 */
export function createChatClient(options: HttpOptions, dialect: ChatDialect): ChatClient {
	const {service, log, now = () => new Date()} = options;
	const base = parseBaseUrl(service, options.baseUrl);
	const apiKey = options.apiKey?.trim() || null;
	const scrub = createScrubber([apiKey]);
	const about = {service, host: base.host, hasKey: apiKey !== null, scrub};
	const path = chatPaths[service];
	const url = new URL(`${base.url}${path}`);
	let headers: Readonly<Record<string, string>> | null = null;
	const toHeaders = () => ({
		...Object.fromEntries(writeHeaders(service, apiKey, options.version)),
		...dialect.headers,
		accept: 'text/event-stream, application/json',
		'content-type': 'application/json',
	});

	async function* stream(body: Readonly<Record<string, unknown>>, signal: AbortSignal): AsyncGenerator<ChatPiece> {
		if (signal.aborted) return yield {type: 'problem', problem: connectionProblem('aborted', null)};
		const started = {at: now().toISOString(), from: performance.now()};
		let posted: Posted | null = null;
		let status: number | null = null;
		let note: string | null = null;
		let isDone = false;
		try {
			headers ??= toHeaders();
			posted = await post(url, headers, JSON.stringify(body), signal);
			status = posted.status;
			const isStream = isGood(status) && (posted.header('content-type')?.includes('event-stream') ?? false);
			const pieces = isStream ? readStream(posted) : readWhole(posted, await posted.readText());
			for await (const piece of pieces) {
				if (piece.type === 'problem') note = sayNote(piece.problem);
				yield piece;
			}
			posted.release();
			isDone = true;
		} catch (error) {
			const problem = signal.aborted ? connectionProblem('aborted', null) : toConnectionProblem(error, status !== null);
			note = sayNote(problem);
			yield {type: 'problem', problem};
		} finally {
			if (!isDone) {
				note ??= 'stopped';
				posted?.destroy();
			}
			const milliseconds = Math.round(performance.now() - started.from);
			log.append({at: started.at, service, method: 'POST', path, status, milliseconds, note});
		}
	}

	/** An answer in one piece, or a refusal; a stream under another name is read as a stream. */
	function* readWhole({status, header}: Posted, body: string): Generator<ChatPiece> {
		const gather = createGatherer(dialect, scrub);
		yield* gather.facts(dialect.readHeaders(header));
		if (!isGood(status)) return yield* gather.problem(readRefusedAnswer(status, header, body, scrub));
		const text = body.trim();
		if (!/^(?:data|event|id|retry)?:/.test(text)) return yield* readBody(text, gather);
		const events = createEventReader();
		yield* readEvents([...events.feed(text), ...events.end()], gather);
		yield* readEnd(events.isDone(), gather);
	}

	async function* readStream(posted: Posted): AsyncGenerator<ChatPiece> {
		const gather = createGatherer(dialect, scrub);
		const events = createEventReader();
		const decoder = new TextDecoder();
		// JSON or a page under the name of a stream.
		let body: string | null = null;
		let isStart = true;
		for (const piece of gather.facts(dialect.readHeaders(posted.header))) yield piece;
		for await (const bytes of posted.bytes) {
			const text = decoder.decode(bytes, {stream: true});
			if (body !== null || (isStart && /^\s*[{<]/.test(text))) body = (body ?? '') + text;
			else for (const piece of readEvents(events.feed(text), gather)) yield piece;
			isStart &&= text.trim() === '';
			if (gather.isOver()) return;
			if (events.isDone()) break;
		}
		const rest = decoder.decode();
		const last = body === null ? readEvents([...events.feed(rest), ...events.end()], gather) : readBody((body + rest).trim(), gather);
		for (const piece of last) yield piece;
		if (body === null) for (const piece of readEnd(events.isDone(), gather)) yield piece;
	}

	function* readEvents(found: readonly string[], gather: Gatherer): Generator<ChatPiece> {
		for (const data of found) {
			let value: unknown;
			try {
				value = JSON.parse(data);
			} catch {
				return yield* gather.problem(broken('a line of its stream is not JSON'));
			}
			yield* gather.json(value, 'in-stream');
			if (gather.isOver()) return;
		}
	}

	function* readEnd(isDone: boolean, gather: Gatherer): Generator<ChatPiece> {
		yield* gather.flush();
		if (isDone || gather.isOver()) return;
		if (gather.isFinished() && !dialect.needsDone) return yield* gather.problem(connectionProblem('no-end-mark', null));
		const failure = new Failure('failed', `The answer of ${serviceNames[service]} broke off.`, {
			service,
			why: `${base.host} ended the stream without the mark of its end.`,
			next: 'Send the prompt again.',
		});
		yield* gather.problem(connectionProblem('cut', failure));
	}

	function* readBody(text: string, gather: Gatherer): Generator<ChatPiece> {
		if (text === '') return yield* gather.problem(broken('it sent an empty answer'));
		if (text.startsWith('<')) return yield* gather.problem(broken('it sent a web page instead of JSON', 'html'));
		let json: unknown;
		try {
			json = JSON.parse(text);
		} catch {
			return yield* gather.problem(broken('its JSON cannot be read, it may have broken off', 'cut'));
		}
		yield* gather.json(json, 'in-body');
	}

	function broken(what: string, kind: 'html' | 'cut' | 'shape' = 'shape'): ChatProblem {
		return connectionProblem('broken', brokenAnswer(about, what, kind));
	}

	function toConnectionProblem(error: unknown, isPartial: boolean): ChatProblem {
		const failure = toFailure(error, {...about, isPartial});
		const isTimeout = error instanceof Error && error.name === 'TimeoutError';
		return connectionProblem(isTimeout ? 'timeout' : isPartial ? 'cut' : 'connection', failure);
	}

	return {service, stream};
}

function isGood(status: number): boolean {
	return status >= 200 && status < 300;
}

/** For the request log: status texts and codes, nothing of the prompt or the answer. */
function sayNote({kind, status, code, said, failure}: ChatProblem): string {
	if (kind === 'aborted') return 'stopped';
	const parts = [
		failure?.why ?? said?.slice(0, 200),
		code,
		...(kind === 'refused' ? [] : [kind, status === null ? null : `status ${status}`]),
	];
	return parts.filter(Boolean).join('; ');
}
