import process from 'node:process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {findProgram} from '../helpers/built-program.js';
import {bothFresh, openDashboard, openFreshDashboard, toSandbox} from '../helpers/open-dashboard.js';
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

const esc = '\u001B';
const isOn = (terminal: OpenTerminal, on: string, off: string): boolean =>
	terminal.received().lastIndexOf(on) > terminal.received().lastIndexOf(off);
const hasMouse = (terminal: OpenTerminal): boolean =>
	isOn(terminal, `${esc}[?1000h`, `${esc}[?1000l`) && isOn(terminal, `${esc}[?1006h`, `${esc}[?1006l`);
const hasOwnTitle = (terminal: OpenTerminal): boolean => isOn(terminal, `${esc}[22;0t`, `${esc}[23;0t`);
const click = (column: number, row: number): string => `${esc}[<0;${column};${row}M${esc}[<0;${column};${row}m`;
const chosen = (terminal: OpenTerminal): string | undefined => terminal.lines().find((line) => line.startsWith('>'));

describe('the mouse', () => {
	test('chooses, opens and turns the list; none of it becomes text, and nothing of it is left', async () => {
		await using terminal = await openFreshDashboard(sandbox, ['--mouse', '--fresh'], {home: home.path});
		expect(hasMouse(terminal)).toBe(true);
		const row = terminal.lines()[7]!.trim();
		terminal.press(click(6, 8));
		await terminal.waitFor(() => chosen(terminal)?.includes(row.slice(0, 40)) ?? false);
		terminal.press('/');
		await terminal.waitFor(/enter keep/);
		terminal.press(`${esc}[<6`, `5;6;9M`);
		await terminal.waitFor(() => !(chosen(terminal)?.includes(row.slice(0, 40)) ?? true));
		expect(terminal.lines()[1]).not.toMatch(/[<;\d]+M/);
		terminal.press('esc');
		await terminal.waitFor(/\? help$/m);
		const hint = terminal.lines().at(-1)!;
		terminal.press(click(hint.indexOf('? help') + 1, 36));
		await terminal.waitFor(/Help · Models/);
		terminal.press('esc');
		await terminal.waitFor((text) => !text.includes('Help · Models'));
		terminal.press('q');
		await terminal.exited;
		expect(hasMouse(terminal)).toBe(false);
		expect(hasOwnTitle(terminal)).toBe(false);
	});

	test('is the terminal’s own unless it is asked for, and is given back to a shell and taken again', async () => {
		await using terminal = openTerminal(['--norc', '--noprofile', '-i'], {
			file: 'bash',
			home: home.path,
			env: {...toSandbox(sandbox), PS1: 'ready> '},
		});
		await terminal.waitFor('ready>');
		terminal.press(`${process.execPath} ${findProgram()}`, 'enter');
		await terminal.waitFor(bothFresh);
		expect(hasMouse(terminal)).toBe(false);
		terminal.press(':', 'app.mouse', 'enter');
		await terminal.waitFor('the wheel and clicks are taken');
		expect(hasMouse(terminal)).toBe(true);
		terminal.press('ctrl+z');
		await terminal.waitFor(/Stopped/);
		expect([hasMouse(terminal), hasOwnTitle(terminal)]).toEqual([false, false]);
		terminal.press('fg', 'enter');
		await terminal.waitFor(() => terminal.isAlternate() && hasMouse(terminal) && hasOwnTitle(terminal));
		terminal.press('ctrl+c');
		await terminal.waitFor(() => !terminal.isAlternate() && !hasMouse(terminal));
		terminal.press('exit', 'enter');
		await terminal.exited;
	});

	test.each(['SIGTERM', 'SIGHUP'] as const)('is left after %s', async (signal) => {
		await using terminal = await openFreshDashboard(sandbox, ['--mouse'], {home: home.path});
		process.kill(terminal.pid, signal);
		await terminal.exited;
		expect([hasMouse(terminal), hasOwnTitle(terminal), terminal.isAlternate()]).toEqual([false, false, false]);
	});
});

