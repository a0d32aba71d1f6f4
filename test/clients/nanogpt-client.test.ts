import {describe, expect, it} from 'vitest';
import {createNanogptClient} from '../../source/clients/nanogpt/nanogpt-client.js';
import type {LogEntry} from '../../source/domain/service-state.js';
import {type Answer, sendJson, startScriptedServer} from '../helpers/scripted-server.js';

const signal = new AbortController().signal;
const now = () => new Date('2026-11-21T12:00:00Z');
const list = '/v1/models?detailed=true';
const explore = '/explore/text-models?distillation=allowed';

async function open(answers: Readonly<Record<string, Answer>>) {
	const server = await startScriptedServer(answers);
	const entries: LogEntry[] = [];
	const log = {append: (entry: LogEntry) => void entries.push(entry)};
	const client = createNanogptClient({baseUrl: server.url, apiKey: 'sk-nano-12345678', log, version: '1.0.0', now, maxRetries: 0});
	return {...server, entries, client, seen: server.seen};
}

const allowed = {
	status: 'allowed',
	label: 'License permits\u0007 distillation',
	basis: 'permissive-open-weights',
	sourceUrl: 'https://example.com/licence',
	note: 'Keep the notice.',
};

describe('the catalogue of NanoGPT', () => {
	it('takes a model’s own policy, and where it has none the word of the explore list', async () => {
		const data = [
			{id: 'deepseek/deepseek-v3.2', distillationPolicy: allowed},
			{
				id: 'closed-model',
				distillationPolicy: {status: 'disallowed', basis: 'closed-provider-restriction', sourceUrl: 'javascript:alert(1)'},
			},
			{id: 'listed-only'},
			{id: 'silent'},
			{id: 'odd', distillationPolicy: {status: 'perhaps', basis: 'new-basis'}},
			{id: 'torn', distillationPolicy: {status: 'disallowed'}},
		];
		await using server = await open({
			[list]: {object: 'list', data},
			[explore]: {
				data: [{id: 'listed-only'}, {id: 'torn'}, {id: 'deepseek/deepseek-v3.2', distillationPolicy: allowed}],
				meta: {distillation: 'allowed'},
			},
		});
		const read = await server.client.fetchCatalogue(signal);
		expect(server.seen.find(({path}) => path === list)!.headers, 'a subscriber’s key would shrink the list').not.toHaveProperty(
			'authorization',
		);
		expect(read).toMatchObject({gateway: 'nanogpt', policyProblem: null, dropped: []});
		const words = new Map(read.listings.map(({id, reasons}) => [id, reasons.map(({status, basis}) => `${status} ${basis}`)]));
		expect(Object.fromEntries(words)).toEqual({
			'deepseek/deepseek-v3.2': ['allowed permissive-open-weights'],
			'closed-model': ['disallowed closed-provider-restriction'],
			'listed-only': ['allowed distillation=allowed'],
			silent: ['unknown not-recorded'],
			odd: ['unknown new-basis'],
			torn: ['disallowed not-said', 'allowed distillation=allowed'],
		});
		expect(read.listings[0]!.reasons[0]).toEqual({
			layer: 'nanogpt-model',
			status: 'allowed',
			basis: 'permissive-open-weights',
			label: 'License permits distillation',
			sourceUrl: 'https://example.com/licence',
			note: 'Keep the notice.',
			readFrom: 'nanogpt:/v1/models?detailed=true',
			fetchedAt: '2026-11-21T12:00:00.000Z',
		});
		expect(read.listings[1]!.reasons[0]!.sourceUrl).toBeNull();
		expect(read.listings[2]!.reasons[0]!.readFrom).toBe(`nanogpt:${explore}`);
		expect(read.listings[4]!.reasons[0]!.note).toMatch(/"perhaps".*not documented/);
	});

	it.each([[{distillation: 'all'}], [undefined]])(
		'notices that the filter was ignored (meta %j): then only a row’s own policy counts',
		async (meta) => {
			await using server = await open({
				[list]: {data: [{id: 'one'}, {id: 'two'}, {id: 'three'}]},
				[explore]: {
					data: [{id: 'one', distillationPolicy: allowed}, {id: 'two', distillationPolicy: {status: 'disallowed'}}, {id: 'three'}],
					meta,
				},
			});
			const read = await server.client.fetchCatalogue(signal);
			expect(read.policyProblem).toMatch(/did not confirm the filter/);
			expect(read.listings.map(({reasons}) => reasons[0]!.status)).toEqual(['allowed', 'disallowed', 'unknown']);
			expect(server.entries.find(({path}) => path === explore)!.note).toMatch(/not confirmed/);
		},
	);

	it('keeps the list when explore fails', async () => {
		await using server = await open({[list]: {data: [{id: 'one'}]}, [explore]: (response) => sendJson(response, {message: 'down'}, 503)});
		const read = await server.client.fetchCatalogue(signal);
		expect(read.policyProblem).toMatch(/could not be read.*down/);
		expect(read.listings[0]!.reasons[0]).toMatchObject({status: 'unknown', basis: 'not-recorded'});
	});

	it('reads prices by their unit, and no date from a time that is the answer’s', async () => {
		const model = (id: string, pricing: object) => ({id, created: 1_767_225_600, pricing});
		await using server = await open({
			[list]: {
				data: [
					model('TEE/deepseek-r1', {prompt: 0.28, completion: 0.42, currency: 'USD', unit: 'per_million_tokens'}),
					model('b:thinking:8192', {prompt: '0.0003', completion: 0.002, unit: 'per_1k_tokens'}),
					model('c', {prompt: 5, completion: 5, currency: 'XNO'}),
					model('d', {prompt: 5, completion: 5, unit: 'per_page'}),
					{
						id: 'e',
						owned_by: 'maker',
						name: 'E',
						context_length: 8192,
						capabilities: {vision: true, tool_calling: true, reasoning: false},
						subscription: {included: true},
					},
				],
			},
			[explore]: {data: [], meta: {distillation: 'allowed'}},
		});
		const {listings} = await server.client.fetchCatalogue(signal);
		expect(listings.map(({inputPrice, outputPrice}) => [inputPrice, outputPrice])).toEqual([
			[0.28, 0.42],
			[0.3, 2],
			[null, null],
			[null, null],
			[null, null],
		]);
		expect(listings.every(({createdAt}) => createdAt === null)).toBe(true);
		expect(listings[4]).toMatchObject({
			author: 'maker',
			contextLength: 8192,
			parameters: ['vision', 'tool_calling'],
			inputModalities: ['text', 'image'],
			isSubscriptionIncluded: true,
		});
	});
});

