import {describe, expect, test} from 'vitest';
import {allGroups} from '../../source/ui/keys/groups.js';
import {resolveKey} from '../../source/ui/keys/resolve-key.js';
import {menuItems, noMatchWords} from '../../source/ui/overlays/menus.js';
import {screenIds, screens} from '../../source/ui/screens/index.js';
import {toKept} from '../../source/ui/state/kept.js';
import {openMenu} from '../../source/ui/state/overlay.js';
import {reduce} from '../../source/ui/state/reduce.js';
import type {State} from '../../source/ui/state/state.js';
import {aListing, aModel} from '../helpers/literals.js';
import {afterKeys, makeState, press, after as reduced} from '../helpers/make-state.js';

const models = ['maker/alpha', 'maker/beta'].map((id) => aModel({id, key: id, listings: {openrouter: aListing({id})}}));
const start = makeState(models);
const opened = reduced(start, openMenu('palette'));
const typed = (text: string, state: State = opened): State => reduced(state, {type: 'overlay/typed', text});
const labels = (state: State): readonly string[] => menuItems(state).map(({label}) => label);
const line = ({overlay}: State): string => overlay!.query.text;

/** What choosing the item under the cursor does to the state, as the store does it. */
function choose(state: State): State {
	const {command, actions} = menuItems(state)[state.overlay!.kind === 'menu' ? state.overlay!.index : 0]!;
	return reduced(state, {type: 'overlay/closed'}, {type: 'palette/used', command: command!}, ...actions);
}

describe('the palette', () => {
	test('names every action of every screen once', () => {
		const commands = menuItems(opened).map(({command}) => command);
		const wanted = [
			...screenIds.flatMap((id) => screens[id].bindings),
			...allGroups.flatMap(({title, bindings}) => (title === 'Lists' || title === 'Everywhere' ? bindings : [])),
		]
			.filter(({id, isSilent}) => !isSilent && !id.startsWith('app.open-'))
			.map(({id}) => id);
		expect(wanted.filter((id) => commands.filter((one) => one === id).length !== 1)).toEqual([]);
		expect(commands).toEqual(expect.arrayContaining(['models', 'routes', 'prompt', 'completions', 'datasets', 'jobs', 'evals']));
	});

	test.each([
		['a name', 'help', 'help'],
		['an id', 'models.copy', 'copy id'],
		['a key', 'D', 'distillable'],
		['one letter that is a key', 'q', 'quit'],
		['the beginning of words', 'pol ev', 'policy evidence'],
		['letters out of a word', 'cmpr', 'compare the marked models'],
		['a screen', 'jobs', 'open Jobs'],
		['a screen by its title', 'evaluations', 'open Evaluations'],
		['an action of another screen', 'cancel', 'Jobs: cancel'],
		['a screen and a filter', 'models policy:yes', 'models policy:yes'],
		['another screen and a filter', 'jobs status:running', 'jobs status:running'],
	])('finds by %s', (_, text, label) => {
		expect(labels(typed(text))[0]).toBe(label);
	});

	test('shows the keys, after rebinding as well', () => {
		const rebound = reduced(makeState(models, {keys: {'models.copy': ['ctrl+y']}}), openMenu('palette'));
		expect(menuItems(typed('models.copy', rebound))[0]!.detail!.text).toMatch(/^ctrl\+y\s+models\.copy$/);
		expect(labels(typed('ctrl+y', rebound))[0]).toBe('copy id');
	});

	test('opens the screen of an action first, and says there why it cannot be done', () => {
		const there = choose(typed('jobs.cancel'));
		expect(there).toMatchObject({screen: 'jobs', flash: {text: 'cancel: no job is chosen: n creates one from a data set'}});
	});

	test('says how a screen is opened that has no number', () => {
		expect(menuItems(typed('draft.freeze'))[0]!.blocked).toBe('New data set has to be open: a on Completions or n on Datasets opens it');
	});

	test('says why an action of this screen is blocked', () => {
		expect(menuItems(typed('list.unmark'))[0]!.blocked).toBe('nothing is marked: space marks the row under the cursor');
	});

	test('names the nearest of what is misspelt, and Tab takes it', () => {
		const wrong = typed('completoins');
		expect([labels(wrong), noMatchWords(wrong, 'palette', 'completoins')]).toEqual([
			[],
			'nothing is called "completoins"; the nearest is "completions": tab takes it',
		]);
		expect(line(afterKeys(wrong, 'tab'))).toBe('completions');
	});
});

