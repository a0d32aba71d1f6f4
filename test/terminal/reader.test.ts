import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {findProgram} from '../helpers/built-program.js';
import {openDashboard, openFreshDashboard, toSandbox} from '../helpers/open-dashboard.js';
import {makeFolder} from '../helpers/run-stillroom.js';
import {type OpenTerminal, openTerminal, type TerminalOptions} from '../helpers/terminal.js';

let sandbox: Sandbox;
/** Its catalogue is saved: every start has the list at once. */
const home = makeFolder();

beforeAll(async () => {
	sandbox = await startSandbox();
	await using terminal = await openFreshDashboard(sandbox, [], {home: home.path, mode: 'reader'});
	terminal.press('q');
	await terminal.exited;
});
afterAll(async () => {
	await sandbox.close();
	home.remove();
});

const open = (options: TerminalOptions = {}): OpenTerminal =>
	openDashboard(sandbox, ['--fresh'], {home: home.path, mode: 'reader', ...options});

/** Anything that moves the cursor, erases, changes the screen, or hides the cursor. */
const addressing = /\u001B(?:\[[\d;?]*[A-HJKLMPSTXf@lh]|[78DEMc])/g;

/** What is another in each run: ages, what was measured, ids, and where the server is. */
const masked = (text: string): string =>
	text
		.replaceAll(/\b\d+ (?:seconds?|s|minutes?)\b(?= ago)/g, '… seconds')
		.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
		.replaceAll(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, 'an id')
		.replaceAll(/\bgen-[\w-]+/g, 'gen-…')
		.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\dZ?/g, 'a time')
		.replaceAll(/\d+ (?=(?:days|months|years) old)/g, '… ')
		.replaceAll(/\(\.\.\. s ago\)|\(… seconds ago\)/g, '(a moment ago)')
		.replaceAll(/(?:first token )?[\d.]+m?s, [\d.]+m?s, \d+ tokens\/s/g, 'a time, so many tokens a second');

test('a whole session is lines, one under the other', async () => {
	await using terminal = open();
	await terminal.waitFor('NanoGPT: fresh');
	terminal.press('s');
	await terminal.waitFor('letters search');
	terminal.press('4', 'enter');
	await terminal.waitFor(/Sorted by Context.*\n1 of/);
	terminal.press('/', 'id:deepseek/deepseek-v3', 'enter');
	await terminal.waitFor(/Filter(?: kept)?: id:deepseek\/deepseek-v3.*\n1 of/);
	terminal.press('down');
	await terminal.waitFor(/^2 of \d+: .*$/m);
	terminal.press('P');
	await terminal.waitFor(/Page 1 of|End of the text/);
	terminal.press('q');
	await terminal.waitFor(/Screen 1, Models\.\n2 of/);
	terminal.press('q');
	expect(await terminal.exited).toEqual({code: 0, signal: 0});
	const said = terminal
		.said()
		.split('\n')
		// The routes of a row come when they come, and a filter is told while it is typed where the machine is slow.
		.filter((line) => !/^(?:Now: |OpenRouter: |NanoGPT: |Filter(?: kept)?: |\d+ models\.$)/.test(line))
		.filter((line, index, all) => line !== all[index - 1])
		.join('\n')
		.replaceAll(/, (?:\d+ of \d+ routes allowed)|\. Not known: [^.]+(?=\.$)/gm, '');
	await expect(masked(said)).toMatchFileSnapshot('./frames/reader-session.txt');
	// Pastes are bracketed, and at its end the program makes sure that there is a cursor.
	expect(terminal.received().match(addressing) ?? []).toEqual(['\u001B[?2004h', '\u001B[?2004l', '\u001B[?25h']);
});

test('a terminal that knows nothing gets nothing but text, at any width', async () => {
	await using terminal = open({env: {TERM: 'dumb'}, columns: 30, rows: 5});
	await terminal.waitFor(/1 of \d+: /);
	terminal.press('/', 'id:deepseek/deepseek-v3.2', 'enter', 'enter');
	await terminal.waitFor(/OpenRouter's enforcement leaves/);
	terminal.press('ctrl+c');
	expect(await terminal.exited).toEqual({code: 0, signal: 0});
	expect(terminal.received()).not.toContain('\u001B');
	expect(terminal.received()).not.toMatch(/[\u2500-\u259F\u2800-\u28FF]/);
});

describe('the terminal is left as it was', () => {
	const inShell = (env: Record<string, string> = {}): OpenTerminal =>
		openTerminal(
			[
				'-c',
				'"$@"; echo "left with $?"; stty -a; echo "that is all"; read -r line',
				'sh',
				process.execPath,
				findProgram(),
				'--screen-reader',
			],
			{file: '/bin/sh', home: home.path, env: {...toSandbox(sandbox), ...env}},
		);

	test.each<readonly [string, readonly string[], string]>([
		['by q', ['q'], 'left with 0'],
		['by Ctrl+C', ['ctrl+c'], 'left with 0'],
	])('%s', async (_, keys, words) => {
		await using terminal = inShell();
		await terminal.waitFor(/question mark help/);
		terminal.press(...keys);
		const text = await terminal.waitFor('that is all');
		expect(text).toContain(words);
		expect(text).toMatch(/(?<!-)\bicanon\b/);
		expect(text).toMatch(/(?<!-)\becho\b/);
	});

	test('by the editor, whose text is read afterwards', async () => {
		const editor = join(home.path, 'editor.sh');
		writeFileSync(editor, '#!/bin/sh\nstty -a | grep -o -- "-\\?icanon" > "$STILLROOM_HOME/mode"\nprintf "Name a colour." > "$1"\n', {
			mode: 0o755,
		});
		await using terminal = open({env: {EDITOR: editor}});
		await terminal.waitFor(/1 of \d+: /);
		terminal.press('t');
		await terminal.waitFor('Line 1 of 1: empty');
		terminal.press('ctrl+e');
		await terminal.waitFor('Line 1 of 1: Name a colour.');
		expect(readFileSync(join(home.path, 'mode'), 'utf8')).toBe('icanon\n');
	});
});
