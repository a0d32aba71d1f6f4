import {OpenRouter} from '@openrouter/sdk';
import {expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {withSandbox} from './ask.js';

const {urls} = withSandbox();
const createClient = (apiKey = 'any-key') => new OpenRouter({apiKey, serverURL: urls().openrouter, retryConfig: {strategy: 'none'}});

test('lists the distillable models', async () => {
	const ids: string[] = [];
	for await (const page of await createClient().models.list({distillable: 'true'})) ids.push(...page.result.data.map((model) => model.id));
	expect(ids.length).toBeGreaterThan(90);
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids).toContain('deepseek/deepseek-v3.2');
});
test('reads every model of every modality, page by page', async () => {
	const ids: string[] = [];
	for await (const page of await createClient().models.list({outputModalities: 'all', limit: 100}))
		ids.push(...page.result.data.map((model) => model.id));
	const {data} = await createClient().models.count({outputModalities: 'all'});
	expect(ids.length).toBe(data.count);
	expect(new Set(ids).size).toBe(ids.length);
});
test('reads the endpoints of a model', async () => {
	const {data} = await createClient().endpoints.list({author: 'qwen', slug: 'qwen3-235b-a22b-2507'});
	expect(data.endpoints.length).toBe(17);
	expect(data.endpoints[0]?.throughputLast30m?.p50).toBeGreaterThan(0);
});
test('reads the zdr endpoints and the providers', async () => {
	const zdr = await createClient().endpoints.listZdrEndpoints();
	expect(zdr.data.length).toBeGreaterThan(100);
	const providers = await createClient().providers.list();
	expect(providers.data.some((provider) => provider.slug === 'deepinfra')).toBe(true);
});
test('resolves an alias', async () => {
	const {data} = await createClient().models.get({author: '~moonshotai', slug: 'kimi-latest'});
	expect(data.id).toBe('moonshotai/kimi-k3');
});
test('reads the key, the account’s models and, with the management key, the credits', async () => {
	expect((await createClient().apiKeys.getCurrentKeyMetadata()).data.limitRemaining).toBe(74.5);
	const mine = await createClient().models.listForUser({bearer: 'any-key'});
	for await (const page of mine) expect(page.result.data.length).toBeGreaterThan(300);
	expect((await createClient(sandboxKeys.management).credits.getCredits()).data.totalCredits).toBe(100);
	await expect(createClient().credits.getCredits()).rejects.toMatchObject({statusCode: 403});
});
test('meets OpenRouter’s errors as the SDK’s own', async () => {
	await expect(createClient(sandboxKeys.wrong).models.list()).rejects.toMatchObject({statusCode: 401});
	await expect(createClient().endpoints.list({author: '~z-ai', slug: 'glm-latest'})).rejects.toMatchObject({name: 'NotFoundResponseError'});
	await expect(createClient().models.list({sort: 'best' as 'newest'})).rejects.toMatchObject({statusCode: 400});
});
