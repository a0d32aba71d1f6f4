import {existsSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../../source/sandbox/start-sandbox.js';
import {allGroups} from '../../../source/ui/keys/groups.js';
import {tourRows} from '../../../source/ui/layout.js';
import type {State} from '../../../source/ui/state/state.js';
import {tourSteps} from '../../../source/ui/tour/tour-steps.js';
import {tourTable} from '../../../source/ui/tour/tour-table.js';
import {wrap} from '../../../source/view/width.js';
import {type MountedApp, mountApp} from '../../helpers/mount-app.js';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({settings: ['jobs=instant']});
});

afterAll(() => sandbox.close());

const key = 'sandbox-key-of-the-tour';
const env = {OPENROUTER_API_KEY: key, NANOGPT_API_KEY: key, OPENAI_API_KEY: key};

async function begin(columns: number, rows: number, keys: State['keys'] = {}): Promise<MountedApp> {
	const app = await mountApp({urls: sandbox.urls, env, columns, rows, keys});
	app.store.dispatch({type: 'tour/began'});
	return app;
}

const isOver = (app: MountedApp, index: number) =>
	app.waitForState(({tour}) => tour?.at === index && (tour.phase === 'done' || tour.phase === 'failed'));

/** What differs from one run to the next: ages, what is on the way, ids and folders. */
const masked = (text: string): string =>
	text
		.replaceAll(/\d+ s\b/g, 'N s')
		.replaceAll(/\d+(?= {2}(refused by|model ))/g, 'N')
		.replaceAll(/ {2,}\d+-\d+ of \d+/g, '  N-N of N')
		.replaceAll(/\d\d:\d\dZ/g, 'HH:MMZ')
		.replaceAll(/\d{4}-\d\d-\d\d/g, 'YYYY-MM-DD')
		.replaceAll(/\b01[0-9A-Z]{24}\b/g, 'ID')
		.replaceAll(/ +$/gm, '');

describe('the steps', () => {
	test('press keys that are declared, and are named by their keys on the command line', () => {
		const ids = new Set(allGroups.flatMap(({bindings}) => bindings.map(({id}) => id)));
		const pressed = tourSteps.flatMap(({moves}) => moves.flatMap((move) => ('press' in move ? [move.press] : [])));
		expect(pressed.filter((id) => !ids.has(id as `${string}.${string}`))).toEqual([]);
		expect(pressed.length).toBeGreaterThan(40);
		expect(tourTable().flatMap(({keys}) => keys)).not.toContain('');
	});

	test.each([60, 80, 120])('fit into the panel at %i columns', (columns) => {
		const lines = tourSteps.map(
			({id, text}) => [id, wrap(text.replace('{folder}', '/tmp/stillroom-tour-abcdef/data'), columns - 2).length] as const,
		);
		expect(lines.filter(([, count]) => count > tourRows(columns) - 3)).toEqual([]);
	});
});

test('the whole tour goes through every step on real requests, without a failure', {timeout: 60_000}, async () => {
	await using app = await begin(80, 24);
	for (const [index, {id, title}] of tourSteps.entries()) {
		await isOver(app, index);
		const frame = await app.waitFor(`step ${index + 1} of ${tourSteps.length} · ${title}`);
		expect([id, app.store.getState().tour!.problem]).toEqual([id, '']);
		expect(frame.split('\n').at(-1)).toMatch(/^ space next {2}.*\? help/);
		if (id === 'evidence' || id === 'gate') {
			const text = await app.waitFor(new RegExp(`${title}[\\s\\S]*done: space goes on`));
			await expect(`${masked(text)}\n`).toMatchFileSnapshot(`./frames/${id}-80x24.txt`);
		}
		app.press('space');
	}
	await app.waitForState(({tour, flash}) => tour === null && flash?.text.startsWith('the tour is over') === true);
	const {screens} = app.store.getState();
	expect(screens.evals.evals?.[0]?.result?.candidates).toHaveLength(3);
	expect(existsSync(path.join(app.context.homeFolder, 'tour-pack', 'manifest.json'))).toBe(true);
	// Nothing is put on somebody's clipboard.
	expect(app.copied).toEqual([]);
});

test('a key that comes too early says what is waited for; back reads the step before; esc leaves into the dashboard', async () => {
	await using app = await begin(60, 15);
	app.store.press({chord: 'space', text: ' '});
	await app.waitFor(/not yet: (waiting for both catalogues|the keys of this step)/);
	await isOver(app, 0);
	app.press('space');
	await isOver(app, 1);
	const text = await app.waitFor(/step 2 of \d+[\s\S]*done: space goes on/);
	expect(text.split('\n')).toHaveLength(15);
	await expect(`${masked(text)}\n`).toMatchFileSnapshot('./frames/teacher-60x15.txt');
	app.press('backspace');
	await app.waitFor(/step 1 of \d+[\s\S]*read back: space goes forward again/);
	app.press('space');
	await app.waitFor(/step 2 of \d+/);
	// Other keys move what is shown, or say whose keyboard this is.
	app.press('x');
	await app.waitForState(({flash}) => flash?.text === 'the tour presses the keys: space goes on, esc leaves it');
	app.press('down');
	await app.waitForState(({screens}) => screens.models.list.cursorIndex === 1);
	app.press('?');
	await app.waitFor('Help · Guided tour');
	app.press('esc');
	await app.waitForState(({overlay}) => overlay === null);
	app.press('esc');
	await app.waitForState(({tour}) => tour === null);
	app.press('D');
	await app.waitForState(({screens}) => screens.models.distill !== 'all');
});

test('presses and names the keys that the settings gave, and does by name what they left without a key', async () => {
	const keys = {
		'tour.next': ['ctrl+n'],
		'tour.leave': ['x'],
		'list.filter': ['alt+f'],
		'filter.keep': [],
		'models.routes': ['a'],
		'models.policy': ['a'],
	};
	await using app = await begin(100, 30, keys);
	await isOver(app, 0);
	app.store.press({chord: 'ctrl+n', text: ''});
	await isOver(app, 1);
	expect(app.store.getState().tour).toMatchObject({
		phase: 'done',
		pressed: ['alt+f', expect.stringMatching(/^"policy:yes/), ':filter.keep'],
	});
	app.store.press({chord: 'ctrl+n', text: ''});
	await isOver(app, 2);
	expect(app.store.getState().tour).toMatchObject({phase: 'done', pressed: [':models.policy']});
	const text = await app.waitFor('done: ctrl+n goes on');
	expect(text.split('\n').at(-1)).toMatch(/^ ctrl\+n next {2}.*x leave/);
	app.press('space');
	await app.waitForState(({flash}) => flash?.text === 'the tour presses the keys: ctrl+n goes on, x leaves it');
	app.press('?');
	await app.waitFor(/ctrl\+n +next step/);
});

test('a step that fails says why, and lets one go on', async () => {
	await using app = await begin(80, 24);
	await isOver(app, 0);
	app.store.dispatch({type: 'tour/failed', problem: 'P: no model is chosen'});
	await app.waitFor('this step did not come to its end: P: no model is chosen. Space goes on');
	app.press('space');
	await isOver(app, 1);
	expect(app.store.getState().tour!.problem).toBe('');
});
