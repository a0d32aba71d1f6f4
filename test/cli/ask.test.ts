import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {Ledger} from '../../source/domain/ledger.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openLedger} from '../../source/store/ledger/open-ledger.js';
import type {AnswerJson, PlanJson} from '../../source/view/run-json.js';
import {startRecordingProxy} from '../helpers/recording-proxy.js';
import {makeFolder, type RunOptions, runStillroom} from '../helpers/run-stillroom.js';

const home = makeFolder();
let sandbox: Sandbox;
let proxy: Awaited<ReturnType<typeof startRecordingProxy>>;
let env: Record<string, string>;
/** What the ledger held when a chat request arrived. */
let heldAtRequest: {readonly status: string; readonly model: string}[] = [];

const inLedger = async <Result>(read: (ledger: Ledger) => Result): Promise<Result> => {
	const ledger = await openLedger(path.join(home.path, 'data'));
	try {
		return read(ledger);
	} finally {
		await ledger.close();
	}
};

beforeAll(async () => {
	sandbox = await startSandbox();
	const {origin} = new URL(sandbox.urls.openrouter);
	proxy = await startRecordingProxy(origin, async ({path: asked}) => {
		if (!asked.endsWith('/chat/completions')) return;
		const [newest] = await inLedger((ledger) => ledger.list({}, {limit: 1}).rows);
		if (newest) heldAtRequest.push({status: newest.status, model: newest.model});
	});
	env = {
		STILLROOM_HOME: home.path,
		OPENROUTER_BASE_URL: sandbox.urls.openrouter.replace(origin, proxy.origin),
		NANOGPT_BASE_URL: sandbox.urls.nanogpt.replace(origin, proxy.origin),
		OPENAI_BASE_URL: sandbox.urls.openai.replace(origin, proxy.origin),
		OPENROUTER_API_KEY: 'test-key',
		NANOGPT_API_KEY: 'test-key',
		OPENAI_API_KEY: 'test-key',
	};
});

beforeEach(() => {
	heldAtRequest = [];
	proxy.seen.length = 0;
});

afterAll(async () => {
	await proxy.close();
	await sandbox.close();
	home.remove();
});

const id = 'deepseek/deepseek-v3.2';
const closed = 'anthropic/claude-opus-5';
const ask = (argv: readonly string[], options: RunOptions = {}) =>
	runStillroom(['ask', ...argv], {...options, env: {...env, ...options.env}});
const bodyOf = (index = 0) => JSON.parse(proxy.chats()[index]!.body) as Readonly<Record<string, unknown>>;

async function askJson(...argv: string[]): Promise<AnswerJson> {
	const {code, stdout} = await ask([...argv, '--json']);
	expect(code).toBe(0);
	return JSON.parse(stdout) as AnswerJson;
}

describe('for a person', () => {
	test('the answer is on stdout as it came, evidence and enforcement on stderr', async () => {
		const {code, stdout, stderr} = await ask([id, 'Name', 'three', 'stills.']);
		expect(code).toBe(0);
		const run = await inLedger((ledger) => ledger.readRun(ledger.list({}, {limit: 1}).rows[0]!.id)!);
		expect(stdout).toBe(run.text);
		expect(run.messages).toEqual([{role: 'user', content: 'Name three stills.'}]);
		expect(stderr).toContain('ENFORCED, route: distillable flag and');
		expect(stderr).toMatch(/evidence B · .* · provider .* \(by router metadata\) · .* · verdict YES \(read \d+ s ago\)/);
		expect(stderr).toContain(run.record.id);
		expect(bodyOf()).toMatchObject({max_tokens: 1024, provider: {enforce_distillable_text: true, allow_fallbacks: false}});
	});

	test('the start is in the ledger before the request arrives', async () => {
		await ask([id, 'Hello.']);
		expect(heldAtRequest).toEqual([{status: 'unfinished', model: id}]);
	});

	test('NanoGPT: pay-as-you-go is said before sending, and the pin is sent', async () => {
		const {code, stderr} = await ask([id, 'Hello.', '--gateway', 'nanogpt']);
		expect(code).toBe(0);
		expect(stderr.indexOf('pay-as-you-go')).toBeGreaterThan(-1);
		expect(stderr.indexOf('pay-as-you-go')).toBeLessThan(stderr.indexOf('evidence'));
		expect(bodyOf().provider).toMatchObject({only: expect.any(Array), allow_fallbacks: false});
	});

	test('OpenAI: its terms are said, store is sent either way', async () => {
		const {code, stderr} = await ask(['gpt-5-mini', 'Hello.', '--gateway', 'openai']);
		expect(code).toBe(0);
		expect(stderr).toContain("OpenAI's own models");
		expect(bodyOf()).toMatchObject({store: false});
		await ask(['gpt-5-mini', 'Hello.', '--gateway', 'openai', '--store', '--task', 'greet', '--dataset', 'd', '--tag', 'a=b=c']);
		expect(bodyOf(1)).toMatchObject({store: true, metadata: {task: 'greet', dataset: 'd', a: 'b=c', ledger_id: expect.any(String)}});
	});

	test('an answer that would steer the terminal is cleaned there, and byte-exact in a pipe', async () => {
		const prompt = '[[sandbox:escapes]]';
		const piped = await ask([id, prompt]);
		expect(piped.stdout).toContain('\u001B');
		const text = await inLedger((ledger) => ledger.readRun(ledger.list({}, {limit: 1}).rows[0]!.id)!.text);
		expect(piped.stdout).toBe(text);
		const shown = await ask([id, prompt], {columns: 80});
		expect(shown.stdout).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
		expect(shown.stdout.endsWith('\n')).toBe(true);
	});

	test.each(['wide', 'long 5000000', 'invalid-utf8', 'no-done'])('%s arrives whole', async (command) => {
		const {code, stdout} = await ask([id, `[[sandbox:${command}]]`]);
		const text = await inLedger((ledger) => ledger.readRun(ledger.list({}, {limit: 1}).rows[0]!.id)!.text);
		expect(code).toBe(0);
		expect(stdout.length).toBeGreaterThan(0);
		expect(stdout === text).toBe(true);
	});

	test('another model or provider than was asked for is a loud warning', async () => {
		const {code, stderr} = await ask([id, '[[sandbox:served-model other/model]]']);
		expect(code).toBe(0);
		expect(stderr).toMatch(/warning: .*other\/model answered/);
		expect(stderr).toContain('evidence D');
	});
});

