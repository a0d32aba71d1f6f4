import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {completeFilter, filterKeys, filterModels, formatFilterHelp, parseFilter} from '../../source/domain/filter-models.js';
import {completeRouteFilter, filterRoutes, parseRouteFilter} from '../../source/domain/filter-routes.js';
import type {Model} from '../../source/domain/model.js';
import {joinListings, makeListing, makeModel, makeRoute, nanogptReason, onList} from '../helpers/make-model.js';

const now = Date.parse('2026-11-21T00:00:00Z');
const find = (models: readonly Model[], text: string) => filterModels(models, parseFilter(text).filter, now).map(({id}) => id);

const models = joinListings(
	[
		makeListing('openrouter', 'qwen/qwen3-vl-235b-a22b-instruct', {contextLength: 262_144, inputModalities: ['text', 'image']}),
		makeListing('openrouter', 'qwen/qwen3-235b-a22b-2507', {reasons: [onList], contextLength: 262_144, inputPrice: 0.1, outputPrice: 0.4}),
		makeListing('openrouter', 'qwen/qwen3-235b-a22b', {reasons: [onList], contextLength: 40_960, parameters: ['tools'], inputPrice: 0.2}),
		makeListing('openrouter', 'openai/gpt-4', {name: 'OpenAI: GPT-4', inputPrice: 30, outputPrice: 60, contextLength: 8191}),
		makeListing('openrouter', 'openai/gpt-4o', {
			name: 'OpenAI: GPT-4o',
			parameters: ['tools', 'structured_outputs'],
			contextLength: 128_000,
		}),
		makeListing('openrouter', 'deepseek/deepseek-r1', {reasons: [onList], createdAt: '2026-11-01T00:00:00Z', parameters: ['reasoning']}),
		makeListing('openrouter', 'deepseek/deepseek-r1:free', {reasons: [onList], inputPrice: 0, outputPrice: 0}),
		makeListing('openrouter', 'anthropic/claude-opus-4.6', {expiresAt: '2026-12-01'}),
		makeListing('openrouter', 'mistralai/mistral-large-2407', {reasons: [onList]}),
		makeListing('openrouter', 'meta-llama/llama-3.3-70b-instruct', {reasons: [onList], createdAt: '2024-12-06T00:00:00Z'}),
		makeListing('openrouter', '~x-ai/grok-latest', {aliasOf: 'x-ai/grok-4.6'}),
		makeListing('openrouter', 'openrouter/auto', {isRouter: true}),
	],
	[
		makeListing('nanogpt', 'Qwen/Qwen3-235B-A22B', {reasons: [nanogptReason('allowed')]}),
		makeListing('nanogpt', 'TEE/glm-5.2', {parameters: ['tool_calling']}),
		makeListing('nanogpt', 'gpt-4o', {isSubscriptionIncluded: true}),
	],
);

describe('words rank what they find', () => {
	test.each([
		['qwen3 235', 'qwen/qwen3-235b-a22b'],
		['qwen3-235b-a22b', 'qwen/qwen3-235b-a22b'],
		['gpt4o', 'openai/gpt-4o'],
		['gpt-4', 'openai/gpt-4'],
		['r1', 'deepseek/deepseek-r1'],
		['dpsk', 'deepseek/deepseek-r1'],
		['claude46', 'anthropic/claude-opus-4.6'],
		['llama 70', 'meta-llama/llama-3.3-70b-instruct'],
		['deepseek-r1:free', 'deepseek/deepseek-r1:free'],
	])('%s brings %s first', (text, id) => {
		expect(find(models, text)[0]).toBe(id);
	});

	test('letters scattered anywhere do not fit', () => {
		expect(find(models, 'wenb')).toEqual([]);
		expect(find(models, 'r1')).toEqual(['deepseek/deepseek-r1', 'deepseek/deepseek-r1:free']);
	});

	test("NanoGPT's own spelling finds the joined model", () => {
		expect(find(joinListings([makeListing('openrouter', 'z-ai/glm-5')], [makeListing('nanogpt', 'zai-org/glm-5')]), 'zai-org')).toEqual([
			'z-ai/glm-5',
		]);
	});

	test('a bare name brings the model before its copy in an enclave', () => {
		const both = joinListings([makeListing('openrouter', 'deepseek/deepseek-v3.2')], [makeListing('nanogpt', 'TEE/deepseek-v3.2')]);
		expect(find(both, 'deepseek-v3.2')).toEqual(['deepseek/deepseek-v3.2', 'TEE/deepseek-v3.2']);
	});

	test('all words must fit, a negated word must not', () => {
		expect(find(models, 'qwen3 !vl !2507')).toEqual(['qwen/qwen3-235b-a22b']);
	});
});

