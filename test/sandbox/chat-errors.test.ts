import {describe, expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {withSandbox} from './ask.js';
import {chat, readEvents} from './chat.js';

const {ask} = withSandbox();
const paths = {openrouter: '/chat/completions', nanogpt: '/v1/chat/completions', openai: '/chat/completions'} as const;
type Service = keyof typeof paths;
const models = {openrouter: 'deepseek/deepseek-v3.2', nanogpt: 'deepseek/deepseek-v3.2', openai: 'gpt-4.1'} as const;
const send = (service: Service, content: string, more: Readonly<Record<string, unknown>> = {}, key = 'any') =>
	ask(service, paths[service], {key, body: chat(models[service], content, more)});

describe('OpenRouter', () => {
	test('400 names the unknown model, the broken parameter and the unknown key of provider', async () => {
		const unknown = await send('openrouter', 'hi', {model: 'nobody/nothing'});
		expect([unknown.status, unknown.json.error.message]).toEqual([400, 'nobody/nothing is not a valid model ID']);
		const second = await send('openrouter', 'hi', {models: ['nobody/nothing']});
		expect(second.json.error.message).toBe('nobody/nothing is not a valid model ID');
		for (const [more, word] of [
			[{max_tokens: 0}, 'max_tokens'],
			[{messages: []}, 'messages'],
			[{messages: [{role: 'pirate', content: 'hi'}]}, 'role'],
			[{temperature: 3}, 'temperature'],
			[{response_format: {type: 'xml'}}, 'response_format'],
			[{provider: {enforce_distillable: true}}, 'provider.enforce_distillable'],
			[{provider: {only: 'novita'}}, 'provider.only'],
			[{provider: {quantizations: ['fp7']}}, 'provider.quantizations'],
			[{provider: {sort: 'speed'}}, 'provider.sort'],
			[{reasoning: {effort: 'enormous'}}, 'effort'],
		] as const) {
			const answer = await send('openrouter', 'hi', more);
			expect([answer.status, answer.json.error.code]).toEqual([400, 400]);
			expect(answer.json.error.message).toContain(word);
		}
		expect((await ask('openrouter', '/chat/completions', {key: 'any', body: '{"model":'})).status).toBe(400);
	});
	test('401 without a key and with the wrong one', async () => {
		const body = chat(models.openrouter, 'hi');
		expect((await ask('openrouter', '/chat/completions', {body})).json).toEqual({
			error: {code: 401, message: 'Missing Authentication header'},
		});
		expect((await send('openrouter', 'hi', {}, sandboxKeys.wrong)).json).toEqual({error: {code: 401, message: 'User not found.'}});
	});
	test('402: no credit at all, or not enough for max_tokens, with the number that is affordable', async () => {
		const none = await send('openrouter', 'hi', {}, sandboxKeys.noCredit);
		expect([none.status, none.json.error.message]).toEqual([402, 'Insufficient credits. Add more using https://openrouter.ai/credits']);
		const some = await send('openrouter', 'hi', {max_tokens: 100_000}, sandboxKeys.noCredit);
		expect(some.json.error.message).toMatch(/requested up to 100000 tokens, but can only afford \d+\./);
		const low = await send('openrouter', 'hi', {max_tokens: 100_000}, sandboxKeys.lowCredit);
		const affordable = Number(/can only afford (\d+)\./.exec(low.json.error.message)![1]);
		expect((await send('openrouter', 'hi', {max_tokens: affordable}, sandboxKeys.lowCredit)).status).toBe(200);
		expect((await send('openrouter', 'hi', {max_tokens: affordable + 100}, sandboxKeys.lowCredit)).status).toBe(402);
		expect((await send('openrouter', 'hi', {model: 'z-ai/glm-5.2:free'}, sandboxKeys.noCredit)).status).toBe(200);
	});
	test('403 moderation tells reasons and the flagged input', async () => {
		const answer = await send('openrouter', '[[sandbox:moderated violence/graphic]] something');
		expect(answer.status).toBe(403);
		expect(answer.json.error).toMatchObject({
			message: 'Input flagged by moderation',
			metadata: {reasons: ['violence/graphic'], provider_name: expect.any(String), model_slug: 'deepseek/deepseek-v3.2-20251201'},
		});
		expect(answer.json.error.metadata.flagged_input).toContain('something');
	});
	test('429: the platform’s own, with limits in headers; the daily cap of free models', async () => {
		const limited = await send('openrouter', 'hi', {}, sandboxKeys.rateLimited);
		expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-ratelimit-remaining')]).toEqual([429, '2', '0']);
		const capped = await send('openrouter', 'hi', {model: 'z-ai/glm-5.2:free'}, sandboxKeys.freeUsedUp);
		expect([capped.status, capped.headers.get('x-ratelimit-limit')]).toEqual([429, '50']);
		expect(capped.json.error.message).toContain('free-models-per-day');
		expect(Number(capped.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now());
		expect((await send('openrouter', 'hi', {}, sandboxKeys.freeUsedUp)).status).toBe(200);
	});
	test('a prompt longer than the context is a 400 that says so', async () => {
		const answer = await send('openrouter', 'word '.repeat(20_000), {model: 'mancer/weaver', max_tokens: 10});
		expect([answer.status, answer.json.error.metadata.error_type]).toEqual([400, 'context_length_exceeded']);
	});
	test('errors before the first token are JSON also when a stream was asked for; metadata stands beside them', async () => {
		const body = chat('openai/gpt-4.1-nano', 'hi', {stream: true, provider: {enforce_distillable_text: true}});
		const answer = await ask('openrouter', '/chat/completions', {key: 'any', body, headers: {'x-openrouter-metadata': 'enabled'}});
		expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json']);
		expect(answer.json.openrouter_metadata.attempt).toBe(0);
		const limited = await ask('openrouter', '/chat/completions', {
			key: 'any',
			body: chat(models.openrouter, '[[sandbox:status 429]]'),
			headers: {'x-openrouter-metadata': 'enabled'},
		});
		expect(limited.json.openrouter_metadata).toBeUndefined();
	});
	for (const status of [408, 413, 422, 429, 500, 502, 503, 524, 529]) {
		test(`${status} on demand`, async () => {
			const answer = await send('openrouter', `[[sandbox:status ${status}]]`);
			expect([answer.status, answer.json.error.code]).toEqual([status, status]);
		});
	}
});

describe('NanoGPT', () => {
	test('its error bodies have five shapes and a page', async () => {
		expect((await send('nanogpt', '[[sandbox:status 500]]')).json).toEqual({
			error: {message: 'Status 500', type: 'server_error', code: 'upstream_error'},
		});
		expect((await send('nanogpt', '[[sandbox:status 529]]')).json).toEqual({
			type: 'error',
			error: {type: 'overloaded_error', message: 'Overloaded'},
		});
		expect((await send('nanogpt', 'hi', {}, sandboxKeys.noCredit)).json).toEqual({
			error: 'Insufficient balance',
			status: 402,
			requiredBalance: 0.05,
		});
		expect((await send('nanogpt', '[[sandbox:status 429]]')).json).toEqual({code: 'rate_limited', message: 'Too many requests'});
		expect((await send('nanogpt', 'hi', {model: 'nobody/nothing'})).json).toEqual({error: 400, message: 'Model not found: nobody/nothing'});
		const page = await send('nanogpt', '[[sandbox:status 404]]');
		expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
	});
	test('400 for a broken body, 401 for the key', async () => {
		expect((await send('nanogpt', 'hi', {messages: []})).json.error).toMatchObject({type: 'invalid_request_error', param: 'messages'});
		expect((await send('nanogpt', 'hi', {}, sandboxKeys.wrong)).json.error.code).toBe('invalid_api_key');
		expect((await ask('nanogpt', '/v1/chat/completions', {body: chat(models.nanogpt, 'hi')})).json.error.code).toBe('missing_api_key');
	});
});

describe('OpenAI', () => {
	test('404 for a model that is not there, or not any more', async () => {
		const unknown = await send('openai', 'hi', {model: 'gpt-9'});
		expect([unknown.status, unknown.json.error.code]).toEqual([404, 'model_not_found']);
		const embedding = await send('openai', 'hi', {model: 'text-embedding-3-small'});
		expect(embedding.json.error.message).toContain('not a chat model');
	});
	test('400 for what belongs to other services, for max_tokens of a reasoning model, for metadata without store', async () => {
		expect((await send('openai', 'hi', {provider: {only: ['openai']}})).json.error.message).toBe(
			'Unrecognized request argument supplied: provider',
		);
		const reasoner = await send('openai', 'hi', {model: 'gpt-5.4', max_tokens: 10});
		expect(reasoner.json.error).toMatchObject({param: 'max_tokens', code: 'unsupported_parameter'});
		expect((await send('openai', 'hi', {model: 'gpt-5.4', max_completion_tokens: 100})).status).toBe(200);
		expect((await send('openai', 'hi', {metadata: {a: 'b'}})).json.error.param).toBe('metadata');
	});
	test('401, and 429 insufficient_quota without credit', async () => {
		expect((await send('openai', 'hi', {}, sandboxKeys.wrong)).json.error.code).toBe('invalid_api_key');
		const answer = await send('openai', 'hi', {}, sandboxKeys.noCredit);
		expect([answer.status, answer.json.error.type]).toEqual([429, 'insufficient_quota']);
	});
});

describe('faults', () => {
	for (const service of ['openrouter', 'nanogpt', 'openai'] as const) {
		test(`${service}: a stream is cut in the middle of an event`, async () => {
			const body = chat(models[service], '[[sandbox:long 4kb]]', {stream: true});
			await expect(ask(service, paths[service], {key: 'any', body, fault: 'cut'})).rejects.toThrow('terminated');
		});
		test(`${service}: a status and a malformed stream`, async () => {
			const body = chat(models[service], 'Explain tides', {stream: true});
			expect((await ask(service, paths[service], {key: 'any', body, fault: 'status:503'})).status).toBe(503);
			const broken = await ask(service, paths[service], {key: 'any', body, fault: 'malformed'});
			expect(broken.headers.get('content-type')).toBe('text/event-stream');
			expect(() => readEvents(broken)).toThrow();
		});
	}
	test('429 with Retry-After at a rate', async () => {
		const statuses: number[] = [];
		for (let index = 0; index < 30; index++)
			statuses.push(
				(
					await ask('openrouter', '/chat/completions', {
						key: 'any',
						body: chat(models.openrouter, 'hi'),
						fault: 'openrouter:/chat/*=rate-limit:1@0.4',
					})
				).status,
			);
		expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(3);
		expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(3);
	});
});
