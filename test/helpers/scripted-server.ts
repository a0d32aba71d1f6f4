import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

export type SeenRequest = {readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']};
/** JSON to answer with, or a function that writes the answer itself. */
export type Answer = object | ((response: ServerResponse, request: IncomingMessage) => void);

/** A real HTTP server on loopback that answers paths (with query) as told, anything else with 404; closes at the end of the block. */
export async function startScriptedServer(answers: Readonly<Record<string, Answer>>) {
	const seen: SeenRequest[] = [];
	const server = createServer((request, response) => {
		seen.push({method: request.method ?? '', path: request.url ?? '', headers: request.headers});
		const answer = answers[request.url ?? ''];
		if (answer === undefined) sendJson(response, {error: {code: 404, message: `no ${request.url}`}}, 404);
		else if (typeof answer === 'function') answer(response, request);
		else sendJson(response, answer);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		seen,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

export function sendJson(response: ServerResponse, body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): void {
	send(response, JSON.stringify(body), 'application/json', status, headers);
}

export function send(
	response: ServerResponse,
	body: string,
	type: string,
	status = 200,
	headers: Readonly<Record<string, string>> = {},
): void {
	response.writeHead(status, {'content-type': type, ...headers}).end(body);
}