describe('the prompt', () => {
	test.each([
		[[id], 'from a pipe\n', 'from a pipe'],
		[[id, '-'], 'two\n\n', 'two\n'],
		[[id, '--', '-x is a flag'], '', '-x is a flag'],
	])('%j with %j on stdin', async (argv, stdin, expected) => {
		expect((await ask(argv, {stdin})).code).toBe(0);
		expect(bodyOf().messages).toEqual([{role: 'user', content: expected}]);
	});

	test('none is wrong usage, in a pipe and at a terminal', async () => {
		for (const options of [{}, {columns: 80}]) {
			const {code, stdout, stderr} = await ask([id], options);
			expect({code, stdout}).toEqual({code: 2, stdout: ''});
			expect(stderr).toContain('There is no prompt');
		}
		expect(proxy.chats()).toEqual([]);
	});

	test('{{variables}} are filled; missing and unknown ones are named, and --raw leaves the braces', async () => {
		await ask([
			id,
			'Say {{word}} in {{lang}}.',
			'--system',
			'Be {{tone}}.',
			'--var',
			'word=a{{b}}',
			'--var',
			'lang=Latin',
			'--var',
			'tone=kind',
		]);
		expect(bodyOf().messages).toEqual([
			{role: 'system', content: 'Be kind.'},
			{role: 'user', content: 'Say a{{b}} in Latin.'},
		]);
		const missing = await ask([id, 'Say {{word}} in {{lang}}.', '--var', 'word=x']);
		expect(missing.code).toBe(2);
		expect(missing.stderr).toContain('no value for {{lang}}');
		expect((await ask([id, 'Say {{word}}', '--var', 'word=x', '--var', 'other=y'])).stderr).toContain('{{other}}');
		expect((await ask([id, 'Say {{word}}', '--var', 'word'])).code).toBe(2);
		await ask([id, 'Say {{word}}', '--raw']);
		expect(bodyOf(1).messages).toEqual([{role: 'user', content: 'Say {{word}}'}]);
	});

	test('system message and schema from files, and every parameter', async () => {
		const [system, schema] = ['system.txt', 'schema.json'].map((name) => path.join(home.path, name)) as [string, string];
		writeFileSync(system, 'From a file.');
		writeFileSync(schema, '{"type":"object","properties":{"name":{"type":"string"}}}');
		const {code} = await ask(
			`${id} Hi --system @${system} --response-format @${schema} --max-tokens 77 --temperature 0 --top-p 0.5 --seed -3 --stop END --stop . --reasoning-effort low --max-output-price 9 --zdr`.split(
				' ',
			),
		);
		expect(bodyOf()).toMatchObject({
			max_tokens: 77,
			temperature: 0,
			top_p: 0.5,
			seed: -3,
			stop: ['END', '.'],
			reasoning: {effort: 'low'},
			messages: [{role: 'system', content: 'From a file.'}, {role: 'user'}],
			response_format: {type: 'json_schema', json_schema: {name: 'answer', schema: {type: 'object'}}},
			provider: {max_price: {completion: 9}, zdr: true},
		});
		expect([0, 3]).toContain(code);
	});

	test.each([
		[['--max-tokens', '0'], 'whole number'],
		[['--temperature', '3'], '0 to 2'],
		[['--system', '@/nowhere/file'], '/nowhere/file'],
		[['--response-format', 'yaml'], 'yaml'],
		[['--zdr', '--gateway', 'nanogpt'], 'Only OpenRouter'],
		[['--enforcement', 'off'], 'without a reason'],
		[['--enforcement', 'some'], 'auto, route, model, off'],
		[['--also', 'z-ai/glm-4.7', '--route', 'together'], '--also'],
		[['--tag', 'nothing'], 'NAME=VALUE'],
	])('%j is wrong usage, and nothing is sent', async (flags, message) => {
		const {code, stdout, stderr} = await ask([id, 'Hi', ...flags]);
		expect({code, stdout}).toEqual({code: 2, stdout: ''});
		expect(stderr).toContain(message);
		expect(proxy.chats()).toEqual([]);
	});
});

