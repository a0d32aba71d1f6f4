import {describe, expect, test} from 'vitest';
import {
	arrange,
	cursorIndexOf,
	initialList,
	type ListAction,
	type ListState,
	type ListView,
	offsetOf,
	reduceList,
} from '../../source/ui/state/list.js';

const viewOf = (ids: readonly string[], height = 5): ListView => ({ids, count: ids.length, height, indexOf: (id) => ids.indexOf(id)});
const letters = [...'abcdefghijklmnopqrst'];
const view = viewOf(letters);
const start = initialList({by: 'policy', descending: false});

/** Carries out actions one after the other on the same rows. */
const reduced = (actions: readonly ListAction[], rows: ListView = view, from: ListState = start): ListState =>
	actions.reduce((list, action) => reduceList(list, action, rows), from);
const move = (...steps: readonly (ListAction & {type: 'list/moved'})['step'][]): readonly ListAction[] =>
	steps.map((step) => ({type: 'list/moved', step}));

describe('moving', () => {
	test.each([
		[[1], 'b', 0],
		[[1, 1, 1, 1], 'e', 0],
		[[1, 1, 1, 1, 1], 'f', 1],
		[[-1], 'a', 0],
		[['page-down'], 'e', 0],
		[['page-down', 'page-down'], 'i', 4],
		[['page-down', 'page-up'], 'a', 0],
		[['half-down'], 'c', 0],
		[['half-down', 'half-up'], 'a', 0],
		[['last'], 't', 15],
		[['last', 1], 't', 15],
		[['last', -1], 's', 15],
		[['last', 'first'], 'a', 0],
		[['last', 'page-down'], 't', 15],
		[['first', 'page-up'], 'a', 0],
	] as const)('%j ends on %s with %i rows above the screen', (steps, id, offset) => {
		const list = reduced(move(...steps));
		expect([list.cursorId, list.offset]).toEqual([id, offset]);
	});

	test('in an empty list does nothing', () => {
		expect(reduced(move(1, 'last', 'page-up'), viewOf([]))).toEqual(start);
	});

	test('with a height of one row still pages', () => {
		expect(reduced(move('page-down', 'half-down'), viewOf(letters, 1)).cursorId).toBe('c');
	});
});

describe('a refresh', () => {
	const onF = reduced(move(5));

	test.each([
		['keeps the cursor on its row when rows come above it', ['x', 'y', ...letters], 'f', 7],
		['keeps it when the order turns', letters.toReversed(), 'f', 14],
		['leaves it at its place when its row is gone', letters.filter((id) => id !== 'f'), 'g', 5],
		['takes it to the last row when rows before it are gone', ['a', 'b'], 'b', 1],
	])('%s', (_, ids, id, index) => {
		const rows = viewOf(ids);
		expect(cursorIndexOf(onF, rows)).toBe(index);
		expect(ids[index]).toBe(id);
	});

	test('and the next step start from the row where the cursor is, not from its old place', () => {
		expect(reduced(move(1), viewOf(['x', 'y', ...letters]), onF).cursorId).toBe('g');
	});
});

test.each([
	[0, 0, 3, 5, 0],
	[9, 2, 3, 5, 0],
	[0, 7, 20, 5, 3],
	[10, 4, 20, 5, 4],
	[18, 19, 20, 5, 15],
	[3, 3, 20, 0, 3],
	[0, 0, 0, 5, 0],
])('from offset %i the cursor at %i of %i rows in %i lines is seen from offset %i', (offset, cursor, count, height, expected) => {
	expect(offsetOf(offset, cursor, {count, height})).toBe(expected);
});

