import {stripVTControlCharacters} from 'node:util';
import xterm from '@xterm/headless';
import {describe, expect, test} from 'vitest';
import {firstFrame} from '../../source/ui/first-frame.js';
import {openMenu, openPages} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {terminalFacts} from '../../source/ui/terminal-facts.js';
import {createLook} from '../../source/ui/theme/look.js';
import {themeNames} from '../../source/ui/theme/theme.js';
import {themeOf} from '../../source/ui/theme/theme-of.js';
import {joinListings, makeListing, nanogptReason, onList} from '../helpers/make-model.js';
import {makeState, after as reached} from '../helpers/make-state.js';
import {mountApp} from '../helpers/mount-app.js';

const url = `https://provider.example/${'terms-of-service/'.repeat(8)}today`;

/** Models of every verdict. */
const models = joinListings(
	[
		makeListing('openrouter', 'lab/open-weights', {name: 'Open weights · large', reasons: [{...onList, sourceUrl: url}]}),
		...Array.from({length: 20}, (_, index) =>
			makeListing('openrouter', `maker/model-${String(index).padStart(2, '0')}`, {reasons: index % 3 === 0 ? [] : [onList]}),
		),
	],
	[makeListing('nanogpt', 'maker/model-01', {reasons: [nanogptReason('disallowed', 'restricted')]})],
);

const nowhere = 'http://127.0.0.1:9';
const urls = {openrouter: nowhere, nanogpt: nowhere, openai: nowhere};
const utf8 = {LANG: 'C.UTF-8', TERM: 'xterm-256color'};

/** The Models screen as a terminal of this size and environment gets it. */
function frameAt(columns: number, rows: number, env: Record<string, string>, theme: string, isColor = true): string {
	const {look} = createLook(terminalFacts(env, 'linux', {isColor}), {flagTheme: theme});
	const state: State = {...makeState(models, {columns, rows}), look};
	return firstFrame(state, themeOf(state))!;
}

const visible = (frame: string): string => `${frame.replaceAll('\u001B', '\\e').replaceAll('\r\n', '\n')}\n`;

describe('the frame', () => {
	test.each([
		[60, 15],
		[80, 24],
		[300, 100],
	])('at %ix%i', async (columns, rows) => {
		const frame = stripVTControlCharacters(frameAt(columns, rows, utf8, 'default'));
		expect(frame.split('\r\n')).toHaveLength(rows);
		await expect(visible(frame)).toMatchFileSnapshot(`./frames/models-${columns}x${rows}.txt`);
	});

	test('on the console of Linux is ASCII in the 16 colours', async () => {
		const frame = frameAt(80, 25, {LANG: 'C.UTF-8', TERM: 'linux', COLORTERM: 'truecolor'}, 'dark');
		expect(frame).not.toMatch(/[^\u0000-\u007F]/);
		expect(frame).not.toMatch(/\u001B\[[34]8;/);
		await expect(visible(frame)).toMatchFileSnapshot('./frames/models-linux.txt');
	});

	test('in 16 colours', async () => {
		await expect(visible(frameAt(80, 24, {...utf8, TERM: 'xterm'}, 'ansi'))).toMatchFileSnapshot('./frames/models-16-colours.txt');
	});

	test('in no colours', async () => {
		const frame = frameAt(80, 24, utf8, 'default', false);
		expect(frame).not.toMatch(/\u001B\[(?!2?7m)/);
		await expect(visible(frame)).toMatchFileSnapshot('./frames/models-none.txt');
	});

	test('says the same in every theme', () => {
		const frames = themeNames.map((name) => stripVTControlCharacters(frameAt(120, 36, {...utf8, COLORTERM: 'truecolor'}, name)));
		expect(new Set(frames).size).toBe(1);
		expect(frames[0]).toMatch(/\[1 Models\]| 1 Models {2}2 {2}3 /);
	});
});

describe('through Ink', () => {
	const env = {...utf8, TERM: 'xterm-kitty'};
	const {look} = createLook(terminalFacts(env, 'linux', {isColor: true}), {flagTheme: 'light'});
	const open = (prepare: (state: State) => State) =>
		mountApp({
			urls,
			columns: 80,
			rows: 24,
			look,
			isStarted: false,
			prepare: (state) => prepare({...state, catalogue: {...state.catalogue, models}}),
		});

	test('addresses stay clickable, whole, and widen no line', async () => {
		await using app = await open((state) => reached(state, openPages('policy')));
		await app.waitFor('Policy evidence');
		const frame = app.frame();
		const opened = [...frame.matchAll(/\u001B\]8;[^;]*;([^\u0007\u001B]+)(?:\u0007|\u001B\\)/g)].map(([, target]) => target);
		expect(new Set(opened)).toEqual(new Set([url]));
		expect(opened.length).toBeGreaterThan(1);
		const screen = new xterm.Terminal({cols: 80, rows: 24, allowProposedApi: true, convertEol: true});
		await new Promise<void>((resolve) => screen.write(frame, resolve));
		const drawn = Array.from({length: 24}, (_, y) => screen.buffer.active.getLine(y)!.translateToString(true));
		expect(drawn.join('').replaceAll(/\s/g, '')).toContain(url);
		screen.dispose();
	});

	test('the theme under the cursor is shown before it is chosen, and esc takes it back', async () => {
		await using app = await open((state) => reached(state, openMenu('theme')));
		await app.waitFor('esc keeps');
		const before = app.frame();
		await app.draw({type: 'overlay/moved', by: 1});
		expect(app.frame()).not.toBe(before);
		expect(themeOf(app.store.getState()).name).toBe('dark');
		app.press('esc');
		await app.waitForState(({overlay}) => overlay === null);
		expect(themeOf(app.store.getState()).name).toBe('light');
		await app.draw(openMenu('theme'), {type: 'overlay/moved', by: 1});
		app.press('enter');
		await app.waitFor(/theme dark for now: --theme.* says light/);
		expect(app.store.getState().look.theme).toBe('dark');
	});
});
