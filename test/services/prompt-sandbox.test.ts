import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {openContext} from '../../source/create-context.js';
import type {Model} from '../../source/domain/model.js';
import type {PromptRequest} from '../../source/domain/prompt.js';
import type {RunEvent} from '../../source/domain/run-event.js';
import type {Service} from '../../source/domain/service.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {refreshCatalogue} from '../../source/services/catalogue.js';
import type {Context} from '../../source/services/context.js';
import {runPrompt} from '../../source/services/run-prompt.js';
import {aRequest, collect} from '../helpers/prompt-world.js';

const signal = new AbortController().signal;
const folder = mkdtempSync(path.join(tmpdir(), 'stillroom-prompt-'));
const closes: (() => Promise<void>)[] = [];
let sandbox: Sandbox;
let context: Context;
let models: readonly Model[];

/** A context as the program makes it, with this key for all services. */
async function open(key: string): Promise<Context> {
	const {urls} = sandbox;
	const env = {
		STILLROOM_HOME: path.join(folder, key),
		OPENROUTER_BASE_URL: urls.openrouter,
		NANOGPT_BASE_URL: urls.nanogpt,
		OPENAI_BASE_URL: urls.openai,
		OPENROUTER_API_KEY: key,
		NANOGPT_API_KEY: key,
		OPENAI_API_KEY: key,
	};
	const opened = await openContext({}, {env, version: '0.0.0', startSandbox: () => Promise.reject(new Error('runs already'))});
	closes.push(opened.close);
	return opened.context;
}

beforeAll(async () => {
	sandbox = await startSandbox();
	context = await open('an-ordinary-key');
	for await (const event of refreshCatalogue(context, signal)) if (event.type === 'catalogue') models = event.catalogue.models;
});
afterAll(async () => {
	for (const close of closes) await close();
	await sandbox.close();
	rmSync(folder, {recursive: true, force: true});
});

const shared = 'deepseek/deepseek-v3.2';
const idAt: Readonly<Record<Service, string>> = {openrouter: shared, nanogpt: shared, openai: 'gpt-4.1'};

async function ask(content: string, part: Partial<PromptRequest> = {}, on: Context = context): Promise<RunEvent> {
	const gateway = part.gateway ?? 'openrouter';
	const request = aRequest({gateway, modelId: idAt[gateway], messages: [{role: 'user', content}], ...part});
	const events = await collect(runPrompt(on, models, request, signal));
	return events.at(-1)!;
}

describe.each(['openrouter', 'nanogpt', 'openai'] as const)('through the sandbox, %s', (gateway) => {
	it('answers, and the evidence is as good as this service can give', async () => {
		const event = await ask('[[sandbox:say A fine still.]]', {gateway});
		const grade = {openrouter: 'B', nanogpt: 'D', openai: expect.stringMatching(/[CD]/)}[gateway];
		expect(event).toMatchObject({
			type: 'finished',
			answer: {outcome: 'finished', text: 'A fine still.', problem: null, evidence: {grade, warnings: []}},
		});
	});

	it('answers in one piece with the same words', async () => {
		const event = await ask('[[sandbox:say A fine still.]]', {gateway, isStreamed: false});
		expect(event).toMatchObject({type: 'finished', answer: {text: 'A fine still.', problem: null}});
	});

	it.each<[string, string, object]>([
		['status 408', '[[sandbox:status 408]]', {type: 'refused', refusal: {status: 408}}],
		['status 413', '[[sandbox:status 413]]', {type: 'refused', refusal: {code: 'too-large'}}],
		['status 429', '[[sandbox:status 429]]', {type: 'refused', refusal: {code: 'rate-limited'}}],
		['status 503', '[[sandbox:status 503]]', {type: 'refused', refusal: {code: 'overloaded'}}],
		['an empty answer', '[[sandbox:empty]]', {type: 'finished', answer: {outcome: 'failed', problem: {code: 'empty'}}}],
		['an error in the middle', '[[sandbox:midstream-error]]', {type: 'finished', answer: {outcome: 'failed'}}],
		['an end in the middle', '[[sandbox:eof]]', {type: 'finished', answer: {outcome: 'failed', problem: {code: 'cut'}}}],
		['a content filter', '[[sandbox:content-filter]]', {answer: {problem: {code: 'content-filter'}}}],
		[
			'an error with status 200',
			'[[sandbox:error-200]]',
			{type: 'refused', refusal: {code: expect.stringMatching(/mid-stream|broken|unavailable|overloaded/)}},
		],
	])('%s is told apart', async (_, content, expected) => {
		expect(await ask(content, {gateway})).toMatchObject(expected);
	});

	it('keeps escapes, wide characters and bytes that are no UTF-8 well-formed', async () => {
		for (const command of ['escapes', 'wide', 'invalid-utf8']) {
			const event = await ask(`[[sandbox:${command}]]`, {gateway, parameters: {maxTokens: 4096}});
			expect(event).toMatchObject({type: 'finished', answer: {outcome: 'finished', problem: null}});
			expect(event.type === 'finished' && event.answer.text.isWellFormed()).toBe(true);
		}
	});
});

