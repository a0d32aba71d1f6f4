import {describe, expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {judgeRoute, type Policy} from '../../source/sandbox/nanogpt/catalogue.js';
import {withSandbox} from './ask.js';

const {ask} = withSandbox();

type Model = {id: string; distillationPolicy?: Policy; pricing?: {prompt: number}; subscription?: {included: boolean}};
type Provider = {
	provider: string;
	available: boolean;
	distillationPolicy?: Policy;
	pricing: {inputPer1kTokens: number; outputPer1kTokens: number};
};

const list = async (path: string, key?: string): Promise<Model[]> => (await ask('nanogpt', path, key ? {key} : {})).json.data;
const ids = (models: readonly Model[]) => models.map((model) => model.id);
const providersOf = async (id: string) => (await ask('nanogpt', `/models/${encodeURIComponent(id)}/providers`)).json;

describe('model lists', () => {
	test('300 models and more: with and without slash, TEE/, colons, mixed case', async () => {
		const all = ids(await list('/v1/models'));
		expect(all.length).toBeGreaterThanOrEqual(300);
		expect(new Set(all.map((id) => id.toLowerCase())).size).toBe(all.length);
		expect(all.filter((id) => id.startsWith('TEE/')).length).toBeGreaterThan(10);
		expect(all.filter((id) => !id.includes('/')).length).toBeGreaterThan(50);
		expect(all.filter((id) => id.includes(':')).length).toBeGreaterThan(20);
		expect(all.filter((id) => id !== id.toLowerCase()).length).toBeGreaterThan(30);
	});
	test('the two catalogues overlap in part', async () => {
		const here = new Set(ids(await list('/v1/models')).map((id) => id.toLowerCase()));
		const there: {id: string}[] = (await ask('openrouter', '/models')).json.data;
		const both = there.filter((row) => here.has(row.id.toLowerCase())).length;
		expect(both).toBeGreaterThan(100);
		expect(both).toBeLessThan(Math.min(here.size, there.length) - 50);
	});
	test('details, prices per million and policy come with detailed=true alone', async () => {
		expect(Object.keys((await list('/v1/models'))[0]!).sort()).toEqual(['created', 'id', 'object', 'owned_by']);
		const detailed = await list('/v1/models?detailed=true');
		const model = detailed.find((entry) => entry.id === 'deepseek/deepseek-v3.2')!;
		const there = (await ask('openrouter', '/model/deepseek/deepseek-v3.2')).json.data;
		expect(model.pricing!.prompt).toBeCloseTo(Number(there.pricing.prompt) * 1e6, 9);
		expect(model.distillationPolicy).toMatchObject({status: 'allowed', basis: 'permissive-open-weights'});
		const states = new Set(detailed.map((entry) => entry.distillationPolicy?.status));
		expect(states).toEqual(new Set(['allowed', 'disallowed', 'unknown', undefined]));
	});
	test('subscription and paid part the list; a subscriber’s list shrinks; favourites need a key', async () => {
		const all = ids(await list('/v1/models'));
		const included = ids(await list('/subscription/v1/models'));
		const paid = ids(await list('/paid/v1/models'));
		expect([...included, ...paid].sort()).toEqual([...all].sort());
		expect(ids(await list('/v1/models', sandboxKeys.subscriber))).toEqual(included);
		const used = ids(await list('/v1/models?sort=mostused'));
		expect(used).not.toEqual(all);
		expect([...used].sort()).toEqual([...all].sort());
		expect(ids(await list('/v1/models?sort=favorites'))).toEqual(all);
		expect(ids(await list('/v1/models?sort=favorites', 'any'))).not.toEqual(all);
		expect(ids(await list('/v1/models?sort=nonsense'))).toEqual(all);
	});
	test('a wrong key still lists; personalized wants a right one', async () => {
		expect((await ask('nanogpt', '/v1/models', {key: sandboxKeys.wrong})).status).toBe(200);
		expect((await ask('nanogpt', '/personalized/v1/models')).status).toBe(401);
		expect((await ask('nanogpt', '/personalized/v1/models', {key: sandboxKeys.wrong})).status).toBe(401);
		const mine = await list('/personalized/v1/models?detailed=true', 'any');
		expect(ids(mine)).not.toContain('auto-model');
		expect(mine.length).toBeGreaterThan(300);
	});
	test('the legacy list holds names', async () => {
		expect((await ask('nanogpt', '/models')).json.models).toEqual(ids(await list('/v1/models')));
	});
});

describe('explore', () => {
	test('distillation=allowed keeps the models whose policy allows it and says so in meta', async () => {
		const all = (await ask('nanogpt', '/explore/text-models')).json;
		const kept = (await ask('nanogpt', '/explore/text-models?distillation=allowed')).json;
		expect(all.meta).toEqual({distillation: 'all'});
		expect(kept.meta).toEqual({distillation: 'allowed'});
		expect(ids(kept.data)).toEqual(ids(all.data.filter((model: Model) => model.distillationPolicy?.status === 'allowed')));
		expect(kept.data.length).toBeGreaterThan(100);
		expect(kept.data.length).toBeLessThan(all.data.length);
	});
	test('search takes words, with the filter', async () => {
		const found = (await ask('nanogpt', '/explore/search?type=text&q=qwen&distillation=allowed')).json;
		expect(found.meta).toEqual({distillation: 'allowed'});
		expect(found.data.length).toBeGreaterThan(10);
		expect(found.data.every((model: Model) => /qwen/i.test(model.id))).toBe(true);
		expect((await ask('nanogpt', '/explore/search?type=image&q=flux')).json).toEqual({data: []});
	});
	test('another value of the filter is refused in the OpenAPI document’s envelope', async () => {
		const answer = await ask('nanogpt', '/explore/text-models?distillation=disallowed');
		expect(answer.status).toBe(400);
		expect(answer.json).toMatchObject({error: 400, message: expect.stringContaining('disallowed')});
	});
});

describe('providers of a model', () => {
	test('an open Qwen model has 56 routes: 35 allowed, 21 disallowed, 0 unknown', async () => {
		const {supportsProviderSelection, providers} = await providersOf('qwen/qwen3-235b-a22b-2507');
		expect(supportsProviderSelection).toBe(true);
		const count = (status: string) => providers.filter((row: Provider) => row.distillationPolicy?.status === status).length;
		expect([providers.length, count('allowed'), count('disallowed'), count('unknown')]).toEqual([56, 35, 21, 0]);
		expect(new Set(providers.map((row: Provider) => row.provider)).size).toBe(56);
	});
	test('canonical id, other case and alias answer the same', async () => {
		const one = await providersOf('deepseek/deepseek-v3.2');
		expect(one.canonicalId).toBe('deepseek/deepseek-v3.2');
		expect(await providersOf('deepseek-v3.2')).toEqual(one);
		expect(await providersOf('DeepSeek/DeepSeek-V3.2')).toEqual(one);
	});
	test('prices are per thousand, with the 5 % for choosing', async () => {
		const {defaultPrice, providers} = await providersOf('deepseek/deepseek-v3.2');
		for (const row of providers as Provider[]) expect(row.pricing.inputPer1kTokens).toBeGreaterThan(defaultPrice.inputPer1kTokens * 1.049);
	});
	test('some rows have no policy, are unknown, or are not available', async () => {
		const rows: Provider[] = [];
		for (const id of ['deepseek/deepseek-v3.2', 'moonshotai/kimi-k2.5', 'openai/gpt-oss-120b', 'z-ai/glm-4.6', 'qwen/qwen3-coder'])
			rows.push(...(await providersOf(id)).providers);
		expect(rows.some((row) => row.distillationPolicy === undefined)).toBe(true);
		expect(rows.some((row) => row.distillationPolicy?.status === 'unknown')).toBe(true);
		expect(rows.some((row) => row.distillationPolicy?.status === 'disallowed')).toBe(true);
		expect(rows.some((row) => !row.available)).toBe(true);
	});
	test('a model without provider selection says so with 200, also when its id has a colon', async () => {
		for (const id of ['anthropic/claude-opus-5', 'deepseek/deepseek-v3.2:thinking', 'TEE/deepseek-v3.2']) {
			expect(await providersOf(id)).toMatchObject({canonicalId: id, supportsProviderSelection: false, providers: []});
		}
	});
	test('an unknown model is a 404; a slash that is not encoded meets a page', async () => {
		expect((await ask('nanogpt', '/models/nothing/providers')).json.error.code).toBe('model_not_found');
		const page = await ask('nanogpt', '/models/qwen/qwen3-32b/providers');
		expect(page.status).toBe(404);
		expect(page.headers.get('content-type')).toContain('text/html');
	});
	test('the catalogues contradict each other about some models, in either direction', async () => {
		const distillable = new Set((await ask('openrouter', '/models?distillable=true')).json.data.map((row: Model) => row.id));
		const detailed = await list('/v1/models?detailed=true');
		const status = (id: string) => detailed.find((model) => model.id.toLowerCase() === id)?.distillationPolicy?.status;
		expect([distillable.has('mistralai/mistral-large-2407'), status('mistralai/mistral-large-2407')]).toEqual([true, 'disallowed']);
		expect([distillable.has('qwen/qwen3.8-max'), status('qwen/qwen3.8-max')]).toEqual([true, 'disallowed']);
		expect([distillable.has('openai/gpt-oss-120b'), status('openai/gpt-oss-120b')]).toEqual([false, 'allowed']);
		expect([distillable.has('z-ai/glm-4.6'), status('z-ai/glm-4.6')]).toEqual([false, 'allowed']);
	});
});

describe('the rule table', () => {
	const policy = (status: Policy['status']): Policy => ({status, label: '', basis: '', note: ''});
	const judge = (model: Policy | null, stance: string) => judgeRoute(model, stance, 'p', '', false).status;
	const table: [string, string, string, string][] = [
		['restricts', 'disallowed', 'disallowed', 'disallowed'],
		['permits', 'allowed', 'allowed', 'allowed'],
		['silent', 'allowed', 'disallowed', 'unknown'],
	];
	for (const [stance, allowed, disallowed, unknown] of table) {
		test(`a provider that ${stance}`, () => {
			expect([
				judge(policy('allowed'), stance),
				judge(policy('disallowed'), stance),
				judge(policy('unknown'), stance),
				judge(null, stance),
			]).toEqual([allowed, disallowed, unknown, unknown]);
		});
	}
	test('DeepSeek’s own platform allows its own models', () => {
		expect(judgeRoute(policy('allowed'), 'deepseek', 'deepseek', '', true).basis).toBe('deepseek-api-terms');
	});
});

describe('account', () => {
	test('the balance is told in strings, to a key alone', async () => {
		expect((await ask('nanogpt', '/check-balance', {method: 'POST'})).status).toBe(401);
		const answer = await ask('nanogpt', '/check-balance', {method: 'POST', key: 'any'});
		expect(answer.json).toMatchObject({usd_balance: '129.46956147', nano_balance: expect.any(String)});
		expect((await ask('nanogpt', '/check-balance', {method: 'POST', key: sandboxKeys.noCredit})).json.usd_balance).toBe('0.00');
	});
	test('usage of key and subscription', async () => {
		expect((await ask('nanogpt', '/subscription/v1/usage', {key: 'any'})).json).toMatchObject({active: true, limits: {daily: 2000}});
		expect((await ask('nanogpt', '/v1/usage', {key: 'any'})).json).toMatchObject({object: 'usage', groupBy: 'day,model', byDayModel: []});
		const refused = await ask('nanogpt', '/v1/usage?from=yesterday&to=today', {key: 'any'});
		expect([refused.status, refused.json.error.type]).toEqual([400, 'invalid_request_error']);
	});
});
