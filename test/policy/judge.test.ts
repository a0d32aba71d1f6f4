import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Duty, type Layer, modelLayers, type Reason, routeLayers, type Status} from '../../source/domain/verdict.js';
import {judgeModel, judgeRoute} from '../../source/policy/judge.js';
import {makeReason} from '../helpers/make-model.js';

const duty: Duty = {kind: 'naming', text: 'Start the name with "Llama".', sourceUrl: 'https://example.com'};

/** y, n, ? and - (no reason of this layer). */
const statuses: Readonly<Record<string, Status>> = {y: 'allowed', n: 'disallowed', '?': 'unknown'};
const reasonsOf = (layers: readonly Layer[], marks: string): Reason[] =>
	[...marks].flatMap((mark, index) =>
		mark === '-' ? [] : [makeReason({layer: layers[index]!, status: statuses[mark]!, basis: `basis-${mark}`})],
	);

describe('the model: OpenRouter list, NanoGPT, licence register', () => {
	test.each([
		['y--', 'allowed', false],
		['?--', 'unknown', false],
		['---', 'unknown', false],
		['-y-', 'allowed', false],
		['--y', 'allowed', false],
		['?y?', 'allowed', false],
		['y??', 'allowed', false],
		['yyy', 'allowed', false],
		['???', 'unknown', false],
		['-n-', 'disallowed', false],
		['?n?', 'disallowed', false],
		['--n', 'disallowed', false],
		['yn-', 'disallowed', true],
		['y-n', 'disallowed', true],
		['?yn', 'disallowed', true],
		['?ny', 'disallowed', true],
		['yyn', 'disallowed', true],
		['nnn', 'disallowed', false],
	])('%s is %s, conflict %s', (marks, status, conflict) => {
		expect(judgeModel(reasonsOf(modelLayers, marks), [duty])).toMatchObject({status, conflict});
	});

	test('a verdict never lacks a reason', () => {
		expect(judgeModel([], []).reasons).toHaveLength(1);
		expect(judgeModel([], []).reasons[0]!.status).toBe('unknown');
	});

	test('a status that nobody knows is unknown', () => {
		expect(judgeModel([makeReason({status: 'sometimes' as Status})], []).status).toBe('unknown');
	});

	test('duties travel with a permission and stay where it is disputed', () => {
		expect(judgeModel(reasonsOf(modelLayers, '--y'), [duty]).duties).toEqual([duty]);
		expect(judgeModel(reasonsOf(modelLayers, '-ny'), [duty]).duties).toEqual([duty]);
		expect(judgeModel(reasonsOf(modelLayers, '--n'), [duty]).duties).toEqual([]);
		expect(judgeModel(reasonsOf(modelLayers, '--?'), [duty]).duties).toEqual([]);
	});
});

const silent = makeReason({layer: 'terms-register', status: 'unknown', basis: 'silent'});
const routeReasons = (marks: string): Reason[] =>
	[...marks].flatMap((mark, index) => (mark === 's' ? [silent] : reasonsOf([routeLayers[index]!], mark)));