describe('the routes of NanoGPT', () => {
	const path = '/models/deepseek%2Fdeepseek-v3.2%3Athinking/providers';
	const id = 'deepseek/deepseek-v3.2:thinking';

	it('are read with the price with and without the markup, and their own policy', async () => {
		await using server = await open({
			[path]: {
				canonicalId: id,
				supportsProviderSelection: true,
				providers: [
					{
						provider: 'fireworks',
						available: true,
						pricing: {inputPer1kTokens: 0.00063, outputPer1kTokens: 0.00189},
						distillationPolicy: {status: 'allowed', basis: 'provider-output-use-terms', label: 'Terms permit'},
					},
					{provider: 'moonshot', available: false},
				],
			},
		});
		const read = await server.client.fetchRoutes(id, signal);
		expect(server.seen[0]!.headers.authorization).toBe('Bearer sk-nano-12345678');
		expect(read).toMatchObject({supportsSelection: true, dropped: []});
		expect(read.rows).toMatchObject([
			{
				tag: 'fireworks',
				isAvailable: true,
				inputPrice: 0.63,
				outputPrice: 1.89,
				baseInputPrice: 0.6,
				baseOutputPrice: 1.8,
				reason: {layer: 'nanogpt-provider', status: 'allowed', basis: 'provider-output-use-terms', label: 'Terms permit'},
			},
			{tag: 'moonshot', isAvailable: false, inputPrice: null, baseInputPrice: null, reason: null},
		]);
	});

	it('cannot be selected where the service says so', async () => {
		await using server = await open({[path]: {canonicalId: id, supportsProviderSelection: false}});
		expect(await server.client.fetchRoutes(id, signal)).toMatchObject({supportsSelection: false, rows: []});
	});

	it('has the row as it was sent, and searches among the allowed', async () => {
		await using server = await open({
			[list]: {data: [{id: 'x', odd: 1}]},
			'/explore/search?type=text&q=qwen%203&distillation=allowed': {data: [{id: 'q'}], meta: {distillation: 'allowed'}},
			'/explore/search?type=text&q=all&distillation=allowed': {
				data: [{id: 'q'}, {id: 'r', distillationPolicy: allowed}],
				meta: {distillation: 'all'},
			},
		});
		expect(await server.client.fetchRawModel('x', signal)).toEqual({id: 'x', odd: 1});
		expect(await server.client.fetchRawModel('y', signal)).toBeNull();
		expect(await server.client.searchAllowed('qwen 3', signal)).toEqual({ids: ['q'], isFiltered: true});
		expect(await server.client.searchAllowed('all', signal)).toEqual({ids: ['r'], isFiltered: false});
	});
});
