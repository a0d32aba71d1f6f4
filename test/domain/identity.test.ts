import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {hostKey, identityKey, parseIdentity} from '../../source/domain/identity.js';
import {authorAliases, modelAliases, modelAliasRows} from '../../source/domain/identity-aliases.js';

describe('identityKey', () => {
	test.each([
		['Qwen/Qwen3-8B', 'qwen/qwen3-8b'],
		['zai-org/glm-4.7', 'z-ai/glm-4.7'],
		['zai-org/GLM-4.5-Air:thinking', 'z-ai/glm-4.5-air:thinking'],
		['meta-llama/Meta-Llama-3.1-70B-Instruct', 'meta-llama/llama-3.1-70b-instruct'],
		['deepseek-ai/DeepSeek-V3', 'deepseek/deepseek-chat'],
		['moonshotai/Kimi-K2-Instruct-0905', 'moonshotai/kimi-k2-0905'],
		['gpt-4o-mini', 'openai/gpt-4o-mini'],
		['claude-opus-4-1-20250805', 'anthropic/claude-opus-4.1'],
		['TEE/deepseek-v3.1', 'tee/deepseek/deepseek-chat-v3.1'],
		['TEE/gemma4-31b:thinking', 'tee/gemma4-31b:thinking'],
		['~moonshotai/kimi-latest', '~moonshotai/kimi-latest'],
	])('%s is %s', (id, key) => {
		expect(identityKey(id)).toBe(key);
	});

	test.each([
		['deepseek/deepseek-r1', 'deepseek/deepseek-r1:free'],
		['deepseek/deepseek-v3.1', 'TEE/deepseek-v3.1'],
		['glm-5.2', 'TEE/glm-5.2'],
		['moonshotai/kimi-latest', '~moonshotai/kimi-latest'],
		['qwen/qwen3-8b', 'someone/qwen3-8b'],
		['qwen/qwen3-235b-a22b', 'qwen/qwen3-235b-a22b-2507'],
		['deepseek-chat', 'deepseek/deepseek-chat'],
		['z-ai/glm-4.6', 'zai-org/glm-4.6-original'],
	])('%s and %s are not the same', (a, b) => {
		expect(identityKey(a)).not.toBe(identityKey(b));
	});
});

test.each([
	['deepseek/deepseek-r1:free', 'free'],
	['openai/gpt-5:batch', 'batch'],
	['qwen/qwen3-8b:deepinfra', 'deepinfra'],
	['claude-sonnet-4-thinking:thinking:8192', 'thinking:8192'],
	['TEE/glm-5.2', 'tee'],
	['TEE/gemma4-31b:thinking', 'thinking'],
	['qwen/qwen3-8b', null],
	['someone/model:v2', null],
	[':free', null],
])('the variant of %s is %s', (id, variant) => {
	expect(parseIdentity(id).variant).toBe(variant);
});

test('a TEE id names its base without the prefix', () => {
	expect(parseIdentity('TEE/minimax-m2.5')).toMatchObject({base: 'minimax/minimax-m2.5', author: 'minimax', isTee: true});
});

test('hosts meet only through the table', () => {
	expect(hostKey('openrouter', 'deepinfra/fp8')).toBe(hostKey('nanogpt', 'deepinfra'));
	expect(hostKey('openrouter', 'amazon-bedrock')).toBe(hostKey('nanogpt', 'awsbedrock'));
	expect(hostKey('openrouter', 'z-ai')).toBe(hostKey('nanogpt', 'zai'));
	expect(hostKey('openrouter', 'moonshotai/turbo')).toBe(hostKey('nanogpt', 'moonshot'));
	expect(hostKey('openrouter', 'google-vertex/europe')).not.toBe(hostKey('nanogpt', 'google'));
	expect(hostKey('openrouter', 'lilac')).not.toBe(hostKey('nanogpt', 'lilac'));
});

describe('the alias table', () => {
	test('has one target per id, is folded, and ends after one step', () => {
		expect(modelAliases.size).toBe(modelAliasRows.length);
		for (const {from, to} of modelAliasRows) {
			expect(from).toBe(from.toLowerCase());
			expect(to).toBe(to.toLowerCase());
			expect(identityKey(to)).toBe(to);
			expect(modelAliases.has(to)).toBe(false);
		}

		for (const author of authorAliases.values()) expect(authorAliases.has(author)).toBe(false);
	});
});

test('a key is its own identity, whatever the id', () => {
	const part = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);
	const suffix = fc.constantFrom('', ':free', ':thinking', ':deepinfra', ':v2');
	const id = fc.tuple(fc.constantFrom('', '~', 'TEE/'), fc.option(part), part, suffix);
	fc.assert(
		fc.property(id, ([prefix, author, slug, end]) => {
			const {key, variant} = parseIdentity(`${prefix}${author === null ? '' : `${author}/`}${slug}${end}`);
			expect(parseIdentity(key).key).toBe(key);
			expect(parseIdentity(key).variant).toBe(variant);
		}),
	);
	fc.assert(fc.property(fc.string({unit: 'binary'}), (text) => typeof parseIdentity(text).key === 'string'));
});
