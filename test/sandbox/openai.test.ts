import OpenAI from 'openai';
import {expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {withSandbox} from './ask.js';

const {ask, urls} = withSandbox();
const createClient = (baseURL: string, apiKey = 'any-key') =>
	new OpenAI({apiKey, baseURL, organization: null, project: null, maxRetries: 0});

test('the openai package lists the models of all three services', async () => {
	for (const [baseURL, least] of [
		[urls().openai, 50],
		[`${urls().nanogpt}/v1`, 300],
		[urls().openrouter, 350],
	] as const) {
		const ids: string[] = [];
		for await (const model of createClient(baseURL).models.list()) ids.push(model.id);
		expect(ids.length).toBeGreaterThanOrEqual(least);
	}
});
test('a model tells its shutdown date; a fine-tuned one keeps its colons', async () => {
	const client = createClient(urls().openai);
	expect((await client.models.retrieve('gpt-4.1-mini')).shutdown_date).toBe('2027-01-14');
	expect((await client.models.retrieve('gpt-5.6-sol')).shutdown_date).toBeNull();
	const tuned = 'ft:gpt-4o-mini-2024-07-18:stillroom-sandbox:titles:9aBcD3fG:ckpt-step-200';
	expect((await client.models.retrieve(tuned)).id).toBe(tuned);
});
test('an unknown model, a wrong key, no credit for a rate and an unknown route are the package’s own errors', async () => {
	await expect(createClient(urls().openai).models.retrieve('gpt-9')).rejects.toMatchObject({
		status: 404,
		code: 'model_not_found',
		param: 'model',
	});
	await expect(createClient(urls().openai, sandboxKeys.wrong).models.list()).rejects.toMatchObject({status: 401, code: 'invalid_api_key'});
	await expect(createClient(urls().openai, sandboxKeys.rateLimited).models.list()).rejects.toMatchObject({
		status: 429,
		code: 'rate_limit_exceeded',
	});
	const retrying = new OpenAI({apiKey: 'any', baseURL: urls().openai, organization: null, project: null, maxRetries: 5});
	await expect(retrying.get('/assistants')).rejects.toMatchObject({
		status: 501,
		message: expect.stringContaining('GET /openai/v1/assistants'),
	});
	expect((await ask('openai', '/models')).status).toBe(401);
});
