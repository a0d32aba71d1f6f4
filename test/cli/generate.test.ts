import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {progressLine} from '../../source/cli/commands/generate-words.js';
import type {GenerateSummary} from '../../source/cli/outputs.js';
import {createProgress, type ProgressMood} from '../../source/cli/progress.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openLedger} from '../../source/store/ledger/open-ledger.js';
import {createJob} from '../helpers/generate-job.js';
import {startRecordingProxy} from '../helpers/recording-proxy.js';
import {collectStream, makeFolder, type RunOptions, runStillroom} from '../helpers/run-stillroom.js';

const model = 'deepseek/deepseek-v3.2';
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

function promptFile(...lines: readonly (string | object)[]): string {
	const file = path.join(home.path, 'prompts.jsonl');
	writeFileSync(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
	return file;
}

const generate = (argv: readonly string[], options: RunOptions = {}) =>
	runStillroom(['generate', ...argv], {...options, env: {STILLROOM_HOME: home.path, ...env, ...options.env}});

async function summary(
	argv: readonly string[],
	options: RunOptions = {},
): Promise<{readonly code: number; readonly summary: GenerateSummary}> {
	const {code, stdout} = await generate([...argv, '--model', model, '--json'], options);
	return {code, summary: JSON.parse(stdout) as GenerateSummary};
}

async function inLedger<Result>(read: (ledger: Awaited<ReturnType<typeof openLedger>>) => Result): Promise<Result> {
	const ledger = await openLedger(path.join(home.path, 'data'));
	try {
		return read(ledger);
	} finally {
		await ledger.close();
	}
}

describe('a job', () => {
	test('sends every line once, keeps the answers, and started again sends nothing', async () => {
		const file = promptFile(
			{prompt: 'One.', tags: {split: 'train'}},
			'',
			{messages: [{role: 'user', content: 'Two.'}]},
			{prompt: 'Two.\u2028Three.'},
		);
		const argv = [file, '--dataset', 'd', '--system', 'Be short.', '--max-tokens', '40'];
		const first = await summary(argv);
		expect(first).toMatchObject({
			code: 0,
			summary: {total: 3, done: 3, failed: 0, skipped: 0, left: 0, stoppedBy: null, problem: null, costUsd: expect.any(Number)},
		});
		expect(proxy.chats()).toHaveLength(3);
		expect(proxy.chats().map(({body}) => JSON.parse(body).messages[0])).toEqual(Array(3).fill({role: 'system', content: 'Be short.'}));
		expect(
			await inLedger((ledger) => ledger.list({dataset: 'd', tags: {split: 'train'}}).rows.map(({promptExcerpt}) => promptExcerpt)),
		).toEqual(['One.']);
		const again = await summary(argv);
		expect(again).toMatchObject({code: 0, summary: {total: 3, done: 0, skipped: 3, left: 0, costUsd: first.summary.costUsd}});
		expect(proxy.chats()).toHaveLength(3);
	});

	test('from stdin, as plain text, with repeats and growing seeds', async () => {
		const {code} = await generate(['-', '--model', model, '--repeat', '2', '--seed', '7'], {stdin: 'One.\nTwo.\n'});
		expect(code).toBe(0);
		const sent = proxy.chats().map(({body}) => JSON.parse(body) as {seed: number; messages: readonly {content: string}[]});
		expect(sent.map(({seed, messages}) => `${messages[0]!.content} ${seed}`).sort()).toEqual(['One. 7', 'One. 8', 'Two. 7', 'Two. 8']);
	});

	test('--ndjson: a line for each row as it ends, the summary last; stderr says the enforcement', async () => {
		const {stdout, stderr} = await generate([promptFile('a', 'b'), '--model', model, '--ndjson']);
		const events = stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		expect(events.map(({type}) => type)).toEqual(['planned', 'row', 'row', 'stopped']);
		expect(events[1]).toMatchObject({outcome: 'finished', ledgerId: expect.any(String), costUsd: expect.any(Number)});
		expect(events[3]).toMatchObject({total: 2, done: 2});
		expect(stderr).toContain('ENFORCED, route');
		expect(stderr).toContain('Done: 2 of 2');
	});

	test('--quiet says nothing', async () => {
		expect(await generate([promptFile('a'), '--model', model, '--quiet'])).toEqual({code: 0, stdout: '', stderr: ''});
	});

	test('a failed row is kept with its reason, is not sent again by itself, and is with --retry-failed', async () => {
		const argv = [promptFile('fine', '[[sandbox:moderated]] bad')];
		const first = await summary(argv);
		expect(first).toMatchObject({code: 6, summary: {total: 2, done: 1, failed: 1, left: 0}});
		const sent = proxy.chats().length;
		expect(await summary(argv)).toMatchObject({code: 6, summary: {done: 0, skipped: 1, failed: 1}});
		expect(proxy.chats()).toHaveLength(sent);
		await summary([...argv, '--retry-failed']);
		expect(proxy.chats().length).toBeGreaterThan(sent);
		expect(await inLedger((ledger) => ledger.list({statuses: ['failed']}).rows.map(({error}) => error))).toEqual(
			Array(2).fill(expect.stringContaining('flagged')),
		);
	});

	test('a budget stops it before it is exceeded, with 6, and a higher one goes on', async () => {
		const file = promptFile(...Array.from({length: 30}, (_, index) => `Row ${index}.`));
		const argv = [file, '--max-tokens', '20', '--concurrency', '4'];
		const {code, stdout, stderr} = await generate([...argv, '--model', model, '--json', '--max-cost', '0.0004']);
		const stopped = JSON.parse(stdout) as GenerateSummary;
		expect(code).toBe(6);
		expect(stopped).toMatchObject({stoppedBy: 'budget', total: 30});
		expect(stopped.done).toBeGreaterThan(0);
		expect(stopped.left).toBe(30 - stopped.done);
		expect(stopped.costUsd).toBeLessThanOrEqual(0.0004);
		expect(stderr).toContain('before exceeding the budget');
		expect(await summary([...argv, '--max-cost', '1'])).toMatchObject({code: 0, summary: {done: stopped.left, skipped: stopped.done}});
	});
});

describe('nothing is sent', () => {
	test('when lines cannot be read: each is named with its number', async () => {
		const file = promptFile({prompt: 'fine'}, '{"prompt": ', {prompt: ''}, {text: 'no'});
		const {code, stdout, stderr} = await generate([file, '--model', model]);
		expect({code, stdout}).toEqual({code: 2, stdout: ''});
		for (const line of [2, 3, 4]) expect(stderr).toMatch(new RegExp(`Line ${line} `));
		expect(proxy.chats()).toEqual([]);
		expect(await summary([file, '--skip-invalid'])).toMatchObject({code: 0, summary: {total: 1, done: 1}});
	});

	test.each([
		[['/nowhere/prompts.jsonl', '--model', model], 2, '/nowhere/prompts.jsonl'],
		[['-'], 2, '--model'],
		[['-', '--model', model], 2, 'no prompts'],
		[['-', '--model', model, '--concurrency', '0'], 2, 'whole number'],
		[['-', '--model', model, '--max-cost', 'much'], 2, 'number'],
		[['-', '--model', 'anthropic/claude-opus-5'], 3, 'recorded as not allowed'],
		[['-', '--model', 'deepseek/deepseek-v3.22'], 1, model],
	])('%j ends with %i', async (argv, expected, message) => {
		const {code, stdout, stderr} = await generate(argv, {stdin: expected === 2 ? '' : 'A prompt.'});
		expect({code, stdout}).toEqual({code: expected, stdout: ''});
		expect(stderr).toContain(message);
		expect(proxy.chats()).toEqual([]);
	});

	test('without a key: 4', async () => {
		expect((await generate(['-', '--model', model], {stdin: 'A prompt.', env: {OPENROUTER_API_KEY: ''}})).code).toBe(4);
	});
});

test('Ctrl+C lets what is under way end, begins nothing more, and ends with 130; the same command goes on', async () => {
	const controller = new AbortController();
	const file = promptFile(...Array.from({length: 40}, (_, index) => `Row ${index}. [[sandbox:slow 200]]`));
	const argv = [file, '--model', model, '--concurrency', '4'];
	const {code, stdout, stderr} = await generate([...argv, '--ndjson'], {
		signal: controller.signal,
		onOutput: (text) => {
			if (text.includes('"row"')) controller.abort();
		},
	});
	const stopped = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as GenerateSummary;
	expect(code).toBe(130);
	expect(stopped).toMatchObject({stoppedBy: 'interrupted', total: 40, failed: 0});
	expect(stopped.done).toBeLessThanOrEqual(12);
	expect(stderr).toContain('what is under way comes to its end');
	expect(await inLedger((ledger) => ledger.count({statuses: ['unfinished', 'aborted', 'failed']}).count)).toBe(0);
	expect(proxy.chats()).toHaveLength(stopped.done);
});

test('killed with -9 and started again: every row finished once, and the ledger verifies', async () => {
	using job = createJob(300, env, ['--concurrency', '16', '--max-tokens', '30']);
	const killed = await job.killAfter(100);
	expect(killed.signal).toBe('SIGKILL');
	const {code, summary: end} = await job.finish();
	expect(code).toBe(0);
	expect(end.skipped).toBeGreaterThanOrEqual(100);
	expect(end.done + end.skipped).toBe(300);
	const {finished, report} = await job.inspect();
	expect(finished).toEqual(Array(300).fill(1));
	expect(report).toMatchObject({isIntact: true, problemCount: 0});
});

describe('progress', () => {
	const progress = {
		done: 40,
		failed: 2,
		total: 100,
		inFlight: 8,
		costUsd: 0.05,
		projectedCostUsd: 0.125,
		rowsPerSecond: 4.25,
		secondsLeft: 14,
		limit: 8,
		pausedSeconds: 0,
	};

	test('says done, speed, cost so far and at the end, and time left', () => {
		expect(progressLine(progress)).toBe(
			'[########............] 42 of 100 answers · 4.3 answers/s · 14 s left · 2 failed · $0.05 of about $0.125 · 8 under way',
		);
		expect(progressLine({...progress, pausedSeconds: 7})).toContain('paused 7 s');
		expect(progressLine({...progress, total: 51_042})).toContain('3 h 20 min left');
	});

	test('is redrawn in place at most five times a second on a terminal, and cut to its width', () => {
		const stream = Object.assign(collectStream(), {isTTY: true, columns: 20});
		let time = 0;
		const shown = createProgress(stream, () => time);
		for (; time < 1000; time += 10) shown.show(() => `x${time} ${'long '.repeat(9)}`);
		expect(stream.text.split('\r')).toHaveLength(6);
		for (const line of stream.text.split('\r\u001B[K')) expect(line.length).toBeLessThan(20);
		shown.clear();
		expect(stream.text.endsWith('\r\u001B[K')).toBe(true);
	});

	test('shows after a while what came too soon, when nothing newer comes', async () => {
		const stream = Object.assign(collectStream(), {isTTY: true, columns: 80});
		const shown = createProgress(stream);
		for (const line of ['making files', 'still making files', 'uploading']) shown.show(() => line);
		await expect.poll(() => stream.text).toContain('uploading');
		expect(stream.text).not.toContain('still');
		shown.show(() => 'never');
		shown.clear();
		expect(stream.text).not.toContain('never');
	});

	test('changes every three seconds where nothing may move, and is appended every five where it is read aloud', () => {
		const write = (mood: ProgressMood) => {
			const stream = Object.assign(collectStream(), {isTTY: true, columns: 80});
			let time = 0;
			const shown = createProgress(
				stream,
				() => time,
				() => mood,
			);
			for (; time <= 7000; time += 100) {
				shown.show(() => `at ${time}`);
				if (time % 500 === 0) shown.clear();
			}
			return stream.text.match(/at \d+/g);
		};
		expect(write({isAnimated: false})).toEqual(['at 0', 'at 3000', 'at 6000']);
		expect(write({isAppended: true})).toEqual(['at 5000']);
	});

	test('is a line every five seconds where stderr is a pipe', () => {
		const stream = collectStream();
		let time = 0;
		const shown = createProgress(stream, () => time);
		for (; time <= 11_000; time += 100) shown.show(() => `at ${time}`);
		shown.clear();
		expect(stream.text).toBe('stillroom: at 5000\nstillroom: at 10000\n');
	});
});
