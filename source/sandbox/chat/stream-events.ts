import {setImmediate as nextTurn, setTimeout as sleep} from 'node:timers/promises';
import {invalidMark} from './odd-texts.js';
import type {Timing} from './pace.js';

/** One thing that a stream writes: text as it goes over the wire, and how many tokens it carries (0 for everything but content). */
export type StreamEvent = {readonly text: string; readonly tokens: number};

const encoder = new TextEncoder();
const markBytes = Buffer.from(invalidMark);

/** Bytes of a text, with bytes that are no UTF-8 where the text has the mark. */
export function encodeBody(text: string): Uint8Array {
	const bytes = encoder.encode(text);
	if (!text.includes(invalidMark)) return bytes;
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = buffer.indexOf(markBytes); at >= 0; at = buffer.indexOf(markBytes, at)) buffer.set([0xff, 0xc3, 0x28], at);
	return buffer;
}

const firstWrite = 97;
/** Bytes of one network write at instant pace: small enough that events and characters are split anywhere. */
const writeSize = 4093;

/** Everything at once, in writes that keep to no boundary. */
function instantBody(events: readonly StreamEvent[]): ReadableStream<Uint8Array> {
	let text = '';
	for (const event of events) text += event.text;
	const bytes = encodeBody(text);
	let at = 0;
	// The first write ends in the middle of the first event.
	let size = firstWrite;
	return new ReadableStream({
		async pull(controller) {
			// Lets the write before go out on its own.
			if (at > 0) await nextTurn();
			controller.enqueue(bytes.subarray(at, at + size));
			at += size;
			size = bytes.length > 1_000_000 ? 65_521 : writeSize;
			if (at >= bytes.length) controller.close();
		},
	});
}

/** Shortest wait that a timer keeps well; faster tokens travel together. */
const tick = 16;

/** Each event at its time: token n is due n times `perToken` after the first. What comes before the first token goes out at once. */
function pacedBody(events: readonly StreamEvent[], timing: Timing, onEnd: (wasCancelled: boolean) => void): ReadableStream<Uint8Array> {
	const ended = new AbortController();
	const start = performance.now();
	let index = 0;
	let due = timing.first;
	const take = (isDue: (event: StreamEvent) => boolean) => {
		let text = '';
		while (index < events.length && isDue(events[index]!)) {
			const event = events[index++]!;
			text += event.text;
			due += event.tokens * timing.perToken;
		}
		return text;
	};
	return new ReadableStream({
		async pull(controller) {
			let text = index === 0 ? take((event) => event.tokens === 0) : '';
			if (text === '') {
				const wait = due - (performance.now() - start);
				if (wait > 0) await sleep(Math.max(wait, tick), undefined, {signal: ended.signal}).catch(() => undefined);
				if (ended.signal.aborted) return;
				const now = Math.max(performance.now() - start, due);
				text = take((event) => event.tokens === 0 || due <= now);
			}
			controller.enqueue(encodeBody(text));
			if (index < events.length) return;
			controller.close();
			onEnd(false);
		},
		cancel() {
			ended.abort();
			onEnd(true);
		},
	});
}

// Chunked from the start: without it the server would gather a short stream and send it with its length.
const streamHeaders = {'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'transfer-encoding': 'chunked'};

/** A server-sent-event response. `onEnd` is called when a paced stream has ended, or was left by the client. */
export function streamResponse(
	events: readonly StreamEvent[],
	timing: Timing,
	headers: Readonly<Record<string, string>> = {},
	onEnd: (wasCancelled: boolean) => void = () => undefined,
): Response {
	const isInstant = timing.first === 0 && timing.perToken === 0;
	const body = isInstant ? instantBody(events) : pacedBody(events, timing, onEnd);
	return new Response(body, {headers: {...streamHeaders, ...headers}});
}

/** A JSON response after the time that the whole answer takes. */
export async function jsonResponse(
	value: unknown,
	timing: Timing,
	tokens: number,
	headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
	const milliseconds = timing.first + timing.perToken * tokens;
	if (milliseconds > 0) await sleep(milliseconds, undefined, {ref: false});
	return new Response(encodeBody(JSON.stringify(value)) as Uint8Array<ArrayBuffer>, {
		headers: {'content-type': 'application/json', ...headers},
	});
}