describe('conditions', () => {
	test.each([
		['policy:conflict', ['mistralai/mistral-large-2407']],
		['policy:no author:openai', ['openai/gpt-4', 'openai/gpt-4o']],
		['policy:? ctx:?', ['openrouter/auto', 'TEE/glm-5.2']],
		['dup', ['qwen/qwen3-235b-a22b', 'openai/gpt-4o']],
		['catalogue:nanogpt !dup', ['TEE/glm-5.2']],
		['tee', ['TEE/glm-5.2']],
		['sub', ['openai/gpt-4o']],
		['router', ['openrouter/auto']],
		['alias', ['~x-ai/grok-latest']],
		['free', ['deepseek/deepseek-r1:free']],
		['variant:free,tee', ['deepseek/deepseek-r1:free', 'TEE/glm-5.2']],
		['cap:tools', ['qwen/qwen3-235b-a22b', 'openai/gpt-4o', 'TEE/glm-5.2']],
		['cap:json', ['openai/gpt-4o']],
		['cap:vision', ['qwen/qwen3-vl-235b-a22b-instruct']],
		['modality:image', ['qwen/qwen3-vl-235b-a22b-instruct']],
		['ctx>=128k ctx<200k', ['openai/gpt-4o']],
		['in<=0.2 !free', ['qwen/qwen3-235b-a22b-2507', 'qwen/qwen3-235b-a22b']],
		['in:0.1..0.2', ['qwen/qwen3-235b-a22b-2507', 'qwen/qwen3-235b-a22b']],
		['age<30', ['deepseek/deepseek-r1']],
		['expires<30', ['anthropic/claude-opus-4.6']],
		['author:deep*', ['deepseek/deepseek-r1', 'deepseek/deepseek-r1:free']],
		['author:*seek', ['deepseek/deepseek-r1', 'deepseek/deepseek-r1:free']],
		['author:seek', []],
		['id:r1$', []],
		['/r1$/', ['deepseek/deepseek-r1']],
		['"gpt-4"', ['openai/gpt-4', 'openai/gpt-4o']],
		['duty:naming', ['meta-llama/llama-3.3-70b-instruct']],
		['basis:research-licence', ['mistralai/mistral-large-2407']],
		['listed policy:no', ['mistralai/mistral-large-2407']],
		['routes:?  id:auto', ['openrouter/auto']],
	])('%s', (text, ids) => {
		expect(parseFilter(text).problems).toEqual([]);
		expect(find(models, text)).toEqual(ids);
	});

	test('an unknown number fits no comparison', () => {
		const withContext = find(models, 'ctx>=0');
		expect(withContext).toHaveLength(5);
		expect(find(models, 'ctx>=0 ctx:?')).toEqual([]);
	});

	test('an empty filter gives the models back as they are', () => {
		expect(filterModels(models, parseFilter('  ').filter)).toBe(models);
	});
});

test('typing on gives what a fresh filter gives', () => {
	const alphabet = fc.constantFrom(...'qwen3-235b r1gpt4o/!. :d');
	const typed = fc.array(alphabet, {minLength: 1, maxLength: 12}).map((letters) => letters.join(''));
	fc.assert(
		fc.property(typed, (text) => {
			const kept = [...models];
			for (let length = 1; length <= text.length; length++) {
				const part = text.slice(0, length);
				expect(find(kept, part)).toEqual(find([...models], part));
			}
		}),
		{numRuns: 300},
	);
});

