import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {bothFresh, chosenRow, openDashboard, openFreshDashboard, toSandbox} from '../helpers/open-dashboard.js';
import {makeFolder} from '../helpers/run-stillroom.js';
import {type Mode, modes, openTerminal} from '../helpers/terminal.js';

const folder = makeFolder();
/** A catalogue of 40 models in the shape of OpenRouter's answer: small, so that these tests are about what fails. */
const catalogueFile = join(folder.path, 'models.json');
const row = (id: string, name = id) => ({
	id,
	name,
	created: 1_760_000_000,
	context_length: 8192,
	pricing: {prompt: '0.000001', completion: '0.000002'},
	architecture: {input_modalities: ['text'], output_modalities: ['text']},
	supported_parameters: ['tools'],
});
const rows = Array.from({length: 40}, (_, index) => row(`maker/model-${index}`));
let sandbox: Sandbox;
/** Where a server was, and is no more. */
let gone: Sandbox['urls'];

beforeAll(async () => {
	writeFileSync(catalogueFile, JSON.stringify({data: rows}));
	sandbox = await startSandbox({catalogueFile});
	const short = await startSandbox();
	gone = short.urls;
	await short.close();
});
afterAll(async () => {
	await sandbox.close();
	folder.remove();
});

const port = (server: Sandbox): number => Number(new URL(server.urls.openrouter).port);

