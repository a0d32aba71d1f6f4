import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {runCli} from '../../source/cli/run-cli.js';
import {createPorts} from '../../source/main.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {collectStream, makeFolder, runStillroom} from '../helpers/run-stillroom.js';

let sandbox: Sandbox;
let home: ReturnType<typeof makeFolder>;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => sandbox.close());
beforeEach(() => {
	home = makeFolder();
});
afterEach(() => home.remove());

/** Real addresses are the sandbox's; the keyring is left alone. */
const surroundings = (more: Readonly<Record<string, string>> = {}) => ({
	STILLROOM_KEYRING: 'off',
	STILLROOM_HOME: home.path,
	OPENROUTER_BASE_URL: sandbox.urls.openrouter,
	NANOGPT_BASE_URL: sandbox.urls.nanogpt,
	OPENAI_BASE_URL: sandbox.urls.openai,
	AZURE_OPENAI_BASE_URL: sandbox.urls.azure,
	NEBIUS_BASE_URL: sandbox.urls.nebius,
	TOGETHER_BASE_URL: sandbox.urls.together,
	FIREWORKS_BASE_URL: sandbox.urls.fireworks,
	FIREWORKS_ACCOUNT_ID: 'me',
	TUNER_BASE_URL: sandbox.urls.compatible,
	...more,
});

const run = (argv: readonly string[], {stdin = '', env = {}}: {stdin?: string; env?: Readonly<Record<string, string>>} = {}) =>
	runStillroom(argv, {env: surroundings(env), stdin});
const keep = (service: string, key: string, ...more: readonly string[]) =>
	run(['setup', service, '--key-stdin', ...more], {stdin: `${key}\n`});
const file = () => join(home.path, 'keys.json');

describe('stillroom setup', () => {
	test.each([
		['openrouter', /works: label .*\$\d+\.\d\d left of its limit of \$100\.00/],
		['nanogpt', /works: \$129\.47 left, \d+ models/],
		['openai', /works: \d+ models for this account/],
		['azure', /works: no fine-tuning jobs yet/],
		['nebius', /works/],
		['together', /works/],
		['fireworks', /works/],
		['compatible', /works/],
	])('reads a key of %s from a pipe, asks the service, and says where it is kept', async (service, words) => {
		const {code, stdout, stderr} = await keep(service, `sk-${service}-0123456789`);
		expect([code, stdout]).toEqual([0, '']);
		expect(stderr).toMatch(words);
		expect(stderr).toContain(`kept in the file ${file()}, which only you can read`);
		expect(stderr).not.toContain('0123456789');
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({[service]: `sk-${service}-0123456789`});
	});

	test.each(['openrouter', 'nanogpt', 'openai', 'azure', 'nebius', 'together', 'fireworks'])(
		'does not keep a key that %s refuses, unless it is told to',
		async (service) => {
			const {code, stderr} = await keep(service, 'sandbox-wrong-key');
			expect(code).toBe(4);
			expect(stderr).toMatch(/refused: .* Copy the key of .* again/);
			expect(stderr).toContain('was not kept');
			expect(existsSync(file())).toBe(false);
			const told = await keep(service, 'sandbox-wrong-key', '--no-test');
			expect(told.code).toBe(0);
			expect(told.stderr).toContain('It was not tested.');
		},
	);

	test('keeps a key that cannot be tested, and says that it was not', async () => {
		const env = {OPENROUTER_BASE_URL: 'http://127.0.0.1:9/api/v1'};
		const {code, stdout, stderr} = await run(['setup', 'openrouter', '--key-stdin', '--json'], {stdin: 'sk-1', env});
		expect(code).toBe(0);
		expect(stderr).toContain('OpenRouter: not tested: OpenRouter cannot be reached.');
		expect(JSON.parse(stdout)).toMatchObject({service: 'openrouter', action: 'kept', place: 'file', test: {verdict: 'not-tested'}});
		const azure = await run(['setup', 'azure', '--key-stdin'], {stdin: 'az-1', env: {AZURE_OPENAI_BASE_URL: ''}});
		expect([azure.code, azure.stderr]).toEqual([0, expect.stringContaining('Set AZURE_OPENAI_BASE_URL')]);
	});

	test.each([
		[['setup', 'openai', 'sk-secret-1']],
		[['setup', 'sk-secret-1']],
		[['setup', 'openai', '--key', 'sk-secret-1']],
		[['setup', 'openai', '--key=sk-secret-1']],
	])('takes no key as an argument: %j', async (argv) => {
		const {code, stderr} = await run(argv);
		expect(code).toBe(2);
		expect(stderr).toMatch(/never taken from the command line.*Shells remember/s);
		expect(stderr).not.toContain('sk-secret-1');
		expect(readdirSync(home.path)).not.toContain('keys.json');
	});

	test('says what is wrong with what is no key, and never repeats it', async () => {
		const {code, stderr} = await keep('openai', 'OPENAI_API_KEY=sk-secret-1');
		expect([code, stderr]).toEqual([2, expect.stringContaining('what stands behind the equals sign')]);
		expect(stderr).not.toContain('sk-secret');
	});

	test('wants a service where nobody can be asked, and a pipe for its key', async () => {
		expect((await run(['setup'])).stderr).toMatch(/Which service\?.*stillroom setup openrouter --key-stdin/s);
		expect((await run(['setup', 'openai'])).stderr).toContain('stillroom setup openai --key-stdin < FILE');
		expect((await run(['setup', 'grok'])).stderr).toContain('There are openrouter, nanogpt');
	});

	test('forgets a key', async () => {
		await keep('openai', 'sk-1', '--no-test');
		const {code, stdout} = await run(['setup', 'openai', '--remove', '--json']);
		expect([code, JSON.parse(stdout)]).toMatchObject([0, {action: 'removed', place: 'file'}]);
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({});
		expect(JSON.parse((await run(['setup', 'openai', '--remove', '--json'])).stdout)).toMatchObject({action: 'unchanged'});
	});

	test('has nothing to keep in the sandbox', async () => {
		const {code, stderr} = await run(['setup', 'openai', '--key-stdin', '--no-test', '--sandbox'], {stdin: 'sk-1'});
		expect([code, stderr]).toEqual([2, expect.stringContaining('The sandbox has a key of its own')]);
	});
});

