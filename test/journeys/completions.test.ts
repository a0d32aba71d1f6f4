import {cpSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openDashboard, shownRows as shown, toSandbox} from '../helpers/open-dashboard.js';
import {makeFolder, runStillroom} from '../helpers/run-stillroom.js';
import {modes, type OpenTerminal} from '../helpers/terminal.js';

let sandbox: Sandbox;
/** Both begin with the same 300 stored completions. */
const homes = {screen: makeFolder(), reader: makeFolder()};
const key = {OPENAI_API_KEY: 'sandbox-key'};

beforeAll(async () => {
	sandbox = await startSandbox();
	const {code, stderr} = await runStillroom(['completions', 'sync', '--limit', '300'], {
		env: {...toSandbox(sandbox), ...key, STILLROOM_HOME: homes.screen.path},
	});
	if (code !== 0) throw new Error(stderr);
	cpSync(homes.screen.path, homes.reader.path, {recursive: true});
});
afterAll(async () => {
	await sandbox.close();
	homes.screen.remove();
	homes.reader.remove();
});

describe.each(modes)('read by the %s:', (mode) => {
	/** Opens the dashboard on the Completions screen and waits until the ledger is read. */
	async function openCompletions(args: readonly string[] = []): Promise<OpenTerminal> {
		const terminal = openDashboard(sandbox, args, {home: homes[mode].path, env: key, mode});
		await terminal.waitFor(/1,? Models/);
		terminal.press('4');
		await terminal.waitFor(/sort(?:ed by)? sent/);
		return terminal;
	}

	describe('Completions', () => {
		test('a new user is told what fills the screen, and F fetches what OpenAI stored', async () => {
			const empty = makeFolder();
			await using terminal = openDashboard(sandbox, [], {home: empty.path, env: key, mode});
			await terminal.waitFor(/1,? Models/);
			terminal.press('4');
			await terminal.waitFor('No completion is kept yet.');
			terminal.press('F');
			await terminal.waitFor(/fetching:? .* new/);
			terminal.press('esc');
			await terminal.waitFor(/F goes on where it ended/);
			await terminal.waitFor((text) => shown(text) > 0);
			empty.remove();
		});

		test('the filter searches texts and metadata, and a facet adds to it', async () => {
			await using terminal = await openCompletions(['--fresh']);
			const all = shown(await terminal.waitFor(/300 (?:of 300|completions)/));
			terminal.press('/', 'meta.task:titles', 'enter');
			await terminal.waitFor((text) => shown(text) > 0 && shown(text) < all);
			const titles = shown(terminal.text());
			terminal.press('f');
			await terminal.waitFor({screen: /meta {2}split=test/, reader: /^2\. /m});
			terminal.press('split=test');
			await terminal.waitFor({screen: /> meta {2}split=test/, reader: '1. meta split=test'});
			terminal.press('enter');
			await terminal.waitFor((text) => text.includes('meta.split:test') && shown(text) > 0 && shown(text) < titles);
		});

		test('rating goes on to the next row, marks are rated together, and u takes each back', async () => {
			await using terminal = await openCompletions(['--fresh']);
			await terminal.waitFor(/300 (?:of 300|completions)/);
			terminal.press('m', '5');
			await terminal.waitFor('rated 5; u takes it back');
			terminal.press('space', 'space', 'space', 'm', 'r');
			await terminal.waitFor('rejected: 3 answers');
			terminal.press('U', '/', 'mark:rejected', 'enter');
			await terminal.waitFor(/\b3 of 300/);
			terminal.press('u');
			await terminal.waitFor(/\b0 of 300/);
			terminal.press('u', '/', 'rating:5', 'enter');
			await terminal.waitFor((text) => /[/:] rating:5/.test(text) && text.includes('0 of 300'));
		});

		test('enter shows what was said and the evidence, P the evidence, i the record', async () => {
			await using terminal = await openCompletions(['--fresh']);
			await terminal.waitFor(/300 (?:of 300|completions)/);
			terminal.press('enter');
			const page = await terminal.waitFor(/^ ?(?:══ )?(?:answer|reasoning|tool calls)/m);
			expect(page).toMatch(/^ ?(?:── )?(?:system|user|developer)\b/m);
			terminal.press('q', 'P');
			await terminal.waitFor(/Evidence(?: ·|,) /);
			await terminal.waitFor('https://openai.com/policies/services-agreement/');
			terminal.press('q', 'i');
			await terminal.waitFor('"schema": "stillroom/completion-provenance/v1"');
		});

		test('escape sequences in an answer are text', async () => {
			const file = join(homes[mode].path, 'weird.jsonl');
			writeFileSync(
				file,
				`${JSON.stringify({
					messages: [
						{role: 'user', content: 'Say \u001B[31mred'},
						{role: 'assistant', content: 'a\u001B]0;owned\u0007b\u001B[2Jc'},
					],
				})}\n`,
			);
			const {code, stderr} = await runStillroom(['completions', 'import', file], {
				env: {...toSandbox(sandbox), STILLROOM_HOME: homes[mode].path},
			});
			expect(stderr + code).toMatch(/0$/);
			await using terminal = await openCompletions(['--fresh']);
			terminal.press('/', 'source:chat-jsonl', 'enter');
			await terminal.waitFor(/\b1 of 301/);
			if (mode === 'reader') terminal.press(',');
			await terminal.waitFor({screen: /══ answer/, reader: /^answer/m});
			expect(terminal.received()).not.toContain('owned\u0007');
			if (mode === 'screen') expect(terminal.text()).toMatch(/Grade Policy/);
		});
	});

	describe('Data sets', () => {
		test('marked completions become a frozen data set; the gate says why it refuses another destination', async () => {
			await using terminal = await openCompletions(['--fresh']);
			await terminal.waitFor(/30\d (?:of 30\d|completions)/);
			terminal.press('/', 'meta.task:support-intent', 'enter');
			await terminal.waitFor((text) => shown(text) > 20 && shown(text) < 300);
			terminal.press('ctrl+a', 'a');
			await terminal.waitFor('new data set of');
			terminal.press('enter', 'triage', 'enter');
			await terminal.waitFor({screen: '› new triage', reader: 'name: triage'});
			terminal.press('down', 'down', 'enter', 'meta-llama/Llama-3.1-8B-Instruct', 'enter');
			await terminal.waitFor('No row is left');
			if (mode === 'reader') terminal.press('p');
			await terminal.waitFor('Why the gate refuses');
			terminal.press('ctrl+s');
			await terminal.waitFor(/No row is left|refused/);
			terminal.press('up', 'right');
			terminal.press('down', 'enter');
			await terminal.waitFor('New data set: base model');
			terminal.press('gpt-4.1-mini', 'enter');
			await terminal.waitFor(/Rows:? +\d+ train/);
			await terminal.waitFor({screen: 'ctrl+s freeze', reader: 'train'});
			terminal.press('ctrl+s');
			await terminal.waitFor(/frozen triage@1: \d+ train/);
			terminal.press('enter');
			await terminal.waitFor(/train,? +1\b.* tokens/);
		});
	});
});
