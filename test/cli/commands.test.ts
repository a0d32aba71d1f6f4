import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import type {ModelJson, RouteJson} from '../../source/view/json.js';
import {widthOf} from '../../source/view/width.js';
import {makeFolder, type RunOptions, runStillroom} from '../helpers/run-stillroom.js';

const home = makeFolder();
let sandbox: Sandbox;
let env: Record<string, string>;

beforeAll(async () => {
	sandbox = await startSandbox();
	env = {
		STILLROOM_HOME: home.path,
		OPENROUTER_BASE_URL: sandbox.urls.openrouter,
		NANOGPT_BASE_URL: `${sandbox.urls.nanogpt}/`,
		OPENAI_BASE_URL: sandbox.urls.openai,
	};
});

afterAll(async () => {
	await sandbox.close();
	home.remove();
});

const run = (argv: readonly string[], options: RunOptions = {}) => runStillroom(argv, {...options, env: {...env, ...options.env}});

/** Runs a command that must succeed silently and returns its stdout. */
async function data(...argv: string[]): Promise<string> {
	const {code, stdout, stderr} = await run(argv);
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	return stdout;
}

const models = async (...argv: string[]) => JSON.parse(await data('models', '--json', ...argv)) as readonly ModelJson[];
const routes = async (...argv: string[]) => JSON.parse(await data('routes', '--json', ...argv)) as readonly RouteJson[];

const id = 'deepseek/deepseek-v3.2';