test('a condition and its negation share nothing and lose nothing', () => {
	for (const {example} of filterKeys.filter((key) => !key.example.startsWith('!'))) {
		const yes = find(models, example);
		const no = find(models, `!${example}`);
		expect([...yes, ...no].toSorted()).toEqual(models.map(({id}) => id).toSorted());
	}
});

test('a text made to be slow is not', () => {
	const slow = [makeModel(`maker/${'a-'.repeat(150)}b`)];
	expect(find(slow, 'aaaaaaaaaaaaaaaaaaaaaaaac')).toEqual([]);
	expect(find(slow, '/a.*a.*a.*c$/')).toEqual([]);
});

describe('completeFilter', () => {
	test('offers keys, then values, and replaces what was begun', () => {
		expect(completeFilter('qwen pol', 8, models)).toEqual({start: 5, end: 8, options: ['policy:']});
		expect(completeFilter('!fr', 3, models)).toEqual({start: 1, end: 3, options: ['free']});
		expect(completeFilter('policy:', 7, models).options).toEqual(['yes', 'no', '?', 'conflict']);
		expect(completeFilter('author:openai,q', 15, models)).toEqual({start: 14, end: 15, options: ['qwen']});
		expect(completeFilter('ct x', 2, models)).toEqual({start: 0, end: 2, options: ['ctx>=']});
		expect(completeFilter('', 0, models).options).toContain('author:');
		expect(completeFilter('nothing:', 8, models).options).toEqual([]);
	});

	test('every offer reads without a problem once a value stands', () => {
		for (const option of completeFilter('', 0, models).options) {
			const text = option.endsWith('>=')
				? `${option}1`
				: option.endsWith(':')
					? `${option}${completeFilter(option, option.length, models).options[0]}`
					: option;
			expect(parseFilter(text).problems).toEqual([]);
		}
	});
});

test('the help names every key', () => {
	for (const {example} of filterKeys) expect(formatFilterHelp()).toContain(example);
});

test('routes are filtered by the same language', () => {
	const routes = [
		makeRoute('together/fp8', {provider: 'Together', quantization: 'fp8', latencyP50: 700, eligible: true, dataPolicy: 'zdr'}),
		makeRoute('deepinfra', {provider: 'DeepInfra', latencyP50: 1200}),
	];
	const tags = (text: string) => filterRoutes(routes, parseRouteFilter(text).filter).map(({tag}) => tag);
	expect(tags('eligible')).toEqual(['together/fp8']);
	expect(tags('p50>=1000')).toEqual(['deepinfra']);
	expect(tags('zdr quant:fp8')).toEqual(['together/fp8']);
	expect(tags('quant:?')).toEqual(['deepinfra']);
	expect(tags('epinfra x')).toEqual([]);
	expect(tags('deepin')).toEqual(['deepinfra']);
	expect(completeRouteFilter('provider:t', 10, routes).options).toContain('together');
});

test('a real catalogue of 421 models: the search terms people use find their model first', (context) => {
	const url = new URL('../../../shared/data/openrouter-models-2026-08-22.json', import.meta.url);
	let text: string;
	try {
		text = readFileSync(url, 'utf8');
	} catch {
		return context.skip('no saved catalogue beside the repository');
	}

	const {data} = JSON.parse(text) as {data: Array<{id: string; name: string}>};
	const real = joinListings(data.map(({id, name}) => makeListing('openrouter', id, {name})));
	expect(real).toHaveLength(421);
	expect(find(real, 'qwen3 235')[0]).toBe('qwen/qwen3-235b-a22b');
	expect(find(real, 'gpt4o')[0]).toBe('openai/gpt-4o');
	expect(find(real, 'deepseek r1')[0]).toBe('deepseek/deepseek-r1');
	expect(find(real, 'sonnet 4.5')[0]).toBe('anthropic/claude-sonnet-4.5');
	expect(find(real, 'k2')[0]).toBe('moonshotai/kimi-k2');
});
