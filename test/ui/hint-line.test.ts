import {describe, expect, test} from 'vitest';
import type {Gateway} from '../../source/domain/service.js';
import type {ServiceState} from '../../source/domain/service-state.js';
import {footLines, hintLine, shortMessageLine} from '../../source/ui/components/foot.js';
import {titleLine} from '../../source/ui/components/head.js';
import {allGroups} from '../../source/ui/keys/groups.js';
import {hintsFor} from '../../source/ui/keys/resolve-key.js';
import {screenIds, screens} from '../../source/ui/screens/index.js';
import {flash} from '../../source/ui/state/action.js';
import {openAsk, openMenu, openPages} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {lineText, lineWidth} from '../../source/view/line.js';
import {aListing, aModel} from '../helpers/literals.js';
import {afterKeys, makeState, after as reduced} from '../helpers/make-state.js';

const models = ['maker/alpha', 'maker/beta', 'maker/gamma'].map((id) => aModel({id, key: id, listings: {openrouter: aListing({id})}}));
const start = makeState(models);
const long = 'ctrl+alt+shift+pagedown';

/** Every binding has the longest chord there is. */
const rebound: State = {
	...start,
	keys: Object.fromEntries(allGroups.flatMap(({bindings}) => bindings.map(({id}) => [id, [long]]))),
};
const working: State = {
	...start,
	work: {title: 'fetching stored completions', words: '1,200 of 4,000 · 30%', isEnding: false} as State['work'],
};

const states: ReadonlyArray<readonly [string, State]> = [
	...screenIds.map((screen) => [screen, {...start, screen}] as const),
	...screenIds.map((screen) => [`${screen} with long chords`, {...rebound, screen}] as const),
	['marks', afterKeys(start, 'space', 'space')],
	['work under way', working],
	['the filter line', afterKeys(start, '/')],
	['a text', reduced(start, openPages('log'))],
	['a search', reduced(start, openPages('log'), {type: 'overlay/search-opened'})],
	['a menu', reduced(start, openMenu('sort'))],
	['the palette', reduced(start, openMenu('palette'))],
	['a question', reduced(start, openAsk('override', ''))],
	['the tour', reduced(start, {type: 'tour/began'}, {type: 'tour/stepped'})],
];

const widths = Array.from({length: 241}, (_, index) => 60 + index);
const at = (state: State, columns: number): State => ({...state, size: {columns, rows: 24}});

describe('the line of keys', () => {
	test.each(states)('of %s fits every width, cuts nothing, and ends with help', (_, state) => {
		const wrong: string[] = [];
		for (const columns of widths) {
			const sized = at(state, columns);
			const text = lineText(hintLine(sized));
			const whole = hintsFor(sized).map(({key, label}) => `${key} ${label}`);
			const isWhole = text
				.trim()
				.split(/ {2,}/)
				.every((hint) => whole.includes(hint));
			if (lineWidth(hintLine(sized)) > columns || !isWhole || !text.endsWith(' help')) wrong.push(`${columns}: ${text}`);
		}
		expect(wrong).toEqual([]);
	});
});

describe('the message line', () => {
	const message = 'The service cannot be reached: check the network, and then refresh. '.repeat(8).trim();

	test.each([
		['a message', reduced(start, flash(message, 'bad'))],
		['work', working],
		['marks', afterKeys(start, 'space', 'space')],
	])('never is wider than the terminal: %s', (_, state) => {
		for (const columns of widths) {
			for (const line of [...footLines(at(state, columns)), shortMessageLine(at(state, columns))])
				expect(lineWidth(line)).toBeLessThanOrEqual(columns);
		}
	});

	test('ends with … where it is too long, and W has it whole', () => {
		const said = at(reduced(start, flash(message, 'bad')), 60);
		expect(lineText(shortMessageLine(said))).toMatch(/…$/);
		const opened = afterKeys(said, 'W');
		expect(opened).toMatchObject({overlay: {name: 'report'}, said: [{text: message}]});
	});
});

describe('the title', () => {
	test.each(['routes', 'draft', 'distil', 'prompt'] as const)(
		'of %s keeps the open screen and what it is about at 60 columns',
		(screen) => {
			const slices = {...start.screens, routes: {...start.screens.routes, modelId: 'deepseek/deepseek-v4-pro'}};
			const text = lineText(titleLine({...start, screen, screens: slices, size: {columns: 60, rows: 15}}));
			expect(text.length).toBeLessThanOrEqual(60);
			const subject = screens[screen].subject?.({...start, screens: slices});
			if (screen === 'routes') expect(text).toMatch(/ 2 Routes {2}deepseek\/deeps/);
			else if (subject) expect(text).toContain(subject.slice(0, 10));
		},
	);
});

describe('the names of the screens in the title', () => {
	const titleAt = (columns: number, state: State = start): string => lineText(titleLine({...state, size: {columns, rows: 24}}));

	test('are all there at 80 columns, shorter, with the open one in brackets', () => {
		expect(titleAt(80)).toMatch(/^\[1 Models\] 2 Routes 3 Prompt 4 Compl 5 Data 6 Jobs 7 Evals .*nano/);
		expect(titleAt(80, {...start, screen: 'datasets'})).toContain(' 4 Compl [5 Data] 6 Jobs ');
		expect(titleAt(90, {...start, isSandbox: true})).toMatch(/^ sandbox \[1 Models\] 2 Routes .* 7 Evals /);
	});

	test('stay at 80 columns where both services failed', () => {
		const failed = (service: Gateway): ServiceState => ({...start.services[service], state: 'failed', fetchedAt: null});
		const services = {...start.services, openrouter: failed('openrouter'), nanogpt: failed('nanogpt')};
		expect(titleAt(80, {...start, services})).toMatch(/7 Evals or failed nano failed$/);
	});

	test('are whole where there is room, and give way to numbers before these do', () => {
		expect(titleAt(140)).toContain('[1 Models] 2 Routes  3 Prompt  4 Completions  5 Datasets  6 Jobs  7 Evaluations ');
		expect(titleAt(110)).toContain(' stillroom [1 Models] 2 Routes  3 Prompt  4 Compl  5 Data  6 Jobs  7 Evals ');
		expect(titleAt(60)).toContain(' 1 Models  2  3  4  5  6  7 ');
	});
});