describe('models', () => {
	test('--json is an array of objects with the promised fields', async () => {
		const all = await models();
		expect(all.length).toBeGreaterThanOrEqual(350);
		const model = all.find((candidate) => candidate.id === id)!;
		expect(model).toMatchObject({
			id,
			name: expect.any(String),
			catalogues: ['openrouter', 'nanogpt'],
			verdict: {status: 'allowed', conflict: false, duties: []},
			contextLength: expect.any(Number),
			inputPrice: expect.any(Number),
			outputPrice: expect.any(Number),
			routes: {allowed: null, disallowed: null, unknown: null, total: null},
		});
		for (const {verdict} of all) expect(verdict.reasons.length).toBeGreaterThan(0);
		expect(Object.keys(model.verdict.reasons[0]!)).toEqual(
			expect.arrayContaining(['layer', 'status', 'basis', 'label', 'sourceUrl', 'note', 'fetchedAt']),
		);
		expect(new Set(all.map((candidate) => candidate.id)).size).toBe(all.length);
	});

	test('a price that is none is null, and free is 0', async () => {
		const all = await models();
		expect(all.find((model) => model.id === 'openrouter/auto')?.inputPrice).toBeNull();
		expect(all.find((model) => model.id.endsWith(':free'))?.inputPrice).toBe(0);
	});

	test('--ndjson and --csv hold the same models in the same order', async () => {
		const ids = (await models('policy:allowed')).map((model) => model.id);
		const lines = (await data('models', 'policy:allowed', '--ndjson')).trimEnd().split('\n');
		expect(lines.map((line) => (JSON.parse(line) as ModelJson).id)).toEqual(ids);
		const [header, ...records] = (await data('models', 'policy:allowed', '--csv')).trimEnd().split('\n');
		expect(header).toMatch(/^id,name,.*verdict\.status.*,routes\.total,/);
		expect(records.map((record) => record.split(',')[0])).toEqual(ids);
	});

	test('the filter, the order and the limit count; the limit is said on stderr', async () => {
		const {code, stdout, stderr} = await run(['models', 'policy:allowed', 'ctx>=128k', '--sort', 'out:desc', '--limit', '5', '--json']);
		const found = JSON.parse(stdout) as readonly ModelJson[];
		expect(code).toBe(0);
		expect(found.length).toBe(5);
		expect(found.every((model) => model.verdict.status === 'allowed' && model.contextLength! >= 128_000)).toBe(true);
		expect(found.map((model) => model.outputPrice)).toEqual(found.map((model) => model.outputPrice).sort((a, b) => b! - a!));
		expect(stderr).toMatch(/^stillroom: 5 of \d+ models shown/);
	});

	test('--routes asks for the routes of the listed models', async () => {
		const [model] = await models(`id:${id}`, '--routes');
		const {allowed, disallowed, unknown, total} = model!.routes;
		expect(total).toBeGreaterThan(0);
		expect(allowed! + disallowed! + unknown!).toBe(total);
		expect((await models(`routes>=${allowed}`)).map((candidate) => candidate.id)).toContain(id);
	});

	test('the table for people fits the terminal, in colours only when they are wanted', async () => {
		const {stdout} = await run(['models', 'deepseek'], {columns: 80});
		expect(stdout).toContain('\u001B[32mYES');
		const lines = stripVTControlCharacters(stdout).trimEnd().split('\n');
		expect(lines[0]).toMatch(/^Policy Model .* Out\$\/M/);
		for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
		const plain = stripVTControlCharacters(stdout);
		expect((await run(['models', 'deepseek'], {columns: 80, env: {NO_COLOR: '1'}})).stdout).toBe(plain);
		expect((await run(['models', 'deepseek', '--no-color'], {columns: 80})).stdout).toBe(plain);
		expect((await run(['models', 'deepseek', '--color', 'always'])).stdout).toContain('\u001B[32mYES');
		expect(await data('models', 'deepseek')).not.toContain('\u001B');
	});

	test('nothing found is an empty list and a sentence, not an error', async () => {
		expect(await models('id:nothing-is-called-this')).toEqual([]);
		const {code, stdout, stderr} = await run(['models', 'id:nothing-is-called-this']);
		expect({code, stdout}).toEqual({code: 0, stdout: ''});
		expect(stderr).toMatch(/None of \d+ models matches/);
	});

	test('a wrong filter is shown with its place and the keys that exist, and nothing is asked', async () => {
		const {code, stdout, stderr} = await run(['models', 'ctx>=1k', 'polcy:allowed'], {env: {OPENROUTER_BASE_URL: 'http://127.0.0.1:1'}});
		expect({code, stdout}).toEqual({code: 2, stdout: ''});
		const lines = stderr.split('\n');
		const shown = lines.indexOf('  ctx>=1k polcy:allowed');
		expect(lines[shown + 1]).toMatch(/^ {10}\^{5}/);
		expect(stderr).toContain('catalogue');
	});

	test('a wrong order or limit names what would be right', async () => {
		expect((await run(['models', '--sort', 'colour'])).stderr).toContain('policy, id, name');
		expect((await run(['models', '--limit', 'many'])).stderr).toContain('whole number');
		expect((await run(['models', '--limit', 'many'])).code).toBe(2);
	});
});

describe('model', () => {
	test('shows every layer in full and that it is no advice', async () => {
		const text = await data('model', id);
		expect(text).toContain('OpenRouter, list of distillable models');
		expect(text).toContain('NanoGPT, policy of the model');
		expect(text).toContain('stillroom, register of licences');
		expect(text).toContain('not legal advice');
		expect(text.split('\n').filter((line) => /^ {4}(basis|source|read) /.test(line)).length).toBeGreaterThanOrEqual(9);
	});

	test('--json is one object with the same verdict as in the list', async () => {
		const model = JSON.parse(await data('model', id, '--json')) as ModelJson & {readonly listings: object};
		const inList = (await models(`id:${id}`)).find((candidate) => candidate.id === id)!;
		expect(model.verdict.status).toBe(inList.verdict.status);
		expect(Object.keys(model.listings)).toEqual(['openrouter', 'nanogpt']);
	});

	test('an unknown one fails and offers the nearest ids', async () => {
		const {code, stdout, stderr} = await run(['model', 'deepseek/deepseek-v3.22']);
		expect({code, stdout}).toEqual({code: 1, stdout: ''});
		expect(stderr).toContain(id);
	});
});

