import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {CandidateResult, EvalResult, EvalRow, EvalSample, Interval} from '../../source/domain/evaluation.js';
import type {TuningJob} from '../../source/domain/job.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {startRecordingProxy} from '../helpers/recording-proxy.js';
import {makeFolder, runStillroom} from '../helpers/run-stillroom.js';

const teacher = 'deepseek/deepseek-v4-pro';
const base = 'gpt-4.1-mini-2025-04-14';
const key = 'sandbox-whole-workflow-key';
const graders = ['exact', 'fuzzy_match>=0.9'];

const folder = makeFolder();
const inFolder = (...parts: readonly string[]) => path.join(folder.path, ...parts);
const clock = {now: Date.parse('2026-11-21T12:00:00Z')};
let sandbox: Sandbox;
let proxy: Awaited<ReturnType<typeof startRecordingProxy>>;
/** Answers to requests for a job that are still to be cut off. */
let losses = 1;
/** Everything that was printed. */
const printed: string[] = [];

const isCreate = ({method, path: place}: {readonly method: string; readonly path: string}) =>
	method === 'POST' && place.endsWith('/fine_tuning/jobs');

beforeAll(async () => {
	sandbox = await startSandbox({now: () => new Date(clock.now)});
	proxy = await startRecordingProxy(new URL(sandbox.urls.openai).origin, (passed) => (isCreate(passed) && losses-- > 0 ? () => {} : null));
});

afterAll(async () => {
	await proxy.close();
	await sandbox.close();
	folder.remove();
});

async function stillroom(argv: readonly string[], stdin = '') {
	const at = (url: string) => url.replace(new URL(url).origin, proxy.origin);
	const {openrouter, nanogpt, openai} = sandbox.urls;
	const end = await runStillroom(argv, {
		stdin,
		env: {
			STILLROOM_HOME: inFolder('home'),
			OPENROUTER_BASE_URL: at(openrouter),
			OPENROUTER_API_KEY: key,
			NANOGPT_BASE_URL: at(nanogpt),
			NANOGPT_API_KEY: key,
			OPENAI_BASE_URL: at(openai),
			OPENAI_API_KEY: key,
		},
	});
	printed.push(end.stdout, end.stderr);
	return end;
}

/** What the command prints with --json; fails with what it said when it does not end well. */
async function json<Value>(...argv: readonly string[]): Promise<Value> {
	const end = await stillroom([...argv, '--json']);
	expect(end.code, end.stderr).toBe(0);
	return JSON.parse(end.stdout) as Value;
}

const readLines = <Value>(text: string) =>
	text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Value);

/** Reviews, each with one right label. */
function prompts(count: number): string {
	const words = [
		['great', 'wonderful', 'excellent', 'lovely', 'perfect', 'superb', 'friendly', 'delicious'],
		['awful', 'broken', 'terrible', 'rude', 'useless', 'boring', 'horrible', 'disappointing'],
	];
	const things = ['hotel', 'phone', 'soup', 'film', 'train', 'support', 'book', 'coat', 'garden', 'app'];
	const system = 'Classify the sentiment of the review as positive or negative. Answer with the label only.';
	return Array.from({length: count}, (_, index) => {
		const prompt = `Review ${index}: The ${things[index % 10]} was ${words[index % 2]![(index >> 1) % 8]}, as I wrote to them.`;
		return `${JSON.stringify({system, prompt})}\n`;
	}).join('');
}

type Shown = {
	readonly expected: number;
	readonly resultsHash: string;
	readonly costUsd: number;
	readonly result: Omit<EvalResult, 'candidates'> & {
		readonly candidates: readonly (CandidateResult & {readonly runs: readonly string[]})[];
	};
	readonly answers: readonly EvalSample[];
};

type LedgerRow = {readonly id: string; readonly text: string | null; readonly costUsd: number | null};

