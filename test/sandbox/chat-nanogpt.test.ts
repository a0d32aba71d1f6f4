import {describe, expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {withSandbox} from './ask.js';
import {chat, readEvents} from './chat.js';

const {ask} = withSandbox();
const model = 'qwen/qwen3-235b-a22b-2507';
type Options = {readonly headers?: Record<string, string>; readonly key?: string; readonly path?: string; readonly id?: string};
const send = (more: Readonly<Record<string, unknown>> = {}, {headers = {}, key = 'any', path = 'v1', id = model}: Options = {}) =>
	ask('nanogpt', `/${path}/chat/completions`, {key, headers, body: chat(id, 'hello', more)});
type Row = {provider: string; available: boolean; pricing: {inputPer1kTokens: number; outputPer1kTokens: number}};
const listing = async (id = model) =>
	(await ask('nanogpt', `/models/${encodeURIComponent(id)}/providers`)).json as {providers: Row[]; defaultPrice: Row['pricing']};
/** Which price was charged, in USD: enough to know the route, which nothing names. */
const priceAt = ({inputPer1kTokens, outputPer1kTokens}: Row['pricing'], usage: {prompt_tokens: number; completion_tokens: number}) =>
	(inputPer1kTokens * usage.prompt_tokens + outputPer1kTokens * usage.completion_tokens) / 1000;

describe('provider selection', () => {
	test('X-Provider, a text and only take the provider at its price, 5 % included; nothing names it', async () => {
		const {providers} = await listing();
		const row = providers.find((entry) => entry.available && entry.provider === 'fireworks')!;
		for (const answer of [
			await send({}, {headers: {'X-Provider': 'Fireworks'}}),
			await send({provider: 'fireworks'}),
			await send({provider: {only: ['fireworks'], allow_fallbacks: false}}),
			await send({}, {id: `${model}:fireworks`}),
		]) {
			expect(answer.status).toBe(200);
			expect(answer.json.x_nanogpt_pricing.amount).toBeCloseTo(priceAt(row.pricing, answer.json.usage), 9);
			expect(answer.text).not.toMatch(/fireworks/i);
			expect(answer.json.provider).toBeUndefined();
		}
	});
	test('without a wish the model’s own price is charged', async () => {
		const {defaultPrice} = await listing();
		const answer = await send();
		expect(answer.json.x_nanogpt_pricing).toMatchObject({
			currency: 'USD',
			paymentSource: 'USD',
			inputTokens: answer.json.usage.prompt_tokens,
		});
		expect(answer.json.x_nanogpt_pricing.amount).toBeCloseTo(priceAt(defaultPrice, answer.json.usage), 9);
	});
	test('an unknown provider is a 400 with its code; in order and ignore it is nothing', async () => {
		for (const answer of [
			await send({provider: 'nobody'}),
			await send({provider: {only: ['nobody']}}),
			await send({}, {headers: {'x-provider': 'nobody'}}),
		])
			expect([answer.status, answer.json.error.code]).toEqual([400, 'provider_unknown_provider']);
		expect((await send({provider: {order: ['nobody'], ignore: ['nobody']}})).status).toBe(200);
	});
	test('only fails rather than leave its list: not served, not available', async () => {
		const {providers} = await listing();
		const served = new Set(providers.map((row) => row.provider));
		const other = ['mancer', 'tinfoil', 'groq', 'azure', 'venice', 'switchpoint', 'targon', 'minimax', 'openai'].find(
			(id) => !served.has(id),
		);
		if (other) expect((await send({provider: {only: [other]}})).status).toBe(400);
		const down = (await listing('allenai/olmo-3.1-32b-instruct')).providers.find((row) => !row.available)!;
		const answer = await send({provider: {only: [down.provider]}}, {id: 'allenai/olmo-3.1-32b-instruct'});
		expect([answer.status, answer.json.error.code]).toEqual([400, 'provider_not_available']);
	});
	test('order, sort, ignore, quantizations and max_price choose among the routes', async () => {
		const {providers} = await listing();
		const open = providers.filter((row) => row.available);
		const total = (row: Row) => row.pricing.inputPer1kTokens + row.pricing.outputPer1kTokens;
		const cheapest = open.reduce((least, row) => (total(row) < total(least) ? row : least));
		const byPrice = (await send({provider: {sort: 'price'}})).json;
		expect(byPrice.x_nanogpt_pricing.amount).toBeCloseTo(priceAt(cheapest.pricing, byPrice.usage), 9);
		const suffix = (await send({}, {id: `${model}:cheap`})).json;
		expect(suffix.x_nanogpt_pricing.amount).toBe(byPrice.x_nanogpt_pricing.amount);
		const ordered = (await send({provider: {order: ['cerebras', 'groq']}})).json;
		const first = open.find((row) => row.provider === 'cerebras') ?? open.find((row) => row.provider === 'groq')!;
		expect(ordered.x_nanogpt_pricing.amount).toBeCloseTo(priceAt(first.pricing, ordered.usage), 9);
		expect((await send({provider: {ignore: open.map((row) => row.provider)}})).status).toBe(400);
		expect((await send({provider: {quantizations: ['fp32']}})).status).toBe(400);
		expect((await send({provider: {min_quantization: 'fp32'}})).status).toBe(400);
		expect((await send({provider: {max_price: {prompt: 0}}})).status).toBe(400);
		expect((await send({provider: {sort: 'best'}})).json.error.param).toBe('provider.sort');
	});
	test('a model without provider selection ignores every wish, silently', async () => {
		const answer = await send({provider: {only: ['nobody']}}, {id: 'anthropic/claude-opus-5', headers: {'X-Provider': 'nobody'}});
		expect(answer.status).toBe(200);
	});
});

describe('paths, billing, stream', () => {
	const reasoning = {reasoning_effort: 'low'};
	const id = 'deepseek/deepseek-v3.2';
	test('reasoning stands apart, under its old name, or in the content', async () => {
		const message = async (path: string) => (await send(reasoning, {path, id})).json.choices[0].message;
		expect((await message('v1')).reasoning).toContain('question');
		const legacy = await message('v1legacy');
		expect([legacy.reasoning, typeof legacy.reasoning_content]).toEqual([undefined, 'string']);
		expect((await message('v1thinking')).content).toMatch(/^<think>\n[\s\S]+<\/think>\n\n/);
		const events = readEvents(await send({...reasoning, stream: true}, {path: 'v1legacy', id}));
		expect(events.reasoning).toBe(legacy.reasoning_content);
		expect(events.content).toBe(legacy.content);
		expect((await send({reasoning: {effort: 'low', exclude: true}}, {id})).json.choices[0].message.reasoning).toBeUndefined();
	});
	test('the price is on the last chunk, usage only when asked for', async () => {
		const plain = readEvents(await send({stream: true}));
		expect(plain.last).toMatchObject({choices: [{finish_reason: 'stop'}], x_nanogpt_pricing: {amount: expect.any(Number)}});
		expect(plain.last.usage).toBeUndefined();
		const full = readEvents(await send({stream: true, stream_options: {include_usage: true}}));
		expect(full.last.usage.total_tokens).toBeGreaterThan(0);
		expect(full.isDone).toBe(true);
		expect(full.comments).toEqual([]);
	});
	test('the subscription pays for its models, unless a provider is chosen or pay-as-you-go is asked for', async () => {
		const included: string = (await ask('nanogpt', '/subscription/v1/models')).json.data[0].id;
		const source = async (more = {}, options: Options = {}) =>
			(await send(more, {key: sandboxKeys.subscriber, id: included, ...options})).json.x_nanogpt_pricing;
		expect(await source()).toMatchObject({paymentSource: 'subscription', amount: 0});
		expect((await source({}, {headers: {'X-Billing-Mode': 'paygo'}})).paymentSource).toBe('USD');
		expect((await source({billing_mode: 'PAYG'})).paymentSource).toBe('USD');
		expect((await source({}, {path: 'subscription/v1', key: 'any'})).paymentSource).toBe('subscription');
		expect((await send({billing_mode: 'free'})).status).toBe(400);
		const chosen = await send({provider: 'fireworks'}, {key: sandboxKeys.subscriber});
		expect(chosen.json.x_nanogpt_pricing.paymentSource).toBe('USD');
		expect((await send({}, {path: 'subscription/v1', id: 'anthropic/claude-opus-5'})).status).toBe(403);
	});
});
