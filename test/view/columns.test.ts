import {describe, expect, test} from 'vitest';
import type {Column} from '../../source/view/cell.js';
import {layoutColumns} from '../../source/view/layout-columns.js';
import {createModelColumns} from '../../source/view/model-columns.js';
import {routeColumns} from '../../source/view/route-columns.js';
import {widthOf} from '../../source/view/width.js';
import {aModel, aReason, aRoute, aVerdict} from '../helpers/literals.js';

const modelColumns = createModelColumns(new Date('2026-11-21T12:00:00Z'));

function cellOf<Item>(columns: ReadonlyArray<Column<Item>>, id: string, item: Item) {
	return columns.find((column) => column.id === id)!.cell(item);
}

describe('the policy cell', () => {
	const duty = {kind: 'naming', text: 'Name it after Llama.', sourceUrl: null} as const;
	test.each([
		[aVerdict(), 'YES', 'good'],
		[aVerdict({status: 'disallowed'}), 'NO', 'bad'],
		[aVerdict({status: 'unknown'}), '?', 'unknown'],
		[aVerdict({duties: [duty]}), 'YES*', 'good'],
		[aVerdict({conflict: true}), 'YES≠', 'warn'],
		[aVerdict({status: 'disallowed', conflict: true, duties: [duty]}), 'NO≠*', 'bad'],
	])('says the word first', (verdict, text, tone) => {
		expect(cellOf(modelColumns, 'policy', aModel({verdict}))).toEqual({text, tone});
		expect(cellOf(routeColumns, 'policy', aRoute({verdict}))).toEqual({text, tone});
	});
});

describe('the catalogue cell', () => {
	const saying = (openrouter: 'allowed' | 'unknown', nanogpt: 'allowed' | 'disallowed') =>
		aModel({
			catalogues: ['openrouter', 'nanogpt'],
			verdict: aVerdict({
				conflict: true,
				reasons: [aReason({status: openrouter}), aReason({layer: 'nanogpt-model', status: nanogpt})],
			}),
		});
	test('joins the catalogues that list the model', () => {
		expect(cellOf(modelColumns, 'catalogue', aModel()).text).toBe('or');
		expect(cellOf(modelColumns, 'catalogue', saying('allowed', 'allowed')).text).toBe('or+nano');
	});
	test('shows a contradiction between the two, not one with another layer', () => {
		expect(cellOf(modelColumns, 'catalogue', saying('allowed', 'disallowed'))).toEqual({text: 'or≠nano', tone: 'warn'});
		expect(cellOf(modelColumns, 'catalogue', saying('unknown', 'disallowed')).text).toBe('or+nano');
	});
});

test('route counts are absent until asked for, and nothing of nothing is not the same', () => {
	const of = (allowed: number | null, total: number | null) =>
		cellOf(modelColumns, 'routes', aModel({routes: {allowed, disallowed: null, unknown: null, total}})).text;
	expect([of(null, null), of(9, 11), of(0, 4), of(0, 0)]).toEqual(['-', '9/11', '0/4', '0/0']);
});

test('a basis is that of the route where the route has a word, else of the model', () => {
	const ofRoute = aReason({layer: 'nanogpt-provider', basis: 'terms-permit'});
	expect(cellOf(routeColumns, 'basis', aRoute({verdict: aVerdict({reasons: [aReason(), ofRoute]})})).text).toBe('terms-permit');
	expect(cellOf(routeColumns, 'basis', aRoute()).text).toBe('distillable=true');
});

describe('when a terminal narrows', () => {
	/** Ids of the columns in the order in which they leave. */
	function leaving<Item>(columns: ReadonlyArray<Column<Item>>): string[] {
		const left: string[] = [];
		for (let width = 200; width > 0; width--) {
			const shown = new Set(layoutColumns(columns, width).map(({column}) => column.id));
			for (const {id} of columns) if (!shown.has(id) && !left.includes(id)) left.push(id);
		}
		return left;
	}
	test('models lose their columns in the documented order, never the policy nor the name', () => {
		expect(leaving(modelColumns)).toEqual(['catalogue', 'age', 'input-price', 'context', 'routes', 'output-price']);
	});
	test('routes lose theirs in the documented order, the policy, the gateway, the provider and the prices never', () => {
		const documented = ['basis', 'uptime-day', 'p90', 'cache-price', 'throughput', 'uptime', 'p50'];
		expect(leaving(routeColumns).filter((id) => documented.includes(id))).toEqual(documented);
		for (const id of ['policy', 'via', 'provider', 'input-price', 'output-price']) expect(leaving(routeColumns)).not.toContain(id);
	});
});

test.each([
	['models', modelColumns],
	['routes', routeColumns],
])('every title of %s fits its column', (_, columns) => {
	expect((columns as ReadonlyArray<Column<never>>).filter(({title, width}) => widthOf(title) > width).map(({id}) => id)).toEqual([]);
});