describe('routes', () => {
	test('--json is an array with the promised fields, each with a reason', async () => {
		const all = await routes(id);
		expect(new Set(all.map((route) => route.gateway))).toEqual(new Set(['openrouter', 'nanogpt']));
		for (const route of all) {
			expect(Object.keys(route)).toEqual(
				expect.arrayContaining([
					'gateway',
					'provider',
					'tag',
					'verdict',
					'eligible',
					'reason',
					'inputPrice',
					'outputPrice',
					'contextLength',
					'quantization',
					'latencyP50',
					'throughputP50',
					'uptime',
				]),
			);
			expect(route.reason).not.toBe('');
			if (route.eligible) expect(route.verdict.status).toBe('allowed');
		}
		expect(all.some((route) => route.eligible)).toBe(true);
		expect(all.some((route) => !route.eligible)).toBe(true);
	});

	test('--csv and --ndjson have a line for each, the table too', async () => {
		const count = (await routes(id)).length;
		const lines = async (...argv: string[]) => (await data('routes', id, ...argv)).trimEnd().split('\n').length;
		expect([await lines('--csv'), await lines('--ndjson'), await lines()]).toEqual([count + 1, count, count + 1]);
	});

	test('--pin prints the part of a request that keeps it on eligible routes', async () => {
		const tags = (await routes(id)).filter((route) => route.gateway === 'openrouter' && route.eligible).map((route) => route.tag);
		const pin = JSON.parse(await data('routes', id, '--pin'));
		expect(pin).toEqual({model: id, provider: {only: expect.any(Array), allow_fallbacks: false, enforce_distillable_text: true}});
		expect(new Set(pin.provider.only)).toEqual(new Set(tags));
	});

	test('--pin nanogpt warns that naming a provider is pay-as-you-go', async () => {
		const {code, stdout, stderr} = await run(['routes', id, '--pin', 'nanogpt']);
		expect(code).toBe(0);
		expect(JSON.parse(stdout).provider).not.toHaveProperty('enforce_distillable_text');
		expect(stderr).toMatch(/pay-as-you-go/i);
	});

	test('--pin of a model that must not be distilled is refused with exit code 3', async () => {
		const {code, stdout, stderr} = await run(['routes', 'anthropic/claude-opus-5', '--pin']);
		expect({code, stdout}).toEqual({code: 3, stdout: ''});
		expect(stderr).toContain('There is no safe pin');
	});

	test('a wrong filter is shown with the keys that routes have', async () => {
		const {code, stderr} = await run(['routes', id, 'prce<1']);
		expect(code).toBe(2);
		expect(stderr).toContain('^^^^');
	});
});