test('what is pasted is text whatever it holds and however it arrives', async () => {
	await using terminal = await openFreshDashboard(sandbox, ['--mouse', '--fresh'], {home: home.path});
	terminal.press('/');
	await terminal.waitFor(/enter keep/);
	const pasted = `${esc}[200~deep${esc}[31mseek ${click(6, 12)}${'x'.repeat(30_000)}${esc}[201~`;
	const ends = [3, 9, 20, 8000, pasted.length - 2, pasted.length];
	for (const [index, end] of ends.entries()) terminal.press(pasted.slice(ends[index - 1] ?? 0, end));
	await terminal.waitFor(/0 of \d+/);
	expect(terminal.text()).not.toContain('[31m');
	terminal.press('ctrl+u', 'deepseek');
	await terminal.waitFor(/\/ deepseek/);
	await terminal.waitFor(/>.*deepseek/);
});

test('two hundred sizes while the list moves end in a whole frame', async () => {
	await using terminal = await openFreshDashboard(sandbox, ['--fresh'], {home: home.path});
	for (let index = 0; index < 200; index++) {
		terminal.resize(60 + ((index * 97) % 241), 15 + ((index * 31) % 86));
		terminal.press(index % 3 === 0 ? 'up' : 'down');
		if (index % 10 === 0) await new Promise(setImmediate);
	}
	terminal.resize(50, 10);
	await terminal.waitFor('stillroom needs 60x15');
	terminal.resize(100, 30);
	await terminal.waitFor((text) => /^ stillroom/.test(text) && text.split('\n')[29]!.includes('? help'));
	const lines = terminal.lines();
	expect(lines.filter((line) => line.includes('? help'))).toHaveLength(1);
	expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1);
	expect(lines.filter((line) => line.includes('needs 60x15'))).toEqual([]);
	terminal.resize(59, 15);
	await terminal.waitFor('needs 60x15');
	terminal.press('q');
	expect(await terminal.exited).toEqual({code: 0, signal: 0});
});

/** The pty's own library names the terminal: a shell names it again. */
const openAs = (term: string): OpenTerminal =>
	openTerminal(['-c', 'TERM=$1; export TERM; shift; exec "$@"', 'sh', term, process.execPath, findProgram()], {
		file: '/bin/sh',
		home: home.path,
		env: {...toSandbox(sandbox), COLORTERM: 'truecolor'},
	});

describe('a terminal that is not drawn on', () => {
	test.each([
		['dumb', /TERM is dumb.*--screen-reader/s],
		['', /TERM is not set.*TERM=xterm-256color/s],
	])('TERM=%s', async (TERM, said) => {
		await using terminal = openAs(TERM);
		expect(await terminal.exited).toEqual({code: 2, signal: 0});
		expect(terminal.text()).toMatch(said);
		expect(terminal.received()).not.toContain(`${esc}[?1049h`);
	});

	test('a theme that there is not is named with those that there are', async () => {
		await using terminal = openDashboard(sandbox, ['--theme', 'drak'], {home: home.path});
		expect(await terminal.exited).toEqual({code: 2, signal: 0});
		expect(terminal.text().replaceAll('\n', ' ')).toMatch(/no theme "drak".*default, dark, light, high-contrast, ansi, none/s);
		expect(terminal.received()).not.toContain(`${esc}[?1049h`);
	});
});

test('the console of Linux gets ASCII, no title and no link', async () => {
	await using terminal = openAs('linux');
	await terminal.waitFor(bothFresh);
	terminal.press('?');
	await terminal.waitFor('Help - Models');
	terminal.press('esc');
	await terminal.waitFor((text) => !text.includes('Help -'));
	terminal.press('q');
	await terminal.exited;
	expect(terminal.received()).not.toMatch(/[^\u0000-\u007F]|\u001B\]|\u001B\[38;[25]/);
});
