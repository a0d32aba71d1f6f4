import {chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {SettingState} from '../../source/cli/setting-states.js';
import {checkSettings} from '../../source/store/settings.js';
import {runStillroom} from '../helpers/run-stillroom.js';

let home = '';
beforeEach(() => {
	home = mkdtempSync(path.join(tmpdir(), 'stillroom-config-'));
});
afterEach(() => {
	rmSync(home, {recursive: true, force: true});
});

const file = () => path.join(home, 'settings.json');
const write = (text: string) => writeFileSync(file(), text);
const read = () => readFileSync(file(), 'utf8');
const config = (words: readonly string[], env: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) =>
	runStillroom([...flags, 'config', ...words], {env: {STILLROOM_HOME: home, ...env}});

async function states(
	env: Readonly<Record<string, string>> = {},
	flags: readonly string[] = [],
): Promise<ReadonlyMap<string, SettingState>> {
	const {stdout} = await config(['print', '--json'], env, flags);
	return new Map((JSON.parse(stdout) as readonly SettingState[]).map((state) => [state.key, state]));
}

describe('config print', () => {
	test('says of every setting where it comes from: a flag before the environment, that before the file, that before the default', async () => {
		write(
			'{"baseUrls": {"openai": "https://file.example", "nanogpt": "https://me:secret@file.example"}, "keys": {"models.copy": "y"}, "bell": true}',
		);
		const env = {OPENAI_BASE_URL: 'https://variable.example', NO_COLOR: '1', INK_SCREEN_READER: 'true', OPENAI_API_KEY: 'sk-very-secret'};
		const found = await states(env, ['--openrouter-url', 'https://flag.example', '--theme', 'dark']);
		const says = (key: string) => [found.get(key)?.value, found.get(key)?.origin.kind, found.get(key)?.origin.name];
		expect(says('baseUrls.openrouter')).toEqual(['https://flag.example', 'flag', '--openrouter-url']);
		expect(says('baseUrls.openai')).toEqual(['https://variable.example', 'environment', 'OPENAI_BASE_URL']);
		expect(says('baseUrls.together')).toEqual(['https://api.together.ai/v1', 'default', null]);
		expect(says('keys.models.copy')).toEqual(['y', 'settings', file()]);
		expect(says('bell')).toEqual([true, 'settings', file()]);
		expect(says('theme')).toEqual(['dark', 'flag', '--theme']);
		expect(says('color')).toEqual(['never', 'environment', 'NO_COLOR']);
		expect(says('screenReader')).toEqual([true, 'environment', 'INK_SCREEN_READER']);
		expect(says('mouse')).toEqual([false, 'default', null]);
		expect(says('home')).toEqual([home, 'environment', 'STILLROOM_HOME']);
		expect(JSON.stringify([...found.values()])).not.toMatch(/secret/);
		expect((await states({}, ['--sandbox'])).get('baseUrls.openai')?.origin.name).toBe('--sandbox');
	});

	test('--file writes a file with comments that means what the settings mean', async () => {
		write('{"theme": "dark", "baseUrls": {"openai": "https://file.example"}, "keys": {"models.copy": "y"}}');
		const {stdout} = await config(['print', '--file']);
		expect(await checkSettings(stdout)).toEqual([]);
		const before = await states();
		write(stdout);
		expect(await states()).toEqual(before);
		// Every line that is commented out can be used as it is.
		write(stdout.replaceAll(/^(\s*)\/\/ "/gm, '$1"'));
		expect(await config(['validate'])).toMatchObject({code: 0});
	});
});

describe('config get, set, unset', () => {
	test('change one value and leave every other byte', async () => {
		write('{\n\t// mine\n\t"theme": "dark", // at night\n\t"bell": true\n}\n');
		expect(await config(['set', 'theme', 'light'])).toMatchObject({code: 0, stdout: ''});
		expect(read()).toBe('{\n\t// mine\n\t"theme": "light", // at night\n\t"bell": true\n}\n');
		expect((await config(['get', 'theme'])).stdout).toBe('light\n');
		expect(await config(['unset', 'theme'])).toMatchObject({code: 0});
		expect((await config(['get', 'theme'])).stdout).toBe('default\n');
		expect(await config(['set', 'keys.models.copy', 'ctrl+y'])).toMatchObject({code: 0});
		expect((await config(['get', 'keys.models.copy'])).stdout).toBe('ctrl+y\n');
		expect(await config(['get', 'keys.models.open'])).toMatchObject({code: 1, stdout: ''});
		expect(readdirSync(home)).toEqual(['settings.json']);
	});

	test('makes the file where there is none, with two spaces', async () => {
		await config(['set', 'baseUrls.openai', 'https://x.example']);
		expect(read()).toBe('{\n  "baseUrls": {\n    "openai": "https://x.example"\n  }\n}\n');
	});

	test.each<readonly [readonly string[], RegExp]>([
		[['set', 'colour', 'never'], /no setting "colour": did you mean "color"/],
		[['set', 'color', 'sometimes'], /It is one of auto, always, never/],
		[['set', 'bell', 'yes'], /true or false/],
		[['set', 'baseUrls.openai', 'ftp://x'], /must match pattern/],
		[['set', 'tunerPrices.openai/x', '{"usdPerMillionTokens": -1, "asOf": "2026-11-21"}'], /usdPerMillionTokens/],
		[['set', 'tunerPrices.openai/x', 'five'], /is JSON/],
		[['set', 'keys.models.cpy', 'y'], /no action: did you mean "models\.copy"/],
		[['set', 'keys.models.copy', 'ctl+y'], /written "ctrl\+y"/],
		[['set', 'theme', 'drak'], /name the theme "drak"; there are default, dark/],
		[['get', 'apiKey'], /no setting "apiKey"/],
	])('%j is refused, and nothing is written', async (words, sentence) => {
		const {code, stderr} = await config(words);
		expect([code, existsSync(file())]).toEqual([2, false]);
		expect(stderr).toMatch(sentence);
	});

	test('say when something else comes before the file, and when keys clash', async () => {
		const {stderr} = await config(['set', 'baseUrls.openai', 'https://x.example'], {OPENAI_BASE_URL: 'https://y.example'});
		expect(stderr).toContain('OPENAI_BASE_URL says otherwise now');
		const clash = await config(['set', 'keys.models.copy', 'j']);
		expect([clash.code, clash.stderr]).toEqual([0, expect.stringMatching(/models\.copy and list\.down both want j/)]);
		expect((await config(['set', 'bell', 'true'])).stderr).not.toContain('both want');
		expect(await config(['validate'])).toMatchObject({code: 1, stderr: expect.stringMatching(/list\.down/)});
	});

	test('check themes as the dashboard does: names, tones, colours', async () => {
		write('{"themes": {"mine": {"base": "drak", "colors": {"godo": "green", "bad": "blood"}}}}');
		const {code, stderr} = await config(['validate']);
		expect([code, stderr]).toEqual([
			1,
			expect.stringMatching(
				/3 problems with themes[\s\S]*begins with "drak"[\s\S]*"godo", which is no tone[\s\S]*"blood", which is no colour/,
			),
		]);
		expect(await config(['set', 'theme', 'mine'])).toMatchObject({code: 0});
		write('{"theme": "mine"}');
		expect(await config(['validate'])).toMatchObject({code: 1, stderr: expect.stringMatching(/1 problem with themes[\s\S]*"mine"/)});
		expect((await config(['set', 'bell', 'true'])).stderr).not.toContain('mine');
		expect(await config(['set', 'theme', 'dark'])).toMatchObject({code: 0});
		expect(await config(['validate'])).toMatchObject({code: 0});
	});

	test('leave a broken file alone', async () => {
		write('{"theme": ');
		expect(await config(['set', 'theme', 'dark'])).toMatchObject({code: 1});
		expect(read()).toBe('{"theme": ');
	});
});

describe.skipIf(process.platform === 'win32')('config edit', () => {
	/** An editor that writes this. */
	function editor(text: string): string {
		const script = path.join(home, 'editor');
		writeFileSync(script, `#!/bin/sh\ncat > "$1" <<'END'\n${text}\nEND\n`);
		chmodSync(script, 0o700);
		return script;
	}

	test('replaces the settings by what was written', async () => {
		write('{"bell": true}');
		expect(await config(['edit'], {EDITOR: editor('{"bell": false}')})).toMatchObject({code: 0});
		expect(read()).toBe('{"bell": false}\n');
	});

	test('replaces nothing by what cannot be used, and says where it is kept', async () => {
		write('{"bell": true}');
		const {code, stderr} = await config(['edit'], {EDITOR: editor('{"bel": false}')});
		expect([code, read()]).toEqual([1, '{"bell": true}']);
		expect(stderr).toContain('did you mean "bell"');
		const kept = /What was written is in (.*)\.$/m.exec(stderr)![1]!;
		expect(readFileSync(kept, 'utf8')).toBe('{"bel": false}\n');
		rmSync(path.dirname(kept), {recursive: true});
	});

	test('says what to do without an editor', async () => {
		expect(await config(['edit'])).toMatchObject({code: 2, stderr: expect.stringContaining('EDITOR')});
	});
});

test('config schema prints a schema that holds what the file may hold', async () => {
	const schema = JSON.parse((await config(['schema'])).stdout);
	expect(Object.keys(schema.properties)).toContain('baseUrls');
	expect(schema.additionalProperties).toBe(false);
});