describe('when a service fails', () => {
	const failing = (fault: string, ...argv: string[]) => run([...argv, '--fault', fault]);

	test('what was saved is used, with its age on stderr and exit code 0', async () => {
		await data('models', '--sandbox', '--json');
		const {code, stdout, stderr} = await failing('openrouter:*=status:503', 'models', '--json');
		expect(code).toBe(0);
		expect((JSON.parse(stdout) as readonly ModelJson[]).some((model) => model.catalogues.includes('openrouter'))).toBe(true);
		expect(stderr).toMatch(/warning: OpenRouter .*503.*saved \d+ s ago/);
	});

	test('--refresh fails instead, --offline asks nobody', async () => {
		expect((await failing('openrouter:*=status:503', 'models', '--refresh')).code).toBe(5);
		const offline = await failing('*:*=status:503', 'models', '--offline', '--json');
		expect(offline.code).toBe(0);
		expect(offline.stderr).toBe('');
	});

	test.each([
		['status:401', 4],
		['rate-limit:1', 5],
		['html', 1],
		['malformed', 1],
	])('%s with nothing saved ends with exit code %i', async (fault, expected) => {
		const fresh = makeFolder();
		const {code, stdout, stderr} = await run(['models', '--json', '--fault', `*:*=${fault}`, '--home', fresh.path]);
		fresh.remove();
		expect({code, stdout}).toEqual({code: expected, stdout: ''});
		expect(stderr).toContain('OpenRouter');
	});

	test('a host that nobody listens at ends with exit code 5', async () => {
		const fresh = makeFolder();
		const dead = await startSandbox();
		await dead.close();
		const {code, stderr} = await run([
			'models',
			'--home',
			fresh.path,
			'--openrouter-url',
			dead.urls.openrouter,
			'--nanogpt-url',
			dead.urls.nanogpt,
		]);
		fresh.remove();
		expect(code).toBe(5);
		expect(stderr).toContain('Nothing listens at 127.0.0.1');
	});

	test('a key that cannot be sent is named by its variable and never printed', async () => {
		const fresh = makeFolder();
		const {code, stderr} = await run(['models', '--home', fresh.path], {
			env: {OPENROUTER_API_KEY: 'sk-or-se\u0007cret-ключ', NANOGPT_API_KEY: 'sk-nano\n\nsecret'},
		});
		fresh.remove();
		expect(code).toBe(4);
		expect(stderr).toContain('OPENROUTER_API_KEY');
		expect(stderr).not.toContain('cret');
	});

	test('a line break behind a key does no harm', async () => {
		const {code, stderr} = await run(['models', '--json'], {env: {OPENROUTER_API_KEY: ' sk-or-fine\r\n'}});
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
	});

	test('--routes names a gateway that fails once, not for every model', async () => {
		const {code, stdout, stderr} = await failing('nanogpt:*/providers*=status:503', 'models', 'dup', '--limit', '8', '--routes', '--json');
		expect(code).toBe(0);
		expect((JSON.parse(stdout) as readonly ModelJson[]).every((model) => model.routes.total !== null)).toBe(true);
		expect(stderr.match(/warning: NanoGPT/g)).toHaveLength(1);
	});

	test('routes of a gateway that fails are named as missing', async () => {
		const {code, stdout, stderr} = await failing('nanogpt:/*/providers*=status:503', 'routes', 'z-ai/glm-4.7', '--json');
		expect(code).toBe(0);
		expect((JSON.parse(stdout) as readonly RouteJson[]).every((route) => route.gateway === 'openrouter')).toBe(true);
		expect(stderr).toContain('NanoGPT');
	});
});