describe('--json and --ndjson', () => {
	test('one object with everything the evidence line says', async () => {
		const answer = await askJson(id, 'Name three stills.');
		expect(answer).toMatchObject({
			text: expect.any(String),
			outcome: 'finished',
			gateway: 'openrouter',
			model: id,
			verdict: {status: 'allowed'},
			enforcement: {level: 'route', only: expect.any(Array)},
			served: {model: expect.stringContaining(id), provider: expect.any(String), proof: 'openrouter_metadata'},
			grade: 'B',
			warnings: [],
			usage: {promptTokens: expect.any(Number), completionTokens: expect.any(Number)},
			costUsd: expect.any(Number),
			finishReason: 'stop',
			problem: null,
		});
		expect(await inLedger((ledger) => ledger.readCompletion(answer.ledgerId!)?.status)).toBe('finished');
	});

	test('--ndjson: planned, started, pieces, finished', async () => {
		const {code, stdout} = await ask([id, 'Name three stills.', '--ndjson']);
		expect(code).toBe(0);
		const events = stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		const types = events.map(({type}) => type as string);
		expect(types.filter((type, index) => type !== types[index - 1])).toEqual(['planned', 'started', 'text', 'finished']);
		const text = events.filter(({type}) => type === 'text').map((event) => event.text as string);
		expect((events.at(-1) as {answer: AnswerJson}).answer.text).toBe(text.join(''));
	});

	test('--also: an array in the order of the models; 6 when only some answered', async () => {
		const {code, stdout, stderr} = await ask([id, 'Hello.', '--also', 'mistralai/mistral-large-2512', '--also', closed, '--json']);
		const answers = JSON.parse(stdout) as readonly AnswerJson[];
		expect(answers.map(({model, outcome}) => [model, outcome])).toEqual([
			[id, 'finished'],
			['mistralai/mistral-large-2512', 'finished'],
			[closed, 'refused'],
		]);
		expect(code).toBe(6);
		expect(stderr).toContain(closed);
		expect(proxy.chats()).toHaveLength(2);
		const text = await ask([id, 'Hello.', '--also', 'mistralai/mistral-large-2512']);
		expect(text.code).toBe(0);
		expect(text.stdout.match(/^## .*/gm)).toEqual([`## ${id}`, '## mistralai/mistral-large-2512']);
	});
});

describe('--dry-run', () => {
	test('shows body, routes with reasons and the cost bound, sends nothing and records nothing', async () => {
		const count = await inLedger((ledger) => ledger.head().count);
		const {code, stdout} = await ask([id, 'Hello.', '--dry-run']);
		expect(code).toBe(0);
		expect(stdout).toContain('"enforce_distillable_text": true');
		expect(stdout).toMatch(/^POST http.*\/chat\/completions$/m);
		expect(stdout).toMatch(/cost +at most \$/);
		expect(stdout).toMatch(/^no .*falls out: /m);
		const json = JSON.parse((await ask([id, 'Hello.', '--dry-run', '--json'])).stdout) as PlanJson;
		expect(json).toMatchObject({modelId: id, costBoundUsd: expect.any(Number), refusal: null});
		expect(json.routes.some(({isLeft}) => isLeft) && json.routes.some(({isLeft}) => !isLeft)).toBe(true);
		expect(proxy.chats()).toEqual([]);
		expect(await inLedger((ledger) => ledger.head().count)).toBe(count);
	});

	test('the body is the one that is sent', async () => {
		const {body} = JSON.parse((await ask([id, 'Hello.', '--seed', '1', '--dry-run', '--json'])).stdout) as PlanJson;
		await ask([id, 'Hello.', '--seed', '1']);
		expect(bodyOf()).toEqual(body);
	});

	test('--route pins to what is named; one that is not allowed is refused with 3', async () => {
		const {routes} = JSON.parse((await ask([id, 'Hi', '--dry-run', '--json'])).stdout) as PlanJson;
		const left = routes.find(({isLeft}) => isLeft)!.tag;
		const plan = JSON.parse((await ask([id, 'Hi', '--dry-run', '--json', '--route', left])).stdout) as PlanJson;
		expect(plan.enforcement.only).toEqual([left]);
		const out = routes.find(({isLeft}) => !isLeft)!.tag;
		const refused = await ask([id, 'Hi', '--dry-run', '--route', out]);
		expect(refused.code).toBe(3);
		expect(refused.stderr).toContain('No allowed route');
	});
});

describe('refusals', () => {
	test('of our own: 3, with what to do instead; also as JSON and as an event; nothing is sent', async () => {
		const {code, stdout, stderr} = await ask([closed, 'Hi']);
		expect({code, stdout}).toEqual({code: 3, stdout: ''});
		expect(stderr).toContain('recorded as not allowed');
		expect(stderr.match(/^ {2}instead: /gm)).toHaveLength(3);
		const json = await ask([closed, 'Hi', '--json']);
		expect(json.code).toBe(3);
		expect(JSON.parse(json.stdout)).toMatchObject({
			text: null,
			outcome: 'refused',
			problem: {code: 'disallowed', alternatives: {length: 3}},
		});
		const events = (await ask([closed, 'Hi', '--ndjson'])).stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(events.map(({type}) => type)).toEqual(['planned', 'refused']);
		expect(proxy.chats()).toEqual([]);
	});

	test('enforcement off with a reason is sent, and the reason is on record', async () => {
		const answer = await askJson(closed, 'Hi', '--enforcement', 'off', '--reason', 'a comparison only');
		expect(answer.enforcement).toMatchObject({level: 'off'});
		const {record} = await inLedger((ledger) => ledger.readRun(answer.ledgerId!)!);
		expect(record.policy.override).toEqual({reason: 'a comparison only'});
	});

	test('of the service: 3 where enforcement left nothing', async () => {
		const {code, stderr} = await ask(['z-ai/glm-4.7', 'Hi', '--gateway', 'openrouter']);
		expect(code).toBe(3);
		expect(stderr).toContain("not in OpenRouter's distillable set (read");
		expect(stderr).toContain('instead: ');
	});

	test.each([
		['[[sandbox:status 401]]', 4],
		['[[sandbox:status 402]]', 1],
		['[[sandbox:status 429]]', 5],
		['[[sandbox:status 503]]', 5],
		['[[sandbox:moderated]]', 1],
		['[[sandbox:empty]]', 1],
		['[[sandbox:error-200]]', 5],
		['[[sandbox:midstream-error]]', 5],
	])('%s ends with %i and is on record', async (prompt, expected) => {
		const {code, stderr} = await ask([id, prompt]);
		expect(code).toBe(expected);
		expect(stderr).toMatch(/^stillroom: /m);
		expect(await inLedger((ledger) => ledger.list({}, {limit: 1}).rows[0]!.status)).toBe('failed');
	});

	test('an answer cut by max_tokens is an answer, and said to be cut', async () => {
		const {code, stderr} = await ask([id, 'Name ten stills.', '--max-tokens', '3']);
		expect(code).toBe(0);
		expect(stderr).toContain('stops at max_tokens (3)');
	});

	test('no key: 4, named by its variable; a service that is not there: 5', async () => {
		const {code, stderr} = await ask([id, 'Hi'], {env: {OPENROUTER_API_KEY: ''}});
		expect(code).toBe(4);
		expect(stderr).toContain('OPENROUTER_API_KEY is not set');
		expect(proxy.chats()).toEqual([]);
		const dead = await startSandbox();
		await dead.close();
		const gone = await ask(['gpt-5-mini', 'Hi', '--gateway', 'openai'], {env: {OPENAI_BASE_URL: dead.urls.openai}});
		expect(gone.code).toBe(5);
	});

	test('an unknown model offers the nearest ids', async () => {
		const {code, stderr} = await ask(['deepseek/deepseek-v3.22', 'Hi']);
		expect(code).toBe(1);
		expect(stderr).toContain(id);
	});
});

test('Ctrl+C ends with 130, and the partial answer is kept and marked', async () => {
	const controller = new AbortController();
	const {code, stdout, stderr} = await ask([id, 'Name ten stills. [[sandbox:slow 50]]'], {
		signal: controller.signal,
		onOutput: () => controller.abort(),
	});
	expect(code).toBe(130);
	expect(stderr).toContain('the partial answer is kept');
	const run = await inLedger((ledger) => ledger.readRun(ledger.list({}, {limit: 1}).rows[0]!.id)!);
	expect(run.completion.status).toBe('aborted');
	expect(stdout).toBe(run.text);
	expect(stdout).not.toBe('');
});
