import {describe, expect, test} from 'vitest';
import {withSandbox} from './ask.js';
import {chat, readEvents} from './chat.js';

const {ask} = withSandbox();
const model = 'deepseek/deepseek-v3.2';
const send = (provider: unknown, more: Readonly<Record<string, unknown>> = {}, id = model) =>
	ask('openrouter', '/chat/completions', {
		key: 'any',
		body: chat(id, 'hello', {provider, ...more}),
		headers: {'x-openrouter-metadata': 'enabled'},
	});

type Row = {
	tag: string;
	provider_name: string;
	quantization: string;
	pricing: {prompt: string; completion: string};
	supported_parameters: string[];
	status: number;
};
const endpoints = async (id = model): Promise<Row[]> => (await ask('openrouter', `/models/${id}/endpoints`)).json.data.endpoints;
const nameOf = async (tag: string) => (await endpoints()).find((row) => row.tag === tag)!.provider_name;

describe('filters that leave something', () => {
	test('order goes first, in its order; others behind it', async () => {
		const answer = await send({order: ['nebius', 'together']});
		expect(answer.json.provider).toBe('Nebius');
		expect(answer.json.openrouter_metadata.endpoints.available.map((row: {provider: string}) => row.provider).slice(0, 2)).toEqual([
			'Nebius',
			'Together',
		]);
		expect(answer.json.openrouter_metadata.endpoints.total).toBe(17);
		expect((await send({order: ['nobody', 'together']})).json.provider).toBe('Together');
	});
	test('only takes a tag, a base slug for its variants, and a name', async () => {
		for (const only of ['novita/fp8', 'novita', 'Novita']) expect((await send({only: [only]})).json.provider).toBe('Novita');
		const answer = await send({only: ['deepinfra', 'novita'], allow_fallbacks: true});
		expect(answer.json.openrouter_metadata.endpoints.total).toBe(2);
	});
	test('a service tier is served only to those who name it', async () => {
		const total = async (provider: unknown) => (await send(provider, {}, 'openai/gpt-4.1')).json.openrouter_metadata.endpoints.total;
		expect(await total({})).toBe(2);
		expect(await total({only: ['openai']})).toBe(1);
		expect(await total({only: ['openai/flex']})).toBe(1);
	});
	test('ignore removes', async () => {
		const tags = (await endpoints()).map((row) => row.tag.split('/')[0]!);
		const kept = 'parasail';
		expect((await send({ignore: tags.filter((tag) => tag !== kept)})).json.provider).toBe(await nameOf('parasail/fp8'));
	});
	test('allow_fallbacks: false leaves the first choice, or what order names', async () => {
		expect((await send({allow_fallbacks: false})).json.openrouter_metadata.endpoints.total).toBe(1);
		expect((await send({order: ['venice', 'together'], allow_fallbacks: false})).json.openrouter_metadata.endpoints.total).toBe(2);
	});
	test('sort by price, throughput and latency; :floor and :nitro do the same', async () => {
		const rows = await endpoints();
		const cheapest = Math.min(...rows.map((row) => Number(row.pricing.prompt) + Number(row.pricing.completion)));
		const served = async (provider: unknown, id = model) => {
			const name = (await send(provider, {}, id)).json.provider;
			return rows.find((row) => row.provider_name === name)!;
		};
		const price = (row: Row) => Number(row.pricing.prompt) + Number(row.pricing.completion);
		expect(price(await served({sort: 'price'}))).toBe(cheapest);
		expect(price(await served({}, `${model}:floor`))).toBe(cheapest);
		const fast = await served({sort: 'throughput'});
		expect((await served({}, `${model}:nitro`)).tag).toBe(fast.tag);
		expect((await served({sort: {by: 'latency'}})).tag).not.toBe('');
	});
	test('preferred_min_throughput and preferred_max_latency only reorder', async () => {
		const wish = {preferred_min_throughput: 100, preferred_max_latency: {p50: 0.5}};
		const answer = await send(wish);
		expect(answer.status).toBe(200);
		expect(answer.json.openrouter_metadata.endpoints.total).toBe(17);
		expect((await send({preferred_min_throughput: 1e9})).status).toBe(200);
	});
	test('the price of the route served is what is charged', async () => {
		const answer = await send({only: ['together']});
		const row = (await endpoints()).find((entry) => entry.tag === 'together')!;
		const {usage} = answer.json;
		expect(usage.cost).toBeCloseTo(
			usage.prompt_tokens * Number(row.pricing.prompt) + usage.completion_tokens * Number(row.pricing.completion),
			12,
		);
	});
	test('overrides from a prompt length on are charged', async () => {
		const id = 'qwen/qwen-plus-2025-07-28:thinking';
		const {data} = (await ask('openrouter', `/model/${id}`)).json;
		const answer = await ask('openrouter', '/chat/completions', {key: 'any', body: chat(id, 'word '.repeat(257_000), {max_tokens: 5})});
		const {usage} = answer.json;
		const override = data.pricing.overrides[0];
		expect(usage.prompt_tokens).toBeGreaterThan(override.min_prompt_tokens);
		expect(usage.cost).toBeCloseTo(
			usage.prompt_tokens * Number(override.prompt) + usage.completion_tokens * Number(override.completion),
			9,
		);
	});
});