describe('the sandbox', () => {
	test('--sandbox keeps its data apart and sends no real key', async () => {
		const own = makeFolder();
		const {code} = await run(['models', '--sandbox', '--home', own.path, '--json'], {env: {OPENROUTER_API_KEY: 'sandbox-wrong-key'}});
		expect(code).toBe(0);
		expect(readdirSync(path.join(own.path, 'data'))).toEqual(['sandbox']);
		own.remove();
	});

	test('--catalogue serves a saved list', async () => {
		const file = path.join(home.path, 'saved.json');
		const row = (slug: string) => ({
			id: `maker/${slug}`,
			canonical_slug: `maker/${slug}`,
			name: slug,
			created: 1_760_000_000,
			description: 'One.',
			context_length: 4096,
			architecture: {
				modality: 'text->text',
				input_modalities: ['text'],
				output_modalities: ['text'],
				tokenizer: 'Other',
				instruct_type: null,
			},
			pricing: {prompt: '0.000001', completion: '0.000002'},
			top_provider: {context_length: 4096, max_completion_tokens: null, is_moderated: false},
			per_request_limits: null,
			supported_parameters: [],
		});
		writeFileSync(file, JSON.stringify({data: [row('one'), row('two')]}));
		writeFileSync(`${file}.distillable`, JSON.stringify({data: [row('two')]}));
		const listed = await models('author:maker', '--catalogue', file, '--distillable', `${file}.distillable`);
		expect(listed.map((model) => [model.id, model.verdict.status, model.inputPrice])).toEqual([
			['maker/one', 'unknown', 1],
			['maker/two', 'allowed', 1],
		]);
	});

	test('a file that cannot be read and a fault that is none are named', async () => {
		const missing = await run(['models', '--catalogue', '/nowhere/models.json']);
		expect(missing.code).toBe(1);
		expect(missing.stderr).toContain('/nowhere/models.json');
		const fault = await run(['models', '--fault', 'bogus']);
		expect(fault.code).toBe(2);
		expect(fault.stderr).toContain('bogus');
	});

	test('the command prints one line of JSON, serves, and ends with 0 when stopped', async () => {
		const controller = new AbortController();
		let isServing = false;
		const {code, stdout, stderr} = await run(['sandbox', '--port', '0'], {
			signal: controller.signal,
			async onOutput(text) {
				const urls = JSON.parse(text) as Record<string, string>;
				isServing = (await fetch(`${urls.openrouter}/models/count`)).ok;
				controller.abort();
			},
		});
		expect({code, stderr, isServing}).toEqual({code: 0, stderr: '', isServing: true});
		expect(Object.keys(JSON.parse(stdout)).slice(0, 3)).toEqual(['openrouter', 'nanogpt', 'openai']);
		expect(stdout.trimEnd().split('\n')).toHaveLength(1);
	});

	test('with --state a file that was uploaded is there after a restart, without it it is gone', async () => {
		const folder = makeFolder();
		const body = new FormData();
		body.set('purpose', 'fine-tune');
		body.set('file', new Blob(['{"messages": []}']), 'train.jsonl');
		/** Serves while the files are looked at, and one is uploaded when there is none. */
		const serve = async (...argv: readonly string[]): Promise<number> => {
			const controller = new AbortController();
			let count = -1;
			await run(['sandbox', '--port', '0', ...argv], {
				signal: controller.signal,
				async onOutput(text) {
					const url = `${(JSON.parse(text) as Record<string, string>).openai}/files`;
					const headers = {authorization: 'Bearer any-key'};
					count = ((await (await fetch(url, {headers})).json()) as {data: unknown[]}).data.length;
					if (count === 0) await fetch(url, {method: 'POST', headers, body});
					controller.abort();
				},
			});
			return count;
		};
		expect([await serve('--state', folder.path), await serve('--state', folder.path), await serve()]).toEqual([0, 1, 0]);
		folder.remove();
	});
});

