import {describe, expect, it} from 'vitest';
import {explainRoute, isTakenByTag, readConstraints} from '../../source/policy/route-constraints.js';
import {makeRoute} from '../helpers/make-model.js';

const explain = (body: Readonly<Record<string, unknown>>, route = makeRoute('host/fp8')) => explainRoute(route, readConstraints(body));

describe('a constraint on routes', () => {
	it.each([
		['together', 'together/fp8', true],
		['together/fp8', 'together', false],
		['Together', 'together', true],
		['openai', 'openai/flex', false],
		['openai/flex', 'openai/flex', true],
		['deep', 'deepinfra', false],
	])('tag %s takes %s: %s', (tag, route, taken) => {
		expect(isTakenByTag(tag, route)).toBe(taken);
	});

	it.each([
		['nothing', {}, null],
		['soft preferences', {provider: {order: ['x'], sort: 'price', preferred_min_throughput: 100}}, null],
		['only', {provider: {only: ['other']}}, 'falls out: not among the pinned routes'],
		['ignore', {provider: {ignore: ['host']}}, 'falls out: an ignored provider'],
		['quantizations', {provider: {quantizations: ['bf16']}}, 'falls out: quantization fp8 is not asked for'],
		['zdr', {provider: {zdr: true}}, 'falls out: not recorded as keeping no data'],
		['max_price as text', {provider: {max_price: {prompt: '0.5'}}}, 'falls out: input costs $1 per million, more than $0.5'],
		['max_price', {provider: {max_price: {completion: 1}}}, 'falls out: output costs $2 per million, more than $1'],
		['require_parameters', {provider: {require_parameters: true}, top_k: 1, max_tokens: 5}, 'falls out: does not take top_k'],
		['parameters that are not required', {top_k: 1}, null],
		['enforcement', {provider: {enforce_distillable_text: true}}, 'enforcement removes it: the model is not on the distillable list'],
		['data_collection, which our data cannot tell', {provider: {data_collection: 'deny'}}, null],
	])('%s', (_, body, expected) => {
		const route = makeRoute('host/fp8', {
			quantization: 'fp8',
			inputPrice: 1,
			outputPrice: 2,
			parameters: ['temperature'],
			isLeftByEnforcement: false,
		});
		expect(explain(body, route)).toBe(expected);
	});

	it('on a price or parameters that nobody told removes nothing', () => {
		expect(explain({provider: {max_price: {prompt: 0.1}, require_parameters: true}, top_k: 1})).toBeNull();
	});
});
