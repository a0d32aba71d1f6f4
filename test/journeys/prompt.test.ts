import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openLedger} from '../../source/store/ledger/open-ledger.js';
import {bothFresh, chosenRow} from '../helpers/open-dashboard.js';
import {modes, type OpenTerminal, openTerminal, type TerminalOptions} from '../helpers/terminal.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const key = 'sk-journey-0123456789abcdef';

async function readLedger<T>(home: string, read: (ledger: Awaited<ReturnType<typeof openLedger>>) => T | Promise<T>): Promise<T> {
	const ledger = await openLedger(join(home, 'data'));
	try {
		return await read(ledger);
	} finally {
		await ledger.close();
	}
}

describe.each(modes)('read by the %s:', (mode) => {
	const open = (options: TerminalOptions = {}): OpenTerminal =>
		openTerminal(['--fresh'], {
			...options,
			mode,
			env: {
				OPENROUTER_BASE_URL: sandbox.urls.openrouter,
				NANOGPT_BASE_URL: sandbox.urls.nanogpt,
				OPENAI_BASE_URL: sandbox.urls.openai,
				OPENROUTER_API_KEY: key,
				NANOGPT_API_KEY: key,
				OPENAI_API_KEY: key,
				...options.env,
			},
		});

	/** Filters to one model and waits until it is the chosen one. */
	async function choose(terminal: OpenTerminal, id: string): Promise<void> {
		terminal.press('1');
		await terminal.waitFor({screen: /\d+ of \d+/, reader: 'Screen 1, Models'});
		terminal.press('/', `id:${id}`, 'enter');
		await terminal.waitFor(chosenRow(id));
	}

	describe('from a distillable model to an answer with evidence', () => {
		test('filter, routes, pin, dry run, send, evidence; then a refusal, explained, and its alternative', async () => {
			await using terminal = open();
			await terminal.waitFor(bothFresh);
			terminal.press('D');
			await terminal.waitFor('distillable YES');
			await choose(terminal, 'qwen/qwen3-235b-a22b-2507');
			terminal.press('enter');
			await terminal.waitFor(/safe pin \d+/);
			terminal.press('enter');
			await terminal.waitFor('provider object, kept as the pin');

			terminal.press('t');
			await terminal.waitFor('ENFORCED, route');
			terminal.press('What is 17 plus 25?');
			await terminal.waitFor('What is 17 plus 25?');
			terminal.press('ctrl+r');
			const dry = await terminal.waitFor(/Costs at most \$0\.\d+/);
			expect(dry).toContain('Dry run, nothing is sent');
			expect(dry).toMatch(/Routes: \d+ of 17 remain/);
			terminal.press('/', 'enforce_distillable_text', 'enter');
			await terminal.waitFor('"enforce_distillable_text": true');
			if (mode === 'reader') terminal.press('/', 'allow_fallbacks', 'enter');
			await terminal.waitFor('"allow_fallbacks": false');
			expect(await readLedger(terminal.home, (ledger) => ledger.head().count)).toBe(0);

			terminal.press('esc');
			await terminal.waitFor({screen: 'ctrl+s sends', reader: 'Screen 3, Prompt'});
			terminal.press('ctrl+s');
			const answered = await terminal.waitFor(/Evidence B[\s\S]*\/s(?: ·|,) stop/);
			expect(answered).toMatch(/by\s+router\s+metadata/);
			expect(answered).toMatch(/verdict\s+YES/);
			expect(answered).toMatch(/\$0\.0\d+/);

			terminal.press('1');
			await terminal.waitFor('distillable YES');
			terminal.press('D', 'D', 'D');
			await terminal.waitFor('distillable all');
			await choose(terminal, 'google/gemma-3-27b-it');
			terminal.press('t');
			await terminal.waitFor('google/gemma-3-27b-it at OpenRouter');
			terminal.press('ctrl+s');
			const refused = await terminal.waitFor({
				screen: /Retry with one of the alternatives[\s\S]*Your prompt is kept[\s\S]*quit/,
				reader: /Retry with one of the alternatives[\s\S]*Your prompt is kept/,
			});
			expect(refused).toContain("is not in OpenRouter's distillable set");
			if (mode === 'screen') expect(refused).toContain('What is 17 plus 25?');
			terminal.press('a');
			await terminal.waitFor(/Evidence [BC]/);

			const completions = await readLedger(terminal.home, (ledger) => ledger.list({}).rows);
			expect(completions.map(({status, grade}) => [status, grade])).toEqual([
				['finished', expect.stringMatching(/[BC]/)],
				['failed', null],
				['finished', 'B'],
			]);
			const report = await readLedger(terminal.home, (ledger) => ledger.verify());
			expect(report.isIntact).toBe(true);
			expect(terminal.received()).not.toContain(key);
		});

		test('what is recorded as not allowed is not sent; switching enforcement off needs a reason, which is recorded', async () => {
			await using terminal = open();
			await terminal.waitFor({screen: /or 0 s/, reader: 'OpenRouter: fresh'});
			await choose(terminal, 'openai/gpt-4.1-mini');
			terminal.press('t', 'Say hello.');
			await terminal.waitFor('Say hello.');
			terminal.press('ctrl+s');
			await terminal.waitFor('is recorded as not allowed for training');
			expect(await readLedger(terminal.home, (ledger) => ledger.head().count)).toBe(0);

			terminal.press('e');
			await terminal.waitFor('Send without enforcement?');
			terminal.press('enter');
			await terminal.waitFor('a reason is needed');
			terminal.press('to compare styles, never to train', 'enter');
			await terminal.waitFor('ENFORCEMENT OFF');
			terminal.press('ctrl+s');
			await terminal.waitFor(/Evidence [CD]/);
			const record = await readLedger(terminal.home, (ledger) => {
				const [row] = ledger.list({}).rows;
				return ledger.readRun(row!.id)!.record;
			});
			expect(JSON.stringify(record)).toContain('to compare styles, never to train');
			expect(record.policy.decision).not.toBe('YES');
		});
	});

	describe('an answer', () => {
		test.each([
			['[[sandbox:escapes]]', /Evidence B/],
			['[[sandbox:wide]]', /Evidence B/],
			['[[sandbox:empty]]', /empty|no text/i],
			['[[sandbox:midstream-error]]', /broke|error|failed/i],
			['[[sandbox:served-provider Nobody]]', /Nobody served this, which is not in the pin/],
			['[[sandbox:served-model other/model]]', /asked for, but other\/model/],
		])('that is odd (%s) is shown, explained and keeps the screen whole', async (command, wanted) => {
			await using terminal = open();
			await terminal.waitFor({screen: /or 0 s/, reader: 'OpenRouter: fresh'});
			await choose(terminal, 'qwen/qwen3-235b-a22b-2507');
			terminal.press('t', `Answer ${command}`);
			await terminal.waitFor('ENFORCED, route');
			terminal.press('ctrl+s');
			const screen = await terminal.waitFor(wanted);
			if (mode === 'screen') expect(screen.split('\n')[0]).toContain('3 Prompt');
			else expect(terminal.received()).not.toMatch(/\u001B\[[\d;]*[A-HJKSTf]/);
			expect(terminal.isAlternate()).toBe(mode === 'screen');
		});

		test('is ended with esc: what came is kept and marked', async () => {
			const slow = await startSandbox({pace: 'real'});
			try {
				await using terminal = open({env: {OPENROUTER_BASE_URL: slow.urls.openrouter}});
				await terminal.waitFor({screen: /or 0 s/, reader: 'OpenRouter: fresh'});
				await choose(terminal, 'qwen/qwen3-235b-a22b-2507');
				terminal.press('t', 'Answer at length. [[sandbox:long 200kb]]');
				await terminal.waitFor('ENFORCED, route');
				terminal.press('ctrl+s');
				await terminal.waitFor({screen: /about \d+ tokens, \d+\/s/, reader: (text) => text.split('\n').length > 3});
				terminal.press('esc');
				await terminal.waitFor(/Evidence [A-E]/);
				const [row] = await readLedger(terminal.home, (ledger) => ledger.list({}).rows);
				expect(row).toMatchObject({status: 'aborted'});
				expect(row!.answerExcerpt?.length).toBeGreaterThan(0);
			} finally {
				await slow.close();
			}
		});
	});

	test('a bake-off: the same prompt to two models, the better one is picked, the other rejected', async () => {
		await using terminal = open();
		await terminal.waitFor({screen: /or 0 s/, reader: 'OpenRouter: fresh'});
		terminal.press('/', 'id:deepseek/deepseek-v3.2', 'enter');
		await terminal.waitFor(chosenRow('deepseek/deepseek-v3.2'));
		terminal.press('space', '/', 'id:qwen/qwen3-235b-a22b-2507', 'enter');
		await terminal.waitFor(chosenRow('qwen/qwen3-235b-a22b-2507'));
		terminal.press('space');
		await terminal.waitFor('2 marked');
		terminal.press('t', 'Name a colour.');
		await terminal.waitFor('1 of 2');
		terminal.press('ctrl+s');
		await terminal.waitFor(/Evidence B[\s\S]*Evidence B/);
		terminal.press('right');
		await terminal.waitFor('2 of 2');
		terminal.press('b');
		await terminal.waitFor('picked: recorded in the ledger');
		const rows = await readLedger(terminal.home, (ledger) => ledger.list({}).rows);
		expect(rows.map(({model, mark}) => [model, mark]).sort()).toEqual([
			['deepseek/deepseek-v3.2', 'rejected'],
			['qwen/qwen3-235b-a22b-2507', 'picked'],
		]);
	});

	test('variables are filled from a form, and the filled text is what is sent', async () => {
		await using terminal = open();
		await terminal.waitFor({screen: /or 0 s/, reader: 'OpenRouter: fresh'});
		await choose(terminal, 'deepseek/deepseek-v3.2');
		terminal.press('t', 'Greet {{name}}.');
		await terminal.waitFor('V fills them');
		terminal.press('ctrl+s', 'esc');
		await terminal.waitFor({screen: 'enter write', reader: 'enter writes'});
		terminal.press('ctrl+s');
		await terminal.waitFor('{{name}} has no value yet');
		terminal.press('V');
		await terminal.waitFor('Value of {{name}}');
		terminal.press('Ada', 'enter');
		await terminal.waitFor('filled');
		terminal.press('ctrl+s');
		await terminal.waitFor('Evidence B');
		const messages = await readLedger(terminal.home, (ledger) => ledger.readRun(ledger.list({}).rows[0]!.id)!.messages);
		expect(JSON.stringify(messages)).toContain('Greet Ada.');
	});

	test('a file of prompts becomes completions; started again, nothing is sent twice', async () => {
		await using terminal = open();
		const file = join(terminal.home, 'prompts.txt');
		writeFileSync(file, Array.from({length: 60}, (_, index) => `What is ${index} plus 1?`).join('\n'));
		await terminal.waitFor({screen: /or 0 s/, reader: 'OpenRouter: fresh'});
		await choose(terminal, 'deepseek/deepseek-v3.2');
		terminal.press('t');
		await terminal.waitFor('ENFORCED, route');
		terminal.press('esc');
		await terminal.waitFor({screen: 'enter write', reader: 'enter writes'});
		terminal.press('B');
		await terminal.waitFor('which file holds the prompts?');
		terminal.press(file, 'enter');
		await terminal.waitFor('at most how many USD?');
		terminal.press('1', 'enter');
		await terminal.waitFor('60 of 60 done');
		await terminal.waitFor('All rows were sent.');
		terminal.press('B');
		await terminal.waitFor('which file holds the prompts?');
		terminal.press('enter');
		await terminal.waitFor('at most how many USD?');
		terminal.press('enter');
		await terminal.waitFor('All rows were sent.');
		const count = await readLedger(terminal.home, (ledger) => ledger.count({statuses: ['finished']}));
		expect(count.count).toBe(60);
	});

	test('a paste of many lines goes into the prompt as one text', async () => {
		await using terminal = open();
		await terminal.waitFor({screen: /or 0 s/, reader: 'OpenRouter: fresh'});
		await choose(terminal, 'deepseek/deepseek-v3.2');
		terminal.press('t');
		await terminal.waitFor('ENFORCED, route');
		const pasted = Array.from({length: 3000}, (_, index) => `line ${index} of the pasted text`).join('\n');
		terminal.press(`\u001B[200~${pasted}\u001B[201~`);
		await terminal.waitFor(`${pasted.length.toLocaleString('en')} characters`);
		expect(terminal.text()).toContain('line 2999 of the pasted text');
	});
});
