import {spawn} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {EvalImportOutput} from '../../source/cli/outputs.js';
import type {EvalResult} from '../../source/domain/evaluation.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openLedger} from '../../source/store/ledger/open-ledger.js';
import {findProgram} from '../helpers/built-program.js';
import {startRecordingProxy} from '../helpers/recording-proxy.js';
import {makeFolder, type RunOptions, runStillroom} from '../helpers/run-stillroom.js';

const teacher = 'teacher=openrouter:deepseek/deepseek-v3.2';
const base = 'base=openrouter:qwen/qwen3-8b';
let sandbox: Sandbox;
let proxy: Awaited<ReturnType<typeof startRecordingProxy>>;
let env: Record<string, string>;
let home: ReturnType<typeof makeFolder>;

beforeAll(async () => {
	sandbox = await startSandbox();
	const {origin} = new URL(sandbox.urls.openrouter);
	proxy = await startRecordingProxy(origin);
	env = {
		OPENROUTER_BASE_URL: sandbox.urls.openrouter.replace(origin, proxy.origin),
		NANOGPT_BASE_URL: sandbox.urls.nanogpt.replace(origin, proxy.origin),
		OPENAI_BASE_URL: sandbox.urls.openai.replace(origin, proxy.origin),
		OPENROUTER_API_KEY: 'test-key',
		NANOGPT_API_KEY: 'test-key',
		OPENAI_API_KEY: 'test-key',
	};
});

beforeEach(() => {
	home = makeFolder();
	proxy.seen.length = 0;
	return () => home.remove();
});

afterAll(async () => {
	await proxy.close();
	await sandbox.close();
});

/** Questions with one right answer each, which small models get wrong more often. */
function questions(count: number, toPrompt = (a: number, b: number) => `What is ${a} times ${b}? Answer with the number only.`): string {
	const file = path.join(home.path, 'questions.jsonl');
	const rows = Array.from({length: count}, (_, index) => ({
		prompt: toPrompt(11 + index, 3 + (index % 7)),
		reference: String((11 + index) * (3 + (index % 7))),
	}));
	writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
	return file;
}

const stillroom = (argv: readonly string[], options: RunOptions = {}) =>
	runStillroom(['evals', ...argv], {...options, env: {STILLROOM_HOME: home.path, ...env, ...options.env}});

async function evaluate(argv: readonly string[], options: RunOptions = {}) {
	const {code, stdout, stderr} = await stillroom(['run', ...argv, '--json'], options);
	const told = JSON.parse(stdout) as {
		readonly id: string;
		readonly reason: string;
		readonly message: string | null;
		readonly result: EvalResult;
	};
	return {code, stderr, ...told};
}

const chatsFor = (model: string) => proxy.chats().filter(({body}) => (JSON.parse(body) as {model: string}).model === model).length;

