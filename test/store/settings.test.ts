import {existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Ajv} from 'ajv';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {settingPath, settings, settingsTable, wholeSettingsSchema} from '../../source/domain/settings-schema.js';
import {resolveFolders} from '../../source/store/paths.js';
import {changeSettings, checkSettings, openSettings, readSettings, settingsPath, writeSettings} from '../../source/store/settings.js';
import {openStateStore} from '../../source/store/state-store.js';

let folder = '';
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'stillroom-settings-'));
});
afterEach(() => {
	rmSync(folder, {recursive: true, force: true});
});

const state = () => openStateStore(path.join(folder, 'state'));
const write = (text: string) => writeFileSync(settingsPath(folder), text);
const open = () => openSettings(folder, state(), () => new Date('2026-11-21T12:00:00Z'));

describe('the settings', () => {
	it('are the defaults without a file, and none is made', async () => {
		expect(await open()).toEqual({path: path.join(folder, 'settings.json'), values: {}, problems: []});
		expect(readdirSync(folder)).toEqual([]);
	});

	it('are read, and read again without being checked again', async () => {
		const values = {
			baseUrls: {nanogpt: 'https://api.nano-gpt.com/api'},
			keys: {'models.copy': 'y,c'},
			theme: 'dark',
			color: 'never',
			defaults: {filter: 'policy:yes'},
			tunerPrices: {'openai/gpt-4.1-mini': {usdPerMillionTokens: 5, asOf: '2026-11-21'}},
		};
		write(JSON.stringify(values));
		expect(await open()).toMatchObject({values, problems: []});
		expect(await open()).toMatchObject({values, problems: []});
		write('{"color": 7}');
		expect((await open()).problems).toHaveLength(1);
	});

	it.each([
		['{"color": "auto"', /settings\.json is not JSON \(line 1, column 17: close brace expected\)/],
		['{\n  // mine\n  "color" "auto"\n}', /is not JSON \(line 3, column 11: colon expected\)/],
		['', /is not JSON/],
		['{"colour": "auto"}', /there is no setting "colour": did you mean "color"[.;]/],
		['{"baseUrls": {"openruter": "https://x.example"}}', /no setting "baseUrls\.openruter": did you mean "baseUrls\.openrouter"/],
		['[1]', /cannot be used/],
		['{"color": "sometimes"}', /`?color`?.*must be equal to one of/],
		['{"keys": {"models.copy": ["y"]}}', /keys.*models\.copy.*must be string/],
		['{"apiKey": "x"}', /additional properties|apiKey/],
		['{"tunerPrices": {"openai/x": {"usdPerMillionTokens": -1, "asOf": "2026-11-21"}}}', /tunerPrices.*usdPerMillionTokens/],
		['{"tunerPrices": {"openai/x": {"usdPerMillionTokens": 1, "asOf": "today"}}}', /tunerPrices.*asOf/],
		['{"tunerPrices": {"gpt-4.1": {"usdPerMillionTokens": 1, "asOf": "2026-11-21"}}}', /tunerPrices/],
		['{"baseUrls": {"openrouter": "ftp://x"}}', /baseUrls.*openrouter/],
	])('in a broken file %j are named, set aside and not overwritten', async (text, sentence) => {
		write(text);
		expect((await readSettings(folder)).problems).toEqual([expect.stringMatching(sentence)]);
		expect(readFileSync(settingsPath(folder), 'utf8')).toBe(text);
		const settings = await open();
		expect(settings.values).toEqual({});
		expect(settings.problems).toEqual([expect.stringMatching(sentence)]);
		expect(settings.problems[0]).toContain('set aside as settings.json.broken-2026-11-21');
		expect(existsSync(settingsPath(folder))).toBe(false);
		const aside = readdirSync(folder).find((name) => name.includes('.broken-'))!;
		expect(readFileSync(path.join(folder, aside), 'utf8')).toBe(text);
	});
});