describe("the route: the model's verdict, then NanoGPT's provider row and the terms register", () => {
	test.each([
		// model, route layers (s = terms read and silent), status, conflict
		['y', '--', 'unknown', false],
		['y', '?-', 'unknown', false],
		['y', '-?', 'unknown', false],
		['y', '-s', 'allowed', false],
		['y', '?s', 'allowed', false],
		['y', 'y-', 'allowed', false],
		['y', '-y', 'allowed', false],
		['y', 'yy', 'allowed', false],
		['y', 'ys', 'allowed', false],
		['y', 'n-', 'disallowed', false],
		['y', '-n', 'disallowed', false],
		['y', 'ns', 'disallowed', false],
		['y', 'yn', 'disallowed', true],
		['y', 'ny', 'disallowed', true],
		['?', '--', 'unknown', false],
		['?', '-s', 'unknown', false],
		['?', 'y-', 'unknown', false],
		['?', '-y', 'unknown', false],
		['?', 'n-', 'disallowed', false],
		['?', '-n', 'disallowed', false],
		['?', 'yn', 'disallowed', true],
		['n', '--', 'disallowed', false],
		['n', '-s', 'disallowed', false],
		['n', 'n-', 'disallowed', false],
		['n', 'y-', 'disallowed', true],
		['n', '-y', 'disallowed', true],
	])('model %s, provider %s is %s, conflict %s', (model, marks, status, conflict) => {
		const verdict = judgeRoute(judgeModel(reasonsOf(['licence-register'], model), []), routeReasons(marks));
		expect(verdict).toMatchObject({status, conflict});
	});

	test('a disputed model stays disputed on every route', () => {
		const disputed = judgeModel(reasonsOf(modelLayers, 'yn-'), [duty]);
		expect(judgeRoute(disputed, routeReasons('n-'))).toMatchObject({status: 'disallowed', conflict: true, duties: [duty]});
	});

	test("the route's evidence holds the model's and the provider's, and both their duties", () => {
		const own: Duty = {kind: 'other', text: "Keep to the model's licence.", sourceUrl: null};
		const verdict = judgeRoute(judgeModel(reasonsOf(modelLayers, '?-y'), [duty]), routeReasons('y-'), [own]);
		expect(verdict.reasons.map(({layer}) => layer)).toEqual(['openrouter-list', 'licence-register', 'nanogpt-provider']);
		expect(verdict.duties).toEqual([duty, own]);
	});
});

const status = fc.constantFrom<Status>('allowed', 'disallowed', 'unknown', 'other' as Status);
const anyReason = (layers: readonly Layer[]) =>
	fc
		.record({
			layer: fc.constantFrom(...layers),
			status,
			basis: fc.constantFrom('silent', 'not-recorded', 'x'),
			readFrom: fc.constantFrom('', 'list', 'register'),
			label: fc.constantFrom('a', 'b'),
		})
		.map((given) => makeReason(given));
const modelReasons = fc.array(anyReason(modelLayers), {maxLength: 5});
const providerReasons = fc.array(anyReason(routeLayers), {maxLength: 4});

describe('always', () => {
	test('allowed rests on a permission that says where it was read', () => {
		fc.assert(
			fc.property(modelReasons, providerReasons, (ofModel, ofRoute) => {
				const model = judgeModel(ofModel, [duty]);
				const route = judgeRoute(model, ofRoute);
				for (const verdict of [model, route]) {
					expect(verdict.reasons.length).toBeGreaterThan(0);
					if (verdict.status === 'allowed') {
						expect(verdict.reasons.some((reason) => reason.status === 'allowed' && reason.readFrom !== '')).toBe(true);
					}
				}
				if (route.status === 'allowed') expect(model.status).toBe('allowed');
			}),
		);
	});

	test('one more disallowed never leaves allowed', () => {
		fc.assert(
			fc.property(modelReasons, providerReasons, (ofModel, ofRoute) => {
				const no = makeReason({layer: 'licence-register', status: 'disallowed'});
				expect(judgeModel([...ofModel, no], []).status).toBe('disallowed');
				const noRoute = makeReason({layer: 'terms-register', status: 'disallowed'});
				expect(judgeRoute(judgeModel(ofModel, []), [...ofRoute, noRoute]).status).toBe('disallowed');
			}),
		);
	});

	test('the order in which layers answer changes nothing', () => {
		fc.assert(
			fc.property(modelReasons, providerReasons, (ofModel, ofRoute) => {
				expect(judgeModel(ofModel.toReversed(), [duty])).toEqual(judgeModel(ofModel, [duty]));
				const model = judgeModel(ofModel, [duty]);
				expect(judgeRoute(model, ofRoute.toReversed())).toEqual(judgeRoute(model, ofRoute));
			}),
		);
	});
});