describe('keys, info, config, completion', () => {
	test('keys lists every key record', async () => {
		const rows = JSON.parse(await data('bindings', '--json')) as ReadonlyArray<{id: string; keys: readonly string[]; label: string}>;
		expect(rows.length).toBeGreaterThan(20);
		expect(rows.every((row) => row.id !== '' && row.label !== '' && Array.isArray(row.keys))).toBe(true);
		expect(await data('bindings')).toContain('routes');
	});

	test('bindings lists keys as the settings leave them, and what they were', async () => {
		const folder = makeFolder();
		writeFileSync(path.join(folder.path, 'settings.json'), '{"keys": {"models.copy": "ctrl+y", "app.log": "", "app.back": "esc,-"}}');
		const bindings = (...flags: readonly string[]) => run(['--home', folder.path, 'bindings', ...flags]);
		const rows = JSON.parse((await bindings('--json')).stdout) as ReadonlyArray<{readonly id: string}>;
		const byId = (id: string) => rows.find((row) => row.id === id);
		expect(byId('models.copy')).toMatchObject({keys: ['ctrl+y'], default: ['y']});
		expect(byId('app.log')).toMatchObject({keys: [], default: ['L']});
		expect([byId('app.back'), byId('app.quit')]).toMatchObject([{default: null}, {default: null}]);
		expect((await bindings('--csv')).stdout).toMatch(/,models\.copy,ctrl\+y,[^,]+,y$/m);
		expect((await bindings()).stdout).toMatch(/ctrl\+y +y +copy id/);
		folder.remove();
	});

	test('info says which keys are set and never what they are', async () => {
		const {stdout} = await run(['info', '--json'], {env: {OPENAI_API_KEY: 'sk-very-secret-key'}});
		expect(JSON.parse(stdout)).toMatchObject({
			version: expect.stringMatching(/^\d+\.\d+\.\d+/),
			node: process.versions.node,
			isSandbox: false,
			baseUrls: {openrouter: sandbox.urls.openrouter, nanogpt: sandbox.urls.nanogpt},
			keys: {openrouter: false, nanogpt: false, openai: true},
		});
		expect(stdout).not.toContain('secret');
		expect((await run(['info'], {env: {OPENAI_API_KEY: 'sk-very-secret-key'}})).stdout).toMatch(/OpenAI +.*key set/);
	});

	test('info and config say which tuning services are set up, and what the others need', async () => {
		const env = {
			NEBIUS_API_KEY: 'nb-very-secret-key',
			AZURE_OPENAI_API_KEY: 'az-very-secret-key',
			AZURE_OPENAI_BASE_URL: 'https://mine.openai.azure.com/',
			FIREWORKS_API_KEY: 'fw-very-secret-key',
			TUNER_BASE_URL: 'http://127.0.0.1:8080/v1',
		};
		const {stdout} = await run(['info', '--json'], {env});
		expect(JSON.parse(stdout).tuners).toEqual({
			openai: {baseUrl: sandbox.urls.openai, hasKey: false, missing: ['OPENAI_API_KEY']},
			azure: {baseUrl: 'https://mine.openai.azure.com/openai/v1', hasKey: true, missing: []},
			nebius: {baseUrl: 'https://api.tokenfactory.nebius.com/v1', hasKey: true, missing: []},
			compatible: {baseUrl: 'http://127.0.0.1:8080/v1', hasKey: false, missing: []},
			together: {baseUrl: 'https://api.together.ai/v1', hasKey: false, missing: ['TOGETHER_API_KEY']},
			fireworks: {baseUrl: 'https://api.fireworks.ai', hasKey: true, missing: ['FIREWORKS_ACCOUNT_ID']},
		});
		const listed = (await run(['config', 'services'], {env})).stdout;
		expect(listed).toMatch(/Nebius +https:.*, key set\n/);
		expect(listed).toMatch(/Together +https:.*, key not set: set TOGETHER_API_KEY\n/);
		expect(stdout + listed).not.toContain('secret');
		const wrong = await run(['info'], {env: {NEBIUS_BASE_URL: 'https://me:pass@nebius.example'}});
		expect([wrong.code, wrong.stderr.includes('pass')]).toEqual([2, false]);
	});

	test('a base URL that is none is wrong usage and named, wherever it comes from', async () => {
		for (const attempt of [run(['info', '--openai-url', 'nonsense']), run(['info'], {env: {OPENAI_BASE_URL: 'nonsense'}})]) {
			const {code, stderr} = await attempt;
			expect(code).toBe(2);
			expect(stderr).toContain('nonsense');
		}
	});

	test('config names its file, prints it, and says what is wrong with it without touching it', async () => {
		const own = makeFolder();
		const config = (action: string) => run(['config', action, '--home', own.path]);
		const file = (await config('path')).stdout.trim();
		expect(file.startsWith(own.path)).toBe(true);
		expect((await config('validate')).code).toBe(0);
		expect((await config('print')).stdout).toMatch(/color +auto +auto +default/);
		mkdirSync(path.dirname(file), {recursive: true});
		writeFileSync(file, '{"baseUrls": {"together": "https://example.com/api"}}');
		expect((await config('print')).stdout).toMatch(/baseUrls\.together +https:\/\/example\.com\/api .* settings/);
		writeFileSync(file, '{"baseUrls": 7}');
		const broken = await config('validate');
		expect(broken.code).toBe(1);
		expect(broken.stderr).toContain('baseUrls');
		expect(readFileSync(file, 'utf8')).toBe('{"baseUrls": 7}');
		own.remove();
	});

	test('broken settings are set aside and named when something runs on them', async () => {
		const own = makeFolder();
		const file = (await run(['config', 'path', '--home', own.path])).stdout.trim();
		mkdirSync(path.dirname(file), {recursive: true});
		writeFileSync(file, '{');
		const {code, stderr} = await run(['info', '--home', own.path]);
		expect(code).toBe(0);
		expect(stderr).toContain('settings.json');
		expect(readdirSync(path.dirname(file)).some((name) => name.includes('broken'))).toBe(true);
		own.remove();
	});
});

