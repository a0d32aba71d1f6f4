import {type Key, Text, useInput} from 'ink';
import {render} from 'ink-testing-library';
import {describe, expect, test} from 'vitest';
import type {BindingGroup} from '../../source/ui/keys/binding.js';
import {type Press, toPresses} from '../../source/ui/keys/chord.js';
import {allGroups, groupsInReach} from '../../source/ui/keys/groups.js';
import {keyTable} from '../../source/ui/keys/key-table.js';
import {hintsFor, resolveKey} from '../../source/ui/keys/resolve-key.js';
import {useRawInput} from '../../source/ui/keys/use-raw-input.js';
import {screenIds, screens} from '../../source/ui/screens/index.js';
import {openAsk, openMenu, openPages} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {bytesOf, keyBytes} from '../helpers/keys.js';
import {aListing, aModel} from '../helpers/literals.js';
import {afterKeys, makeState, press, after as reduced} from '../helpers/make-state.js';

const models = ['maker/alpha', 'maker/beta', 'maker/gamma'].map((id) => aModel({id, key: id, listings: {openrouter: aListing({id})}}));
const start = makeState(models);
const noKey = {} as Key;
const types = (state: State, chord: string): readonly string[] => resolveKey(state, press(chord)).map(({type}) => type);

describe('a chunk of input', () => {
	test.each<readonly [string, string, readonly string[]]>([
		['two letters that came together', 'jj', ['j', 'j']],
		['a command and its text', '/qwen\r', ['/', 'q', 'w', 'e', 'n', 'enter']],
		['text and an erasure', 'ab\u007F', ['a', 'b', 'backspace']],
		['control characters', '\u0003\u0001', ['ctrl+c', 'ctrl+a']],
		['a space', ' ', ['space']],
		['an emoji', '\u{1F600}x', ['\u{1F600}', 'x']],
		['nothing', '', []],
	])('%s', (_, input, chords) => {
		expect(toPresses(input, noKey).map(({chord}) => chord)).toEqual(chords);
	});

	test('types text only where it is text', () => {
		expect(toPresses('a \t\r\u0003', noKey).map(({text}) => text)).toEqual(['a', ' ', '', '', '']);
	});

	test.each<readonly [Partial<Key>, string, string]>([
		[{upArrow: true}, '', 'up'],
		[{upArrow: true, ctrl: true}, '', 'ctrl+up'],
		[{tab: true, shift: true}, '', 'shift+tab'],
		[{return: true, meta: true}, '\r', 'alt+enter'],
		[{escape: true, meta: true}, '', 'esc'],
		[{ctrl: true}, 'r', 'ctrl+r'],
		[{meta: true}, 'x', 'alt+x'],
	])('%j is spelt %3$s', (key, input, chord) => {
		expect(toPresses(input, {...noKey, ...key}).map((one) => one.chord)).toEqual([chord]);
	});
});

/** Hands on what Ink hears. */
function Probe({hear, listening}: {readonly hear: (presses: readonly Press[]) => void; readonly listening: () => void}) {
	const raw = useRawInput();
	useInput((input, key) => hear(toPresses(input, key, raw.current)));
	queueMicrotask(listening);
	return <Text>probe</Text>;
}

describe('a terminal', () => {
	const chords = [...new Set([...allGroups.flatMap(({bindings}) => bindings.flatMap(({keys}) => keys)), ...Object.keys(keyBytes)])];

	test('can send every chord that is declared', async () => {
		let heard: readonly Press[] = [];
		let wake = (): void => {};
		let listening = (): void => {};
		const isListening = new Promise<void>((resolve) => {
			listening = resolve;
		});
		const hear = (presses: readonly Press[]): void => {
			heard = [...heard, ...presses];
			wake();
		};
		const {stdin, unmount} = render(<Probe hear={hear} listening={listening} />);
		await isListening;
		await new Promise((resolve) => setImmediate(resolve));
		const wrong: string[] = [];
		for (const chord of chords) {
			heard = [];
			const bytes = bytesOf(chord);
			if (bytes === chord && [...chord].length !== 1) {
				wrong.push(`no terminal sends ${chord}`);
				continue;
			}
			const answered = new Promise<void>((resolve) => {
				wake = resolve;
			});
			stdin.write(bytes);
			await answered;
			if (heard.length !== 1 || heard[0]!.chord !== chord) wrong.push(`${chord} arrives as ${heard.map((one) => one.chord)}`);
		}
		unmount();
		expect(wrong).toEqual([]);
		expect(chords.length).toBeGreaterThan(60);
	});
});

