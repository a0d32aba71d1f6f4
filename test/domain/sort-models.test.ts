import fc from 'fast-check';
import {expect, test} from 'vitest';
import {nearestIds} from '../../source/domain/nearest-ids.js';
import {sortBy} from '../../source/domain/sort.js';
import {sortKeys, sortModels} from '../../source/domain/sort-models.js';
import {sortRoutes} from '../../source/domain/sort-routes.js';
import {makeModel, makeRoute, onList} from '../helpers/make-model.js';

const models = [
	makeModel('maker/b', {inputPrice: 10, contextLength: 8000, createdAt: '2025-01-01T00:00:00Z'}),
	makeModel('maker/A', {inputPrice: 9, createdAt: '2026-01-01T00:00:00Z', reasons: [onList]}),
	makeModel('maker/c', {contextLength: 128_000}),
	makeModel('openai/gpt-4', {inputPrice: 9}),
];
const ids = (by: Parameters<typeof sortModels>[1]['by'], descending = false) => sortModels(models, {by, descending}).map(({id}) => id);

test('numbers by size, ties in the given order, unknown last in both directions', () => {
	expect(ids('in')).toEqual(['maker/A', 'openai/gpt-4', 'maker/b', 'maker/c']);
	expect(ids('in', true)).toEqual(['maker/b', 'maker/A', 'openai/gpt-4', 'maker/c']);
	expect(ids('ctx', true)).toEqual(['maker/c', 'maker/b', 'maker/A', 'openai/gpt-4']);
	expect(ids('id')).toEqual(['maker/A', 'maker/b', 'maker/c', 'openai/gpt-4']);
	expect(ids('age')).toEqual(['maker/A', 'maker/b', 'maker/c', 'openai/gpt-4']);
	expect(ids('routes')).toEqual(models.map(({id}) => id));
});

test('policy: allowed, disallowed, and unknown after both in both directions', () => {
	expect(ids('policy')).toEqual(['maker/A', 'openai/gpt-4', 'maker/b', 'maker/c']);
	expect(ids('policy', true)).toEqual(['openai/gpt-4', 'maker/A', 'maker/b', 'maker/c']);
});

test('every key sorts without losing a model and leaves the given array alone', () => {
	const before = [...models];
	for (const {id} of sortKeys) expect(new Set(ids(id))).toEqual(new Set(models.map((model) => model.id)));
	expect(models).toEqual(before);
});

test('sortBy keeps the order of equals', () => {
	fc.assert(
		fc.property(fc.array(fc.option(fc.integer({min: 0, max: 4}))), fc.boolean(), (values, descending) => {
			const sorted = sortBy(
				values.map((value, index) => ({value, index})),
				({value}) => value,
				descending,
			);
			for (const [position, item] of sorted.entries()) {
				const next = sorted[position + 1];
				if (next === undefined) continue;
				if (item.value === next.value) expect(item.index).toBeLessThan(next.index);
				else if (next.value !== null) expect(item.value !== null && item.value < next.value).toBe(!descending);
			}
		}),
	);
});

test('routes: the safe pin first, then allowed, disallowed, unknown', () => {
	const verdict = (status: 'allowed' | 'disallowed' | 'unknown') => ({status, conflict: false, reasons: [onList], duties: []});
	const routes = [
		makeRoute('a', {verdict: verdict('unknown')}),
		makeRoute('b', {verdict: verdict('disallowed')}),
		makeRoute('c', {verdict: verdict('allowed')}),
		makeRoute('d', {verdict: verdict('allowed'), eligible: true}),
	];
	expect(sortRoutes(routes, {by: 'policy', descending: false}).map(({tag}) => tag)).toEqual(['d', 'c', 'b', 'a']);
});

test('nearestIds offers what was probably meant', () => {
	const known = ['qwen/qwen3-235b-a22b', 'qwen/qwen3-30b-a3b', 'openai/gpt-4o', 'openai/gpt-4o-mini', 'deepseek/deepseek-r1'].map((id) =>
		makeModel(id),
	);
	expect(nearestIds(known, 'qwen/qwen3-235b-a22', 1)).toEqual(['qwen/qwen3-235b-a22b']);
	expect(nearestIds(known, 'gtp-4o', 1)).toEqual(['openai/gpt-4o']);
	expect(nearestIds(known, 'DeepSeek/deepsek-r1', 1)).toEqual(['deepseek/deepseek-r1']);
	expect(nearestIds(known, 'zzz/unheard-of', 3)).toEqual([]);
	expect(nearestIds(known, '', 3)).toEqual([]);
});