describe('stillroom setup at a terminal', () => {
	/** A terminal in this process; `press` types when the program waits for a key. */
	function open(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
		const modes: boolean[] = [];
		const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode: (isRaw: boolean) => void modes.push(isRaw)});
		const [stdout, stderr] = [collectStream(), collectStream()];
		const waiting = new Set<() => void>();
		const write = stderr._write.bind(stderr);
		stderr._write = (chunk, encoding, done) => {
			write(chunk, encoding, done);
			for (const check of waiting) check();
		};
		const all = surroundings(env);
		const io = {stdin, stdout, stderr, env: all, signal: new AbortController().signal};
		return {
			modes,
			stderr,
			code: runCli(argv, io, createPorts(all)),
			press: (keys: string) => stdin.write(keys),
			until: (text: string) =>
				new Promise<void>((resolve) => {
					const check = () => {
						if (stderr.text.includes(text)) resolve();
					};
					waiting.add(check);
					check();
				}),
		};
	}

	const names = ['OpenRouter', 'NanoGPT', 'OpenAI', 'Azure OpenAI', 'Nebius', 'Tuner', 'Together', 'Fireworks'];

	test('goes through all services, numbered; what is typed is stars, and enter skips', async () => {
		const terminal = open(['setup'], {OPENAI_API_KEY: 'sk-env'});
		for (const [index, name] of names.entries()) {
			await terminal.until(`${index + 1} of 8: ${name}.`);
			if (name === 'OpenAI') continue;
			await terminal.until(`Key of ${name} (`);
			terminal.press(name === 'OpenRouter' ? '\u001B[200~sk-or-9876543210\n\u001B[201~\r' : '\r');
		}
		expect(await terminal.code).toBe(0);
		const said = terminal.stderr.text;
		expect(said).toContain(`${'*'.repeat(16)}\u001B[?2004l\n`);
		expect(said).not.toContain('9876543210');
		expect(said).toContain('Unlocks prompts with enforced routes');
		expect(said).toContain('Set: the environment variable OPENAI_API_KEY.');
		expect(said).toContain('OpenRouter: works:');
		expect(said).toContain('Set: OpenRouter, OpenAI. stillroom keys lists them');
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({openrouter: 'sk-or-9876543210'});
		expect(terminal.modes.filter(Boolean)).toHaveLength(7);
		expect(terminal.modes.at(-1)).toBe(false);
	});

	test('asks again for what is no key, and asks whether a refused one is wanted all the same', async () => {
		const terminal = open(['setup', 'openai']);
		await terminal.until('Key of OpenAI (');
		terminal.press('two words\r');
		await terminal.until('There is a blank inside');
		terminal.press('sandbox-wrong-kex\u007Fy\r');
		await terminal.until('Keep it all the same? [y/N]');
		terminal.press('n\n');
		expect(await terminal.code).toBe(4);
		expect(existsSync(file())).toBe(false);
	});

	test('ends at once with Ctrl+C, and leaves the terminal as it was', async () => {
		const terminal = open(['setup']);
		await terminal.until('Key of OpenRouter (');
		terminal.press('sk-half\u0003');
		expect(await terminal.code).toBe(130);
		expect(terminal.modes).toEqual([true, false]);
		expect(terminal.stderr.text).toMatch(/\u001B\[\?2004l\n/);
		expect(existsSync(file())).toBe(false);
	});
});

