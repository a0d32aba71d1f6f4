import {createParser} from 'eventsource-parser';
import {type ChatFacts, type ChatPiece, type ChatProblem, chatPaths} from '../../domain/chat.js';
import {Failure} from '../../domain/failure.js';
import {serviceNames} from '../../domain/service.js';
import type {ChatClient} from '../../services/context.js';
import {parseBaseUrl} from '../base-url.js';
import type {HttpOptions} from '../http.js';
import {createScrubber} from '../scrub-key.js';
import {brokenAnswer, toFailure} from '../to-failure.js';
import {writeHeaders} from '../write-headers.js';
import {type ChatDialect, readChunk} from './read-chunk.js';
import {connectionProblem, readProblem, readRefusedAnswer} from './read-problem.js';

/** How long the rest of a connection is read after the answer's end, so that it can be used again. */
const drainMilliseconds = 1000;

/**
 * Chat completions over plain `fetch`: one request per call and never a second one, because a repeated POST can be billed twice; and
 * nothing in between that would hide headers, comments, unknown fields or errors in the middle of a stream.
 */
export function createChatClient(options: HttpOptions, dialect: ChatDialect): ChatClient {
	const {service, log, now = () => new Date()} = options;
	const base = parseBaseUrl(service, options.baseUrl);
	const apiKey = options.apiKey?.trim() || null;
	const scrub = createScrubber([apiKey]);
	const about = {service, host: base.host, hasKey: apiKey !== null, scrub};
	const path = chatPaths[service];
	const url = `${base.url}${path}`;
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
		// One controller for each request: `AbortSignal.any` on a signal that outlives ten thousand requests holds on to all of them.
		const controller = new AbortController();
		const stop = () => controller.abort();
		signal.addEventListener('abort', stop, {once: true});
		let status: number | null = null;
		let note: string | null = null;
		let isDone = false;
		try {
			headers ??= toHeaders();
			const response = await fetch(url, {method: 'POST', headers, body: JSON.stringify(body), signal: controller.signal});
			status = response.status;
			const answer = response.ok ? readAnswer(response) : refuse(response);
			for await (const piece of answer) {
				if (piece.type === 'problem') note = sayNote(piece.problem);
				yield piece;
			}
			isDone = true;
		} catch (error) {
			const problem = signal.aborted ? connectionProblem('aborted', null) : toConnectionProblem(error, status !== null);
			note = sayNote(problem);
			yield {type: 'problem', problem};
		} finally {
			signal.removeEventListener('abort', stop);
			if (!isDone) {
				note ??= 'stopped';
				controller.abort();
			}
			const milliseconds = Math.round(performance.now() - started.from);
			log.append({at: started.at, service, method: 'POST', path, status, milliseconds, note});
		}
	}

	async function* refuse(response: Response): AsyncGenerator<ChatPiece> {
		const text = await response.text().catch(() => '');
		const facts = dialect.readHeaders(response.headers);
		if (Object.keys(facts).length > 0) yield {type: 'facts', facts};
		yield {type: 'problem', problem: readRefusedAnswer(response.status, response.headers, text, scrub)};
	}

	function readAnswer(response: Response): AsyncGenerator<ChatPiece> {
		const isStream = response.headers.get('content-type')?.includes('event-stream') ?? false;
		return isStream ? readStream(response) : readWhole(response);
	}

	/** An answer in one piece; a stream under another name is read as a stream. */
	async function* readWhole(response: Response): AsyncGenerator<ChatPiece> {
		const gather = createGatherer();
		yield* gather.facts(dialect.readHeaders(response.headers));
		const text = (await response.text()).trimStart();
		if (/^(?:data|event|id|retry)?:/.test(text)) {
			const events = createEventReader();
			yield* gather.events([...events.feed(text), ...events.end()]);
			if (!gather.isOver()) yield* gather.end(events.isDone());
			return;
		}
		yield* readBody(text, gather);
	}

	function* readBody(text: string, gather: Gatherer): Generator<ChatPiece> {
		if (text === '') return yield broken('it sent an empty answer');
		if (text.startsWith('<')) return yield broken('it sent a web page instead of JSON', 'html');
		let json: unknown;
		try {
			json = JSON.parse(text);
		} catch {
			return yield broken('its JSON cannot be read, it may have broken off', 'cut');
		}
		yield* gather.json(json, 'in-body');
	}

	async function* readStream(response: Response): AsyncGenerator<ChatPiece> {
		const gather = createGatherer();
		const events = createEventReader();
		const decoder = new TextDecoder();
		yield* gather.facts(dialect.readHeaders(response.headers));
		const reader = response.body?.getReader();
		// JSON or a page under the name of a stream.
		let body: string | null = null;
		let isStart = true;
		try {
			for (;;) {
				const {done, value} = (await reader?.read()) ?? {done: true, value: undefined};
				const text = done ? decoder.decode() : decoder.decode(value, {stream: true});
				if (body !== null || (isStart && /^\s*[{<]/.test(text))) body = (body ?? '') + text;
				else yield* gather.events(done ? [...events.feed(text), ...events.end()] : events.feed(text));
				isStart &&= text.trim() === '';
				if (gather.isOver()) return;
				if (events.isDone() || done) break;
			}
			if (body === null) yield* gather.end(events.isDone());
			else yield* readBody(body.trim(), gather);
		} finally {
			if (reader) void drain(reader);
		}
	}

	type Gatherer = ReturnType<typeof createGatherer>;

	/** Turns events into pieces: says each fact once, keeps halves of surrogate pairs together, and ends with the first problem. */
	function createGatherer() {
		let known: Partial<ChatFacts> = {};
		let isOver = false;
		const held = {text: '', reasoning: ''};

		function* facts(found: Partial<ChatFacts>): Generator<ChatPiece> {
			const fresh: Record<string, unknown> = {};
			let isNew = false;
			for (const key in found) {
				const name = key as keyof ChatFacts;
				const value = found[name];
				if (value === null || value === undefined || known[name] === value) continue;
				// The header's id is the gateway's own; a weaker witness never replaces the router's metadata.
				if (name === 'responseId' && known.responseId !== undefined) continue;
				if ((name === 'proof' || name === 'servedProvider') && known.proof === 'openrouter_metadata' && found.proof !== known.proof)
					continue;
				fresh[name] = value;
				isNew = true;
			}
			if (!isNew) return;
			known = {...known, ...fresh};
			yield {type: 'facts', facts: fresh};
		}

		function* write(type: 'text' | 'reasoning', piece: string): Generator<ChatPiece> {
			const whole = held[type] + piece;
			const isHalf = isHighSurrogate(whole);
			held[type] = isHalf ? whole.slice(-1) : '';
			const text = isHalf ? whole.slice(0, -1) : whole;
			if (text !== '') yield {type, text};
		}

		function* flush(): Generator<ChatPiece> {
			for (const type of ['reasoning', 'text'] as const) {
				if (held[type] !== '') yield {type, text: held[type]};
				held[type] = '';
			}
		}

		function* problem(found: ChatProblem): Generator<ChatPiece> {
			isOver = true;
			yield* flush();
			yield {type: 'problem', problem: found};
		}

		function* json(value: unknown, kind: 'in-body' | 'in-stream'): Generator<ChatPiece> {
			const chunk = readChunk(value, dialect);
			yield* facts(chunk.facts);
			if (chunk.reasoning !== '') yield* write('reasoning', chunk.reasoning);
			if (chunk.text !== '') yield* write('text', chunk.text);
			const isShapeless =
				kind === 'in-body' && chunk.error === null && !(Object(value) && Array.isArray(Reflect.get(Object(value), 'choices')));
			const error = chunk.error ?? (isShapeless ? value : null);
			if (error !== null) yield* problem(readProblem(error, {kind, status: null, scrub}));
			else if (kind === 'in-body') yield* flush();
		}

		return {
			facts,
			json,
			isOver: () => isOver,
			*events(found: readonly string[]): Generator<ChatPiece> {
				for (const data of found) {
					let value: unknown;
					try {
						value = JSON.parse(data);
					} catch {
						yield* problem(broken('a line of its stream is not JSON').problem);
						return;
					}
					yield* json(value, 'in-stream');
					if (isOver) return;
				}
			},
			*end(isDone: boolean): Generator<ChatPiece> {
				yield* flush();
				if (isDone || isOver) return;
				if (known.finishReason === undefined || dialect.needsDone) {
					const failure = new Failure('failed', `The answer of ${serviceNames[service]} broke off.`, {
						service,
						why: `${base.host} ended the stream without the mark of its end.`,
						next: 'Send the prompt again.',
					});
					yield* problem(connectionProblem('cut', failure));
				} else {
					yield* problem(connectionProblem('no-end-mark', null));
				}
			},
		};
	}

	function broken(what: string, kind: 'html' | 'cut' | 'shape' = 'shape') {
		return {type: 'problem', problem: connectionProblem('broken', brokenAnswer(about, what, kind))} as const;
	}

	function toConnectionProblem(error: unknown, isPartial: boolean): ChatProblem {
		const failure = toFailure(error, {...about, isPartial});
		const isTimeout = /too long/.test(failure.message);
		return connectionProblem(isTimeout ? 'timeout' : isPartial ? 'cut' : 'connection', failure);
	}

	return {service, stream};
}