describe('through the sandbox', () => {
	it('a served model or provider that was not asked for is a loud warning', async () => {
		const model = await ask('[[sandbox:served-model qwen/qwen3-32b]]');
		expect(model).toMatchObject({
			answer: {evidence: {servedModel: 'qwen/qwen3-32b', grade: 'D', warnings: [expect.stringContaining('qwen/qwen3-32b')]}},
		});
		const provider = await ask('[[sandbox:served-provider Somewhere]]');
		expect(provider).toMatchObject({
			answer: {evidence: {servedProvider: 'Somewhere', grade: 'D', warnings: [expect.stringContaining('Somewhere')]}},
		});
	});

	it('a model that is not distillable is refused with three alternatives that then answer', async () => {
		const refused = await ask('Hello', {modelId: 'google/gemma-3-27b-it'});
		if (refused.type !== 'refused') throw new Error(refused.type);
		expect(refused.refusal).toMatchObject({kind: 'policy', code: 'not-distillable', status: 404});
		expect(refused.refusal.alternatives).toHaveLength(3);
		for (const {modelId} of refused.refusal.alternatives)
			expect(await ask('Hello', {modelId})).toMatchObject({type: 'finished', answer: {outcome: 'finished'}});
	});

	it.each<[string, Service, object]>([
		['sandbox-wrong-key', 'openrouter', {kind: 'auth', code: 'auth'}],
		['sandbox-wrong-key', 'nanogpt', {kind: 'auth', code: 'auth'}],
		['sandbox-wrong-key', 'openai', {kind: 'auth', code: 'auth'}],
		['sandbox-no-credit', 'openrouter', {code: 'credit'}],
		['sandbox-no-credit', 'nanogpt', {code: 'credit'}],
		['sandbox-no-credit', 'openai', {code: expect.stringMatching(/credit|quota/)}],
		['sandbox-rate-limited', 'openrouter', {code: 'rate-limited', retryAfterSeconds: 2}],
		['sandbox-rate-limited', 'openai', {code: 'rate-limited', retryAfterSeconds: 2}],
	])('key %s at %s is told apart', async (key, gateway, refusal) => {
		// Planned with the routes that an ordinary key has read: only the prompt meets the key.
		const keyed = await open(key);
		expect(await ask('Hello', {gateway}, {...keyed, catalogues: context.catalogues, client: context.client})).toMatchObject({
			type: 'refused',
			refusal,
		});
	});

	it('a small credit says how many tokens it affords', async () => {
		const keyed = await open('sandbox-low-credit');
		const event = await ask(
			'Hello',
			{parameters: {maxTokens: 100_000}},
			{...keyed, catalogues: context.catalogues, client: context.client},
		);
		if (event.type !== 'refused') throw new Error(event.type);
		expect(event.refusal.code).toBe('credit');
		expect(event.refusal.affordableMaxTokens).toBeGreaterThan(0);
	});
});