describe('stillroom keys', () => {
	test('says of each service whether there is a key and where from; the environment wins', async () => {
		await keep('openai', 'sk-file-0123', '--no-test');
		await keep('nanogpt', 'nano-file-0123', '--no-test');
		const env = {OPENAI_API_KEY: 'sk-env-0123'};
		const {code, stdout, stderr} = await run(['keys'], {env});
		expect(code).toBe(0);
		expect(stdout).toMatch(/OpenRouter +not set +- /);
		expect(stdout).toMatch(/NanoGPT +set +file/);
		expect(stdout).toMatch(/OpenAI +set +environment OPENAI_API_KEY/);
		expect(stderr).toContain('it wins over the one in the file');
		const rows = JSON.parse((await run(['keys', '--json'], {env})).stdout) as {service: string; place: string | null; where: string}[];
		expect(rows).toHaveLength(8);
		expect(rows.find(({service}) => service === 'nanogpt')).toMatchObject({isSet: true, place: 'file', where: file(), test: null});
		expect(rows.find(({service}) => service === 'openai')).toMatchObject({covered: 'file'});
		expect(stdout + stderr + JSON.stringify(rows)).not.toContain('0123');
	});

	test('--test asks each, and its exit code says what came of it', async () => {
		await keep('openai', 'sandbox-wrong-key', '--no-test');
		await keep('openrouter', 'sk-or-good', '--no-test');
		const refused = await run(['keys', '--test']);
		expect([refused.code, refused.stdout]).toEqual([4, expect.stringMatching(/OpenRouter +works.*OpenAI +refused/s)]);
		await run(['setup', 'openai', '--remove']);
		expect((await run(['keys', '--test'])).code).toBe(0);
		const away = await run(['keys', '--test', '--json'], {env: {OPENROUTER_BASE_URL: 'http://127.0.0.1:9/v1'}});
		expect(away.code).toBe(5);
		expect(JSON.parse(away.stdout)[0]).toMatchObject({test: {verdict: 'not-tested'}});
	});

	test('without any says what needs none, and in the sandbox reads nothing of the user', async () => {
		expect((await run(['keys'])).stderr).toContain('No key is set. Models, routes and their policy need no key');
		const {stdout} = await run(['keys', '--sandbox'], {env: {OPENAI_API_KEY: 'sk-env'}});
		expect(stdout).not.toContain('environment');
		expect(stdout).toMatch(/OpenAI +set +sandbox/);
	});

	test('warns of a file that others could read, once', async () => {
		await keep('openai', 'sk-1', '--no-test');
		const {chmodSync} = await import('node:fs');
		chmodSync(file(), 0o640);
		expect((await run(['keys'])).stderr).toContain('could be read by others (its mode was 640)');
		expect((await run(['keys'])).stderr).not.toContain('could be read');
	});
});

test('a kept key is sent, and counts as set wherever keys are asked for', async () => {
	expect((await run(['completions', 'sync', '--limit', '1'])).stderr).toMatch(/OPENAI_API_KEY.*stillroom setup openai/s);
	await keep('openai', 'sk-1', '--no-test');
	expect((await run(['completions', 'sync', '--limit', '1'])).code).not.toBe(4);
	expect((await run(['config', 'services'])).stdout).toMatch(/OpenAI .*key set/);
	expect((await run(['jobs', 'list', '--json'], {env: {TUNER_BASE_URL: ''}})).code).toBe(0);
});