/** The `data` of each event; comments, other fields and unknown event types do not matter here. */
function createEventReader() {
	let found: string[] = [];
	let isDone = false;
	const parser = createParser({
		onEvent({data}) {
			if (data.trim() === '[DONE]') isDone = true;
			else if (!isDone && data.trim() !== '') found.push(data);
		},
	});
	const take = () => {
		const taken = found;
		found = [];
		return taken;
	};
	return {
		feed(text: string): readonly string[] {
			parser.feed(text);
			return take();
		},
		/** The last event may lack its blank line, the last line its line feed. */
		end(): readonly string[] {
			parser.feed('\n\n');
			return take();
		},
		isDone: () => isDone,
	};
}

function isHighSurrogate(text: string): boolean {
	const last = text.charCodeAt(text.length - 1);
	return last >= 0xd8_00 && last <= 0xdb_ff;
}

/** Reads what is left after the answer, so that the connection can be used again, but not for long. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
	const timer = setTimeout(() => void reader.cancel().catch(() => {}), drainMilliseconds);
	timer.unref();
	try {
		while (!(await reader.read()).done);
	} catch {
		// The answer was complete, or its end was told already.
	} finally {
		clearTimeout(timer);
	}
}

/** For the request log: status texts and codes, nothing of the prompt or the answer. */
function sayNote({kind, status, code, said, failure}: ChatProblem): string {
	if (kind === 'aborted') return 'stopped';
	return [
		failure?.why ?? said?.slice(0, 200) ?? null,
		code,
		kind === 'refused' ? null : kind,
		status === null || kind === 'refused' ? null : `status ${status}`,
	]
		.filter((part) => part !== null && part !== '')
		.join('; ');
}