describe('a file that people write', () => {
	const commented = '{\n\t// quiet colours\n\t"color": "never", // for logs\n\t"keys": {"models.copy": "y"},\n}\n';

	it('may hold comments and a comma at the end, at the first and at every later start', async () => {
		write(commented);
		const values = {color: 'never', keys: {'models.copy': 'y'}};
		expect(await open()).toMatchObject({values, problems: []});
		expect(await open()).toMatchObject({values, problems: []});
	});

	it('keeps every other byte when a value changes', async () => {
		expect(await changeSettings(commented, ['color'], 'always')).toBe(commented.replace('"never"', '"always"'));
		expect(await changeSettings(commented, ['keys', 'models.open'], 'o')).toContain('// quiet colours\n\t"color": "never", // for logs\n');
		const added = await changeSettings('{}\n', ['baseUrls', 'openai'], 'https://x.example');
		expect(added).toBe('{\n  "baseUrls": {\n    "openai": "https://x.example"\n  }\n}\n');
		expect(await changeSettings('{\n  "bell": true,\n  "mouse": true\n}\n', ['bell'], undefined)).toBe('{\n  "mouse": true\n}\n');
	});

	it('is checked as a text before it replaces anything, and a link stays a link', async () => {
		expect(await checkSettings(commented)).toEqual([]);
		expect(await checkSettings('{"bell": "loud"}')).toEqual([expect.stringMatching(/bell.*boolean/)]);
		writeFileSync(path.join(folder, 'real.json'), '{}');
		symlinkSync(path.join(folder, 'real.json'), settingsPath(folder));
		writeSettings(folder, commented);
		expect(lstatSync(settingsPath(folder)).isSymbolicLink()).toBe(true);
		expect(readFileSync(path.join(folder, 'real.json'), 'utf8')).toBe(commented);
	});
});

describe('the schema of the settings', () => {
	it('explains every setting, with a default or none on purpose, and examples that fit', async () => {
		const noDefault = ['baseUrls.azure', 'baseUrls.compatible', 'defaults.sort'];
		for (const {key, schema} of settings) {
			expect([key, schema.title, schema.description]).toEqual([key, expect.any(String), expect.any(String)]);
			expect([key, schema.default === undefined]).toEqual([key, noDefault.includes(key)]);
			expect([key, schema.examples?.length]).toEqual([key, expect.any(Number)]);
			const wrap = (value: unknown) => JSON.stringify(settingPath(key)!.reduceRight((inner, name) => ({[name]: inner}), value as object));
			for (const value of [...schema.examples!, ...(schema.default === undefined ? [] : [schema.default])])
				expect([key, await checkSettings(wrap(value))]).toEqual([key, []]);
		}
	});

	it('is a JSON Schema that stands alone', () => {
		const validate = new Ajv({strict: true, allowUnionTypes: true}).compile(wholeSettingsSchema);
		expect(validate({color: 'never', $schema: './settings.schema.json'})).toBe(true);
		expect(validate({colour: 'never'})).toBe(false);
		expect(JSON.stringify(wholeSettingsSchema)).not.toContain('"$id"');
	});

	it('finds where a key stands, dots in names of the user’s included', () => {
		expect(settingPath('keys.models.copy')).toEqual(['keys', 'models.copy']);
		expect(settingPath('baseUrls.openai')).toEqual(['baseUrls', 'openai']);
		expect([settingPath('baseUrls.nobody'), settingPath('color.x'), settingPath('colour'), settingPath('keys.')]).toEqual([
			null,
			null,
			null,
			null,
		]);
	});

	it('makes a table for documents', () => {
		const lines = settingsTable().trimEnd().split('\n');
		expect(lines).toHaveLength(settings.length + 2);
		for (const line of lines) expect(line.replaceAll('\\|', '').split('|')).toHaveLength(7);
		expect(settingsTable()).toContain('| `color` | auto, always, never | `"auto"` |');
	});
});

describe('what screens remember', () => {
	it('comes back; a broken file and an unwritable folder are nothing remembered', () => {
		expect(state().read('ui')).toBeUndefined();
		state().save('ui', {filter: 'qwen'});
		expect(state().read('ui')).toEqual({filter: 'qwen'});
		writeFileSync(path.join(folder, 'state', 'ui.json'), '{"filter":');
		expect(state().read('ui')).toBeUndefined();
		const lost = openStateStore(path.join(folder, 'state', 'ui.json'));
		expect(() => lost.save('ui', 1)).not.toThrow();
		expect(lost.read('ui')).toBeUndefined();
	});
});

describe('the folders', () => {
	const home = '/home/someone';

	it('are all below the named home', () => {
		expect(resolveFolders('/tmp/h', {env: {XDG_DATA_HOME: '/elsewhere'}})).toEqual({
			home: '/tmp/h',
			config: '/tmp/h',
			data: '/tmp/h/data',
			state: '/tmp/h/state',
		});
	});

	it('follow the XDG variables where they are absolute', () => {
		const env = {XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d', XDG_STATE_HOME: 'relative'};
		expect(resolveFolders(null, {env, platform: 'linux', home})).toEqual({
			home: '/d/stillroom',
			config: '/c/stillroom',
			data: '/d/stillroom',
			state: '/home/someone/.local/state/stillroom',
		});
		expect(resolveFolders('', {env: {}, platform: 'linux', home}).config).toBe('/home/someone/.config/stillroom');
	});
});
