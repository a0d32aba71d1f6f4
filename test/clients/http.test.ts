import {describe, expect, it, vi} from 'vitest';
import {createHttp, type HttpOptions} from '../../source/clients/http.js';
import {Failure} from '../../source/domain/failure.js';
import type {LogEntry} from '../../source/domain/service-state.js';
import {type Answer, send, sendJson, startScriptedServer} from '../helpers/scripted-server.js';

const key = 'sk-or-v1-very+secret/key=1234567890';
const signal = new AbortController().signal;

function open(baseUrl: string, part: Partial<HttpOptions> = {}) {
	const entries: LogEntry[] = [];
	const log = {append: (entry: LogEntry) => void entries.push(entry)};
	const http = createHttp({
		service: 'openrouter',
		baseUrl,
		apiKey: key,
		log,
		version: '9.9.9',
		maxRetries: 0,
		timeoutMilliseconds: 5000,
		...part,
	});
	const get = (path = '/models', on = signal) => http.get(path, {signal: on, parse: (json) => ({value: json, note: 'fine'})});
	return {entries, get};
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
	const error = await promise.then(
		(value) => new Error(`it succeeded with ${JSON.stringify(value)}`),
		(reason: unknown) => reason,
	);
	if (!(error instanceof Failure)) throw error;
	return error;
}

/** Everything that could be shown or kept of a failed request. */
function everything(failure: Failure, entries: readonly LogEntry[]): string {
	return JSON.stringify([failure, failure.message, failure.toLine(), failure.stack, String(failure.cause), entries]);
}

async function failAt(answer: Answer, part: Partial<HttpOptions> = {}) {
	await using server = await startScriptedServer({'/api/v1/models': answer});
	const {entries, get} = open(`${server.url}/api/v1`, part);
	const failure = await failureOf(get());
	return {failure, entries, seen: server.seen, host: new URL(server.url).host};
}

describe('a request', () => {
	it('carries the key, the attribution and nothing else of note', async () => {
		await using server = await startScriptedServer({'/api/v1/models?distillable=true': {data: [1]}});
		const {entries, get} = open(`${server.url}/api/v1/`);
		expect(await get('/models?distillable=true')).toEqual({data: [1]});
		const {headers} = server.seen[0]!;
		expect(headers).toMatchObject({
			authorization: `Bearer ${key}`,
			'user-agent': 'stillroom/9.9.9',
			'x-openrouter-title': 'stillroom',
			'x-openrouter-categories': 'cli-agent',
		});
		expect(headers['http-referer']).toMatch(/^https:/);
		expect(Object.keys(headers).filter((name) => /stainless|openai/.test(name))).toEqual([]);
		expect(entries).toEqual([
			{
				at: expect.stringMatching(/^\d{4}-/),
				service: 'openrouter',
				method: 'GET',
				path: '/models?distillable=true',
				status: 200,
				milliseconds: expect.any(Number),
				note: 'fine',
			},
		]);
	});

	it('sends no Authorization without a key, and OpenRouter’s attribution to nobody else', async () => {
		await using server = await startScriptedServer({'/v1/models': {data: []}});
		const {get} = open(server.url, {service: 'nanogpt', apiKey: null});
		await get('/v1/models');
		expect(server.seen[0]!.headers).not.toHaveProperty('authorization');
		expect(server.seen[0]!.headers).not.toHaveProperty('http-referer');
	});

	it('takes nothing from the variables of the openai package', async () => {
		await using server = await startScriptedServer({'/models': {data: []}});
		vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/leak');
		vi.stubEnv('OPENAI_API_KEY', 'sk-leaked-openai-key');
		vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-leaked-admin-key');
		vi.stubEnv('OPENAI_ORG_ID', 'org-leaked');
		vi.stubEnv('OPENAI_PROJECT_ID', 'proj-leaked');
		vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer leaked\nX-Custom: leaked');
		vi.stubEnv('OPENAI_LOG', 'debug');
		const log = vi.spyOn(console, 'log');
		const debug = vi.spyOn(console, 'debug');
		try {
			for (const apiKey of [null, key]) await open(server.url, {apiKey}).get();
			expect(log).not.toHaveBeenCalled();
			expect(debug).not.toHaveBeenCalled();
		} finally {
			vi.unstubAllEnvs();
			vi.restoreAllMocks();
		}
		expect(server.seen).toHaveLength(2);
		expect(JSON.stringify(server.seen)).not.toMatch(/leaked/);
		expect(server.seen[1]!.headers.authorization).toBe(`Bearer ${key}`);
	});

	it.each(['ftp://host/x', 'openrouter.ai', 'https://user:pass@host/x', 'https://host/x?key=1'])('refuses the base URL %s', (url) => {
		expect(() => open(url)).toThrow(Failure);
		expect(() => open(url)).toThrow(expect.objectContaining({kind: 'usage', message: expect.not.stringContaining('pass@')}));
	});
});

