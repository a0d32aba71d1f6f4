import {type ClientRequest, type IncomingMessage, request as requestHttp} from 'node:http';
import {request as requestHttps} from 'node:https';

/** Nothing at all for so long, not even a keep-alive comment: Node's own `fetch` waits as long. */
const silenceMilliseconds = 300_000;

/** How long the rest of an answer is read after its end mark, so that the connection can be used again. */
const drainMilliseconds = 1000;

export type Posted = {
	readonly status: number;
	readonly header: (name: string) => string | null;
	/** The bytes as they come; throws when the answer breaks off. Ending the iteration does not end the request. */
	readonly bytes: AsyncIterable<Buffer>;
	readonly readText: () => Promise<string>;
	/** The answer is complete for us: leaves the connection for the next request, unless it does not end soon. */
	readonly release: () => void;
	/** Nobody wants the rest: closes the connection. */
	readonly destroy: () => void;
};

/**
 * One POST over `node:http`, which costs a third of the time that `fetch` takes for it: in a bulk job that is most of what a request costs here.
 * No redirects, no compression, no repeats. Rejects with the error of the connection. Aborting closes the connection.
 */
export function post(url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Posted> {
	return new Promise((resolve, reject) => {
		const send = url.protocol === 'https:' ? requestHttps : requestHttp;
		const request = send(url, {method: 'POST', headers: {...headers, 'content-length': Buffer.byteLength(body)}});
		const stop = () => void request.destroy();
		signal.addEventListener('abort', stop, {once: true});
		request.on('close', () => signal.removeEventListener('abort', stop));
		request.setTimeout(silenceMilliseconds, () => request.destroy(Object.assign(new Error('no answer'), {name: 'TimeoutError'})));
		request.on('error', reject);
		request.on('response', (response) => resolve(toPosted(request, response)));
		request.end(body);
	});
}

function toPosted(request: ClientRequest, response: IncomingMessage): Posted {
	// Who reads the bytes hears of errors there; what is left unread must not end the program.
	response.on('error', () => {});
	return {
		status: response.statusCode ?? 0,
		header(name) {
			const value = response.headers[name];
			return Array.isArray(value) ? (value[0] ?? null) : (value ?? null);
		},
		bytes: response.iterator({destroyOnReturn: false}) as AsyncIterable<Buffer>,
		readText: () =>
			new Promise((resolve, reject) => {
				const pieces: Buffer[] = [];
				response.on('data', (piece: Buffer) => pieces.push(piece));
				response.on('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
				response.on('error', reject);
			}),
		release() {
			if (response.readableEnded || response.destroyed) return;
			const timer = setTimeout(() => response.destroy(), drainMilliseconds);
			timer.unref();
			response.on('close', () => clearTimeout(timer));
			response.resume();
		},
		destroy: () => void request.destroy(),
	};
}
