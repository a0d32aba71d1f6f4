import {createServer, type IncomingHttpHeaders, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

export type ChatRequest = {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Readonly<Record<string, unknown>>;
	/** 1 for the first request of this server. */
	readonly count: number;
};
export type Respond = (response: ServerResponse, request: ChatRequest) => void | Promise<void>;

/** A real HTTP server on loopback that answers every request as told; closes at the end of the block. */
export async function startScriptedChat(respond: Respond) {
	const seen: ChatRequest[] = [];
	let answer = respond;
	const server = createServer((incoming, response) => {
		const pieces: Buffer[] = [];
		incoming.on('data', (piece: Buffer) => pieces.push(piece));
		incoming.on('end', () => {
			const text = Buffer.concat(pieces).toString();
			const request: ChatRequest = {
				method: incoming.method ?? '',
				path: incoming.url ?? '',
				headers: incoming.headers,
				body: text === '' ? {} : JSON.parse(text),
				count: seen.length + 1,
			};
			seen.push(request);
			void answer(response, request);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		seen,
		/** From now on. */
		answer(next: Respond) {
			answer = next;
		},
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** `data: …` with its blank line. */
export const event = (data: unknown): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
export const done = event('[DONE]');

/** A chunk with a piece of text. */
export function chunk(content: string, part: Readonly<Record<string, unknown>> = {}): string {
	return event({
		id: 'gen-1',
		object: 'chat.completion.chunk',
		model: 'maker/model',
		choices: [{index: 0, delta: {content}, finish_reason: null}],
		...part,
	});
}

/** The chunk that says why the answer ends. */
export function finish(reason = 'stop', part: Readonly<Record<string, unknown>> = {}): string {
	return event({id: 'gen-1', model: 'maker/model', choices: [{index: 0, delta: {content: ''}, finish_reason: reason}], ...part});
}

/** The last chunk, with usage and no choices. */
export function usage(part: Readonly<Record<string, unknown>> = {}): string {
	return event({
		id: 'gen-1',
		model: 'maker/model',
		choices: [],
		usage: {prompt_tokens: 12, completion_tokens: 3, completion_tokens_details: {reasoning_tokens: 1}, cost: 0.00031},
		...part,
	});
}

/** OpenRouter's metadata with one selected endpoint. */
export function routedBy(provider: string): Readonly<Record<string, unknown>> {
	return {
		requested: 'maker/model',
		strategy: 'direct',
		region: 'eu',
		attempt: 1,
		is_byok: false,
		endpoints: {
			total: 2,
			available: [
				{provider: 'Elsewhere', model: 'maker/model', selected: false},
				{provider, model: 'maker/model', selected: true},
			],
		},
		attempts: [{provider, model: 'maker/model', status: 200}],
	};
}

/** Answers with a whole event stream, in one write or in given pieces of bytes. */
export function stream(
	response: ServerResponse,
	body: string | Uint8Array | readonly Uint8Array[],
	headers: Readonly<Record<string, string>> = {},
): void {
	response.writeHead(200, {'content-type': 'text/event-stream', ...headers});
	if (typeof body === 'string' || body instanceof Uint8Array) {
		response.end(body);
		return;
	}
	const pieces = [...body];
	const next = (): void => {
		const piece = pieces.shift();
		if (piece === undefined) response.end();
		else response.write(piece, () => setImmediate(next));
	};
	next();
}

/** A good OpenRouter stream with router metadata. */
export function goodStream(text = 'Hello', provider = 'Host'): string {
	return chunk(text) + finish() + usage({openrouter_metadata: routedBy(provider)}) + done;
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
	response.writeHead(status, {'content-type': 'application/json', ...headers}).end(JSON.stringify(body));
}