describe('evals run', () => {
	test('baseline and a later student are one comparison; only the student is sent', async () => {
		const first = await evaluate(['--set', questions(40), '--candidate', teacher, '--candidate', base, '--grader', 'exact', '--seed', '7']);
		expect(first).toMatchObject({code: 0, reason: 'done', result: {items: 40, isComplete: true}});
		expect(proxy.chats()).toHaveLength(80);
		const [strong, weak] = first.result.candidates;
		expect(strong!.passRate!.value).toBeGreaterThan(weak!.passRate!.value);
		const second = await evaluate(['--extend', first.id, '--candidate', 'student=openrouter:qwen/qwen3-32b']);
		expect(second).toMatchObject({code: 0, id: first.id, result: {items: 40, isComplete: true}});
		expect(proxy.chats()).toHaveLength(120);
		expect(chatsFor('qwen/qwen3-32b')).toBe(40);
		expect(second.result.differences.filter(({grader}) => grader === null)).toMatchObject([
			{one: 1, other: 0, pairs: 40},
			{one: 2, other: 0, pairs: 40},
			{one: 2, other: 1, pairs: 40},
		]);
		expect(second.result.candidates.slice(0, 2)).toEqual(first.result.candidates);
		expect(second.result.definition.name).toBe('questions.jsonl: teacher, base, student');
		await evaluate(['--extend', 'last', '--name', 'sums']);
		expect((await evaluate(['--extend', 'sums'])).result.definition.name).toBe('sums');
		expect(proxy.chats()).toHaveLength(120);
	});

	test('a person sees intervals, differences, costs, and what the numbers cannot say', async () => {
		const {code, stdout, stderr} = await stillroom([
			'run',
			'--set',
			questions(12),
			'--candidate',
			teacher,
			'--candidate',
			base,
			'--grader',
			'exact',
			'--grader',
			'rouge_l>=0.5',
			'--name',
			'sums',
		]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/teacher {2}openrouter:deepseek\/deepseek-v3\.2/);
		expect(stdout).toMatch(/passes all +[█·]{16} \d\.\d\d \[\d\.\d\d, \d\.\d\d\]/);
		expect(stdout).toMatch(/base − teacher: .*\[.*\] on 12 items/);
		expect(stdout).toContain('per thousand');
		expect(stdout).toContain('Only 12 items');
		expect(stderr).toContain('--disagreements');
	});

	test('a model that refuses temperature: what its answers failed of and what to do is said; with --temperature none it answers', async () => {
		const argv = ['run', '--set', questions(3), '--candidate', 'teacher=openai:gpt-5.4', '--grader', 'exact'];
		const refused = await stillroom(argv);
		expect(refused.code).toBe(6);
		expect(refused.stdout).toMatch(/3 failed: .*temperature/);
		expect(refused.stdout.replaceAll(/\s+/g, ' ')).toMatch(/teacher .*takes no temperature .*--temperature none/);
		const again = await stillroom(['run', '--extend', 'last', '--temperature', 'none']);
		expect(again).toMatchObject({code: 2, stderr: expect.stringContaining('--temperature cannot be changed')});
		proxy.seen.length = 0;
		const {code, result} = await evaluate([...argv.slice(1), '--temperature', 'none']);
		expect([code, result.candidates[0]?.failed]).toEqual([0, 0]);
		expect(result.definition.parameters.temperature).toBe(null);
		for (const {body} of proxy.chats()) expect(JSON.parse(body)).not.toHaveProperty('temperature');
		expect((await stillroom(['show', 'last'])).stdout).toContain('no temperature sent');
		const exported = await stillroom(['export', 'last', '--as', 'promptfoo']);
		expect(exported.stdout).not.toMatch(/temperature/);
	});

	test('--dry-run tells requests and a bound, sends nothing and leaves nothing', async () => {
		const argv = ['run', '--set', questions(5), '--candidate', teacher, '--grader', 'judge:openai:gpt-4.1-mini', '--dry-run'];
		const {code, stdout} = await stillroom(argv);
		expect(code).toBe(0);
		expect(stdout).toContain('5 prompts, ');
		expect(stdout).toMatch(/at most \$0\.\d+/);
		expect(proxy.chats()).toHaveLength(0);
		expect((await stillroom(['list'])).stderr).toContain('Nothing was evaluated yet');
	});

	test('a budget stops it with 6, and --extend goes on', async () => {
		const argv = ['--set', questions(20), '--candidate', teacher, '--grader', 'exact', '--max-tokens', '20', '--concurrency', '2'];
		const stopped = await evaluate([...argv, '--max-cost', '0.0002']);
		expect(stopped).toMatchObject({code: 6, reason: 'budget', result: {isComplete: false}});
		expect(stopped.result.costUsd).toBeLessThanOrEqual(0.0002);
		const sent = proxy.chats().length;
		expect(await evaluate(['--extend', stopped.id, '--max-cost', '1'])).toMatchObject({code: 0, result: {isComplete: true, items: 20}});
		expect(proxy.chats()).toHaveLength(20);
		expect(sent).toBeLessThan(20);
	});

	test('--ndjson streams each answer and ends with the result', async () => {
		const {stdout} = await stillroom(['run', '--set', questions(3), '--candidate', teacher, '--grader', 'exact', '--ndjson', '--quiet']);
		const lines = stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as {readonly type: string});
		expect(lines.map(({type}) => type)).toEqual(['sample', 'sample', 'sample', 'stopped']);
	});

	test('Ctrl+C lets what is under way end, ends with 130, and the rest is sent by the same evaluation', async () => {
		const controller = new AbortController();
		const argv = ['run', '--set', questions(30), '--candidate', teacher, '--grader', 'exact', '--concurrency', '2', '--ndjson'];
		const {code, stderr, stdout} = await stillroom(argv, {
			signal: controller.signal,
			onOutput(text) {
				if (text.includes('"sample"')) controller.abort();
			},
		});
		expect(code).toBe(130);
		expect(stderr).toContain('what is under way comes to its end');
		expect(stdout.trimEnd().split('\n').at(-1)).toContain('"reason":"interrupted"');
		const ledger = await openLedger(path.join(home.path, 'data'));
		expect(ledger.count({statuses: ['unfinished', 'aborted', 'failed']}).count).toBe(0);
		await ledger.close();
		expect(proxy.chats().length).toBeLessThan(30);
		expect(await evaluate(['--extend', 'last'])).toMatchObject({code: 0, result: {isComplete: true, items: 30}});
		expect(proxy.chats()).toHaveLength(30);
	});

	test('killed with -9 twice and run again: every answer and every grade is there once, and the ledger verifies', {
		timeout: 60_000,
	}, async () => {
		const set = questions(300);
		const kill = (argv: readonly string[], after: number) =>
			new Promise<string | null>((resolve) => {
				const child = spawn(process.execPath, [findProgram(), 'evals', 'run', ...argv, '--ndjson', '--quiet', '--concurrency', '16'], {
					env: {PATH: process.env.PATH ?? '', STILLROOM_HOME: home.path, ...env},
					stdio: ['ignore', 'pipe', 'inherit'],
				});
				let seen = 0;
				child.stdout.setEncoding('utf8').on('data', (data: string) => {
					seen += data.split('{"type":"sample"').length - 1;
					if (seen >= after) child.kill('SIGKILL');
				});
				child.on('close', (_, signal) => resolve(signal));
			});
		expect(await kill(['--set', set, '--candidate', teacher, '--candidate', base, '--grader', 'exact'], 100)).toBe('SIGKILL');
		expect(await kill(['--extend', 'last'], 100)).toBe('SIGKILL');
		const done = await evaluate(['--extend', 'last']);
		expect(done).toMatchObject({code: 0, result: {isComplete: true, items: 300, candidates: [{answered: 300}, {answered: 300}]}});
		const ledger = await openLedger(path.join(home.path, 'data'));
		const finished = ledger.list({statuses: ['finished']}, {limit: 1000}).rows;
		expect(finished).toHaveLength(600);
		expect(new Set(finished.map(({idempotencyKey}) => idempotencyKey)).size).toBe(600);
		// What was under way at a kill stays on record as without an end.
		expect(ledger.count({statuses: ['unfinished']}).count).toBeLessThanOrEqual(2 * 16);
		expect(await ledger.verify()).toMatchObject({isIntact: true});
		await ledger.close();
	});

	test('a judge grades over the wire, and each of its words is a run of its own', async () => {
		const argv = [
			'--set',
			questions(6),
			'--candidate',
			teacher,
			'--grader',
			'judge:openai:gpt-4.1-mini',
			'--grader',
			'score:openai:gpt-4.1-mini',
			'--repeat',
			'1',
		];
		const {result} = await evaluate(argv);
		expect(chatsFor('gpt-4.1-mini')).toBe(24);
		expect(result.judges).toMatchObject([
			{model: 'openai:gpt-4.1-mini', repeated: expect.any(Number)},
			{model: 'openai:gpt-4.1-mini', repeated: expect.any(Number)},
		]);
		const {stdout} = await stillroom(['show', 'last', '--json']);
		const {answers} = JSON.parse(stdout) as {answers: readonly {run: string; grades: readonly {run: string | null}[]}[]};
		const runs = answers.flatMap(({run, grades}) => [run, ...grades.map((grade) => grade.run)]);
		expect(new Set(runs).size).toBe(6 + 24);
		const ledger = await openLedger(path.join(home.path, 'data'));
		for (const id of runs) expect(ledger.readCompletion(id!)?.status).toBe('finished');
		await ledger.close();
	});
});

