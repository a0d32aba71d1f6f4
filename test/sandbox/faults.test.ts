import {describe, expect, test} from 'vitest';
import {createFaultDraw, FaultSyntaxError, parseFaults} from '../../source/sandbox/faults.js';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {createRandom} from '../../source/sandbox/random.js';
import {startSandbox} from '../../source/sandbox/start-sandbox.js';
import {withSandbox} from './ask.js';

describe('the fault language', () => {
	test('reads services, paths, values and rates', () => {
		expect(parseFaults('openrouter:/models*=status:503@0.5; nanogpt:*=latency:200;cut')).toEqual([
			{service: 'openrouter', glob: '/models*', fault: {kind: 'status', status: 503}, rate: 0.5},
			{service: 'nanogpt', glob: '*', fault: {kind: 'latency', milliseconds: 200}, rate: 1},
			{service: '*', glob: '*', fault: {kind: 'cut'}, rate: 1},
		]);
		expect(parseFaults('openai=rate-limit:7')).toEqual([{service: 'openai', glob: '*', fault: {kind: 'rate-limit', seconds: 7}, rate: 1}]);
		expect(parseFaults('openrouter:/models?distillable=true=html')).toEqual([
			{service: 'openrouter', glob: '/models?distillable=true', fault: {kind: 'html', status: 200}, rate: 1},
		]);
		expect(parseFaults('')).toEqual([]);
	});
	const wrong: [string, string][] = [
		['status', 'a value is missing'],
		['status:abc', '"abc" is no HTTP status'],
		['status:99', 'from 200 to 599'],
		['latency:-1', 'number of milliseconds'],
		['explode', '"explode" is none of'],
		['cut:1', 'cut takes no value'],
		['reset@2', 'the rate "2"'],
		['reset@', 'the rate ""'],
		['groq:*=cut', '"groq" is none of'],
		['openrouter:=cut', 'the path is missing'],
		['openrouter:*=', 'the fault is missing'],
	];
	for (const [text, problem] of wrong) {
		test(`"${text}" is refused: ${problem}`, () => {
			expect(() => parseFaults(text)).toThrow(FaultSyntaxError);
			expect(() => parseFaults(text)).toThrow(problem);
		});
	}
	test('a rate is a share of the matching requests, the same for the same seed', () => {
		const draws = (seed: number) => {
			const draw = createFaultDraw(parseFaults('openrouter:/models*=reset@0.3'), () => createRandom(seed));
			return Array.from({length: 1000}, () => draw('openrouter', '/models/count', '').fault !== null);
		};
		const hits = draws(1).filter(Boolean).length;
		expect(hits).toBeGreaterThan(240);
		expect(hits).toBeLessThan(360);
		expect(draws(1)).toEqual(draws(1));
		expect(draws(1)).not.toEqual(draws(2));
	});
	test('a glob is a path, with the query where it has a question mark', () => {
		const draw = createFaultDraw(parseFaults('openrouter:/models?distillable=true*=cut;nanogpt:/v1/models=reset'), () => createRandom(1));
		expect(draw('openrouter', '/models', '?distillable=true&limit=3').fault?.kind).toBe('cut');
		expect(draw('openrouter', '/models', '').fault).toBeNull();
		expect(draw('nanogpt', '/v1/models', '?detailed=true').fault?.kind).toBe('reset');
		expect(draw('nanogpt', '/v1/models/x', '').fault).toBeNull();
		expect(draw('openai', '/v1/models', '').fault).toBeNull();
	});
});