test('a theme is chosen by its name', () => {
	const offered = labels(typed('theme '));
	expect(offered.slice(0, start.look.themes.size)).toEqual([...start.look.themes.keys()].map((name) => `theme ${name}`));
	const name = [...start.look.themes.keys()].at(-1)!;
	expect(choose(typed(`theme ${name.slice(0, -1)}`)).look.theme).toBe(name);
});

describe('Tab in the palette', () => {
	test('puts the chosen command into the line, then moves on', () => {
		const completed = afterKeys(typed('pol ev'), 'tab');
		expect(line(completed)).toBe('models.policy');
		expect(afterKeys(completed, 'tab').overlay).toMatchObject({index: 1, query: {text: 'models.policy'}});
	});

	test.each([
		['a key of the filter', 'models polic', 'models policy:'],
		['a value', 'models policy:y', 'models policy:yes'],
		['behind another condition', 'models free policy:y', 'models free policy:yes'],
	])('completes %s', (_, text, completed) => {
		expect(line(afterKeys(typed(text), 'tab'))).toBe(completed);
	});
});

describe('commands chosen earlier', () => {
	const used = reduced(
		start,
		{type: 'palette/used', command: 'app.log'},
		{type: 'palette/used', command: 'models policy:yes'},
		{type: 'palette/used', command: 'app.log'},
	);
	const again = reduced(used, openMenu('palette'));

	test('come first on the empty line, each once, the newest on top', () => {
		expect(labels(again).slice(0, 3)).toEqual(['request log', 'models policy:yes', 'routes']);
		expect(labels(again).filter((label) => label === 'request log')).toHaveLength(1);
	});

	test('are walked through with up on the empty line, and back down', () => {
		expect(line(afterKeys(again, 'up'))).toBe('app.log');
		expect(line(afterKeys(again, 'up', 'ctrl+p'))).toBe('models policy:yes');
		expect(line(afterKeys(again, 'up', 'up', 'up'))).toBe('models policy:yes');
		expect(line(afterKeys(again, 'up', 'up', 'down'))).toBe('app.log');
		expect(line(afterKeys(again, 'up', 'down'))).toBe('');
		expect(choose(afterKeys(again, 'up', 'up'))).toMatchObject({
			screen: 'models',
			screens: {models: {list: {filter: {text: 'policy:yes'}}}},
		});
	});

	test('leave up and down to the list as soon as something is typed', () => {
		expect(resolveKey(typed('copy', again), press('up', '')).map(({type}) => type)).toEqual(['overlay/moved']);
		expect(afterKeys(again, 'down').overlay).toMatchObject({index: 1, query: {text: ''}});
	});

	test('are kept over a restart, at most fifty, nothing that looks like a key', () => {
		const secret = `models sk-or-v1-${'a1'.repeat(20)}`;
		const many = Array.from({length: 60}, (_, index) => `models word${index}`);
		const state = [...many, secret].reduce((now, command) => reduce(now, {type: 'palette/used', command}), start);
		const kept = JSON.parse(JSON.stringify(toKept(state)));
		expect(JSON.stringify(kept)).not.toContain('sk-or');
		const restarted = makeState(models, {kept});
		expect([restarted.commands.length, restarted.commands[0]]).toEqual([49, 'models word59']);
	});
});
