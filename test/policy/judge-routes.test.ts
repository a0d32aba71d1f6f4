import {describe, expect, test} from 'vitest';
import type {RouteList} from '../../source/domain/route.js';
import type {Gateway} from '../../source/domain/service.js';
import {judgeRoutes} from '../../source/policy/judge-routes.js';
import {pinRoutes} from '../../source/policy/pin.js';
import type {RouteRead, RouteRow} from '../../source/services/context.js';
import {joinListings, makeListing, makeReason, makeRow, nanogptReason, notOnList, onList} from '../helpers/make-model.js';

function makeModel({isListed = true, status = 'allowed' as const} = {}) {
	return joinListings(
		[makeListing('openrouter', 'maker/model', {reasons: [isListed ? onList : notOnList]})],
		[makeListing('nanogpt', 'Maker/Model', {reasons: [nanogptReason(status)]})],
	)[0]!;
}

function read(gateway: Gateway, rows: readonly RouteRow[], supportsSelection = true): RouteRead {
	return {gateway, modelId: 'maker/model', fetchedAt: '2026-11-20T12:00:00.000Z', rows, supportsSelection, dropped: []};
}

const row = (status: 'allowed' | 'disallowed' | 'unknown') =>
	makeReason({
		layer: 'nanogpt-provider',
		status,
		basis: 'permissive-open-weights',
		readFrom: 'nanogpt:/models/x/providers',
		note: 'Silent terms.',
	});

const reads = [
	read('openrouter', [
		makeRow('openrouter', 'together/fp8'),
		makeRow('openrouter', 'fireworks'),
		makeRow('openrouter', 'deepinfra/fp8'),
		makeRow('openrouter', 'cerebras'),
		makeRow('openrouter', 'groq'),
		makeRow('openrouter', 'openai'),
		makeRow('openrouter', 'novita', {isAvailable: false}),
	]),
	read('nanogpt', [
		makeRow('nanogpt', 'deepinfra', {reason: row('allowed')}),
		makeRow('nanogpt', 'cerebras', {reason: row('disallowed')}),
		makeRow('nanogpt', 'novita', {reason: row('allowed')}),
		makeRow('nanogpt', 'baseten'),
		makeRow('nanogpt', 'together'),
	]),
];

describe('judgeRoutes', () => {
	test('says of every route whether it is in the pin, and why', () => {
		const routes = judgeRoutes(makeModel(), reads);
		expect(routes.map(({id, eligible, reason}) => [id, eligible, reason])).toEqual([
			['openrouter:together/fp8', true, 'in the pin: licence allows, provider silent'],
			['openrouter:fireworks', true, 'in the pin: licence allows, provider allows'],
			['openrouter:deepinfra/fp8', true, 'in the pin: licence allows, provider allows'],
			['openrouter:cerebras', false, 'falls out: provider terms restrict training on outputs'],
			['openrouter:groq', false, 'falls out: nothing recorded about this provider'],
			['openrouter:openai', false, 'falls out: provider terms restrict training on outputs'],
			['openrouter:novita', false, 'falls out: not available now'],
			['nanogpt:deepinfra', true, 'in the pin: licence allows, provider allows'],
			['nanogpt:cerebras', false, 'falls out: provider terms restrict training on outputs'],
			['nanogpt:novita', true, 'in the pin: licence allows, provider allows'],
			['nanogpt:baseten', false, 'falls out: nothing recorded about this provider'],
			['nanogpt:together', true, 'in the pin: licence allows, provider silent'],
		]);
	});

	test("NanoGPT's word about a host counts at OpenRouter and says where it was recorded", () => {
		const deepinfra = judgeRoutes(makeModel(), reads).find(({id}) => id === 'openrouter:deepinfra/fp8')!;
		const reason = deepinfra.verdict.reasons.find(({layer}) => layer === 'nanogpt-provider');
		expect(reason).toMatchObject({status: 'allowed', note: 'Silent terms. Recorded by NanoGPT for the same host and model.'});
	});

	test('a route nobody recorded says so in its evidence', () => {
		const groq = judgeRoutes(makeModel(), reads).find(({id}) => id === 'openrouter:groq')!;
		expect(groq.verdict.reasons.at(-1)).toMatchObject({layer: 'terms-register', status: 'unknown', basis: 'not-recorded'});
	});

	test("off OpenRouter's list enforcement removes every route there, and only there", () => {
		const routes = judgeRoutes(makeModel({isListed: false}), reads);
		const [together] = routes;
		expect(together).toMatchObject({
			eligible: false,
			isLeftByEnforcement: false,
			reason: expect.stringContaining('enforcement removes it: maker/model'),
		});
		expect(routes.find(({id}) => id === 'nanogpt:deepinfra')).toMatchObject({eligible: true, isLeftByEnforcement: null});
	});

	test('without provider selection nothing at NanoGPT is in the pin', () => {
		const [route] = judgeRoutes(makeModel(), [read('nanogpt', [makeRow('nanogpt', 'deepinfra', {reason: row('allowed')})], false)]);
		expect(route).toMatchObject({eligible: false, reason: 'falls out: NanoGPT takes no provider selection for this model'});
	});

	test('two endpoints under one tag have ids of their own', () => {
		const twice = judgeRoutes(makeModel(), [read('openrouter', [makeRow('openrouter', 'together'), makeRow('openrouter', 'together')])]);
		expect(twice.map(({id}) => id)).toEqual(['openrouter:together', 'openrouter:together#2']);
	});

	test('a provider that says allowed for a model that is disallowed is a conflict', () => {
		const model = joinListings([], [makeListing('nanogpt', 'tencent/hunyuan-a13b-instruct')])[0]!;
		const [route] = judgeRoutes(model, [read('nanogpt', [makeRow('nanogpt', 'novita', {reason: row('allowed')})])]);
		expect(route).toMatchObject({
			eligible: false,
			verdict: {status: 'disallowed', conflict: true},
			reason: 'falls out: the model may not be used to train others',
		});
	});
});

