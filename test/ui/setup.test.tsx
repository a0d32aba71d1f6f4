import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {firstFrame} from '../../source/ui/first-frame.js';
import {answerWords} from '../../source/ui/reader/overlay-words.js';
import {toKept} from '../../source/ui/state/kept.js';
import {openAsk} from '../../source/ui/state/overlay.js';
import {type MountedApp, mountApp} from '../helpers/mount-app.js';
import {makeFolder} from '../helpers/run-stillroom.js';

let sandbox: Sandbox;
let home: ReturnType<typeof makeFolder>;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => sandbox.close());
beforeEach(() => {
	home = makeFolder();
});
afterEach(() => home.remove());

const nowhere = 'http://127.0.0.1:9/v1';
const nobody = {openrouter: nowhere, nanogpt: nowhere, openai: nowhere};
const env = {STILLROOM_KEYRING: 'off'};
const file = () => join(home.path, 'keys.json');
const open = (more: Partial<Parameters<typeof mountApp>[0]> = {}) => mountApp({urls: sandbox.urls, home: home.path, env, ...more});

/** What changes from run to run. */
const masked = (text: string): string =>
	text
		.replaceAll(home.path, '/home/me')
		.replace(/ {2}or .*/, '  or AGE  nano AGE')
		.replaceAll(/\d\d:\d\d:\d\d .*$/gm, 'TIME REQUEST')
		.replaceAll(/[^\S\n]+$/gm, '');

const openSetup = async (app: MountedApp): Promise<void> => {
	app.press('K');
	await app.waitFor('set up keys');
};

describe('the screen of keys', () => {
	test('says of each service whether it has a key, and takes one that is typed, tested and kept', async () => {
		await using app = await open({columns: 80, rows: 24});
		await openSetup(app);
		await expect(masked(app.text())).toMatchFileSnapshot('./frames/setup-80x24.txt');
		app.press('enter');
		await app.waitFor('Key of OpenRouter');
		app.press(...'sk-or-5550123');
		await app.waitFor('*'.repeat(13));
		expect(app.text()).not.toContain('5550123');
		const {overlay} = app.store.getState();
		expect(overlay?.kind === 'ask' && answerWords(overlay)).toBe('13 characters, not shown');
		await expect(masked(app.text())).toMatchFileSnapshot('./frames/setup-ask-80x24.txt');
		expect(app.store.getState().hasKey.openrouter).toBe(false);
		app.press('enter');
		await app.waitFor(/OpenRouter +works +file/);
		const text = await app.waitFor('OpenRouter works: label');
		expect(text).not.toContain('5550123');
		expect(app.store.getState().hasKey.openrouter).toBe(true);
		expect(app.context.hasKey.openrouter).toBe(true);
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({openrouter: 'sk-or-5550123'});
		const {overlay: _, ...kept} = app.store.getState();
		expect(JSON.stringify({kept, mine: toKept(app.store.getState())})).not.toContain('5550123');
	});

	test('a key that is pasted counts as one that is typed; what is no key stays to be mended', async () => {
		await using app = await open();
		await openSetup(app);
		app.press('j', 'j', 'enter');
		await app.waitFor('Key of OpenAI');
		app.press('\u001B[200~sk-one sk-two\u001B[201~', 'enter');
		await app.waitFor('There is a blank inside');
		expect(app.text()).not.toContain('sk-one');
		app.press('ctrl+u', '\u001B[200~sk-5550124\n\u001B[201~', 'enter');
		await app.waitFor(/OpenAI +works +file/);
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({openai: 'sk-5550124'});
	});

	test('a refused key is not kept, and the service says why', async () => {
		await using app = await open({columns: 120, rows: 36});
		await openSetup(app);
		app.press('enter', ...'sandbox-wrong-key', 'enter');
		await app.waitFor('not kept, refused: OpenRouter refused the key.');
		expect(app.text()).toMatch(/OpenRouter +not set/);
		expect(existsSync(file())).toBe(false);
	});

	test('x asks before it removes, t tests again, and the environment is not touched', async () => {
		await using app = await open({env: {...env, NANOGPT_API_KEY: 'nano-1'}, columns: 120, rows: 36});
		await app.context.keys.save('openrouter', 'sk-or-1');
		await openSetup(app);
		await app.waitFor(/OpenRouter +set +file/);
		app.press('t');
		await app.waitFor('OpenRouter works: label');
		app.press('x');
		await app.waitFor('Remove the key of OpenRouter?');
		app.press('n', 'enter');
		await app.waitFor('write yes to remove it');
		app.press('ctrl+u', ...'yes', 'enter');
		await app.waitFor('the key of OpenRouter was removed from the file');
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({});
		expect(app.store.getState().hasKey.openrouter).toBe(false);
		app.press('j', 'x');
		await app.waitFor('the key comes from the environment: unset NANOGPT_API_KEY');
	});

	test('esc goes back to where it was opened, and 60 columns show it too', async () => {
		await using app = await open({columns: 60, rows: 15});
		app.press('5');
		await app.waitFor('5 Datasets');
		await openSetup(app);
		await expect(masked(app.text())).toMatchFileSnapshot('./frames/setup-60x15.txt');
		app.press('esc');
		await app.waitForState(({screen}) => screen === 'datasets');
	});

	test('in the sandbox shows its keys and takes none', async () => {
		await using app = await open({isSandbox: true});
		await openSetup(app);
		expect(app.text()).toMatch(/OpenRouter +set +sandbox/);
		app.press('enter');
		await app.waitFor('the sandbox has a key of its own');
	});
});