describe('marks', () => {
	test('space marks, moves on, and unmarks', () => {
		const marked = reduced([{type: 'list/marked'}, {type: 'list/marked'}]);
		expect([[...marked.marks], marked.cursorId]).toEqual([['a', 'b'], 'c']);
		expect([...reduced([...move(-1), {type: 'list/marked'}], view, marked).marks]).toEqual(['a']);
	});

	test.each([
		[move(3), 'abcd'],
		[move('last'), letters.join('')],
		[[], 'a'],
	])('a range takes every row between its two ends', (moves, expected) => {
		const list = reduced([{type: 'list/range-marked'}, ...moves, {type: 'list/range-marked'}]);
		expect([[...list.marks].join(''), list.rangeFrom]).toEqual([expected, null]);
	});

	test('a range upwards is a range as well, and keeps older marks', () => {
		const list = reduced([
			...move('last'),
			{type: 'list/marked'},
			...move('first', 3),
			{type: 'list/range-marked'},
			...move(-2),
			{type: 'list/range-marked'},
		]);
		expect([...list.marks].sort().join('')).toBe('bcdt');
	});

	test('a range whose beginning was filtered out marks nothing', () => {
		const open = reduced([{type: 'list/range-marked'}]);
		expect(reduced([{type: 'list/range-marked'}], viewOf(['x', 'y']), open).marks.size).toBe(0);
	});

	test('all and none', () => {
		const all = reduced([{type: 'list/all-marked'}]);
		expect(all.marks.size).toBe(letters.length);
		expect(reduced([{type: 'list/unmarked'}], view, all).marks.size).toBe(0);
	});

	test('stay through a filter and another order', () => {
		const list = reduced([
			{type: 'list/marked'},
			{type: 'list/filter-set', text: 'z'},
			{type: 'list/sorted', sort: {by: 'id', descending: true}},
		]);
		expect([...list.marks]).toEqual(['a']);
	});
});

describe('the filter', () => {
	test.each<readonly [string, readonly ListAction[]]>([
		['typing', [{type: 'list/filter-typed', text: 'q'}]],
		['erasing', [{type: 'list/filter-edited', edit: 'backspace'}]],
		['setting', [{type: 'list/filter-set', text: 'free'}]],
		['sorting', [{type: 'list/sorted', sort: {by: 'id', descending: false}}]],
	])('%s takes the cursor to the first row', (_, actions) => {
		const list = reduced([{type: 'list/filter-set', text: 'ab'}, ...move('last'), ...actions]);
		expect([cursorIndexOf(list, view), list.offset]).toEqual([0, 0]);
	});

	test('moving within its text leaves the cursor of the list alone', () => {
		const list = reduced([{type: 'list/filter-set', text: 'ab'}, ...move(4), {type: 'list/filter-edited', edit: 'left'}]);
		expect([list.cursorId, list.filter.cursor]).toEqual(['e', 1]);
	});

	test('opens with its text selected: what is typed takes its place, an editing key keeps it', () => {
		const list = reduced([{type: 'list/filter-set', text: 'abc', cursor: 1}, {type: 'list/filter-opened'}]);
		expect([list.isFiltering, list.filter.text]).toEqual([true, 'abc']);
		const typed = (actions: readonly ListAction[]) => reduced(actions, view, list).filter.text;
		expect(typed([{type: 'list/filter-typed', text: 'x'}])).toBe('x');
		expect(
			typed([
				{type: 'list/filter-edited', edit: 'end'},
				{type: 'list/filter-typed', text: 'd'},
			]),
		).toBe('abcd');
		expect(typed([{type: 'list/filter-edited', edit: 'backspace'}])).toBe('');
		expect(typed([{type: 'list/filter-closed'}, {type: 'list/filter-opened'}])).toBe('abc');
		expect(reduced([{type: 'list/filter-closed'}], view, list).isFiltering).toBe(false);
	});
});

describe('the order of what a filter finds', () => {
	const rows = ['ab', 'b', 'ba'];
	const byMatch = (found: readonly string[]) =>
		found.filter((row) => row.includes('b')).toSorted((a, b) => a.indexOf('b') - b.indexOf('b'));
	const byName = (found: readonly string[], _: string, descending: boolean) =>
		descending ? found.toSorted().toReversed() : found.toSorted();
	const shown = (...actions: readonly ListAction[]) => arrange(rows, reduced(actions), byMatch, byName);

	test('is the best match, until a sort is chosen for it; what is typed next ranks again', () => {
		const typed: ListAction = {type: 'list/filter-set', text: 'b'};
		const sorted: ListAction = {type: 'list/sorted', sort: {by: 'name', descending: true}};
		expect(shown(typed)).toEqual(['b', 'ba', 'ab']);
		expect(shown(sorted, typed)).toEqual(['ba', 'b', 'ab'].toSorted((a, b) => a.indexOf('b') - b.indexOf('b')));
		expect(shown(typed, sorted)).toEqual(['ba', 'b', 'ab']);
		expect(shown(typed, sorted, {type: 'list/filter-typed', text: 'a'})[2]).toBe('ab');
	});
});
