import {execFileSync} from 'node:child_process';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {findProgram} from '../helpers/built-program.js';
import {openFreshDashboard, toSandbox} from '../helpers/open-dashboard.js';
import {makeFolder} from '../helpers/run-stillroom.js';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.js';

let sandbox: Sandbox;
/** Its catalogue is saved: every start shows the list at once. */
const home = makeFolder();

beforeAll(async () => {
	sandbox = await startSandbox();
	await using terminal = await openFreshDashboard(sandbox, [], {home: home.path});
	terminal.press('q');
	await terminal.exited;
});
afterAll(async () => {
	await sandbox.close();
	home.remove();
});

/** The dashboard started by a shell that says afterwards how it ended and how the terminal is. */
function openInShell({node = [], env = {}}: {node?: readonly string[]; env?: Record<string, string>} = {}): OpenTerminal {
	// It waits at the end: what a terminal still holds when its last program leaves may be lost.
	return openTerminal(
		['-c', '"$@"; echo "left with $?"; stty -a; echo "that is all"; read -r line', 'sh', process.execPath, ...node, findProgram()],
		{
			file: '/bin/sh',
			home: home.path,
			env: {...toSandbox(sandbox), ...env},
		},
	);
}

/** The process that a shell waits for. */
function childOf(pid: number): number {
	const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], {encoding: 'utf8'}).split('\n');
	const child = rows.map((row) => row.trim().split(/\s+/).map(Number)).find(([, parent]) => parent === pid)?.[0];
	if (child === undefined) throw new Error(`process ${pid} has no child`);
	return child;
}

/** The normal screen with a cursor, input by lines with echo; what the shell wrote after the program. */
async function expectRestored(terminal: OpenTerminal): Promise<string> {
	const text = await terminal.waitFor('that is all');
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorVisible()).toBe(true);
	expect(text).toMatch(/(?<!-)\bicanon\b/);
	expect(text).toMatch(/(?<!-)\becho\b/);
	expect(terminal.received().lastIndexOf('\u001B[?2004l')).toBeGreaterThanOrEqual(terminal.received().lastIndexOf('\u001B[?2004h'));
	return text;
}

const ready = /\d+ of \d+/;

describe('the terminal is as it was', () => {
	test.each<readonly [string, readonly string[]]>([
		['q', ['q']],
		['ctrl+c', ['ctrl+c']],
		['ctrl+c while filtering', ['/', 'qwen', 'ctrl+c']],
		['ctrl+c in help', ['?', 'ctrl+c']],
		['ctrl+c in a search', ['?', '/', 'x', 'ctrl+c']],
		['ctrl+c in a menu', [':', 'ctrl+c']],
		['q on the Routes screen', ['2', 'q']],
		['ctrl+c on the Prompt screen', ['3', 'ctrl+c']],
	])('after %s', async (_, keys) => {
		await using terminal = openInShell();
		await terminal.waitFor(ready);
		terminal.press(...keys);
		expect(await expectRestored(terminal)).toContain('left with 0');
	});

	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
		['SIGINT', 130],
	] as const)('after %s', async (signal, code) => {
		await using terminal = openInShell();
		await terminal.waitFor(ready);
		// The list stands there before Ink runs; the newest request is drawn by Ink.
		await terminal.waitFor(/or \d+ ?s +nano \d+ ?s/);
		process.kill(childOf(terminal.pid), signal);
		expect(await expectRestored(terminal)).toContain(`left with ${code}`);
	});

	test.each([
		['an uncaught error', 'throw new Error("broken on purpose")'],
		['an unhandled rejection', 'Promise.reject(new Error("broken on purpose"))'],
	])('after %s, and the error is said', async (_, statement) => {
		const preload = `data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${statement} });`)}`;
		await using terminal = openInShell({node: ['--import', preload]});
		await terminal.waitFor(/or \d+ ?s +nano \d+ ?s/);
		process.kill(childOf(terminal.pid), 'SIGUSR2');
		const text = await expectRestored(terminal);
		expect(text).toContain('broken on purpose');
		expect(text).toContain('left with 1');
	});

	test('after a signal that comes while Ink is being loaded', async () => {
		await using terminal = openInShell();
		await terminal.waitFor(() => terminal.isAlternate());
		process.kill(childOf(terminal.pid), 'SIGTERM');
		await expectRestored(terminal);
	});
});

test('ctrl+z hands the terminal to the shell, fg brings the dashboard back', async () => {
	const shell = openTerminal(['--norc', '--noprofile', '-i'], {
		file: 'bash',
		home: home.path,
		env: {...toSandbox(sandbox), PS1: 'ready> '},
	});
	await using terminal = shell;
	await terminal.waitFor('ready>');
	terminal.press(`${process.execPath} ${findProgram()}`, 'enter');
	await terminal.waitFor(/or \d+ ?s +nano \d+ ?s/);
	terminal.press('ctrl+z');
	await terminal.waitFor(/Stopped/);
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorVisible()).toBe(true);
	terminal.press('fg', 'enter');
	await terminal.waitFor(ready);
	expect(terminal.isAlternate()).toBe(true);
	terminal.press('/', 'qwen', 'enter');
	await terminal.waitFor(/\/ qwen/);
	terminal.press('ctrl+x', 'q');
	await terminal.waitFor((text) => !text.includes('of 5') && /ready>/.test(text));
	expect(terminal.isAlternate()).toBe(false);
	terminal.press('exit', 'enter');
	await terminal.exited;
});

test('a running program follows the size of its terminal', async () => {
	await using terminal = openTerminal([], {home: home.path, env: toSandbox(sandbox)});
	await terminal.waitFor('Informational, not legal advice');
	terminal.resize(80, 24);
	await terminal.waitFor((text) => !text.includes('Informational') && text.split('\n')[23]!.includes('q quit'));
	terminal.resize(50, 10);
	await terminal.waitFor('stillroom needs 60x15');
	terminal.resize(140, 40);
	await terminal.waitFor((text) => /^ stillroom/.test(text) && text.split('\n')[39]!.includes('q quit'));
	terminal.press('q');
	expect(await terminal.exited).toEqual({code: 0, signal: 0});
});

test('NO_COLOR leaves only inverse video', async () => {
	await using terminal = openTerminal([], {home: home.path, env: {...toSandbox(sandbox), NO_COLOR: '1'}});
	await terminal.waitFor(/or \d+ ?s +nano \d+ ?s/);
	terminal.press('P');
	await terminal.waitFor('Policy evidence');
	const codes = new Set([...terminal.received().matchAll(/\u001B\[([\d;]*)m/g)].map(([, code]) => code));
	expect([...codes].filter((code) => !['', '0', '7', '27'].includes(code!))).toEqual([]);
});

test('without a terminal and without a command nothing is drawn', async () => {
	await using terminal = openTerminal(['-c', '"$@" </dev/null; echo "left with $?"; read -r line', 'sh', process.execPath, findProgram()], {
		file: '/bin/sh',
		home: home.path,
	});
	const text = await terminal.waitFor('left with 2');
	expect(text).toContain('there is no terminal to draw on');
	expect(terminal.received()).not.toContain('\u001B[?1049h');
});