describe('filters that leave nothing', () => {
	const refused = async (provider: unknown, more = {}, id = model) => {
		const answer = await send(provider, more, id);
		expect(answer.status).toBe(404);
		expect(answer.json.error.code).toBe(404);
		expect(answer.json.openrouter_metadata).toMatchObject({attempt: 0, requested: id});
		return answer.json.error;
	};
	test('only: the providers there are and those asked for', async () => {
		const error = await refused({only: ['anthropic']});
		expect(error.metadata).toMatchObject({
			requested_providers: ['anthropic'],
			routing_funnel: [{step: 'Initial Endpoints', endpoint_count: 17}],
			failed_routing_step: 'Filter by Allowed Providers',
		});
		expect(error.metadata.available_providers).toContain('deepseek');
		expect(error.message).toContain('permits only: anthropic.');
	});
	test('enforce_distillable_text is hard and of the model; false and null have no effect', async () => {
		const error = await refused({enforce_distillable_text: true}, {}, 'openai/gpt-4.1-nano');
		expect(error.metadata.failed_routing_step).toBe('Filter by Distillable Text');
		expect((await send({enforce_distillable_text: true})).status).toBe(200);
		for (const value of [false, null]) expect((await send({enforce_distillable_text: value}, {}, 'openai/gpt-4.1-nano')).status).toBe(200);
	});
	test('enforcement goes on to the next of models[], and a router picks among what is left', async () => {
		const answer = await send(
			{enforce_distillable_text: true},
			{models: ['openai/gpt-4.1-nano', 'qwen/qwen3-32b']},
			'anthropic/claude-opus-5',
		);
		expect(answer.json.model).toBe('qwen/qwen3-32b-04-28');
		expect(answer.json.openrouter_metadata.strategy).toBe('fallback');
	});
	for (const [name, provider, more, step] of [
		['ignore', {ignore: ['alibaba']}, {}, 'Filter by Ignored Providers'],
		['data_collection', {data_collection: 'deny'}, {}, 'Filter by Data Policy'],
		['zdr', {zdr: true}, {}, 'Filter by Data Policy'],
		['quantizations', {quantizations: ['int8']}, {}, 'Filter by Quantization'],
		['max_price', {max_price: {prompt: 0.0001}}, {}, 'Filter by Max Price'],
		['max_price as text', {max_price: {completion: '0.0001'}}, {}, 'Filter by Max Price'],
		['require_parameters', {require_parameters: true}, {top_a: 0.5}, 'Filter by Parameters'],
		['order without fallbacks', {order: ['openai'], allow_fallbacks: false}, {}, 'Filter by Fallback'],
	] as const) {
		test(`${name}: ${step}`, async () => {
			const error = await refused(provider, more, 'qwen/qwen-plus');
			expect(error.metadata.failed_routing_step).toBe(step);
			expect(error.metadata.routing_funnel[0]).toEqual({step: 'Initial Endpoints', endpoint_count: 1});
		});
	}
	test('the funnel counts what each filter left', async () => {
		const error = await refused({data_collection: 'deny', quantizations: ['fp8'], max_price: {prompt: 0}});
		const counts = error.metadata.routing_funnel.map((entry: {endpoint_count: number}) => entry.endpoint_count);
		expect(error.metadata.routing_funnel.map((entry: {step: string}) => entry.step)).toEqual([
			'Initial Endpoints',
			'Filter by Data Policy',
			'Filter by Quantization',
		]);
		expect(counts[0]).toBeGreaterThan(counts[1]);
		expect(counts[1]).toBeGreaterThan(counts[2]);
	});
	test('tools and images that the model does not take', async () => {
		const tools = [{type: 'function', function: {name: 'f', parameters: {}}}];
		expect((await refused(undefined, {tools}, 'sandbox/wide-name')).metadata.failed_routing_step).toBe('Filter by Tool Compatibility');
		const messages = [{role: 'user', content: [{type: 'image_url', image_url: {url: 'data:,'}}]}];
		expect((await refused(undefined, {messages})).metadata.failed_routing_step).toBe('Filter by Image Support');
	});
	test('a model that nobody serves', async () => {
		expect((await refused(undefined, {}, 'sandbox/no-routes')).message).toBe('No endpoints found for sandbox/no-routes.');
		expect((await refused(undefined, {}, `${model}:free`)).message).toBe(`No endpoints found for ${model}:free.`);
	});
});

