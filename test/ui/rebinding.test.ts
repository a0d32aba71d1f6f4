import {describe, expect, test} from 'vitest';
import {checkBindings, toChords} from '../../source/ui/keys/check-bindings.js';
import {chordProblem} from '../../source/ui/keys/chord-problem.js';
import {allGroups, reaches} from '../../source/ui/keys/groups.js';
import {hintsFor, resolveKey} from '../../source/ui/keys/resolve-key.js';
import {openMenu} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {aListing, aModel} from '../helpers/literals.js';
import {afterKeys, makeState, press, after as reduced} from '../helpers/make-state.js';

/** Keys that two actions in reach together share as they come: the first wins while it can be used, and both were meant so. */
const intended: readonly string[] = [
	'R: jobs.result before app.refresh',
	'R: prompt.reasoning before app.refresh (always)',
	'B: prompt.generate before app.sandbox',
	'ctrl+c: app.end-work before app.quit',
	'ctrl+c: prompt.abort before app.end-work',
	'ctrl+c: prompt.abort before app.quit',
	'ctrl+c: write.abort before write.quit',
	'ctrl+n: palette.later before menu.down',
	'ctrl+p: palette.earlier before menu.up',
	'down: palette.later before menu.down',
	'esc: app.end-work before app.back',
	'esc: prompt.abort before app.back',
	'esc: prompt.abort before app.end-work',
	'p: reader.detail before completions.preview',
	'p: reader.detail before datasets.preview',
	'p: reader.detail before evals.preview',
	'p: reader.detail before jobs.preview',
	'p: reader.detail before models.preview',
	'p: reader.detail before routes.preview',
	'p: reader.detail before setup.preview',
	'tab: palette.complete before menu.down',
	'up: palette.earlier before menu.up',
];

describe('the keys as they come', () => {
	test('are wanted by two actions at once only where that is meant', () => {
		const shared = new Set<string>();
		for (const {groups} of reaches()) {
			const all = groups.flatMap(({bindings}) => bindings);
			for (const [index, one] of all.entries())
				for (const other of all.slice(index + 1))
					for (const chord of one.keys.filter((key) => other.keys.includes(key)))
						shared.add(`${chord}: ${one.id} before ${other.id}${one.when ? '' : ' (always)'}`);
		}
		expect([...shared].filter((one) => !intended.includes(one))).toEqual([]);
	});

	test('can all be pressed, and every group is somewhere in reach', () => {
		for (const {bindings} of allGroups)
			for (const {id, keys} of bindings) for (const chord of keys) expect([id, chord, chordProblem(chord)]).toEqual([id, chord, null]);
		const reached = reaches().flatMap(({groups}) => groups);
		expect(allGroups.filter((group) => !reached.includes(group)).map(({title}) => title)).toEqual([]);
	});
});

describe('keys of the settings', () => {
	const texts = (keys: Readonly<Record<string, string>>) => checkBindings(keys).map(({text}) => text);

	test.each<readonly [string, Readonly<Record<string, string>>, readonly RegExp[]]>([
		['nothing', {}, []],
		['a free key', {'models.copy': 'ctrl+y'}, []],
		['no key', {'app.log': ''}, []],
		['a key that another gave up', {'models.copy': 'L', 'app.log': 'ctrl+g'}, []],
		['keys that the action has anyway', {'app.back': 'esc,backspace'}, []],
		[
			'a key of the list',
			{'models.copy': 'j'},
			[
				/models\.copy and list\.down both want j in Models: models\.copy .* (wins, and list\.down .* is not reached by it|wins wherever it can be used).*"models\.copy": ""/,
			],
		],
		[
			'a key of everywhere',
			{'app.log': 'space'},
			[/list\.mark and app\.log both want space in .*list\.mark .* wins wherever it can be used, else it is app\.log/, /form\.next-value/],
		],
		['an action that there is not', {'models.cpy': 'x'}, [/"models\.cpy", which is no action: did you mean "models\.copy"/]],
		['a letter in a field', {'filter.keep': 'x'}, [/filter\.keep to x, which is typed as text in Filter line: it does nothing there/]],
		['the way out', {'models.copy': 'ctrl+c'}, [/models\.copy to ctrl\+c, which always ends and quits/]],
		['a misspelt key', {'models.copy': 'ctl+y, y'}, [/models\.copy to "ctl\+y", which can never be pressed: it is written "ctrl\+y"/]],
	])('%s', (_, keys, expected) => {
		const found = texts(keys);
		expect(found).toEqual(expected.map((words) => expect.stringMatching(words)));
	});

	test.each([
		['ctrl+i', /is tab/],
		['ctrl+m', /is enter/],
		['ctrl+h', /is backspace/],
		['F1', /written "f1"/],
		['f5', /f1 without modifiers/],
		['ctrl+shift+x', /the same for it as for ctrl\+x/],
		['ctrl+1', /letters a to z/],
		['shift+x', /written "X"/],
		['Escape', /written "esc"/],
		['escpe', /names no key: did you mean "esc"/],
		['cmd+x', /no modifier "cmd"/],
		['shift+ctrl+up', /written "ctrl\+shift\+up"/],
		['jj', /names no key/],
	])('%s can never be pressed', (chord, why) => {
		expect(chordProblem(chord)).toMatch(why);
	});

	test.each(['ctrl+up', 'alt+x', 'alt+X', 'shift+tab', 'alt+enter', '+', '\u00E9', 'f1', 'ctrl+g', 'space', 'comma'.slice(0, 1)])(
		'%s can',
		(chord) => {
			expect(chordProblem(chord)).toBeNull();
		},
	);
});

describe('a rebound key', () => {
	const models = ['maker/alpha', 'maker/beta'].map((id) => aModel({id, key: id, listings: {openrouter: aListing({id})}}));
	const start = (keys: Readonly<Record<string, string>>): State => ({...makeState(models), keys: toChords(keys)});
	const types = (state: State, chord: string): readonly string[] => resolveKey(state, press(chord)).map(({type}) => type);

	test('works, stands in the hint line, and no longer does what it did', () => {
		const state = start({'app.quit': 'ctrl+q', 'list.filter': 'comma'});
		expect([types(state, 'ctrl+q'), types(state, ','), types(state, 'q'), types(state, '/')]).toEqual([
			['app/quit-asked'],
			['list/filter-opened'],
			[],
			[],
		]);
		expect(hintsFor(state).find(({label}) => label === 'quit')?.key).toBe('ctrl+q');
	});

	test('leaves a way out, whatever is taken away or taken over', () => {
		const state = start({'app.quit': '', 'models.copy': 'ctrl+c'});
		expect(types(state, 'ctrl+c')).toEqual(['app/quit-asked']);
		const menu = reduced(start({'menu.quit': '', 'menu.choose': 'ctrl+c'}), openMenu('palette'));
		expect(types(menu, 'ctrl+c')).toEqual(['app/quit-asked']);
	});

	test('that is a letter stays text in a field', () => {
		const filtering = afterKeys(start({'app.quit': 'a', 'filter.keep': 'a'}), '/');
		expect(types(filtering, 'a')).toEqual(['list/filter-typed']);
	});
});
