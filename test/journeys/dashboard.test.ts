import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {backOnModels, bothFresh, openDashboard, openFreshDashboard, shownRows as shown} from '../helpers/open-dashboard.js';
import {makeFolder} from '../helpers/run-stillroom.js';
import {modes, type OpenTerminal} from '../helpers/terminal.js';

let sandbox: Sandbox;
/** A home where both catalogues are saved: the list is there at once. */
const savedHome = makeFolder();

beforeAll(async () => {
	sandbox = await startSandbox();
	await using terminal = await openFreshDashboard(sandbox, [], {home: savedHome.path});
	terminal.press('q');
	await terminal.exited;
});
afterAll(async () => {
	await sandbox.close();
	savedHome.remove();
});

/** Every text file below a folder, joined. */
const everything = (folder: string): string =>
	readdirSync(folder, {recursive: true, encoding: 'utf8'})
		.map((name) => join(folder, name))
		.filter((file) => statSync(file).isFile())
		.map((file) => readFileSync(file, 'latin1'))
		.join('\n');

describe.each(modes)('read by the %s:', (mode) => {
	/** The dashboard on the saved catalogues, with nothing kept of the test before. */
	async function openSaved(): Promise<OpenTerminal> {
		const terminal = openDashboard(sandbox, ['--fresh'], {home: savedHome.path, mode});
		await terminal.waitFor({screen: /(\d+) of \1/, reader: /^1 of \d+: /m});
		return terminal;
	}

	describe('Models', () => {
		test('the filter narrows while it is typed, enter keeps it, esc clears it', async () => {
			await using terminal = await openSaved();
			const all = shown(terminal.text());
			terminal.press('/', 'qwen');
			await terminal.waitFor((text) => shown(text) > 0 && shown(text) < all);
			terminal.press(' policy:yes');
			await terminal.waitFor({screen: /\/ qwen policy:yes /, reader: 'Filter: qwen policy:yes, '});
			terminal.press('enter');
			await terminal.waitFor({screen: 'enter routes', reader: 'Filter kept: qwen policy:yes'});
			// With a very busy machine the rows come a frame after the text that was typed.
			const rowsOf = (text: string) => text.split('\n').filter((line) => /^[> ][ *] {1,2}(YES|NO|\?)/.test(line));
			await terminal.waitFor({
				screen: (text) => rowsOf(text).length > 3 && rowsOf(text).every((line) => /^[> ][ *] +YES/.test(line)),
				reader: /^1 of \d+: YES, allowed/m,
			});
			terminal.press('esc');
			await terminal.waitFor({screen: `${all} of ${all}`, reader: `no filter, ${all} models`});
		});

		test('an unknown filter key is named, with those that exist, and tab completes', async () => {
			await using terminal = await openSaved();
			terminal.press('/', 'polcy:yes');
			await terminal.waitFor(/polcy.*policy/);
			terminal.press('ctrl+u', 'pol', 'tab');
			await terminal.waitFor({screen: '/ policy:', reader: 'Filter: policy:'});
		});

		test('D walks through YES, YES + ?, NO and all', async () => {
			await using terminal = await openSaved();
			const all = shown(terminal.text());
			terminal.press('D');
			const yes = shown(await terminal.waitFor(/distillable YES(?: {2}|[,.])/));
			terminal.press('D');
			const notNo = shown(await terminal.waitFor({screen: 'distillable YES + ?', reader: 'distillable YES or unknown'}));
			terminal.press('D');
			const no = shown(await terminal.waitFor('distillable NO'));
			terminal.press('D');
			await terminal.waitFor('distillable all');
			expect(yes).toBeGreaterThan(0);
			expect(notNo).toBeGreaterThan(yes);
			expect(notNo + no).toBe(all);
		});

		test('s sorts by a chosen column, S turns the order', async () => {
			await using terminal = await openSaved();
			terminal.press('s');
			await terminal.waitFor('Sort by');
			terminal.press('output', 'enter');
			await terminal.waitFor({screen: /Out\$\/M\^/, reader: 'Sorted by Output price, ascending'});
			terminal.press('S');
			await terminal.waitFor({screen: /Out\$\/Mv/, reader: 'Sorted by Output price, descending'});
		});

		test('f adds a facet to the filter', async () => {
			await using terminal = await openSaved();
			terminal.press('f');
			await terminal.waitFor('Facets');
			terminal.press('author anthropic', 'enter');
			await terminal.waitFor({screen: /\/ author:anthropic/, reader: 'Filter: author:anthropic'});
		});

		test('marked models stand side by side', async () => {
			await using terminal = await openSaved();
			terminal.press('c');
			await terminal.waitFor('mark at least two models with space');
			terminal.press('space', 'space');
			await terminal.waitFor('2 marked');
			terminal.press('c');
			await terminal.waitFor(/Compare(?: ·|,) models/);
			await terminal.waitFor(/Because/);
			terminal.press('esc');
			await terminal.waitFor({screen: '2 marked', reader: 'Screen 1, Models'});
		});

		test('P shows every layer with source and time, i the rows as they came', async () => {
			await using terminal = await openSaved();
			terminal.press('/', 'qwen3-235b', 'enter', 'P');
			const evidence = await terminal.waitFor('Policy evidence');
			for (const word of ['OpenRouter, list of distillable models', 'source', 'read', 'Informational, not legal advice'])
				expect(evidence).toContain(word);
			terminal.press('esc');
			await terminal.waitFor(backOnModels);
			terminal.press('i');
			await terminal.waitFor(/"canonical_slug"|"id": "/);
		});

		test('y puts the id on the clipboard of the terminal and into a file', async () => {
			await using terminal = await openSaved();
			const id = (mode === 'reader' ? /^1 of \d+: [^.]+\. ([^,\s]+),/m : /^>\s+\S+\s+(\S+)/m).exec(terminal.text())![1]!;
			terminal.press('y');
			await terminal.waitFor('OSC 52');
			const sent = /\u001B\]52;c;([A-Za-z\d+/=]+)\u0007/.exec(terminal.received())![1]!;
			expect(Buffer.from(sent, 'base64').toString()).toBe(id);
			expect(readFileSync(join(terminal.home, 'data', 'clipboard.txt'), 'utf8')).toBe(id);
		});

		test('Y offers JSON, curl and the provider object', async () => {
			await using terminal = await openSaved();
			terminal.press('Y');
			const menu = await terminal.waitFor('Copy as');
			for (const word of ['JSON', 'curl for OpenRouter', 'provider object', 'policy evidence']) expect(menu).toContain(word);
			terminal.press('curl', 'enter');
			await terminal.waitFor('OSC 52');
			const sent = /\u001B\]52;c;([A-Za-z\d+/=]+)\u0007/.exec(terminal.received())![1]!;
			expect(Buffer.from(sent, 'base64').toString()).toContain('Bearer $OPENROUTER_API_KEY');
		});
	});

	describe('Routes', () => {
		test('enter opens them, says why each falls out, and pins the safe ones', async () => {
			await using terminal = await openSaved();
			terminal.press('/', 'deepseek/deepseek-v3.2', 'enter', 'enter');
			const routes = await terminal.waitFor(/safe pin [1-9]/);
			if (mode === 'reader') terminal.press(',');
			expect(routes).toMatch(/OpenRouter's enforcement leaves \d+ of \d+/);
			await terminal.waitFor({screen: 'Pin ', reader: /^Pin: /m});
			terminal.press('enter');
			await terminal.waitFor('provider object, kept as the pin');
			const sent = [...terminal.received().matchAll(/\u001B\]52;c;([A-Za-z\d+/=]+)\u0007/g)].at(-1)![1]!;
			const pin = JSON.parse(Buffer.from(sent, 'base64').toString()) as {readonly provider: Record<string, unknown>};
			expect(pin.provider).toMatchObject({allow_fallbacks: false, enforce_distillable_text: true});
			expect(pin.provider.only).not.toEqual([]);
			terminal.press('esc');
			await terminal.waitFor('distillable all');
		});

		test('have a filter of their own', async () => {
			await using terminal = await openSaved();
			terminal.press('/', 'deepseek/deepseek-v3.2', 'enter', 'enter');
			await terminal.waitFor(/safe pin [1-9]/);
			terminal.press('/', 'gateway:nanogpt', 'enter');
			const text = await terminal.waitFor(/gateway:nanogpt/);
			const rows = text.split('\n').filter((line) => /^(?:[> ][ *] +(?:YES|NO|\?)|\d+ of \d+: )/.test(line));
			expect(rows.every((line) => / nano |at NanoGPT/.test(line))).toBe(true);
		});
	});

	test('the palette runs a command by its name, and opens a screen with a filter', async () => {
		await using terminal = await openSaved();
		terminal.press(':');
		await terminal.waitFor('Commands');
		terminal.press('request log', 'enter');
		await terminal.waitFor('Request log');
		terminal.press('esc');
		await terminal.waitFor(backOnModels);
		terminal.press('ctrl+p');
		await terminal.waitFor('Commands');
		terminal.press('models free', 'enter');
		await terminal.waitFor({screen: /\/ free /, reader: /filter:? free,/i});
	});

	test('help lists the keys of the screen first, and is searched', async () => {
		await using terminal = await openSaved();
		terminal.press('?');
		const help = await terminal.waitFor(/Help(?: ·|,) Models/);
		expect(help).toContain('Most used');
		terminal.press('/', 'suspend', 'enter');
		await terminal.waitFor(/(?:ctrl\+|control )z,?\s+suspend to the shell/);
		terminal.press('q');
		await terminal.waitFor(backOnModels);
	});

	test('keys of services stand on no screen, in no file and not in the log', async () => {
		const keys = {
			OPENROUTER_API_KEY: 'sk-or-v1-recognisable-1',
			NANOGPT_API_KEY: 'nano-recognisable-2',
			OPENAI_API_KEY: 'sk-recognisable-3',
		};
		await using terminal = await openFreshDashboard(sandbox, [], {env: keys, mode});
		terminal.press('enter');
		await terminal.waitFor('in the safe pin');
		terminal.press('L');
		const log = await terminal.waitFor('Request log');
		expect(log).toMatch(/GET \/models\S* 200/);
		terminal.press('esc');
		await terminal.waitFor({screen: 'keep the pin', reader: 'Screen 2, Routes'});
		terminal.press('t');
		await terminal.waitFor('nothing was sent yet');
		terminal.press('Say hello.', 'ctrl+s');
		await terminal.waitFor({screen: 'copy the answer', reader: 'The answer ends.'});
		terminal.press('q');
		await terminal.exited;
		expect(terminal.received()).not.toContain('recognisable');
		expect(everything(terminal.home)).not.toContain('recognisable');
	});

	describe('what was set', () => {
		test('is there again at the next start, and --fresh leaves it out', async () => {
			const home = makeFolder();
			{
				await using terminal = await openFreshDashboard(sandbox, [], {home: home.path, mode});
				terminal.press('/', 'author:qwen', 'enter', 'D');
				await terminal.waitFor(/distillable YES(?: {2}|[,.])/);
				terminal.press('>');
				await terminal.waitFor({screen: /sort (?!Policy)/, reader: /Sorted by (?!Policy)/});
				terminal.press('q');
				expect(await terminal.exited).toEqual({code: 0, signal: 0});
			}
			{
				await using terminal = openDashboard(sandbox, [], {home: home.path, mode});
				const text = await terminal.waitFor('author:qwen');
				expect(text).toMatch(/distillable YES(?: {2}|[,.])/);
				expect(text).not.toMatch(/sort(?:ed by)? Policy/);
				terminal.press('q');
				await terminal.exited;
			}
			{
				await using terminal = openDashboard(sandbox, ['--fresh'], {home: home.path, mode});
				const text = await terminal.waitFor('no filter');
				expect(text).toContain('distillable all');
			}
			home.remove();
		});

		test('is kept by two dashboards on one home, and each goes on working', async () => {
			const home = makeFolder();
			await using first = await openFreshDashboard(sandbox, [], {home: home.path, mode});
			await using second = await openFreshDashboard(sandbox, [], {home: home.path, mode});
			first.press('r');
			second.press('r', '/', 'deepseek', 'enter');
			await second.waitFor({screen: /\/ deepseek/, reader: /Filter(?: kept)?: deepseek/});
			first.press('D');
			await first.waitFor(/distillable YES(?: {2}|[,.])/);
			for (const terminal of [first, second]) {
				terminal.press('q');
				expect(await terminal.exited).toEqual({code: 0, signal: 0});
			}
			await using third = openDashboard(sandbox, [], {home: home.path, mode});
			await third.waitFor(/\d+ of \d+/);
			home.remove();
		});
	});

	test('--sandbox shows everything without a network, and says that it is the sandbox', async () => {
		await using terminal = openDashboard(
			{urls: {openrouter: 'http://127.0.0.1:9', nanogpt: 'http://127.0.0.1:9', openai: 'http://127.0.0.1:9'}},
			['--sandbox'],
			{mode},
		);
		await terminal.waitFor(/stillroom,? sandbox/);
		await terminal.waitFor(bothFresh);
	});
});
