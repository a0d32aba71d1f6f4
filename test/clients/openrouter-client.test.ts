import {existsSync, readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {HttpOptions} from '../../source/clients/http.js';
import {createOpenrouterClient} from '../../source/clients/openrouter/openrouter-client.js';
import type {LogEntry} from '../../source/domain/service-state.js';
import {type Answer, send, sendJson, startScriptedServer} from '../helpers/scripted-server.js';

const signal = new AbortController().signal;
const now = () => new Date('2026-11-21T12:00:00Z');

async function open(answers: Readonly<Record<string, Answer>>, part: Partial<HttpOptions> = {}) {
	const server = await startScriptedServer(answers);
	const entries: LogEntry[] = [];
	const log = {append: (entry: LogEntry) => void entries.push(entry)};
	const client = createOpenrouterClient({baseUrl: server.url, apiKey: null, log, version: '1.0.0', now, maxRetries: 0, ...part});
	return {...server, entries, client, seen: server.seen};
}

const qwen = {
	id: 'qwen/qwen3-max:free',
	canonical_slug: 'qwen/qwen3-max-20260101',
	name: 'Qwen: \u001b]0;owned\u0007Qwen3\u202e Max',
	created: 1_767_225_600,
	context_length: 262_144,
	architecture: {input_modalities: ['text', 'image'], output_modalities: ['text']},
	pricing: {
		prompt: '0.00000027',
		completion: '0.0000011',
		input_cache_read: '0.00000007',
		overrides: [{min_prompt_tokens: 128_000, prompt: '0.0000005'}],
	},
	top_provider: {max_completion_tokens: 32_768, is_moderated: false},
	supported_parameters: ['tools', 'reasoning'],
	expiration_date: '2098-12-31',
	is_new_field: {nested: true},
};
const gpt = {id: 'openai/gpt-oss-120b', name: 'gpt-oss', pricing: {prompt: '0', completion: '0'}};
const router = {id: 'openrouter/auto', name: 'Auto', pricing: {prompt: '-1', completion: '-1'}, context_length: null};

describe('the catalogue of OpenRouter', () => {
	it('joins the list with the distillable list', async () => {
		await using server = await open({'/models': {data: [qwen, gpt, router]}, '/models?distillable=true': {data: [{id: qwen.id}]}});
		const read = await server.client.fetchCatalogue(signal);
		expect(read).toMatchObject({gateway: 'openrouter', fetchedAt: '2026-11-21T12:00:00.000Z', dropped: [], policyProblem: null});
		expect(read.listings.map(({id, reasons}) => [id, reasons.map(({status, basis}) => `${status} ${basis}`)])).toEqual([
			['qwen/qwen3-max:free', ['allowed distillable=true']],
			['openai/gpt-oss-120b', ['unknown not-recorded']],
			['openrouter/auto', ['unknown not-recorded']],
		]);
		expect(read.listings[0]!.reasons[0]).toMatchObject({
			layer: 'openrouter-list',
			sourceUrl: 'https://openrouter.ai/models?distillable=true',
			readFrom: 'openrouter:/models?distillable=true',
			fetchedAt: '2026-11-21T12:00:00.000Z',
		});
		expect(read.listings[0]).toMatchObject({
			name: 'Qwen: Qwen3 Max',
			author: 'qwen',
			createdAt: '2026-01-01T00:00:00.000Z',
			contextLength: 262_144,
			maxOutputTokens: 32_768,
			inputPrice: 0.27,
			outputPrice: 1.1,
			cacheReadPrice: 0.07,
			cacheWritePrice: null,
			isRouter: false,
			priceOverrides: [{minPromptTokens: 128_000, utcStart: null, utcEnd: null, inputPrice: 0.5, outputPrice: null}],
			inputModalities: ['text', 'image'],
			parameters: ['tools', 'reasoning'],
			expiresAt: '2098-12-31',
		});
		expect(read.listings[1]).toMatchObject({inputPrice: 0, isRouter: false});
		expect(read.listings[2]).toMatchObject({inputPrice: null, outputPrice: null, isRouter: true, contextLength: null});
		expect(server.seen.map(({path}) => path).sort()).toEqual(['/models', '/models?distillable=true']);
	});

	it('keeps the list when the distillable list fails, and says so; a row’s own word still counts', async () => {
		await using server = await open({
			'/models': {
				data: [
					{...qwen, is_trainable_text: true},
					{...gpt, is_trainable_text: false},
				],
			},
			'/models?distillable=true': (response) => sendJson(response, {error: {message: 'no filters today'}}, 500),
		});
		const read = await server.client.fetchCatalogue(signal);
		expect(read.policyProblem).toMatch(/distillable list could not be read.*no filters today/);
		expect(read.listings.map(({reasons}) => `${reasons[0]!.status} ${reasons[0]!.basis}`)).toEqual([
			'allowed is_trainable_text',
			'unknown failed',
		]);
	});

	it('does not trust a server that answers the filter with everything', async () => {
		await using server = await open({'/models': {data: [qwen, gpt]}, '/models?distillable=true': {data: [gpt, qwen]}});
		const read = await server.client.fetchCatalogue(signal);
		expect(read.policyProblem).toMatch(/filter was ignored/);
		expect(read.listings.map(({reasons}) => reasons[0]!.status)).toEqual(['unknown', 'unknown']);
	});

	it('drops and names bad rows, and keeps the others', async () => {
		const rows = [
			null,
			{name: 'no id'},
			{id: 'a/\u001b[31mred'},
			{id: 'a/strange', pricing: 'free', created: 'now', name: 7},
			qwen,
			qwen,
			3,
		];
		await using server = await open({'/models': {data: rows}, '/models?distillable=true': {data: [{id: qwen.id}]}});
		const read = await server.client.fetchCatalogue(signal);
		expect(read.listings.map(({id}) => id)).toEqual(['a/strange', 'qwen/qwen3-max:free']);
		expect(read.listings[0]).toMatchObject({name: 'a/strange', inputPrice: null, createdAt: null});
		expect(read.dropped).toEqual([
			'row 1 is no object',
			'row 2 has no id',
			'row 3 (a/red) has a bad id',
			'row 6 (qwen/qwen3-max:free) repeats an id',
			'row 7 is no object',
		]);
		expect(server.entries.find(({path}) => path === '/models')!.note).toBe(
			'2 rows read, 5 dropped: row 1 is no object; row 2 has no id; row 3 (a/red) has a bad id; …',
		);
	});

	it('is empty when the list is, and fails when there is no list', async () => {
		await using empty = await open({'/models': {data: []}, '/models?distillable=true': {data: []}});
		expect(await empty.client.fetchCatalogue(signal)).toMatchObject({listings: [], policyProblem: null});
		await using other = await open({'/models': {models: []}, '/models?distillable=true': {data: []}});
		await expect(other.client.fetchCatalogue(signal)).rejects.toMatchObject({
			kind: 'failed',
			why: expect.stringContaining('no list of models'),
		});
	});

	it('follows a server that pages', async () => {
		await using server = await open({
			'/models': {data: [qwen], links: {next: '/api/v1/models?offset=1'}},
			'/models?offset=1&limit=1000': {data: [gpt], links: {next: null}},
			'/models?distillable=true': {data: [{id: gpt.id}]},
		});
		const read = await server.client.fetchCatalogue(signal);
		expect(read.listings.map(({id, reasons}) => [id, reasons[0]!.status])).toEqual([
			[qwen.id, 'unknown'],
			[gpt.id, 'allowed'],
		]);
	});

	it('reads 100,000 models', async () => {
		const row = {...qwen, description: 'x'.repeat(300)};
		const body = `{"data":[${Array.from({length: 100_000}, (_, index) => JSON.stringify({...row, id: `maker/model-${index}`})).join(',')}]}`;
		await using server = await open({
			'/models': (response) => send(response, body, 'application/json'),
			'/models?distillable=true': {data: [{id: 'maker/model-99999'}]},
		});
		const read = await server.client.fetchCatalogue(signal);
		expect(read.listings).toHaveLength(100_000);
		expect(read.listings.filter(({reasons}) => reasons[0]!.status === 'allowed').map(({id}) => id)).toEqual(['maker/model-99999']);
	});

	const real = '../shared/data/openrouter-models-2026-08-22';
	it.skipIf(!existsSync(`${real}.json`))(
		'reads a real response of 421 models, 116 of them distillable (skipped where it is absent)',
		async () => {
			await using server = await open({
				'/models': (response) => send(response, readFileSync(`${real}.json`, 'utf8'), 'application/json'),
				'/models?distillable=true': (response) => send(response, readFileSync(`${real}.distillable.json`, 'utf8'), 'application/json'),
			});
			const read = await server.client.fetchCatalogue(signal);
			expect(read.dropped).toEqual([]);
			expect(read.listings).toHaveLength(421);
			expect(read.listings.filter(({reasons}) => reasons[0]!.status === 'allowed')).toHaveLength(116);
			expect(read.listings.filter(({isRouter}) => isRouter)).toHaveLength(5);
			expect(read.listings.filter(({priceOverrides}) => priceOverrides.length > 0)).toHaveLength(60);
			expect(read.listings.filter(({maxOutputTokens}) => maxOutputTokens === null)).toHaveLength(49);
			expect(read.listings.filter(({aliasOf}) => aliasOf !== null)).toHaveLength(12);
		},
	);
});

const endpoint = {
	tag: 'deepinfra/fp8',
	model_id: 'qwen/qwen3-max-20260101',
	provider_name: 'DeepInfra',
	quantization: 'fp8',
	context_length: 131_072,
	max_completion_tokens: null,
	pricing: {prompt: '0.0000002', completion: '0.0000006', discount: 0.25},
	supported_parameters: ['tools'],
	status: 0,
	uptime_last_30m: 99.5,
	uptime_last_1d: null,
	latency_last_30m: {p50: 420, p90: 1300},
	throughput_last_30m: null,
};

describe('the routes of OpenRouter', () => {
	it('are read with prices, figures and the zdr list, which is asked once', async () => {
		await using server = await open({
			'/models/qwen/qwen3-max:free/endpoints': {
				data: {
					id: 'x',
					endpoints: [endpoint, {...endpoint, tag: 'together', status: -2, quantization: 'unknown'}, {provider_name: 'No tag'}],
				},
			},
			'/endpoints/zdr': {data: [endpoint]},
		});
		const [read] = await Promise.all([server.client.fetchRoutes(qwen.id, signal), server.client.fetchRoutes(qwen.id, signal)]);
		expect(read).toMatchObject({gateway: 'openrouter', modelId: qwen.id, supportsSelection: true, dropped: ['row 3 has no tag']});
		expect(read.rows).toMatchObject([
			{
				provider: 'DeepInfra',
				tag: 'deepinfra/fp8',
				isAvailable: true,
				inputPrice: 0.2,
				baseInputPrice: 0.2,
				outputPrice: 0.6,
				latencyP50: 420,
				latencyP90: 1300,
				throughputP50: null,
				uptime: 99.5,
				dataPolicy: 'zdr',
				reason: null,
			},
			{tag: 'together', isAvailable: false, quantization: null, dataPolicy: null},
		]);
		expect(server.seen.filter(({path}) => path === '/endpoints/zdr')).toHaveLength(1);
	});

	it('are there without the zdr list, which is not asked for again where it wants a key', async () => {
		await using server = await open({
			'/models/a/b/endpoints': {data: {endpoints: [endpoint]}},
			'/endpoints/zdr': (response) => sendJson(response, {error: {message: 'Missing Authentication header'}}, 401),
		});
		for (let count = 0; count < 3; count++) {
			expect((await server.client.fetchRoutes('a/b', signal)).rows[0]).toMatchObject({tag: 'deepinfra/fp8', dataPolicy: null});
		}
		expect(server.seen.filter(({path}) => path === '/endpoints/zdr')).toHaveLength(1);
	});

	it('are none for an alias, and a 404 for an unknown model', async () => {
		await using server = await open({'/endpoints/zdr': {data: []}});
		expect(await server.client.fetchRoutes('~moonshotai/kimi-latest', signal)).toMatchObject({rows: []});
		expect(server.seen).toEqual([]);
		await expect(server.client.fetchRoutes('a/none', signal)).rejects.toMatchObject({kind: 'failed', status: 404});
	});

	it('has the row as it was sent, unknown fields included', async () => {
		await using server = await open({'/model/qwen/qwen3-max:free': {data: qwen}});
		expect(await server.client.fetchRawModel(qwen.id, signal)).toEqual(qwen);
		expect(await server.client.fetchRawModel('a/none', signal)).toBeNull();
	});
});