describe('key records', () => {
	test('have names of their own', () => {
		const ids = keyTable().map(({id}) => id);
		expect(ids.filter((id, index) => ids.indexOf(id) !== index && !id.startsWith('search.'))).toEqual([]);
	});

	/** Where the keyboard can be, and the groups that have it there, the innermost first. */
	const reaches: ReadonlyArray<readonly [string, readonly BindingGroup[]]> = [
		...screenIds.map((id) => {
			const list = screens[id].list;
			const opened = {...start, screen: id, screens: {...start.screens, prompt: {...start.screens.prompt, isEditing: false}}};
			return [id, groupsInReach(list ? list.write(opened, {...list.read(opened), isFiltering: false}) : opened)] as const;
		}),
		['prompt text', groupsInReach({...start, screen: 'prompt'})],
		['a screen read aloud', groupsInReach({...start, reader: {asked: 'position', times: 0}})],
		['an answer that is read', groupsInReach(reduced({...start, screen: 'completions'}, openPages('completion')))],
		['the guided tour', groupsInReach(reduced(start, {type: 'tour/began'}))],
		['filter line', groupsInReach(afterKeys(start, '/'))],
		['text', groupsInReach(reduced(start, openPages('help')))],
		['search', groupsInReach(reduced(start, openPages('help'), {type: 'overlay/search-opened'}))],
		['menu', groupsInReach(reduced(start, openMenu('palette')))],
		['question', groupsInReach(reduced(start, openAsk('override', '')))],
	];

	test('cover every group', () => {
		expect(allGroups.filter((group) => !reaches.some(([, groups]) => groups.includes(group))).map(({title}) => title)).toEqual([]);
	});

	/** Keys of a screen that mean more there than what they do everywhere; another key still does that. */
	const intended = ['prompt: R takes app.refresh'];

	test.each(reaches)('in reach of %s never take each other’s chord, except where one gives way or it is meant', (where, groups) => {
		const claims = new Map<string, string>();
		const clashes: string[] = [];
		for (const {bindings} of groups) {
			for (const binding of bindings) {
				for (const chord of binding.keys) {
					const holder = claims.get(chord);
					if (holder !== undefined) clashes.push(`${where}: ${chord} takes ${binding.id}`);
					// A binding with a condition lets the key pass on while it is blocked.
					else if (!binding.when) claims.set(chord, binding.id);
				}
			}
		}
		expect(clashes.filter((clash) => !intended.includes(clash))).toEqual([]);
	});

	test.each(reaches)('in reach of %s let ctrl+c quit', (_, groups) => {
		const quits = groups.flatMap(({bindings}) => bindings).filter(({keys}) => keys.includes('ctrl+c'));
		expect(quits.map(({act}) => act(start))).toContainEqual({type: 'app/quit-asked'});
	});
});

describe('a key means', () => {
	const filtering = afterKeys(start, '/');

	test.each<readonly [string, State, string, readonly string[]]>([
		['a command on a screen', start, 'j', ['list/moved']],
		['text while filtering', filtering, 'j', ['list/filter-typed']],
		['text while filtering, q too', filtering, 'q', ['list/filter-typed']],
		['a move while filtering, for keys that type nothing', filtering, 'down', ['list/moved']],
		['the end of filtering', filtering, 'enter', ['list/filter-closed']],
		['text in a menu', reduced(start, openMenu('palette')), 'q', ['overlay/typed']],
		['the close of a text', reduced(start, openPages('help')), 'q', ['overlay/closed']],
		['text in a search', reduced(start, openPages('help'), {type: 'overlay/search-opened'}), 'q', ['overlay/typed']],
		['text in a question', reduced(start, openAsk('override', '')), 'q', ['overlay/typed']],
		['text in the prompt', {...start, screen: 'prompt'}, 'q', ['prompt/typed']],
		['nothing where nothing is bound', start, 'ctrl+y', []],
		['nothing of the screen under an overlay', reduced(start, openPages('help')), 'D', []],
	])('%s', (_, state, chord, expected) => {
		expect(types(state, chord)).toEqual(expected);
	});

	test.each<readonly [string, State, string]>([
		['c', start, 'mark at least two models with space, then compare'],
		['U', start, 'nothing is marked: space marks the row under the cursor'],
		['ctrl+x', start, 'there is no filter to clear'],
		['enter', makeState([]), 'no model is chosen: clear the filter with ctrl+x, or refresh with r'],
		['n', reduced(start, openPages('help')), 'nothing is searched for: / searches'],
	])('a sentence where %s is blocked', (chord, state, sentence) => {
		expect(resolveKey(state, press(chord))).toEqual([{type: 'app/flashed', text: sentence, tone: 'warn'}]);
	});

	test('what the user rebound it to, and nothing any more what it was', () => {
		const rebound = makeState(models, {keys: {'models.copy': ['x'], 'list.down': ['ctrl+j', 'w']}});
		expect(types(rebound, 'x')).toEqual(['copy/asked']);
		expect(types(rebound, 'y')).toEqual([]);
		expect(types(rebound, 'w')).toEqual(['list/moved']);
		expect(types(rebound, 'j')).toEqual([]);
		expect(hintsFor(rebound)).toContainEqual(expect.objectContaining({key: 'x', label: 'copy id'}));
	});

	test('nothing where the user took a binding its keys away, but ctrl+c still quits', () => {
		const without = makeState(models, {keys: {'app.quit': []}});
		expect(types(without, 'q')).toEqual([]);
		expect(hintsFor(without).map(({label}) => label)).not.toContain('quit');
		expect(types(without, 'ctrl+c')).toEqual(['app/quit-asked']);
	});
});

test('hints are only what works now, in the order of their use', () => {
	expect(hintsFor(start).map(({label}) => label)).toEqual([
		'routes',
		'test prompt',
		'policy evidence',
		'filter',
		'distillable',
		'facets',
		'sort',
		'copy id',
		'mark',
		'keys of services',
		'commands',
		'quit',
		'help',
	]);
	expect(hintsFor(makeState([])).map(({label}) => label)).not.toContain('routes');
});