test('a key that is kept while the dashboard runs opens what needed one', async () => {
	await using app = await open();
	app.press('4', 'F');
	await app.waitFor('OpenAI needs a key: K sets it up');
	await openSetup(app);
	app.press('j', 'j', 'enter');
	await app.waitFor('Key of OpenAI');
	app.press(...'sk-1', 'enter');
	await app.waitFor('OpenAI works: ');
	app.press('esc');
	await app.waitForState(({screen}) => screen === 'completions');
	app.press('F');
	await app.waitFor(/\d[\d,]* (stored|completions|new)/);
	expect(app.text()).not.toContain('needs a key');
});

describe('the first run', () => {
	test.each([
		[80, 24],
		[60, 15],
		[120, 36],
	])('without network and keys says what this is and three ways on, at %i x %i', async (columns, rows) => {
		await using app = await open({urls: nobody, columns, rows});
		const text = await app.waitFor('No catalogue could be read');
		expect(text).toMatch(/K +sets up keys of services/);
		expect(text).toMatch(/B +opens the embedded sandbox/);
		expect(text).toMatch(/: tour +plays the whole workflow/);
		if (rows >= 24) expect(text).toMatch(/What a key unlocks\n +OpenRouter +prompts with enforced routes/);
		expect(text.split('\n')).toHaveLength(rows);
		await app.waitForState(({services}) => services.openrouter.state === 'failed' && services.nanogpt.state === 'failed');
		await expect(masked(app.text())).toMatchFileSnapshot(`./frames/first-run-${columns}x${rows}.txt`);
	});

	test('stands in the first frame already, before anything was asked', async () => {
		await using app = await open({urls: nobody, isStarted: false, columns: 80, rows: 24});
		const {themeOf} = await import('../../source/ui/theme/theme-of.js');
		const state = app.store.getState();
		expect(firstFrame(state, themeOf(state))).toMatch(/opens the embedded sandbox/);
	});

	test('with network but without keys shows the list, and one line says what keys are for', async () => {
		await using app = await open({columns: 80, rows: 24});
		await app.waitFor('No keys yet: K sets them up for prompts and training; this list needs none');
		await app.context.keys.save('openrouter', 'sk-1');
		app.press('K');
		await app.waitFor(/OpenRouter +set/);
		app.press('esc');
		await app.waitFor('YES allowed  NO restricted  ? unknown, never a yes  ≠ layers differ  * duties');
	});

	test('B leaves for the sandbox, and not while work is under way', async () => {
		await using app = await open({urls: nobody});
		await app.draw({type: 'work/began', title: 'packing'});
		app.press('B');
		await app.waitFor('packing is under way');
		expect(app.store.getState().leavesFor).toBeNull();
		await app.draw({type: 'work/ended', words: 'done', tone: 'good'});
		app.press('B');
		await app.waitForState(({leavesFor}) => leavesFor === 'sandbox');
		await expect.poll(() => app.isExited()).toBe(true);
	});
});

test(': tour, as the first screen says, leaves for the tour', async () => {
	await using app = await open({urls: nobody, columns: 80, rows: 24});
	await app.waitFor(': tour  plays the whole workflow on the sandbox');
	app.press(':', 'tour', 'enter');
	await app.waitForState(({leavesFor}) => leavesFor === 'tour');
});

test('the question for a key is drawn as stars however it is edited', async () => {
	await using app = await open({isStarted: false});
	await app.draw(openAsk('service-key', 'openai'));
	app.press(...'sk-555', 'left', 'left', '0', 'home');
	await app.waitFor('*'.repeat(7));
	expect(app.frame()).not.toMatch(/sk-|555/);
});
