import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {createJob} from '../helpers/generate-job.js';

let sandbox: Sandbox;
let env: Record<string, string>;

beforeAll(async () => {
	sandbox = await startSandbox();
	env = {OPENROUTER_BASE_URL: sandbox.urls.openrouter, NANOGPT_BASE_URL: sandbox.urls.nanogpt, OPENROUTER_API_KEY: 'test-key'};
});

afterAll(() => sandbox.close());

test('ten thousand prompts, killed with -9 three times on the way: each is finished once, and the chain verifies', {
	timeout: 120_000,
}, async () => {
	using job = createJob(10_000, env, ['--concurrency', '64', '--max-tokens', '16']);
	for (const rows of [2000, 3000, 1500]) expect((await job.killAfter(rows)).signal).toBe('SIGKILL');
	const {code, summary} = await job.finish();
	expect({code, failed: summary.failed, left: summary.left, stoppedBy: summary.stoppedBy}).toEqual({
		code: 0,
		failed: 0,
		left: 0,
		stoppedBy: null,
	});
	expect(summary.done + summary.skipped).toBe(10_000);
	expect(summary.skipped).toBeGreaterThanOrEqual(6500);
	const {finished, unfinished, report} = await job.inspect();
	expect(finished.length).toBe(10_000);
	expect(finished.every((times) => times === 1)).toBe(true);
	// What was under way at a kill stays on record as without an end.
	expect(unfinished).toBeLessThanOrEqual(3 * 64);
	expect(report).toMatchObject({isIntact: true, problemCount: 0});
});

test('a second Ctrl+C ends at once with 130; what was under way stays on record without an end', async () => {
	const slow = (index: number) => (index === 0 ? 'Hello.' : `Name ${index} stills. [[sandbox:slow 1]]`);
	using job = createJob(3, env, ['--concurrency', '4'], slow);
	let presses = 0;
	const {code, signal} = await job.start(['--ndjson'], ({rows, stderr}, child) => {
		const isWanted = presses === 0 ? rows > 0 : presses === 1 && stderr.includes('Ctrl+C again ends at once');
		if (!isWanted) return;
		presses++;
		child.kill('SIGINT');
	});
	expect({code, signal, presses}).toEqual({code: 130, signal: null, presses: 2});
	const {finished, unfinished, report} = await job.inspect();
	expect({finished, unfinished, isIntact: report.isIntact}).toEqual({finished: [1], unfinished: 2, isIntact: true});
});