describe('the call itself', () => {
	test('flags of every command may stand before or after it', async () => {
		const before = await run(['--openrouter-url', sandbox.urls.openrouter, 'info', '--json'], {
			env: {OPENROUTER_BASE_URL: 'http://127.0.0.1:1'},
		});
		const after = await run(['info', '--json', '--openrouter-url', sandbox.urls.openrouter], {
			env: {OPENROUTER_BASE_URL: 'http://127.0.0.1:1'},
		});
		expect(JSON.parse(before.stdout)).toEqual(JSON.parse(after.stdout));
	});

	test('help goes to stdout with examples and exit codes, for each command', async () => {
		expect(await data('--help')).toContain('Exit codes');
		for (const name of ['models', 'model', 'routes', 'keys', 'bindings', 'setup', 'info', 'config', 'sandbox', 'completion']) {
			const text = await data(name, '--help');
			expect(text).toContain(`Usage: stillroom ${name}`);
			expect(text).toContain('Examples:');
			expect(text).toContain('Exit codes');
			expect(text).toContain('--home');
		}
		// Long examples do not push what the others are for out of sight.
		for (const line of (await data('--help')).split('\n')) expect(line.search(/(?<=stillroom .*) {2,}\S/)).toBeLessThan(72);
	});

	test('every command whose work takes long can be quiet', async () => {
		const long = [
			'completions sync',
			'completions import',
			'completions duplicates',
			'completions delete',
			'dataset create',
			'dataset check',
		];
		for (const name of [...long, 'dataset pack', 'check', 'verify', 'drift', 'generate', 'ledger verify', 'ledger backfill'])
			expect([name, await data(...name.split(' '), '--help')]).toEqual([name, expect.stringContaining('--quiet')]);
	});

	test('--version prints the version alone', async () => {
		expect(await data('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
	});

	test.each([
		[['modles'], 'models'],
		[['models', '--jsn'], '--json'],
		[['models', '--json', '--csv'], 'cannot be used with'],
		[['model'], 'missing required argument'],
		[['config', 'burn'], 'burn'],
		[['sandbox', '--port', '99999'], '65535'],
	])('%j is wrong usage and says why', async (argv, expected) => {
		const {code, stdout, stderr} = await run(argv);
		expect({code, stdout}).toEqual({code: 2, stdout: ''});
		expect(stderr).toContain(expected);
		expect(stderr).toMatch(/^stillroom: /);
	});

	test('without a command and a terminal: a short help on stderr', async () => {
		const {code, stdout, stderr} = await run([]);
		expect({code, stdout}).toEqual({code: 2, stdout: ''});
		expect(stderr).toContain('stillroom models');
		expect(stderr.split('\n').length).toBeLessThan(10);
	});

	test('without a command, in a terminal: the dashboard, with what was asked for', async () => {
		const seen: unknown[] = [];
		const startUi = async (context: {readonly isSandbox: boolean}, options: {readonly isColor: boolean; readonly isFresh: boolean}) => {
			seen.push([context.isSandbox, options.isColor, options.isFresh]);
			return 7;
		};
		expect((await run([], {columns: 80, ports: {startUi}})).code).toBe(7);
		await run(['--sandbox', '--fresh', '--no-color'], {columns: 80, ports: {startUi}});
		expect(seen).toEqual([
			[false, true, false],
			[true, false, true],
		]);
	});

	test('stopping a command ends it with 130', async () => {
		const controller = new AbortController();
		const slow = await startSandbox({faults: '*:*=latency:60000'});
		const fresh = makeFolder();
		const ended = run(['models', '--home', fresh.path, '--openrouter-url', slow.urls.openrouter, '--nanogpt-url', slow.urls.nanogpt], {
			signal: controller.signal,
		});
		setImmediate(() => controller.abort());
		expect((await ended).code).toBe(130);
		await slow.close();
		fresh.remove();
	});
});
