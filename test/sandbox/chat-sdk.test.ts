import {OpenRouter} from '@openrouter/sdk';
import {expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {withSandbox} from './ask.js';

const {urls} = withSandbox();
const createClient = (apiKey = 'any-key') => new OpenRouter({apiKey, serverURL: urls().openrouter, retryConfig: {strategy: 'none'}});
const messages = [{role: 'user' as const, content: 'Explain how tides work'}];
const model = 'deepseek/deepseek-v3.2';

test('the SDK reads an answer with enforcement and its metadata', async () => {
	const answer = await createClient().chat.send({
		xOpenRouterMetadata: 'enabled',
		chatRequest: {model, messages, reasoning: {effort: 'low'}, provider: {enforceDistillableText: true, only: ['deepseek', 'together']}},
	});
	if (!('choices' in answer)) throw new Error('A stream was not asked for.');
	expect(answer.choices[0]!.message.content).toEqual(expect.any(String));
	expect(answer.usage!.cost).toBeGreaterThan(0);
	expect(answer.openrouterMetadata?.endpoints.total).toBe(2);
	const {data} = await createClient().generations.getGeneration({id: answer.id});
	expect(['DeepSeek', 'Together']).toContain(data.providerName);
	expect(data.totalCost).toBe(answer.usage!.cost);
});
test('the SDK reads a stream to its end', async () => {
	const stream = await createClient().chat.send({chatRequest: {model, messages, stream: true}});
	let text = '';
	let cost: number | null | undefined;
	for await (const chunk of stream as AsyncIterable<{choices: {delta: {content?: string | null}}[]; usage?: {cost?: number | null}}>) {
		text += chunk.choices[0]?.delta.content ?? '';
		cost = chunk.usage?.cost ?? cost;
	}
	expect(text.length).toBeGreaterThan(20);
	expect(cost).toBeGreaterThan(0);
});
test('refusals are the SDK’s own errors', async () => {
	const send = (apiKey: string, more = {}) => createClient(apiKey).chat.send({chatRequest: {model, messages, ...more}});
	await expect(send('any', {model: 'openai/gpt-4.1-nano', provider: {enforceDistillableText: true}})).rejects.toMatchObject({
		statusCode: 404,
	});
	await expect(send('any', {model: 'nobody/nothing'})).rejects.toMatchObject({statusCode: 400});
	await expect(send(sandboxKeys.noCredit)).rejects.toMatchObject({statusCode: 402});
	await expect(send(sandboxKeys.rateLimited)).rejects.toMatchObject({statusCode: 429});
});
