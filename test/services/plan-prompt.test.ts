import {describe, expect, it} from 'vitest';
import type {PromptRequest} from '../../source/domain/prompt.js';
import type {Context} from '../../source/services/context.js';
import {planPrompt} from '../../source/services/plan-prompt.js';
import {joinListings, makeListing} from '../helpers/make-model.js';
import {aRequest, models, openWorld} from '../helpers/prompt-world.js';

const never = () => {
	throw new Error('A plan must not send anything.');
};

async function plan(part: Partial<PromptRequest> = {}, context: Partial<Context> = {}) {
	await using world = await openWorld(never, {ledger: () => Promise.reject(new Error('not asked')), ...context});
	const made = await planPrompt(world.context, models, aRequest(part));
	expect(world.server.seen).toEqual([]);
	return made;
}

describe('enforcement at OpenRouter', () => {
	it('is by route where an allowed route is recorded: the flag, the allowed routes, no fallbacks', async () => {
		const {body, enforcement, routes, verdict, refusal, path} = await plan();
		expect(refusal).toBeNull();
		expect(path).toBe('/chat/completions');
		expect(body).toEqual({
			model: 'maker/model',
			messages: [{role: 'user', content: 'Say hello.'}],
			max_tokens: 64,
			provider: {enforce_distillable_text: true, only: ['fireworks', 'together/fp8'], allow_fallbacks: false},
			stream: true,
		});
		expect(enforcement).toMatchObject({
			level: 'route',
			words: 'ENFORCED, route: distillable flag and 2 allowed routes pinned, no fallbacks',
		});
		expect(routes.map(({tag, isLeft, reason}) => [tag, isLeft, reason])).toEqual([
			['fireworks', true, 'in the pin: licence allows, provider allows'],
			['together/fp8', true, 'in the pin: licence allows, provider allows'],
			['xai', false, 'falls out: provider terms restrict training on outputs'],
			['groq', false, 'falls out: nothing recorded about this provider'],
		]);
		expect(verdict.status).toBe('allowed');
		expect(verdict.reasons.map(({layer}) => layer)).toContain('nanogpt-provider');
	});

	it('is by the flag alone where none is, and then the route is not vouched for', async () => {
		const {body, enforcement, verdict, refusal} = await plan({modelId: 'maker/bare'});
		expect(refusal).toBeNull();
		expect(body.provider).toEqual({enforce_distillable_text: true});
		expect(enforcement).toMatchObject({level: 'model', words: 'ENFORCED, model: distillable flag, routes not pinned'});
		expect(verdict).toMatchObject({status: 'unknown'});
		expect(verdict.reasons.at(-1)).toMatchObject({basis: 'route-not-pinned', status: 'unknown'});
	});

	it('by the flag alone on request says how many of the routes are not vouched for', async () => {
		const {verdict} = await plan({enforcement: 'model'});
		expect(verdict.status).toBe('unknown');
		expect(verdict.reasons.at(-1)?.label).toBe('The route was not pinned: of 4 known routes 2 are recorded as allowed, 1 as not allowed');
	});

	it('narrows to chosen routes, and says of the others that they were not chosen', async () => {
		const {body, routes} = await plan({only: ['together/fp8']});
		expect(body.provider).toMatchObject({only: ['together/fp8']});
		expect(routes.find(({tag}) => tag === 'fireworks')).toMatchObject({isLeft: false, reason: 'falls out: not among the pinned routes'});
	});

	it('refuses chosen routes that are not allowed instead of falling back to the flag', async () => {
		const {refusal} = await plan({only: ['xai']});
		expect(refusal).toMatchObject({kind: 'policy', code: 'no-allowed-route', why: expect.stringContaining('xai falls out')});
	});

	it('sends what nobody recorded with a warning, because OpenRouter is the authority on its list', async () => {
		const {refusal, enforcement} = await plan({modelId: 'silent/model'});
		expect(refusal).toBeNull();
		expect(enforcement.warnings[0]).toMatch(/^silent\/model is not in OpenRouter's distillable set \(read .* ago\)/);
	});

	it('refuses what is recorded as not allowed, with alternatives, and lets a reason through', async () => {
		const {refusal, enforcement} = await plan({modelId: 'closed/model'});
		expect(refusal).toMatchObject({kind: 'policy', code: 'disallowed'});
		expect(refusal?.alternatives).toHaveLength(3);
		expect(enforcement.words).toBe('NOT SENT');
		expect((await plan({modelId: 'closed/model', override: 'internal check'})).refusal).toBeNull();
	});

	it('is off only with a reason', async () => {
		expect((await plan({enforcement: 'off'})).refusal).toMatchObject({kind: 'usage', code: 'reason-missing'});
		expect((await plan({enforcement: 'off', override: '  '})).refusal).toMatchObject({code: 'reason-missing'});
		const off = await plan({enforcement: 'off', override: 'comparison'});
		expect(off.refusal).toBeNull();
		expect(off.body.provider).toBeUndefined();
		expect(off.enforcement.words).toBe('ENFORCEMENT OFF, routes not pinned');
	});

	it('carries further constraints and tries them on our own data', async () => {
		const {body, routes} = await plan({
			constraints: {maxPrice: {completion: 0.8}, zdr: true, requireParameters: true},
			parameters: {maxTokens: 8, topP: 0.5},
		});
		expect(body.provider).toMatchObject({max_price: {completion: 0.8}, zdr: true, require_parameters: true});
		expect(routes.map(({tag, reason}) => [tag, reason]).slice(0, 2)).toEqual([
			['fireworks', 'falls out: does not take top_p'],
			['together/fp8', 'falls out: not recorded as keeping no data'],
		]);
	});

	it('takes the flag alone, and says so, when the routes cannot be read', async () => {
		const {enforcement, refusal} = await plan({}, {client: () => Promise.reject(new Error('down'))});
		expect(refusal).toBeNull();
		expect(enforcement.level).toBe('model');
		expect(enforcement.warnings.join(' ')).toMatch(/routes could not be read/);
	});
});

describe('enforcement at NanoGPT', () => {
	it('is a pin to the allowed and available routes, with the pay-as-you-go consequence said', async () => {
		const {body, enforcement, path, refusal} = await plan({gateway: 'nanogpt'});
		expect(refusal).toBeNull();
		expect(path).toBe('/v1/chat/completions');
		expect(body).toMatchObject({
			model: 'Maker/Model',
			provider: {only: ['fireworks', 'together'], allow_fallbacks: false},
			stream_options: {include_usage: true},
		});
		expect(body.provider).not.toHaveProperty('enforce_distillable_text');
		expect(enforcement.words).toBe('ENFORCED, route: 2 allowed routes pinned, no fallbacks');
		expect(enforcement.warnings.join(' ')).toMatch(/pay-as-you-go/);
	});

	it('is refused where the model takes no provider selection, because nothing could be guaranteed', async () => {
		const {refusal} = await plan({gateway: 'nanogpt', modelId: 'maker/unpinnable'});
		expect(refusal).toMatchObject({
			kind: 'policy',
			code: 'no-provider-selection',
			why: expect.stringContaining('nothing could be guaranteed'),
		});
	});

	it('has no flag, so it cannot be by model', async () => {
		expect((await plan({gateway: 'nanogpt', enforcement: 'model'})).refusal).toMatchObject({kind: 'policy', code: 'no-enforcement'});
	});

	it('is refused while its routes are unknown', async () => {
		const {refusal} = await plan({gateway: 'nanogpt'}, {client: () => Promise.reject(new Error('down'))});
		expect(refusal).toMatchObject({kind: 'policy', code: 'routes-unknown'});
	});
});

describe('OpenAI', () => {
	it('says with the source that its terms allow training only its own models, and records the verdict so', async () => {
		const {verdict, enforcement, refusal, body} = await plan({
			gateway: 'openai',
			modelId: 'gpt-4.1',
			parameters: {maxTokens: 8, reasoningEffort: 'low'},
		});
		expect(refusal).toBeNull();
		expect(verdict.status).toBe('disallowed');
		expect(verdict.reasons.at(-1)).toMatchObject({status: 'disallowed', sourceUrl: 'https://openai.com/policies/services-agreement/'});
		expect(enforcement.warnings[0]).toContain('https://openai.com/policies/services-agreement/');
		expect(body).toMatchObject({model: 'gpt-4.1', store: false, max_completion_tokens: 8, reasoning_effort: 'low'});
		expect(body).not.toHaveProperty('metadata');
	});

	it('is found again by metadata when it is stored, within the limits of OpenAI', async () => {
		const tags = Object.fromEntries(Array.from({length: 20}, (_, index) => [`tag${index}`.padEnd(70, 'x'), 'v'.repeat(600)]));
		const {body} = await plan({gateway: 'openai', modelId: 'gpt-4.1', store: true, task: 'triage', dataset: 'tickets', tags});
		const metadata = body.metadata as Record<string, string>;
		expect(metadata).toMatchObject({task: 'triage', dataset: 'tickets', ledger_id: '(set when it is sent)'});
		expect(Object.keys(metadata)).toHaveLength(16);
		expect(Object.entries(metadata).every(([key, value]) => key.length <= 64 && value.length <= 512)).toBe(true);
	});

	const priced = (id: string, canonicalSlug: string | null, inputPrice: number) =>
		makeListing('openrouter', id, {canonicalSlug, inputPrice, outputPrice: inputPrice * 4});
	const listed = joinListings(
		[
			priced('openai/gpt-4.1-mini', 'openai/gpt-4.1-mini-2025-04-14', 0.4),
			priced('openai/gpt-4o', 'openai/gpt-4o', 2.5),
			priced('openai/gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13', 5),
			priced('openai/o3', 'openai/o3-2025-04-16', 2),
		],
		[],
	);
	it.each([
		['gpt-4.1-mini-2025-04-14', 0.4, 'openai/gpt-4.1-mini'],
		['openai/gpt-4o-2024-08-06', 2.5, 'openai/gpt-4o'],
		['gpt-4o-2024-05-13', 5, null],
		['gpt-4.1-mini', 0.4, null],
		['o3-2025-06-10', null, null],
		['gpt-4o-2024-13-06', null, null],
		['gpt-4o-0806', null, null],
		['gpt-4o-audio-2024-08-06', null, null],
		['ft:gpt-4o-2024-08-06:me::1', null, null],
	])('counts %s with the price of its own row or of the snapshot of which it is one, and says which', async (modelId, input, said) => {
		await using world = await openWorld(never, {ledger: () => Promise.reject(new Error('not asked'))});
		const request = aRequest({gateway: 'openai', modelId, messages: [{role: 'user', content: 'x'.repeat(4000)}]});
		const {costBoundUsd, enforcement, verdict} = await planPrompt(world.context, listed, request);
		if (input === null) expect(costBoundUsd).toBeNull();
		else expect(costBoundUsd! / ((4000 * input + 64 * input * 4) / 1e6)).toBeCloseTo(1.06, 1);
		expect(enforcement.warnings.slice(1).map((warning) => /that of (\S+) is counted/.exec(warning)?.[1])).toEqual(
			said === null ? [] : [said],
		);
		expect(verdict.status).toBe('disallowed');
	});

	it('has nothing to enforce with', async () => {
		expect((await plan({gateway: 'openai', modelId: 'gpt-4.1', enforcement: 'route'})).refusal).toMatchObject({
			kind: 'policy',
			code: 'no-enforcement',
		});
	});
});

describe('the cost bound', () => {
	it('counts with the dearest route left and at least one token for each byte', async () => {
		const {costBoundUsd, promptTokens} = await plan({messages: [{role: 'user', content: 'x'.repeat(4000)}]});
		expect(promptTokens).toBeLessThan(1100);
		expect(costBoundUsd).toBeGreaterThanOrEqual((4000 * 0.25 + 64 * 1) / 1e6);
		expect(costBoundUsd).toBeLessThan((4500 * 0.25 + 64 * 1) / 1e6);
	});

	it('is not told where a price is not known', async () => {
		expect((await plan({gateway: 'openai', modelId: 'gpt-unheard-of'})).costBoundUsd).toBeNull();
	});
});

describe('what cannot be sent', () => {
	it.each<[string, Partial<PromptRequest>, object]>([
		[
			'an unknown model, with the nearest ids',
			{modelId: 'maker/modle'},
			{code: 'unknown-model', next: expect.stringContaining('maker/model')},
		],
		[
			'a model that this gateway does not list',
			{gateway: 'nanogpt', modelId: 'other/large'},
			{code: 'not-listed', next: expect.stringContaining('OpenRouter')},
		],
		['no prompt', {messages: [{role: 'system', content: 'Be kind.'}]}, {kind: 'usage', code: 'empty-prompt'}],
		['max_tokens of nothing', {parameters: {maxTokens: 0}}, {kind: 'usage', code: 'bad-parameter'}],
		['a temperature of 3', {parameters: {maxTokens: 8, temperature: 3}}, {kind: 'usage', code: 'bad-parameter'}],
	])('%s', async (_, part, expected) => {
		expect((await plan(part)).refusal).toMatchObject(expected);
	});
});
