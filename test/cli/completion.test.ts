import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {flattenCommands} from '../../source/cli/command.js';
import {commands} from '../../source/cli/commands/index.js';
import {argumentKinds, completeWords, optionKinds} from '../../source/cli/complete-words.js';
import {findProgram} from '../helpers/built-program.js';
import {makeFolder, runStillroom} from '../helpers/run-stillroom.js';

const home = makeFolder();
const env = {STILLROOM_HOME: home.path};
const words = (before: readonly string[], current: string) => completeWords(before, current, commands).candidates.map(({word}) => word);

beforeAll(async () => {
	expect((await runStillroom(['models', '--sandbox', '--json', '--limit', '1'], {env})).code).toBe(0);
});
afterAll(() => home.remove());

describe('words at the cursor', () => {
	test('commands, commands behind a noun, flags, choices', () => {
		expect(words([], '')).toEqual(expect.arrayContaining(['models', 'ledger', 'completion']));
		expect(words([], 'mod')).toEqual(['models', 'model']);
		expect(words(['ledger'], 've')).toEqual(['verify']);
		expect(words(['models'], '--n')).toEqual(['--ndjson', '--nanogpt-url', '--no-color', '--no-animation']);
		expect(words(['config'], 'v')).toEqual(['validate']);
		expect(words(['--home', 'models', 'config'], 'v')).toEqual(['validate']);
	});

	test('values of a flag, behind it and behind =', () => {
		expect(words(['ask', 'x', '--enforcement'], '')).toEqual(['auto', 'route', 'model', 'off']);
		expect(words(['ask', 'x', '--enforcement=route', '--gateway'], 'o')).toEqual(['openrouter', 'openai']);
		expect(words(['ask', 'x'], '--enforcement=r')).toEqual(['--enforcement=route']);
		expect(words(['--color'], 'a')).toEqual(['auto', 'always']);
		expect(words(['models', '--limit'], '')).toEqual([]);
		expect(words(['routes', 'x', '--pin'], '')).toEqual(['openrouter', 'nanogpt']);
		expect(words(['routes', 'x', '--pin'], '--re')).toEqual(['--refresh']);
	});

	test('a flag is not offered twice, and behind -- none is', () => {
		expect(words(['models', '--json'], '--js')).toEqual([]);
		expect(words(['models', '--', ''], '--js')).toEqual([]);
		expect(words(['--fault', 'x', 'models'], '--fau')).toEqual(['--fault']);
	});

	test('every command and flag of the tables of names is one of the program', () => {
		const records = new Map(flattenCommands(commands).map((record) => [record.name, record]));
		for (const name of Object.keys(argumentKinds)) expect(records.get(name)?.args.length, name).toBeGreaterThan(0);
		for (const key of Object.keys(optionKinds)) {
			const [name, flag] = key.split(/ (?=--)/) as [string, string];
			expect(
				records.get(name)?.options.some(({flags}) => flags.startsWith(`${flag} <`)),
				key,
			).toBe(true);
		}
	});

	test('ids of models come from what was saved, with what the line says of the place, and nothing is asked', async () => {
		const ask = (...line: string[]) =>
			runStillroom(['completion', 'words', '--', ...line], {env: {...env, OPENROUTER_BASE_URL: 'http://127.0.0.1:1'}});
		const {code, stdout, stderr} = await ask('--sandbox', 'model', '.deepseek/deepseek-v3.2');
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toMatch(/^deepseek\/deepseek-v3\.2\tallowed$/m);
		expect((await ask('--sandbox', 'generate', 'x.txt', '.--model=deepseek/deepseek-v3.2')).stdout).toMatch(
			/^--model=deepseek\/deepseek-v3\.2\t/m,
		);
		expect((await ask('model', '.deepseek')).stdout).toBe('');
		expect((await ask('--sandbox', 'jobs', 'show', '.')).code).toBe(0);
	});
});

const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const shells = {bash: isInstalled('bash'), zsh: isInstalled('zsh'), fish: isInstalled('fish'), pwsh: isInstalled('pwsh')};

/** What a shell offers at the end of a line, with the program on its PATH. */
function complete(shell: keyof typeof shells, line: string): readonly string[] {
	const bin = path.join(home.path, 'bin');
	mkdirSync(bin, {recursive: true});
	const program = path.join(bin, 'stillroom');
	writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${findProgram()}' "$@"\n`);
	chmodSync(program, 0o755);
	const file = path.join(home.path, `script.${shell === 'pwsh' ? 'ps1' : shell}`);
	writeFileSync(file, execFileSync(program, ['completion', shell === 'pwsh' ? 'powershell' : shell]));
	const run = (command: string, args: readonly string[]) =>
		execFileSync(command, args, {
			encoding: 'utf8',
			env: {...env, HOME: home.path, PATH: `${bin}:${process.env.PATH}`, LINE: line, SCRIPT: file, TERM: 'dumb'},
		})
			.split('\n')
			.map((word) => word.replace(/\t.*/s, '').trim())
			.filter((word) => word !== '');
	if (shell === 'bash')
		return run('bash', [
			'--norc',
			'-c',
			`source "$SCRIPT"; complete -p stillroom >/dev/null || exit 1; COMP_LINE="$LINE"; COMP_POINT=\${#LINE}; COMP_WORDS=(stillroom); _stillroom; printf '%s\\n' "\${COMPREPLY[@]}"`,
		]);
	if (shell === 'fish') return run('fish', ['--no-config', '-c', 'source $SCRIPT; complete -C "$LINE"']);
	if (shell === 'pwsh')
		return run('pwsh', [
			'-NoProfile',
			'-c',
			'. $env:SCRIPT; (TabExpansion2 -inputScript $env:LINE -cursorColumn $env:LINE.Length).CompletionMatches.CompletionText',
		]);
	// The editor of zsh needs a terminal; what it would be told is caught instead.
	return run('zsh', [
		'-f',
		'-c',
		`compdef() { :; }; _files() { print files; }; _describe() { print -l -- "\${(@)\${(@P)2}%%:[A-Z]*}"; }
source "$SCRIPT"; words=(\${(z)LINE}); [[ "$LINE" == *' ' ]] && words+=(''); CURRENT=$#words; PREFIX="$words[CURRENT]"; _stillroom`,
	]);
}

describe.each(Object.entries(shells) as ReadonlyArray<readonly [keyof typeof shells, boolean]>)('in %s itself', (shell, isThere) => {
	test.skipIf(!isThere)(`commands, flags, choices and saved ids (skipped where ${shell} is not installed)`, () => {
		expect(complete(shell, 'stillroom led')).toContain('ledger');
		expect(complete(shell, 'stillroom ledger ver')).toContain('verify');
		expect(complete(shell, 'stillroom models --nd')).toContain('--ndjson');
		expect(complete(shell, 'stillroom ask x --enforcement ')).toContain('route');
		expect(complete(shell, 'stillroom --sandbox model deepseek/deepseek-v3.')).toEqual(
			expect.arrayContaining([expect.stringContaining('deepseek/deepseek-v3.2')]),
		);
	});
});

test.skipIf(!shells.bash)('bash is given only what follows a colon or an equals sign, where it cuts words', () => {
	expect(complete('bash', 'stillroom ask x --enforcement=ro')).toEqual(['route']);
	const free = complete('bash', 'stillroom --sandbox model deepseek/deepseek-r1-0528:fr');
	expect(free.every((word) => word === 'free')).toBe(true);
});