describe('faults by header', () => {
	const {ask, urls} = withSandbox();
	test('a status, in each service’s envelope', async () => {
		expect((await ask('openrouter', '/models', {fault: 'status:503'})).json).toMatchObject({error: {code: 503}});
		expect((await ask('openai', '/models', {fault: 'status:500', key: 'any'})).json).toMatchObject({
			error: {type: 'server_error', param: null},
		});
		expect((await ask('nanogpt', '/v1/models', {fault: 'status:429'})).json).toMatchObject({code: 'rate_limited'});
		expect((await ask('nanogpt', '/v1/models', {fault: 'status:402'})).json).toMatchObject({error: expect.any(String), status: 402});
	});
	test('429 with Retry-After', async () => {
		const answer = await ask('openrouter', '/models', {fault: 'rate-limit:9'});
		expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '9']);
	});
	test('latency comes before the answer, which stays whole', async () => {
		const start = performance.now();
		const answer = await ask('openrouter', '/providers', {fault: 'latency:120'});
		expect(performance.now() - start).toBeGreaterThan(110);
		expect(answer.json.data.length).toBeGreaterThan(10);
	});
	test('malformed JSON is a whole answer that does not parse', async () => {
		const answer = await ask('openrouter', '/models', {fault: 'malformed'});
		expect(answer.status).toBe(200);
		expect(answer.headers.get('content-type')).toContain('application/json');
		expect(answer.text.length).toBeGreaterThan(1000);
		expect(() => JSON.parse(answer.text)).toThrow();
	});
	test('HTML instead of JSON', async () => {
		const answer = await ask('nanogpt', '/v1/models', {fault: 'html'});
		expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
		expect(answer.text).toContain('<!doctype html>');
	});
	test('a cut body begins well and ends early', async () => {
		const response = await fetch(`${urls().openrouter}/models`, {headers: {'x-sandbox-fault': 'cut'}});
		expect(response.status).toBe(200);
		let received = '';
		const decoder = new TextDecoder();
		await expect(
			(async () => {
				for await (const chunk of response.body!) received += decoder.decode(chunk, {stream: true});
			})(),
		).rejects.toThrow('terminated');
		expect(received.startsWith('{"data":[')).toBe(true);
		expect(received.length).toBeLessThan(Number(response.headers.get('content-length')));
	});
	test('a reset connection gives no answer', async () => {
		await expect(fetch(`${urls().openai}/models`, {headers: {'x-sandbox-fault': 'reset'}})).rejects.toMatchObject({
			cause: {code: 'ECONNRESET'},
		});
	});
	test('a route in the header bounds it; a wrong header is a 400 that explains', async () => {
		expect((await ask('openrouter', '/providers', {fault: 'openrouter:/models*=status:500'})).status).toBe(200);
		expect((await ask('openrouter', '/models/count', {fault: 'openrouter:/models*=status:500'})).status).toBe(500);
		const wrong = await ask('openrouter', '/models', {fault: 'boom'});
		expect(wrong.status).toBe(400);
		expect(wrong.json.error.message).toContain('"boom" is none of status');
	});
});

describe('faults by option', () => {
	test('half of the requests fail, the same ones in every run', async () => {
		const run = async (seed: number) => {
			const sandbox = await startSandbox({faults: 'openrouter:/models/count=status:503@0.5', seed});
			const statuses: number[] = [];
			for (let index = 0; index < 40; index++) statuses.push((await fetch(`${sandbox.urls.openrouter}/models/count`)).status);
			statuses.push((await fetch(`${sandbox.urls.openrouter}/providers`)).status);
			await sandbox.close();
			return statuses;
		};
		const one = await run(7);
		expect(one.filter((status) => status === 503).length).toBeGreaterThan(8);
		expect(one.filter((status) => status === 200).length).toBeGreaterThan(8);
		expect(one.at(-1)).toBe(200);
		expect(await run(7)).toEqual(one);
		expect(await run(8)).not.toEqual(one);
	});
	test('wrong syntax keeps the sandbox from starting', async () => {
		await expect(startSandbox({faults: 'openrouter:/models=status:teapot'})).rejects.toThrow('"teapot" is no HTTP status');
	});
});

describe('keys and unknown routes', () => {
	const {ask} = withSandbox();
	test('the rate-limited key meets 429 with Retry-After everywhere', async () => {
		for (const [service, path] of [
			['openrouter', '/models'],
			['nanogpt', '/v1/models'],
			['openai', '/models'],
		] as const) {
			const answer = await ask(service, path, {key: sandboxKeys.rateLimited});
			expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '2']);
		}
	});
	test('OpenRouter refuses the wrong key everywhere', async () => {
		for (const path of ['/models', '/key', '/providers']) {
			const answer = await ask('openrouter', path, {key: sandboxKeys.wrong});
			expect(answer.json).toEqual({error: {code: 401, message: 'User not found.'}});
		}
	});
	test('an unknown route or method is a 501 that names it, in the service’s envelope', async () => {
		const openrouter = await ask('openrouter', '/activity', {key: 'any'});
		expect([openrouter.status, openrouter.json]).toEqual([
			501,
			{error: {code: 501, message: 'The sandbox does not know GET /openrouter/api/v1/activity.'}},
		]);
		const nanogpt = await ask('nanogpt', '/v1/models', {method: 'DELETE'});
		expect([nanogpt.status, nanogpt.json.error.message]).toEqual([501, 'The sandbox does not know DELETE /nanogpt/api/v1/models.']);
		expect((await ask('openai', '/batches', {key: 'any'})).json.error).toEqual({
			message: 'The sandbox does not know GET /openai/v1/batches.',
			type: 'server_error',
			param: null,
			code: null,
		});
	});
});