describe.each(modes)('read by the %s:', (mode) => {
	describe('a service that fails', () => {
		test.each<readonly [string, string, RegExp]>([
			['sends a page instead of JSON', 'openrouter:/models*=html', /OpenRouter .*page/],
			['breaks off in the middle', 'openrouter:/models*=cut', /OpenRouter (?:could not|cannot) be rea/],
			['sends broken JSON', 'openrouter:/models*=malformed', /OpenRouter .*JSON/],
			['resets the connection', 'openrouter:/models*=reset', /OpenRouter cannot be reached/],
			['limits requests', 'openrouter:/models*=rate-limit:60', /OpenRouter is limiting requests/],
			['is not available', 'openrouter:/models*=status:503', /OpenRouter is not available/],
		])('and %s is named in a sentence, while the other is shown', async (_, faults, sentence) => {
			const broken = await startSandbox({faults});
			try {
				await using terminal = openDashboard(broken, [], {mode});
				const text = await terminal.waitFor(
					{screen: new RegExp(`^ ${sentence.source}`, 'm'), reader: new RegExp(`^OpenRouter: failed\\. ${sentence.source}`, 'm')},
					20_000,
				);
				expect(text).toMatch(/or failed|OpenRouter: failed/);
				expect(text).not.toMatch(/undefined|\[object|Error:/);
				await terminal.waitFor(/nano \d+ s|NanoGPT: fresh/);
				await terminal.waitFor(/[1-9]\d* (?:of \d+|models)/);
			} finally {
				await broken.close();
			}
		});

		test('keeps what was saved on the screen, with its age, and r tries again', async () => {
			const home = makeFolder();
			const first = await startSandbox({catalogueFile});
			const at = port(first);
			{
				await using terminal = await openFreshDashboard(first, [], {home: home.path, mode});
				terminal.press('q');
				await terminal.exited;
			}
			await first.close();
			{
				await using terminal = openDashboard(first, [], {home: home.path, mode});
				const text = await terminal.waitFor({
					screen: /or failed, \d+ ?s old +nano failed, \d+ ?s old/,
					reader: (text) => text.includes('OpenRouter: failed') && text.includes('NanoGPT: failed'),
				});
				expect(text).toContain('maker/model-0');
				expect(text).toContain('Nothing listens at');
				expect(text).toContain('Showing what was saved');
				const again = await startSandbox({port: at, catalogueFile});
				terminal.press('r');
				await terminal.waitFor(bothFresh);
				await again.close();
			}
			home.remove();
		});

		test('offers the sandbox when nothing is saved', async () => {
			await using terminal = openDashboard({urls: gone}, [], {mode});
			const text = await terminal.waitFor('No catalogue could be read');
			for (const word of [/Nothing listens at/, /sandbox/, /r,? +tries again/]) expect(text).toMatch(word);
		});

		test('for its routes alone says so on the Routes screen', async () => {
			const broken = await startSandbox({faults: 'openrouter:/models/*/endpoints=status:503;openrouter:/endpoints/zdr=status:503'});
			try {
				await using terminal = await openFreshDashboard(broken, [], {mode});
				terminal.press('/', 'deepseek/deepseek-v3.2', 'enter', 'enter');
				await terminal.waitFor('OpenRouter failed', 20_000);
			} finally {
				await broken.close();
			}
		});

		test('is not sent a key that cannot be one, and the key is not shown', async () => {
			await using terminal = openDashboard(sandbox, [], {env: {OPENROUTER_API_KEY: 'two\nrecognisable-lines'}, mode});
			await terminal.waitFor('The key for OpenRouter cannot be sent');
			await terminal.waitFor(/nano \d+ s|NanoGPT: fresh/);
			expect(terminal.received()).not.toContain('recognisable');
		});
	});

	describe('a home folder', () => {
		test('that cannot be written loses the memory, not the dashboard', async () => {
			const file = join(folder.path, 'a-file-instead-of-a-folder');
			writeFileSync(file, 'not a folder');
			await using terminal = await openFreshDashboard(sandbox, [], {home: file, mode});
			await terminal.waitFor(/40 (?:of|models)/);
			terminal.press('y');
			await terminal.waitFor('OSC 52');
			terminal.press('q');
			expect(await terminal.exited).toEqual({code: 0, signal: 0});
			expect(readFileSync(file, 'utf8')).toBe('not a folder');
		});

		test('with broken settings names them, sets them aside, and starts', async () => {
			const home = makeFolder();
			mkdirSync(home.path, {recursive: true});
			const file = join(home.path, 'settings.json');
			writeFileSync(file, '{"theme": 7}');
			await using terminal = openDashboard(sandbox, [], {home: home.path, mode});
			await terminal.waitFor(/settings.json.*(theme|string)/);
			terminal.press('q');
			await terminal.exited;
			expect(() => readFileSync(file)).toThrow();
			home.remove();
		});

		test('with a broken saved catalogue starts and reads it anew', async () => {
			const home = makeFolder();
			{
				await using terminal = await openFreshDashboard(sandbox, [], {home: home.path, mode});
				terminal.press('q');
				await terminal.exited;
			}
			const {globSync} = await import('node:fs');
			for (const file of globSync('data/**/*.json*', {cwd: home.path})) writeFileSync(join(home.path, file), '{"cut');
			await using terminal = await openFreshDashboard(sandbox, [], {home: home.path, mode});
			await terminal.waitFor(/40 (?:of|models)|\d+ of \d+/);
			rmSync(home.path, {recursive: true, force: true});
		});

		test('may rebind keys', async () => {
			const home = makeFolder();
			writeFileSync(join(home.path, 'settings.json'), '{"keys": {"app.log": "w"}}');
			await using terminal = await openFreshDashboard(sandbox, [], {home: home.path, mode});
			terminal.press('w');
			await terminal.waitFor('Request log');
			home.remove();
		});
	});

	describe('a catalogue', () => {
		const serve = async (data: unknown, use: (server: Sandbox) => Promise<void>): Promise<void> => {
			const file = join(folder.path, 'other.json');
			writeFileSync(file, JSON.stringify({data}));
			const server = await startSandbox({catalogueFile: file, distillableFile: file});
			try {
				await use(server);
			} finally {
				await server.close();
			}
		};

		test('of no models says so', () =>
			serve([], async (server) => {
				await using terminal = openTerminal([], {env: {...toSandbox(server), NANOGPT_BASE_URL: gone.nanogpt}, mode});
				const text = await terminal.waitFor('answered with an empty list');
				expect(text).toContain('NanoGPT');
			}));

		// Both at once: what takes long is to make and to serve so many.
		test.runIf(mode === 'screen')('of 100,000 models scrolls and filters, also read aloud', () =>
			serve(
				Array.from({length: 100_000}, (_, index) => row(`maker/model-${index}`)),
				async (server) => {
					const scroll = async (each: Mode) => {
						await using terminal = openTerminal([], {env: {...toSandbox(server), NANOGPT_BASE_URL: gone.nanogpt}, mode: each});
						await terminal.waitFor({screen: '100,000 of 100,000', reader: '1 of 100,000'}, 25_000);
						terminal.press('G');
						await terminal.waitFor({screen: /^>.*maker\/model-\d+/m, reader: /^100,000 of 100,000: .*maker\/model-\d+/m});
						terminal.press('/', 'model-54321', 'enter');
						await terminal.waitFor(chosenRow('maker/model-54321'));
						terminal.press('q');
						expect(await terminal.exited).toEqual({code: 0, signal: 0});
					};
					await Promise.all(modes.map(scroll));
				},
			),
		);

		test('with escape sequences, wide and right-to-left names neither moves the cursor nor a column', () =>
			serve(
				[
					row('maker/red', 'a \u001B[31mred\u001B[2J\u001B[H \u001B]0;title\u0007name'),
					row('maker/日本語', '日本語'),
					row('maker/evil', '\u202Eevil\u202C'),
					row('maker/עברית', 'עברית'),
					row('maker/plain'),
					row('maker/\u001B[31mred-id'),
				],
				async (server) => {
					await using terminal = openTerminal([], {env: {...toSandbox(server), NANOGPT_BASE_URL: gone.nanogpt}, mode});
					await terminal.waitFor({screen: '5 of 5', reader: '1 of 5'});
					expect(terminal.received()).not.toContain('\u001B[31mred');
					expect(terminal.received()).not.toMatch(/\u001B\]0;title|\u202E/);
					if (mode === 'screen') {
						const lines = terminal.lines();
						expect(lines[0]).toMatch(/^ stillroom/);
						const listed = lines.filter((line) => /^[> ] {2}\S+ +maker/.test(line));
						expect(listed).toHaveLength(5);
						// The rows' ends stand below each other in cells of the terminal, where a wide character takes two.
						const columns = new Set(
							listed.map((line) =>
								[...line.slice(0, line.search(/8\.2k/))].reduce((sum, character) => sum + (/[\u3000-\u9FFF]/.test(character) ? 2 : 1), 0),
							),
						);
						expect(columns.size).toBe(1);
					} else expect(terminal.received()).not.toMatch(/\u001B\[[\d;]*[A-HJKSTf]/);
					terminal.press('/', 'red', 'enter');
					await terminal.waitFor({screen: 'a red name', reader: 'maker/red'});
					terminal.press('L');
					await terminal.waitFor(/1 dropped: row 6 \(maker\/red-id\) has a bad id/);
				},
			));
	});
});
