import {describe, expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {withSandbox} from './ask.js';

const {ask} = withSandbox();

type Endpoint = {
	tag: string;
	status: number;
	provider_name: string;
	context_length: number;
	pricing: {prompt: string; discount?: number; overrides?: unknown[]};
	latency_last_30m: Record<'p50' | 'p90', number> | null;
	throughput_last_30m: Record<'p50' | 'p90', number> | null;
	uptime_last_30m: number | null;
};

describe('one model', () => {
	test('an alias resolves to its target', async () => {
		const answer = await ask('openrouter', '/model/~moonshotai/kimi-latest');
		expect(answer.json.data.id).toBe('moonshotai/kimi-k3');
		expect((await ask('openrouter', '/model/qwen/qwen-plus-2025-07-28:thinking')).json.data.id).toBe('qwen/qwen-plus-2025-07-28:thinking');
		expect((await ask('openrouter', '/model/qwen/qwen-plus-2025-07-28%3Athinking')).json.data.id).toBe(
			'qwen/qwen-plus-2025-07-28:thinking',
		);
	});
	test('an unknown one is a 404 in the envelope', async () => {
		const answer = await ask('openrouter', '/model/nobody/nothing');
		expect(answer.status).toBe(404);
		expect(answer.json.error).toMatchObject({code: 404, message: expect.stringContaining('nobody/nothing')});
	});
	test('the tables keep their edge cases: null limits, overrides, expiry, a wide name', async () => {
		const {data} = (await ask('openrouter', '/models')).json;
		const row = (id: string) => data.find((entry: {id: string}) => entry.id === id);
		expect(row('sandbox/null-limits')).toMatchObject({context_length: null, top_provider: {max_completion_tokens: null}});
		expect(row('sandbox/wide-name').name).toContain('名前');
		const overrides = data.flatMap((entry: {pricing: {overrides?: object[]}}) => entry.pricing.overrides ?? []);
		expect(overrides.some((entry: object) => 'min_prompt_tokens' in entry)).toBe(true);
		expect(overrides.some((entry: object) => 'utc_start' in entry)).toBe(true);
		const expiries: string[] = data.map((entry: {expiration_date: string | null}) => entry.expiration_date).filter(Boolean);
		expect(expiries).toContain('2098-12-31');
		const soon = Date.now() + 14 * 86_400_000;
		expect(expiries.some((date) => Date.parse(date) > Date.now() && Date.parse(date) < soon)).toBe(true);
		expect(data.filter((entry: {pricing: {prompt: string}}) => entry.pricing.prompt === '-1').length).toBeGreaterThanOrEqual(4);
		for (const suffix of [':free', ':batch', ':thinking']) expect(data.some((entry: {id: string}) => entry.id.endsWith(suffix))).toBe(true);
	});
});

describe('endpoints', () => {
	test('60 models and more have three routes or more', async () => {
		const {data} = (await ask('openrouter', '/models')).json;
		const ids: string[] = data.map((row: {id: string}) => row.id).filter((id: string) => !id.includes(':') && !id.startsWith('~'));
		let many = 0;
		for (const id of ids) {
			const answer = await ask('openrouter', `/models/${id}/endpoints`);
			if (answer.status === 200 && answer.json.data.endpoints.length >= 3) many++;
		}
		expect(many).toBeGreaterThanOrEqual(60);
	});
	test('telemetry is in milliseconds and tokens per second, the same in every sandbox', async () => {
		const path = '/models/deepseek/deepseek-v3.2/endpoints';
		const one: Endpoint[] = (await ask('openrouter', path)).json.data.endpoints;
		expect((await ask('openrouter', path)).json.data.endpoints).toEqual(one);
		for (const endpoint of one) {
			if (!endpoint.latency_last_30m || !endpoint.throughput_last_30m) continue;
			expect(endpoint.latency_last_30m.p50).toBeGreaterThan(100);
			expect(endpoint.latency_last_30m.p90).toBeGreaterThan(endpoint.latency_last_30m.p50);
			expect(endpoint.throughput_last_30m.p90).toBeLessThan(endpoint.throughput_last_30m.p50);
			expect(endpoint.uptime_last_30m).toBeLessThanOrEqual(100);
		}
		expect(new Set(one.map((endpoint) => endpoint.tag)).size).toBe(one.length);
	});
	test('the first route has the price of the list; some are discounted, derated, or shorter', async () => {
		const endpoints: Endpoint[] = [];
		const {data} = (await ask('openrouter', '/models?supported_parameters=tools')).json;
		for (const row of data.filter(
			(entry: {id: string}) => /^(deepseek|qwen|openai\/gpt-oss|z-ai|moonshotai|meta-llama)/.test(entry.id) && !entry.id.includes(':'),
		)) {
			const answer = await ask('openrouter', `/models/${row.id}/endpoints`);
			expect(answer.json.data.endpoints[0].pricing.prompt).toBe(row.pricing.prompt);
			endpoints.push(...answer.json.data.endpoints);
		}
		expect(endpoints.some((endpoint) => endpoint.pricing.discount)).toBe(true);
		expect(new Set(endpoints.map((endpoint) => endpoint.status))).toEqual(new Set([0, -2, -3, -5, -10]));
		expect(endpoints.some((endpoint) => endpoint.throughput_last_30m === null)).toBe(true);
	});
	test('the canonical slug of a row’s links leads there too', async () => {
		const {data} = (await ask('openrouter', '/models?q=glm-5.3')).json;
		const {links} = data.find((row: {id: string}) => row.id === 'z-ai/glm-5.3');
		const answer = await ask('openrouter', links.details.replace('/api/v1', ''));
		expect(answer.json.data.id).toBe('z-ai/glm-5.3');
	});
	for (const id of ['~moonshotai/kimi-latest', 'sandbox/no-routes', 'openrouter/auto', 'nobody/nothing']) {
		test(`${id} has none: 404 in the envelope`, async () => {
			const answer = await ask('openrouter', `/models/${id}/endpoints`);
			expect(answer.status).toBe(404);
			expect(answer.json.error.code).toBe(404);
		});
	}
	test('the zdr list holds only providers that keep nothing', async () => {
		const names = new Set((await ask('openrouter', '/endpoints/zdr')).json.data.map((endpoint: Endpoint) => endpoint.provider_name));
		expect(names.has('Fireworks')).toBe(true);
		expect(names.has('DeepSeek')).toBe(false);
	});
	test('every endpoint’s provider is in the list of providers', async () => {
		const providers = (await ask('openrouter', '/providers')).json.data;
		const slugs = new Set(providers.map((provider: {slug: string}) => provider.slug));
		const {endpoints} = (await ask('openrouter', '/models/qwen/qwen3-235b-a22b-2507/endpoints')).json.data;
		for (const endpoint of endpoints) expect(slugs.has(endpoint.tag.split('/')[0])).toBe(true);
	});
});

describe('account', () => {
	test('/key and /models/user need a key', async () => {
		for (const path of ['/key', '/models/user', '/credits']) {
			const answer = await ask('openrouter', path);
			expect(answer.status).toBe(401);
			expect(answer.json).toEqual({error: {code: 401, message: 'Missing Authentication header'}});
		}
		expect((await ask('openrouter', '/key', {key: 'anything'})).json.data).toMatchObject({limit: 100, is_management_key: false});
		expect((await ask('openrouter', '/key', {key: sandboxKeys.noCredit})).json.data.limit_remaining).toBe(0);
	});
	test('/models/user leaves out models that only training providers serve', async () => {
		const all = (await ask('openrouter', '/models')).json;
		const mine = (await ask('openrouter', '/models/user', {key: 'anything'})).json;
		expect(mine.total_count).toBeLessThan(all.total_count);
		expect(mine.data.some((row: {id: string}) => row.id.endsWith(':free'))).toBe(false);
		const page = (await ask('openrouter', '/models/user?limit=5&offset=5', {key: 'anything'})).json;
		expect(page.data).toEqual(mine.data.slice(5, 10));
	});
	test('/credits wants the management key', async () => {
		const refused = await ask('openrouter', '/credits', {key: 'anything'});
		expect(refused.status).toBe(403);
		expect(refused.json.error.message).toBe('Only management keys can perform this operation');
		expect((await ask('openrouter', '/credits', {key: sandboxKeys.management})).json.data).toEqual({total_credits: 100, total_usage: 25.5});
	});
});
