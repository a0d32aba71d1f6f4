import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import type {AnswerJson, CompletionJson} from '../../source/view/run-json.js';
import {startRecordingProxy} from '../helpers/recording-proxy.js';
import {makeFolder, runStillroom} from '../helpers/run-stillroom.js';

const home = makeFolder();
let sandbox: Sandbox;
/** In front of the sandbox: answers name no provider, only the generation does. */
let silent: Awaited<ReturnType<typeof startRecordingProxy>>;

beforeAll(async () => {
	sandbox = await startSandbox();
	silent = await startRecordingProxy(new URL(sandbox.urls.openrouter).origin, () => {}, {isSilent: true});
});

afterAll(async () => {
	await silent.close();
	await sandbox.close();
	home.remove();
});

const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
	runStillroom(argv, {
		env: {
			STILLROOM_HOME: home.path,
			OPENROUTER_BASE_URL: sandbox.urls.openrouter,
			NANOGPT_BASE_URL: sandbox.urls.nanogpt,
			OPENROUTER_API_KEY: 'test-key',
			...env,
		},
	});

/** An answer whose provider nothing proves yet. */
const askSilent = async (prompt: string) => {
	const {origin} = new URL(sandbox.urls.openrouter);
	const env = {OPENROUTER_BASE_URL: sandbox.urls.openrouter.replace(origin, silent.origin)};
	return JSON.parse((await run(['ask', 'deepseek/deepseek-v3.2', prompt, '--json'], env)).stdout) as AnswerJson;
};
const ask = async (prompt: string) => JSON.parse((await run(['ask', 'deepseek/deepseek-v3.2', prompt, '--json'])).stdout) as AnswerJson;
const grades = async () =>
	(JSON.parse((await run(['ledger', 'list', '--json'])).stdout) as readonly CompletionJson[]).map(({grade, proof}) => [grade, proof]);

test('what is not proven is looked up and graded anew; each look-up is counted; nothing is asked twice', async () => {
	expect(await askSilent('One.')).toMatchObject({grade: 'D', served: {provider: null, proof: 'none'}});
	await askSilent('Two.');
	await ask('Three.');
	const first = await run(['ledger', 'backfill', '--limit', '1', '--ndjson']);
	expect(first.code).toBe(0);
	expect(JSON.parse(first.stdout)).toMatchObject({type: 'row', state: 'proven', provider: expect.any(String)});
	expect(await grades()).toEqual([
		['B', 'openrouter_metadata'],
		['C', 'generation'],
		['D', 'none'],
	]);
	const second = await run(['ledger', 'backfill', '--json']);
	expect(JSON.parse(second.stdout)).toMatchObject({total: 1, proven: 1, failed: 0});
	expect(second.stderr).toContain('1 answer looked up: 1 proven');
	expect((await run(['ledger', 'backfill'])).stderr).toContain('names its provider already');
	expect((await run(['ledger', 'verify'])).code).toBe(0);
});

test('what OpenRouter does not know stays as it is, and that is no failure', async () => {
	await ask('[[sandbox:unproven]]');
	const {code, stdout, stderr} = await run(['ledger', 'backfill', '--json']);
	expect({code, counts: JSON.parse(stdout)}).toMatchObject({code: 0, counts: {total: 1, proven: 0, missing: 1}});
	expect(stderr).toContain('1 not known to OpenRouter (yet)');
});

test('a refused key ends it with 4, a silent service with 5; the ledger stays as it was', async () => {
	await askSilent('Four.');
	const refused = await run(['ledger', 'backfill'], {OPENROUTER_API_KEY: 'sandbox-wrong-key'});
	expect(refused.code).toBe(4);
	const gone = await startSandbox();
	await gone.close();
	expect((await run(['ledger', 'backfill'], {OPENROUTER_BASE_URL: gone.urls.openrouter})).code).toBe(5);
	expect((await grades())[0]).toEqual(['D', 'none']);
});

test('the best answer of a comparison is picked, the others are rejected; an unknown id changes nothing', async () => {
	const answers = JSON.parse(
		(await run(['ask', 'deepseek/deepseek-v3.2', 'Pick me.', '--also', 'qwen/qwen3-32b', '--json'])).stdout,
	) as readonly AnswerJson[];
	const [best, other] = answers.map(({ledgerId}) => ledgerId!);
	expect(await run(['ledger', 'pick', best!, 'nobody'])).toMatchObject({
		code: 1,
		stderr: expect.stringContaining('no completion "NOBODY"'),
	});
	expect((await run(['ledger', 'pick', best!, other!, '--note', 'shorter'])).code).toBe(0);
	const marks = (JSON.parse((await run(['ledger', 'list', '--json'])).stdout) as readonly CompletionJson[]).map(({id, mark}) => [id, mark]);
	expect(marks).toContainEqual([best, 'picked']);
	expect(marks).toContainEqual([other, 'rejected']);
});
