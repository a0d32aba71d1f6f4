import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openFreshDashboard} from '../helpers/open-dashboard.js';
import {openTerminal} from '../helpers/terminal.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => sandbox.close());

const off = {STILLROOM_KEYRING: 'off'};

/** Files below a folder that hold a text. */
const holding = (folder: string, text: string): readonly string[] =>
	readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(
		(name) => statSync(join(folder, name)).isFile() && readFileSync(join(folder, name)).includes(text),
	);

test('a key that is typed reaches its service and one file, and nothing that the terminal shows', {timeout: 40_000}, async () => {
	const home = mkdtempSync(join(tmpdir(), 'stillroom-keys-'));
	try {
		await using terminal = await openFreshDashboard(sandbox, [], {home, env: off, columns: 80, rows: 24});
		terminal.press('K');
		await terminal.waitFor('set up keys');
		terminal.press('enter');
		await terminal.waitFor('Key of OpenRouter');
		terminal.press('\u001B[200~sk-or-v1-5550199\u001B[201~');
		await terminal.waitFor('*'.repeat(16));
		terminal.press('enter');
		await terminal.waitFor(/OpenRouter +works +file/);
		await terminal.waitFor('OpenRouter works: label');
		terminal.press('L');
		await terminal.waitFor('GET /key 200');
		terminal.press('q');
		await terminal.waitFor('set up keys');
		terminal.press('q');
		expect((await terminal.exited).code).toBe(0);
		expect(terminal.received()).not.toContain('5550199');
		expect(holding(home, '5550199')).toEqual(['keys.json']);
		expect(statSync(join(home, 'keys.json')).mode & 0o777).toBe(0o600);
	} finally {
		rmSync(home, {recursive: true, force: true});
	}
});

test('without a network B goes over to the sandbox in the same terminal, and q leaves it whole', {timeout: 40_000}, async () => {
	const nowhere = 'http://127.0.0.1:1/v1';
	const env = {...off, OPENROUTER_BASE_URL: nowhere, NANOGPT_BASE_URL: nowhere, OPENAI_BASE_URL: nowhere};
	await using terminal = openTerminal([], {env, columns: 80, rows: 24});
	await terminal.waitFor('opens the embedded sandbox');
	await terminal.waitFor('No catalogue could be read');
	terminal.press('B');
	await terminal.waitFor('stillroom sandbox');
	await terminal.waitFor(/or \d+ s {2}nano \d+ s/);
	terminal.press('q');
	expect((await terminal.exited).code).toBe(0);
	expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true]);
});
