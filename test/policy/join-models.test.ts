import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {joinCatalogues} from '../../source/policy/join-models.js';
import {joinListings, makeListing, makeRead, nanogptReason, notOnList, onList} from '../helpers/make-model.js';

describe('joinCatalogues', () => {
	test('joins what is spelled differently and means the same, and nothing else', () => {
		const models = joinListings(
			[makeListing('openrouter', 'z-ai/glm-4.7'), makeListing('openrouter', 'deepseek/deepseek-r1:free')],
			[makeListing('nanogpt', 'zai-org/GLM-4.7'), makeListing('nanogpt', 'deepseek/deepseek-r1'), makeListing('nanogpt', 'TEE/glm-4.7')],
		);
		expect(models.map(({id, catalogues, variant}) => [id, catalogues, variant])).toEqual([
			['z-ai/glm-4.7', ['openrouter', 'nanogpt'], null],
			['deepseek/deepseek-r1:free', ['openrouter'], 'free'],
			['deepseek/deepseek-r1', ['nanogpt'], null],
			['TEE/glm-4.7', ['nanogpt'], 'tee'],
		]);
		expect(models[0]!.listings.nanogpt!.id).toBe('zai-org/GLM-4.7');
	});

	test('a second spelling of a joined model stays a model of its own; the same row twice does not', () => {
		const models = joinListings(
			[makeListing('openrouter', 'moonshotai/kimi-k2')],
			[
				makeListing('nanogpt', 'moonshotai/kimi-k2-instruct'),
				makeListing('nanogpt', 'moonshotai/Kimi-K2-Instruct-0711'),
				makeListing('nanogpt', 'moonshotai/kimi-k2-instruct-0711'),
				makeListing('nanogpt', 'other/model'),
				makeListing('nanogpt', 'Other/Model'),
			],
		);
		expect(models.map(({id}) => id)).toEqual(['moonshotai/kimi-k2', 'moonshotai/Kimi-K2-Instruct-0711', 'other/model']);
		expect(new Set(models.map(({key}) => key)).size).toBe(models.length);
	});

	test("prefers OpenRouter's values, and never mixes two gateways' prices", () => {
		const [model] = joinListings(
			[makeListing('openrouter', 'qwen/qwen3-8b', {name: 'Qwen3 8B', inputPrice: 0.05, contextLength: null})],
			[makeListing('nanogpt', 'Qwen/Qwen3-8B', {name: 'qwen', inputPrice: 0.06, outputPrice: 0.2, contextLength: 40_960})],
		);
		expect(model).toMatchObject({name: 'Qwen3 8B', inputPrice: 0.05, outputPrice: null, contextLength: 40_960, author: 'qwen'});
		const [priceless] = joinListings(
			[makeListing('openrouter', 'qwen/qwen3-8b')],
			[makeListing('nanogpt', 'Qwen/Qwen3-8B', {inputPrice: 0.06, outputPrice: 0.2})],
		);
		expect(priceless).toMatchObject({inputPrice: 0.06, outputPrice: 0.2});
	});

	test('every layer speaks, and a contradiction shows', () => {
		const [agreed, disputed, unknown] = joinListings(
			[
				makeListing('openrouter', 'qwen/qwen3-8b', {reasons: [onList]}),
				makeListing('openrouter', 'mistralai/mistral-large-2407', {reasons: [onList]}),
				makeListing('openrouter', 'somebody/model', {reasons: [notOnList]}),
			],
			[makeListing('nanogpt', 'Qwen/Qwen3-8B', {reasons: [nanogptReason('allowed')]})],
		);
		expect(agreed!.verdict).toMatchObject({status: 'allowed', conflict: false});
		expect(agreed!.verdict.reasons.map(({layer}) => layer)).toEqual(['openrouter-list', 'nanogpt-model', 'licence-register']);
		expect(disputed!.verdict).toMatchObject({status: 'disallowed', conflict: true});
		expect(unknown!.verdict).toMatchObject({status: 'unknown', conflict: false});
		expect(unknown!.verdict.reasons.map(({basis}) => basis)).toEqual(['not-recorded', 'not-recorded']);
	});

	test('a pointer has the licence of its target, and none without one', () => {
		const [pointed, lost] = joinListings([
			makeListing('openrouter', '~x-ai/grok-latest', {aliasOf: 'x-ai/grok-4.6'}),
			makeListing('openrouter', '~openai/gpt-latest'),
		]);
		expect(pointed!.verdict.status).toBe('disallowed');
		expect(lost!.verdict.status).toBe('unknown');
	});

	test('no catalogue, one catalogue, an empty catalogue', () => {
		expect(joinCatalogues({openrouter: null, nanogpt: null})).toEqual([]);
		expect(joinCatalogues({openrouter: makeRead('openrouter', []), nanogpt: null})).toEqual([]);
		expect(joinCatalogues({openrouter: null, nanogpt: makeRead('nanogpt', [makeListing('nanogpt', 'a/b')])})).toHaveLength(1);
	});

	test('reasons are shared, not copied', () => {
		const [a, b] = joinListings([makeListing('openrouter', 'a/a'), makeListing('openrouter', 'b/b')]);
		expect(a!.verdict.reasons.at(-1)).toBe(b!.verdict.reasons.at(-1));
	});
});

test('the real catalogue of 421 models: 116 on the list, and no maker contradicts himself unseen', (context) => {
	const folder = new URL('../../../shared/data/', import.meta.url);
	const readIds = (name: string) =>
		(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as {data: Array<{id: string}>}).data.map(({id}) => id);
	let all: string[];
	let listed: Set<string>;
	try {
		all = readIds('openrouter-models-2026-08-22.json');
		listed = new Set(readIds('openrouter-models-2026-08-22.distillable.json'));
	} catch {
		return context.skip('no saved catalogue beside the repository');
	}

	const models = joinListings(all.map((id) => makeListing('openrouter', id, {reasons: [listed.has(id) ? onList : notOnList]})));
	expect(models).toHaveLength(421);
	expect(models.filter(({verdict}) => verdict.reasons[0] === onList)).toHaveLength(116);
	expect(models.filter(({verdict}) => verdict.conflict).map(({id}) => id)).toEqual(['mistralai/mistral-large-2407']);
	for (const {id, verdict} of models)
		if (/^(openai\/gpt-[345]|anthropic\/|google\/gemini)/.test(id)) expect([id, verdict.status]).toEqual([id, 'disallowed']);
});
