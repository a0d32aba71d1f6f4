import OpenAI from 'openai';
import {describe, expect, test} from 'vitest';
import {withSandbox} from './ask.js';

const {urls} = withSandbox();
const services = [
	['openrouter', () => urls().openrouter, 'deepseek/deepseek-v3.2'],
	['nanogpt', () => `${urls().nanogpt}/v1`, 'deepseek/deepseek-v3.2'],
	['openai', () => urls().openai, 'gpt-4.1'],
] as const;
const createClient = (baseURL: string) => new OpenAI({apiKey: 'any-key', baseURL, organization: null, project: null, maxRetries: 0});
const ask = (content: string) => [{role: 'user' as const, content}];

for (const [name, url, model] of services) {
	describe(`${name} through the openai package`, () => {
		test('answers, counts tokens and says why it stopped', async () => {
			const answer = await createClient(url()).chat.completions.create({
				model,
				messages: ask('What is 6 * 7? Answer with the number only.'),
			});
			expect(answer.choices[0]!.message.content).toMatch(/42|\d/);
			expect(answer.choices[0]!.finish_reason).toBe('stop');
			expect(answer.usage!.total_tokens).toBe(answer.usage!.prompt_tokens + answer.usage!.completion_tokens);
		});
		test('streams the same answer, usage last', async () => {
			const client = createClient(url());
			const messages = ask('Explain how tides work in a harbour');
			const whole = await client.chat.completions.create({model, messages, seed: 3});
			const stream = await client.chat.completions.create({model, messages, seed: 3, stream: true, stream_options: {include_usage: true}});
			let text = '';
			let pieces = 0;
			let usage: unknown = null;
			for await (const chunk of stream) {
				text += chunk.choices[0]?.delta.content ?? '';
				if (chunk.choices[0]?.delta.content) pieces++;
				usage = chunk.usage ?? usage;
			}
			expect(text).toBe(whole.choices[0]!.message.content);
			expect(pieces).toBeGreaterThan(5);
			expect(usage).toMatchObject({prompt_tokens: whole.usage!.prompt_tokens, completion_tokens: whole.usage!.completion_tokens});
		});
		test('max_tokens cuts with length, stop cuts before its text', async () => {
			const client = createClient(url());
			const messages = ask('[[sandbox:say one two three four five six seven]]');
			const short = await client.chat.completions.create({model, messages, max_tokens: 3});
			expect(short.choices[0]).toMatchObject({message: {content: 'one two three'}, finish_reason: 'length'});
			expect(short.usage!.completion_tokens).toBe(3);
			const stopped = await client.chat.completions.create({model, messages, stop: [' five', ' six']});
			expect(stopped.choices[0]).toMatchObject({message: {content: 'one two three four'}, finish_reason: 'stop'});
		});
		test('json_object and json_schema answer JSON of that form', async () => {
			const client = createClient(url());
			const messages = ask('Anna Smith (34), anna@example.org, is very happy with her bike.');
			const plain = await client.chat.completions.create({model, messages, response_format: {type: 'json_object'}});
			expect(typeof JSON.parse(plain.choices[0]!.message.content!)).toBe('object');
			const schema = {
				type: 'object',
				properties: {email: {type: 'string', format: 'email'}, age: {type: 'integer', minimum: 0}, mood: {enum: ['happy', 'sad']}},
				required: ['email', 'age', 'mood'],
				additionalProperties: false,
			};
			const strict = await client.chat.completions.create({
				model,
				messages,
				response_format: {type: 'json_schema', json_schema: {name: 'person', strict: true, schema}},
			});
			const value = JSON.parse(strict.choices[0]!.message.content!);
			expect(Object.keys(value).sort()).toEqual(['age', 'email', 'mood']);
			expect(value.email).toContain('@');
			expect(Number.isInteger(value.age)).toBe(true);
			expect(['happy', 'sad']).toContain(value.mood);
		});
		test('an aborted stream ends at once', async () => {
			const stream = await createClient(url()).chat.completions.create({model, messages: ask('[[sandbox:slow 20]] hello'), stream: true});
			let pieces = 0;
			for await (const chunk of stream) {
				if (chunk.choices[0]?.delta.content) pieces++;
				if (pieces > 0) stream.controller.abort();
			}
			expect(pieces).toBeLessThan(5);
		});
		test('an error in the middle of a stream reaches the caller', async () => {
			const stream = await createClient(url()).chat.completions.create({
				model,
				messages: ask('[[sandbox:midstream-error]] Explain tides'),
				stream: true,
			});
			let text = '';
			await expect(
				(async () => {
					for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
				})(),
			).rejects.toBeInstanceOf(OpenAI.APIError);
			expect(text.length).toBeGreaterThan(0);
		});
	});
}

test('the same request has the same answer in another sandbox, another seed may have another', async () => {
	const {startSandbox} = await import('../../source/sandbox/start-sandbox.js');
	const other = await startSandbox();
	const answers = async (baseURL: string, seed: number) => {
		const texts: (string | null)[] = [];
		for (let row = 0; row < 12; row++) {
			const {choices} = await createClient(baseURL).chat.completions.create({
				model: 'meta-llama/llama-3.2-1b-instruct',
				messages: ask(`What is ${row + 12} * ${row + 17}? Only the number.`),
				seed,
			});
			texts.push(choices[0]!.message.content);
		}
		return texts;
	};
	const here = await answers(urls().openrouter, 1);
	expect(await answers(other.urls.openrouter, 1)).toEqual(here);
	expect(await answers(urls().openrouter, 2)).not.toEqual(here);
	await other.close();
});