describe('test sets', () => {
	test('completions that match a filter are asked again, their answers are the references', async () => {
		const file = path.join(home.path, 'prompts.jsonl');
		writeFileSync(file, Array.from({length: 4}, (_, index) => `${JSON.stringify({prompt: `Name ${index} stills.`})}\n`).join(''));
		await runStillroom(['generate', file, '--model', 'deepseek/deepseek-v3.2', '--task', 'naming', '--quiet'], {
			env: {STILLROOM_HOME: home.path, ...env},
		});
		const {result} = await evaluate([
			'--filter',
			'task:naming',
			'--candidate',
			teacher,
			'--candidate',
			base,
			'--grader',
			'fuzzy_match>=0.5',
		]);
		expect(result).toMatchObject({items: 4, isComplete: true, definition: {testSet: {kind: 'completions'}}});
	});

	test('lines that cannot be used are named with 2, and left out with --skip-invalid', async () => {
		const file = path.join(home.path, 'q.jsonl');
		writeFileSync(file, '{"prompt": "What is 1+1?", "reference": "2"}\n{"prompt": \n{"other": 1}\n');
		const argv = ['run', '--set', file, '--candidate', teacher, '--grader', 'exact'];
		const {code, stdout, stderr} = await stillroom(argv);
		expect({code, stdout}).toEqual({code: 2, stdout: ''});
		expect(stderr).toMatch(/Line 2: .*Line 3: .*2 rows of the test set cannot be used; nothing was sent/s);
		expect(proxy.chats()).toHaveLength(0);
		expect((await stillroom([...argv, '--skip-invalid'])).code).toBe(0);
	});

	test.each([
		['no test set', ['--candidate', teacher, '--grader', 'exact']],
		['no candidate', ['--set', 'q.jsonl', '--grader', 'exact']],
		['no grader', ['--set', 'q.jsonl', '--candidate', teacher]],
		['no such file', ['--set', 'nowhere.jsonl', '--candidate', teacher, '--grader', 'exact']],
		['an unknown role', ['--set', 'q.jsonl', '--candidate', 'boss=x/y', '--grader', 'exact']],
		['an unknown grader', ['--set', 'q.jsonl', '--candidate', teacher, '--grader', 'vibes']],
	])('%s: 2, and nothing is sent', async (_, argv) => {
		expect(await stillroom(['run', ...argv])).toMatchObject({code: 2, stdout: ''});
		expect(proxy.chats()).toHaveLength(0);
	});

	test('a model that is not there: 1; without a key: 4; a service that cannot be reached: 5', async () => {
		const argv = ['run', '--set', questions(1), '--grader', 'exact', '--candidate'];
		expect((await stillroom([...argv, 'openrouter:no/model'])).code).toBe(1);
		expect((await stillroom([...argv, teacher], {env: {OPENROUTER_API_KEY: ''}})).code).toBe(4);
		expect((await stillroom([...argv, teacher], {env: {OPENROUTER_BASE_URL: 'http://127.0.0.1:9/v1'}})).code).not.toBe(0);
		expect(proxy.chats()).toHaveLength(0);
	});
});