describe('ids', () => {
	test('an alias answers as its target; a plain model under its canonical slug, a variant under its id', async () => {
		const alias = (await send(undefined, {}, '~moonshotai/kimi-latest')).json;
		expect(alias.model).toMatch(/^moonshotai\/kimi-k3/);
		expect(alias.openrouter_metadata).toMatchObject({requested: '~moonshotai/kimi-latest', strategy: 'latest'});
		expect((await send(undefined)).json.model).toBe('deepseek/deepseek-v3.2-20251201');
		expect((await send(undefined, {}, 'z-ai/glm-5.2:free')).json).toMatchObject({model: 'z-ai/glm-5.2:free', usage: {cost: 0}});
		expect((await send(undefined, {}, `${model}:online`)).json.model).toBe('deepseek/deepseek-v3.2-20251201');
	});
	test(':thinking reasons where the model can', async () => {
		expect((await send(undefined, {}, `${model}:thinking`)).json.choices[0].message.reasoning).toMatch(/question/);
		expect((await send(undefined)).json.choices[0].message.reasoning).toBeNull();
	});
	test('routers pick a model that is one, the free one a free one', async () => {
		for (const [id, strategy] of [
			['openrouter/auto', 'auto'],
			['openrouter/pareto-code', 'pareto'],
			['openrouter/free', 'free'],
		] as const) {
			const {json} = await send(undefined, {}, id);
			expect(json.openrouter_metadata).toMatchObject({requested: id, strategy});
			expect((await ask('openrouter', `/model/${json.model}`)).status).toBe(200);
			if (id === 'openrouter/free') expect(json.model).toMatch(/:free$/);
		}
		const enforced = await send({enforce_distillable_text: true}, {}, 'openrouter/auto');
		const listed: {canonical_slug: string}[] = (await ask('openrouter', '/models?distillable=true')).json.data;
		expect(listed.map((row) => row.canonical_slug)).toContain(enforced.json.model);
	});
	test('routes that are down are left for the next; without fallbacks the error is told', async () => {
		const body = chat(model, '[[sandbox:providers-down 1]] hi', {provider: {order: ['nebius', 'together']}});
		const answer = await ask('openrouter', '/chat/completions', {key: 'any', body, headers: {'x-openrouter-metadata': 'enabled'}});
		expect(answer.json.provider).toBe('Together');
		expect(answer.json.openrouter_metadata.attempts).toMatchObject([
			{provider: 'Nebius', status: 503},
			{provider: 'Together', status: 200},
		]);
		const pinned = await ask('openrouter', '/chat/completions', {
			key: 'any',
			body: {...body, provider: {only: ['nebius'], allow_fallbacks: false}},
		});
		expect([pinned.status, pinned.json.error.metadata.provider_name]).toEqual([503, 'Nebius']);
	});
});

test('metadata comes only when asked for, on the final chunk of a stream', async () => {
	const body = chat(model, 'hello', {stream: true});
	const plain = readEvents(await ask('openrouter', '/chat/completions', {key: 'any', body}));
	expect(plain.last.openrouter_metadata).toBeUndefined();
	const answer = await ask('openrouter', '/chat/completions', {key: 'any', body, headers: {'X-OpenRouter-Metadata': 'enabled'}});
	const events = readEvents(answer);
	expect(events.comments.length).toBeGreaterThan(0);
	expect(answer.text.startsWith(': OPENROUTER PROCESSING\n\n')).toBe(true);
	expect(events.isDone).toBe(true);
	expect(events.last).toMatchObject({choices: [], usage: {cost: expect.any(Number)}, openrouter_metadata: {attempt: 1, requested: model}});
	expect(events.chunks.filter((chunk) => chunk.usage)).toHaveLength(1);
	expect(events.chunks.filter((chunk) => chunk.openrouter_metadata)).toHaveLength(1);
	const selected = events.last.openrouter_metadata.endpoints.available.find((row: {selected: boolean}) => row.selected);
	expect(selected.provider).toBe(events.last.provider);
	expect(answer.headers.get('x-generation-id')).toBe(events.last.id);
});