/** Is this the mean of 0s and 1s? */
const expectMean = (interval: Interval | null, passes: readonly boolean[]) =>
	expect(interval).toMatchObject({value: expect.closeTo(passes.filter(Boolean).length / passes.length), count: passes.length});

const isPassed = ({grades}: EvalSample) => grades.every((grade) => grade.isPassed === true);

test('from a teacher that may be distilled to a student that closes the gap, every number on record', {timeout: 60_000}, async () => {
	// Collect.
	writeFileSync(inFolder('prompts.jsonl'), prompts(240));
	const generate = [
		'generate',
		inFolder('prompts.jsonl'),
		'--model',
		teacher,
		'--task',
		'triage',
		'--concurrency',
		'32',
		'--max-cost',
		'1',
	];
	expect(await json(...generate)).toMatchObject({done: 240, failed: 0});

	// Select: the gate lets all of it in.
	const create = ['dataset', 'create', 'triage', 'task:triage', '--for', 'openai', '--base', base, '--release', 'internal'];
	const frozen = {name: 'triage', version: 1, counts: {chosen: 240, train: 180, valid: 60, dropped: {gate: 0}, overridden: 0}};
	const {rowsHash} = await json<{rowsHash: string}>(...create, '--validation', '0.25');
	expect(await json('dataset', 'show', 'triage')).toMatchObject(frozen);

	// How good are teacher and base before anything is trained?
	const first = await json<{id: string; result: EvalResult}>(
		...['evals', 'run', '--set', 'triage', '--seed', '7', '--concurrency', '32', '--max-cost', '1'],
		...['--candidate', `teacher=openrouter:${teacher}`],
		...graders.flatMap((grader) => ['--grader', grader]),
	);
	expect(first.result).toMatchObject({items: 60, isComplete: true});
	// The base is a dated snapshot: it costs what its model costs, so a budget can be kept.
	const withBase = ['evals', 'run', '--extend', first.id, '--candidate', `base=openai:${base}`, '--concurrency', '32'];
	expect(await json(...withBase, '--max-cost', '1')).toMatchObject({result: {items: 60, isComplete: true}});

	// Train. The answer to the request for the job is cut off, and there is one job.
	const train = ['jobs', 'create', 'triage', '--suffix', 'triage'];
	const plan = await json<{blockers: readonly string[]; estimate: {costUsd: number}}>(...train, '--dry-run');
	expect(plan).toMatchObject({blockers: [], rows: 180, validationRows: 60});
	expect(proxy.seen.filter(({path: place}) => /\/files|fine_tuning/.test(place))).toEqual([]);
	const {job, isFoundAgain, link} = await json<{job: TuningJob; isFoundAgain: boolean; link: object}>(...train, '--yes');
	expect([isFoundAgain, link]).toEqual([true, expect.objectContaining({dataset: 'triage', datasetVersion: 1, rowsHash})]);
	expect(proxy.seen.filter(isCreate)).toHaveLength(1);
	expect(await json<readonly object[]>('jobs', 'list')).toHaveLength(1);

	// Follow it to its end.
	clock.now += 3_600_000;
	const followed = await stillroom(['jobs', 'follow', job.id, '--ndjson']);
	expect(followed.code, followed.stderr).toBe(0);
	const ended = JSON.parse(followed.stdout.trim().split('\n').at(-1)!) as {type: string; row: {job: TuningJob}};
	expect(ended).toMatchObject({type: 'ended', row: {job: {id: job.id, state: 'succeeded'}, link: {dataset: 'triage'}}});
	const student = ended.row.job.fineTunedModel!;

	// The student, asked the very same questions; nobody else is asked again.
	proxy.seen.length = 0;
	const asked = ['evals', 'run', '--extend', first.id, '--candidate', `student=openai:${student}`, '--concurrency', '32'];
	const {result} = await json<{result: EvalResult}>(...asked);
	expect(proxy.chats().map(({body}) => (JSON.parse(body) as {model: string}).model)).toEqual(Array.from({length: 60}, () => student));
	const [atTeacher, atBase, atStudent] = result.candidates.map(({passRate}) => passRate!.value) as [number, number, number];
	expect(atTeacher).toBeGreaterThan(atBase + 0.1);
	expect((atStudent - atBase) / (atTeacher - atBase)).toBeGreaterThan(0.5);
	const told = await stillroom(['evals', 'show', first.id]);
	expect(told.stdout).toMatch(/student − teacher: [+−]?0\.\d\d \[[+−]?0\.\d\d, [+−]?0\.\d\d\] on 60 items/);
	expect(told.stdout).toMatch(/student − base: \+0\.\d\d \[[+−]?0\.\d\d, \+0\.\d\d\] on 60 items/);
	expect(told.stdout).toMatch(/student makes up \d+% of the gap/);

	// Every number comes from answers that the ledger has.
	const shown = await json<Shown>('evals', 'show', first.id);
	expect(shown.answers).toHaveLength(180);
	for (const [index, candidate] of shown.result.candidates.entries()) {
		const mine = shown.answers.filter((sample) => sample.candidate === index);
		expect(new Set(candidate.runs)).toEqual(new Set(mine.map(({run}) => run)));
		expectMean(candidate.passRate, mine.map(isPassed));
		for (const [at, {passRate}] of candidate.byGrader.entries())
			expectMean(
				passRate,
				mine.map(({grades}) => grades[at]!.isPassed === true),
			);
	}
	for (const {one, other, grader, passRate, pairs} of shown.result.differences.filter((difference) => difference.grader === null)) {
		const rateOf = (index: number) => shown.result.candidates[index]!.passRate!.value;
		expect([grader, pairs, passRate!.value]).toEqual([null, 60, expect.closeTo(rateOf(one) - rateOf(other))]);
		expect(passRate!.low <= passRate!.value && passRate!.value <= passRate!.high).toBe(true);
	}
	const listed = await stillroom(['ledger', 'list', '--ndjson', '--texts', '--limit', '1000']);
	const rows = new Map(readLines<LedgerRow>(listed.stdout).map((row) => [row.id, row]));
	const models = [teacher, base, student];
	for (const {run, candidate, costUsd, latencyMilliseconds} of shown.answers) {
		const row = rows.get(run!)!;
		expect(row).toMatchObject({status: 'finished', model: models[candidate], latencyMilliseconds});
		// OpenAI says no cost: that of an answer is reckoned from its tokens and the price of the model, and the ledger keeps what was said.
		if (row.costUsd !== null || candidate !== 1) expect(costUsd).toBe(row.costUsd);
		else expect(costUsd).toBeGreaterThan(0);
	}
	const items = readLines<EvalRow>((await stillroom(['evals', 'show', first.id, '--rows', '--ndjson'])).stdout);
	expect(items).toHaveLength(60);
	for (const {reference, samples} of items)
		for (const sample of samples) expect(sample!.grades[0]!.isPassed).toBe(rows.get(sample!.run!)!.text === reference);
	const costs = shown.answers.reduce((sum, {costUsd}) => sum + (costUsd ?? 0), 0);
	expect(shown.costUsd).toBeCloseTo(costs, 10);
	// One of each, as a person looks at it.
	for (const candidate of shown.result.candidates) {
		const run = await json<{record: object}>('ledger', 'show', candidate.runs[0]!);
		expect(run).toMatchObject({record: {id: candidate.runs[0], status: 'finished'}});
	}
	const verified = await stillroom(['ledger', 'verify']);
	expect([verified.code, verified.stderr]).toEqual([0, expect.stringContaining('The ledger is intact')]);

	// A key never lies anywhere.
	const files = readdirSync(folder.path, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
	expect(printed.join('')).not.toContain(key);
	for (const file of files) expect(readFileSync(path.join(file.parentPath, file.name), 'latin1')).not.toContain(key);
});