describe('a failure', () => {
	it('401: says who refused the key, never the key', async () => {
		const {failure, entries, host} = await failAt((response) =>
			sendJson(response, {error: {message: `No user for ${key} \u001b[31mfound`, code: 401}}, 401),
		);
		expect(failure).toMatchObject({kind: 'auth', status: 401, service: 'openrouter', message: 'OpenRouter refused the key.'});
		expect(failure.why).toBe(`${host} answered 401: No user for [key] found.`);
		expect(failure.next).toContain('OPENROUTER_API_KEY');
		expect(entries).toMatchObject([{status: 401, path: '/models'}]);
		expect(everything(failure, entries)).not.toMatch(/very|secret/);
	});

	it('401 without a key: asks to set one', async () => {
		const {failure} = await failAt((response) => sendJson(response, {error: {message: 'Missing Authentication header', code: 401}}, 401), {
			apiKey: null,
		});
		expect(failure).toMatchObject({
			kind: 'auth',
			message: 'OpenRouter asks for a key.',
			next: expect.stringMatching(/^Set OPENROUTER_API_KEY/),
		});
	});

	it('403: is about the key only where it says so', async () => {
		const keys = await failAt((response) => sendJson(response, {error: {message: 'Only management keys can do this', code: 403}}, 403));
		const page = await failAt((response) => send(response, '<html>blocked: your key</html>', 'text/html', 403));
		expect(keys.failure.kind).toBe('auth');
		expect(page.failure).toMatchObject({kind: 'failed', status: 403, why: expect.stringContaining('403 with a web page')});
	});

	it('404: is an answer about what was asked for, unless it is a page of something else', async () => {
		const known = await failAt((response) => sendJson(response, {error: {message: 'No endpoints', code: 404}}, 404));
		const page = await failAt((response) => send(response, '<html>not here', 'text/html', 404));
		expect(known.failure).toMatchObject({kind: 'failed', status: 404});
		expect(page.failure).toMatchObject({
			kind: 'failed',
			status: null,
			why: expect.stringContaining('404 with a web page'),
			next: expect.stringContaining('base URL'),
		});
	});

	it('429: keeps the wait, and does not sleep through it', async () => {
		const {failure, seen} = await failAt(
			(response) => sendJson(response, {code: 'rate_limited', message: 'Slow down'}, 429, {'retry-after': '37'}),
			{maxRetries: 2},
		);
		expect(failure).toMatchObject({kind: 'unreachable', status: 429, retryAfterSeconds: 37});
		expect(failure.toLine()).toMatch(/limiting requests.*Slow down.*in 37 seconds/);
		expect(seen).toHaveLength(1);
	});

	it('503: is tried again, each try is logged, and the second may succeed', async () => {
		let count = 0;
		const answer: Answer = (response) => {
			count++;
			if (count === 1) sendJson(response, {error: 'busy'}, 503, {'retry-after-ms': '1'});
			else sendJson(response, {data: []});
		};
		await using server = await startScriptedServer({'/models': answer});
		const {entries, get} = open(server.url, {maxRetries: 2});
		await get();
		expect(entries.map(({status}) => status)).toEqual([503, 200]);
	});

	it('500 with every envelope: quotes the server’s own sentence', async () => {
		for (const body of [{error: {message: 'It broke'}}, {error: 'It broke'}, {message: 'It broke'}, {error: 17, message: 'It broke'}]) {
			const {failure} = await failAt((response) => sendJson(response, body, 500));
			expect(failure).toMatchObject({kind: 'unreachable', status: 500, why: expect.stringMatching(/answered 500: It broke\.$/)});
		}
	});

	it.each([
		['a page', (response) => send(response, '<!doctype html><p>Log in', 'text/html'), /web page instead of JSON.*proxy/],
		['an empty body', (response) => send(response, '', 'application/json'), /empty answer/],
		[
			'JSON cut in the middle',
			(response) => send(response, '{"data":[{"id":"a"},{"id"', 'application/json'),
			/breaks off after 25 characters/,
		],
		['JSON cut behind a bracket', (response) => send(response, '{"data":[{"id":"a"}', 'application/json'), /breaks off/],
		['plain text', (response) => send(response, 'upstream error', 'text/plain'), /not JSON/],
		['an error envelope with status 200', (response) => sendJson(response, {error: {message: 'No luck'}}), /No luck/],
	] satisfies [string, Answer, RegExp][])('%s with status 200: has its own sentence', async (_name, answer, sentence) => {
		const {failure, entries} = await failAt(answer);
		expect(failure.kind).toBe('failed');
		expect(failure.toLine()).toMatch(sentence);
		expect(entries).toMatchObject([{status: 200, note: expect.stringContaining('127.0.0.1')}]);
	});

	it('an error envelope with status 200 and a code counts as that code', async () => {
		const {failure} = await failAt((response) => sendJson(response, {error: {message: 'User not found.', code: 401}}));
		expect(failure).toMatchObject({kind: 'auth', status: 401});
	});

	it('a connection reset: before the answer, and in the middle of it', async () => {
		const before = await failAt((response) => response.socket?.resetAndDestroy());
		expect(before.failure).toMatchObject({kind: 'unreachable', why: expect.stringContaining('closed the connection')});
		expect(before.entries).toMatchObject([{status: null, note: expect.stringContaining('closed the connection')}]);
		const during = await failAt((response) => {
			response.writeHead(200, {'content-type': 'application/json', 'content-length': '1000'});
			response.write('{"data":[', () => response.socket?.resetAndDestroy());
		});
		expect(during.failure.kind).toBe('unreachable');
		expect(during.failure.why).toMatch(/closed the connection|broke off/);
		expect(during.entries).toHaveLength(1);
	});

	it('nothing listening, and a name that does not resolve', async () => {
		const server = await startScriptedServer({});
		await server[Symbol.asyncDispose]();
		const {entries, get} = open(server.url);
		const refused = await failureOf(get());
		expect(refused).toMatchObject({kind: 'unreachable', why: expect.stringMatching(/^Nothing listens at 127\.0\.0\.1:\d+\.$/)});
		expect(refused.next).toContain('--sandbox');
		expect(everything(refused, entries)).not.toMatch(/very|secret/);
		const unresolved = await failureOf(open('http://no-such-host.invalid/api').get());
		expect(unresolved).toMatchObject({kind: 'unreachable', why: expect.stringContaining('no-such-host.invalid')});
	});

	it('silence: before the answer, and in the middle of it', async () => {
		const silent = await failAt(() => {}, {timeoutMilliseconds: 100});
		expect(silent.failure.toLine()).toMatch(/took too long.*did not answer/);
		const stuck = await failAt(
			(response) => {
				response.writeHead(200, {'content-type': 'application/json'});
				response.write('{"data":[');
			},
			{timeoutMilliseconds: 100},
		);
		expect(stuck.failure).toMatchObject({kind: 'unreachable', why: expect.stringContaining('stopped in the middle')});
	});

	it('an abort is an interruption, not an error of the service', async () => {
		const controller = new AbortController();
		await using server = await startScriptedServer({'/models': () => controller.abort()});
		const failure = await failureOf(open(server.url).get('/models', controller.signal));
		expect(failure.kind).toBe('interrupted');
	});

	it.each(['sk-or-secret\u2028key', 'sk-or-sec\u0007ret-ключ', 'sk-or\n\nsecret'])(
		'a key that no header can carry is named as such, without showing it',
		(apiKey) => {
			const openIt = () => open('http://127.0.0.1:9', {apiKey});
			expect(openIt).toThrow(expect.objectContaining({kind: 'auth', next: expect.stringContaining('OPENROUTER_API_KEY')}));
			expect(openIt).toThrow(expect.objectContaining({message: expect.not.stringMatching(/sec/)}));
		},
	);

	it('a line break behind a key does no harm', async () => {
		await using server = await startScriptedServer({'/models': {data: []}});
		await open(server.url, {apiKey: ' sk-or-fine\r\n'}).get();
		expect(server.seen[0]!.headers.authorization).toBe('Bearer sk-or-fine');
	});
});
