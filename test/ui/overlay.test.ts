import {describe, expect, test} from 'vitest';
import {
	type Overlay,
	type OverlayAction,
	type OverlayExtent,
	openAsk,
	openMenu,
	openPages,
	pageOffset,
	reduceOverlay,
	type Scroll,
} from '../../source/ui/state/overlay.js';

/** A text of 50 lines, 10 of them visible; the search finds lines 3, 20 and 45. */
const extent: OverlayExtent = {count: 50, height: 10, matches: (query) => (query === 'x' ? [3, 20, 45] : [])};
const reduced = (actions: readonly OverlayAction[], of: OverlayExtent = extent): Overlay | null =>
	actions.reduce<Overlay | null>((overlay, action) => reduceOverlay(overlay, action, () => of), null);
const scroll = (...by: readonly Scroll[]): readonly OverlayAction[] => by.map((one) => ({type: 'overlay/scrolled', by: one}));

test('only one overlay is open, and closing leaves none', () => {
	expect(reduced([openPages('help'), openMenu('sort')])).toMatchObject({kind: 'menu', name: 'sort', index: 0});
	expect(reduced([openPages('help'), {type: 'overlay/closed'}])).toBeNull();
	expect(reduced(scroll(1))).toBeNull();
});

test.each([
	[[1], 1],
	[[-1], 0],
	[['page-down'], 9],
	[['page-down', 'page-up'], 0],
	[['last'], 40],
	[['last', 1], 40],
	[['last', 'first'], 0],
] as const)('a text scrolled by %j begins at line %i', (by, offset) => {
	expect(reduced([openPages('help'), ...scroll(...by)])).toMatchObject({offset});
});

describe('a text that grows from 50 lines to 60 stays', () => {
	test.each<readonly [string, readonly OverlayAction[], number]>([
		['at its beginning', [], 0],
		['at its end once it was scrolled there', scroll('last'), 50],
		['at its end where lines led there', scroll(39, 1), 50],
		['where it was when it was scrolled back from the end', scroll('last', -1), 39],
		['at the match that was gone to from the end', [...scroll('last'), {type: 'overlay/typed', text: 'x'}], 3],
	])('%s', (_, actions, first) => {
		const overlay = reduced([openPages('job'), ...actions]);
		expect(pageOffset(overlay as Overlay & {kind: 'pages'}, 60, 10)).toBe(first);
	});

	test('and scrolls on from there', () => {
		const grown = reduceOverlay(reduced([openPages('job'), ...scroll('last')]), scroll(-1)[0]!, () => ({...extent, count: 60}));
		expect(grown).toMatchObject({offset: 49});
	});
});

test('a text that fits does not scroll', () => {
	expect(reduced([openPages('help'), ...scroll('last', 1)], {...extent, count: 4})).toMatchObject({offset: 0});
});

describe('searching', () => {
	const typed: readonly OverlayAction[] = [openPages('help'), {type: 'overlay/search-opened'}, {type: 'overlay/typed', text: 'x'}];

	test('goes to the first match while typing', () => {
		expect(reduced(typed)).toMatchObject({offset: 3, isSearching: true});
	});

	test.each([
		[[1], 20],
		[[1, 1], 40],
		[[-1], 40],
		[[1, -1], 3],
	] as const)('jumps by %j to line %i', (jumps, offset) => {
		const actions = jumps.map((direction): OverlayAction => ({type: 'overlay/jumped', direction}));
		expect(reduced([...typed, {type: 'overlay/search-closed'}, ...actions])).toMatchObject({offset, isSearching: false});
	});

	test('stays where it is when nothing matches', () => {
		const actions: readonly OverlayAction[] = [
			openPages('help'),
			...scroll('page-down'),
			{type: 'overlay/search-opened'},
			{type: 'overlay/typed', text: 'nowhere'},
			{type: 'overlay/jumped', direction: 1},
		];
		expect(reduced(actions)).toMatchObject({offset: 9});
	});

	test('begins with an empty field', () => {
		expect(reduced([...typed, {type: 'overlay/search-opened'}])).toMatchObject({query: {text: ''}});
	});
});

describe('a menu', () => {
	const five = {...extent, count: 5};

	test.each([
		[[1], 1],
		[[1, 1, -1], 1],
		[[-1], 0],
		[[10], 4],
		[[10, -10], 0],
	])('moved by %j stands on item %i', (moves, index) => {
		expect(reduced([openMenu('sort'), ...moves.map((by): OverlayAction => ({type: 'overlay/moved', by}))], five)).toMatchObject({index});
	});

	test('returns to its first item when the search changes, not when only the text cursor moves', () => {
		const moved: readonly OverlayAction[] = [openMenu('sort'), {type: 'overlay/typed', text: 'a'}, {type: 'overlay/moved', by: 2}];
		expect(reduced([...moved, {type: 'overlay/edited', edit: 'left'}], five)).toMatchObject({index: 2});
		expect(reduced([...moved, {type: 'overlay/typed', text: 'b'}], five)).toMatchObject({index: 0});
	});

	test('without items keeps its place', () => {
		expect(reduced([openMenu('sort'), {type: 'overlay/moved', by: 1}], {...extent, count: 0})).toMatchObject({index: 0});
	});
});

test('a refused answer stays with its question until something else is typed', () => {
	const asked: readonly OverlayAction[] = [openAsk('variable', 'name', 'v'), {type: 'overlay/answer-refused', problem: 'not so'}];
	expect(reduced(asked)).toMatchObject({problem: 'not so', query: {text: 'v'}});
	expect(reduced([...asked, {type: 'overlay/typed', text: 'w'}])).toMatchObject({problem: null, query: {text: 'w'}});
});
