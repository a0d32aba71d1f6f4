import {readdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {expect, test} from 'vitest';
import {makeFolder} from '../helpers/run-stillroom.js';
import {openTerminal} from '../helpers/terminal.js';

const tourFolders = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('stillroom-tour-'));

test('stillroom tour goes on by key presses in a folder of its own, and leaves into the dashboard on the sandbox', {
	timeout: 30_000,
}, async () => {
	const home = makeFolder();
	const before = tourFolders();
	await using terminal = openTerminal(['tour'], {columns: 80, rows: 24, home: home.path});
	await terminal.waitFor(/step 1 of \d+ · Which models may teach[\s\S]*done: space goes on/);
	terminal.press('space');
	await terminal.waitFor(/step 2 of \d+ · Find a teacher +pressed \/ "policy:yes[\s\S]*done: space goes on/);
	terminal.press('enter');
	await terminal.waitFor(/Policy evidence[\s\S]*step 3 of \d+[\s\S]*done: space goes on/);
	terminal.press('backspace');
	await terminal.waitFor(/step 2 of \d+[\s\S]*space goes forward again/);
	terminal.press('esc');
	await terminal.waitFor((text) => /stillroom sandbox[\s\S]*q quit {2}\? help/.test(text) && !text.includes('step 2'));
	terminal.press('q');
	expect(await terminal.exited).toEqual({code: 0, signal: 0});
	// Its own folder is gone, and nothing was written into the user's.
	expect(tourFolders()).toEqual(before);
	expect(readdirSync(home.path)).toEqual([]);
	home.remove();
});