describe('pinRoutes', () => {
	const listOf = (model: ReturnType<typeof makeModel>, supports: boolean | null = true): RouteList => ({
		modelId: model.id,
		routes: judgeRoutes(model, reads),
		sources: [],
		nanogptSupportsSelection: supports,
	});

	test('pins to the allowed routes, with no fallback and enforcement on', () => {
		const model = makeModel();
		expect(pinRoutes(model, listOf(model), 'openrouter')).toEqual({
			gateway: 'openrouter',
			model: 'maker/model',
			provider: {only: ['together/fp8', 'fireworks', 'deepinfra/fp8'], allow_fallbacks: false, enforce_distillable_text: true},
			warnings: [],
		});
	});

	test("NanoGPT's pin warns about the price and has no flag", () => {
		const model = makeModel();
		const pin = pinRoutes(model, listOf(model), 'nanogpt');
		expect(pin).toMatchObject({model: 'Maker/Model', provider: {only: ['deepinfra', 'novita', 'together'], allow_fallbacks: false}});
		expect(pin).not.toHaveProperty('provider.enforce_distillable_text');
		expect(pin).toHaveProperty('warnings.0', expect.stringMatching(/pay-as-you-go.*5 %.*subscription/));
	});

	test('chosen routes narrow it; one that is not allowed never gets in', () => {
		const model = makeModel();
		expect(pinRoutes(model, listOf(model), 'openrouter', ['fireworks', 'cerebras'])).toMatchObject({
			provider: {only: ['fireworks']},
			warnings: [expect.stringContaining('cerebras falls out')],
		});
		expect(pinRoutes(model, listOf(model), 'openrouter', ['cerebras'])).toMatch(
			/None of the chosen routes can be pinned: cerebras falls out/,
		);
		expect(pinRoutes(model, listOf(model), 'openrouter', ['nowhere'])).toMatch(/none of them is a route/);
	});

	test('says why there is no pin', () => {
		const off = makeModel({isListed: false});
		expect(pinRoutes(off, listOf(off), 'openrouter')).toMatch(/not on OpenRouter's distillable list/);
		const model = makeModel();
		expect(pinRoutes(model, listOf(model, false), 'nanogpt')).toMatch(/takes no provider selection/);
		expect(pinRoutes(model, {...listOf(model), routes: []}, 'openrouter')).toMatch(/No routes .* are known/);
		const only = joinListings([makeListing('openrouter', 'maker/model', {reasons: [onList]})])[0]!;
		expect(pinRoutes(only, listOf(only), 'nanogpt')).toMatch(/not listed at NanoGPT/);
		const none = {...listOf(model), routes: judgeRoutes(model, [read('openrouter', [makeRow('openrouter', 'groq')])])};
		expect(pinRoutes(model, none, 'openrouter')).toMatch(/No route .* is in the pin: 1 falls out: nothing recorded/);
	});

	test('a tag that OpenRouter reads more widely is said', () => {
		const model = makeModel();
		const routes = judgeRoutes(model, [read('openrouter', [makeRow('openrouter', 'together'), makeRow('openrouter', 'together/fp8')])]);
		const list: RouteList = {modelId: model.id, routes, sources: [], nanogptSupportsSelection: null};
		expect(pinRoutes(model, list, 'openrouter', ['together'])).toMatchObject({
			warnings: ['OpenRouter also takes together/fp8 for "together".'],
		});
	});
});