describe('evals show, compare, export, import', () => {
	beforeEach(async () => {
		await stillroom([
			'run',
			'--set',
			questions(15),
			'--candidate',
			teacher,
			'--candidate',
			base,
			'--grader',
			'exact',
			'--name',
			'sums',
			'--quiet',
		]);
	});

	test('list and show find it by name; every number names the runs it is made of', async () => {
		const [listed] = JSON.parse((await stillroom(['list', '--json'])).stdout) as {id: string; samples: number}[];
		expect(listed).toMatchObject({name: 'sums', samples: 30, expected: 30});
		const shown = JSON.parse((await stillroom(['show', 'sums', '--json'])).stdout);
		expect(shown.result.candidates[0].runs).toHaveLength(15);
		expect(shown.resultsHash).toMatch(/^sha256:/);
		const passed = shown.answers.filter(
			(sample: {candidate: number; grades: {isPassed: boolean}[]}) => sample.candidate === 0 && sample.grades[0]!.isPassed,
		);
		expect(passed.length / 15).toBeCloseTo(shown.result.candidates[0].passRate.value);
		const ledger = await openLedger(path.join(home.path, 'data'));
		const told = [...ledger.entries()].filter((entry) => entry.kind === 'evaluation-finished');
		expect(told).toMatchObject([{evaluation: listed!.id, results_hash: shown.resultsHash}]);
		await ledger.close();
	});

	test('disagreements stand side by side with what was expected', async () => {
		const {stdout} = await stillroom(['show', 'last', '--disagreements'], {columns: 120, env: {NO_COLOR: '1'}});
		expect(stdout).toMatch(/1\. disagreement 1\.00/);
		expect(stdout).toMatch(/Expected +\d+/);
		expect(stdout).toMatch(/teacher +base/);
		expect(stdout).toMatch(/[+x] exact [01]\.00 +[+x] exact [01]\.00/);
	});

	test('csv has a line for each answer; compare has the differences', async () => {
		const {stdout} = await stillroom(['export', 'last', '--as', 'csv']);
		const [header, ...rows] = stdout.trimEnd().split('\n');
		expect(header).toMatch(/^evaluation,item,candidate,role,model,run,passed,exact\.passed/);
		expect(rows).toHaveLength(30);
		expect(JSON.parse((await stillroom(['compare', 'last', '--json'])).stdout)[0]).toMatchObject({
			oneLabel: 'base',
			otherLabel: 'teacher',
			pairs: 15,
		});
	});

	test('what was exported for promptfoo or OpenAI is imported and run again: the same answers are right', async () => {
		const before = JSON.parse((await stillroom(['show', 'last', '--json'])).stdout);
		for (const [as, file] of [
			['promptfoo', 'p.yaml'],
			['openai', 'o.json'],
		] as const) {
			const out = path.join(home.path, file);
			expect((await stillroom(['export', 'sums', '--as', as, '--out', out])).code).toBe(0);
			expect((await stillroom(['export', 'sums', '--as', as, '--out', out])).code).toBe(1);
			const {code, stdout} = await stillroom(['import', out, '--json']);
			expect(code).toBe(0);
			const {files, command} = JSON.parse(stdout) as EvalImportOutput;
			const [set, graders, prompt] = [files.set!, files.graders!, files.prompt];
			expect(command).toContain('stillroom evals run --set');
			if (as === 'promptfoo') expect(command).toContain(`--candidate ${teacher} --candidate ${base}`);
			expect([set, graders].every((name) => existsSync(name))).toBe(true);
			const argv = [
				'--set',
				set,
				...(prompt === null ? [] : ['--prompt', `@${prompt}`]),
				'--grader',
				`@${graders}`,
				'--candidate',
				teacher,
			];
			const {result} = await evaluate(argv);
			expect(result.candidates[0]?.passRate?.value).toBe(before.result.candidates[0].passRate.value);
			expect(readFileSync(out, 'utf8')).not.toContain('test-key');
		}
	});

	test('what is not there is said', async () => {
		expect(await stillroom(['show', 'nothing'])).toMatchObject({
			code: 1,
			stdout: '',
			stderr: expect.stringContaining('There is no evaluation "nothing"'),
		});
	});
});
