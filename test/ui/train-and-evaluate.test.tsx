import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import type {JobRow} from '../../source/services/jobs/job-event.js';
import {settingsPath} from '../../source/store/settings.js';
import {screens} from '../../source/ui/screens/index.js';
import {type MountedApp, mountApp} from '../helpers/mount-app.js';
import {addAnswers, freeze} from '../helpers/pack-world.js';
import {makeFolder} from '../helpers/run-stillroom.js';

let sandbox: Sandbox;
/** Milliseconds by which the clock of the tuning services is ahead: jobs are done as soon as a test wants it. */
let ahead = 0;
const began = Date.now();
const home = makeFolder();
const key = 'sandbox-key-of-the-screens';
const env = {OPENROUTER_API_KEY: key, NANOGPT_API_KEY: key, OPENAI_API_KEY: key};
let app: MountedApp;

beforeAll(async () => {
	// The services stay in the days in which these models can be tuned, and the program is told that they still can.
	sandbox = await startSandbox({now: () => new Date(Date.parse('2026-11-21T12:00:00Z') + Date.now() - began + ahead)});
	const asOf = '2026-11-21';
	const tunerDates = {openai: {jobsUntil: null, asOf}, 'openai/gpt-4.1-mini-2025-04-14': {retiresAt: null, asOf}};
	writeFileSync(settingsPath(home.path), JSON.stringify({tunerDates}));
	app = await mountApp({urls: sandbox.urls, env, home: home.path, columns: 120, rows: 36});
	await addAnswers(app.context, 40);
	await freeze(app.context, {
		destination: {tuner: 'openai', baseModel: 'gpt-4.1-mini-2025-04-14', release: 'internal', studentName: null},
		shape: {validationShare: 0.25},
	});
});

afterAll(async () => {
	await app[Symbol.asyncDispose]();
	await sandbox.close();
	home.remove();
});

const newest = (): JobRow | undefined => [...(app.store.getState().screens.jobs.rows?.values() ?? [])].at(-1);
const newestIs = (state: string) => app.waitForState(() => newest()?.job.state === state);
const typed = (...keys: readonly string[]) => app.press('enter', 'ctrl+u', ...keys, 'enter');

/** Moves to a line of the open form by its title. */
async function toLine(screen: 'distil' | 'evaluation', title: string): Promise<void> {
	await app.waitForState((state) => state.screen === screen && state.overlay === null && state.screens[screen].datasets.length > 0);
	const state = app.store.getState();
	const index = screens[screen].form!.fields(state).findIndex((field) => field.title === title);
	app.press('g', ...Array<string>(index).fill('j'));
	await app.waitFor(`> ${title}`);
}

async function confirm(question: string): Promise<void> {
	await app.waitFor(question);
	app.press('yes', 'enter');
}

/** Asks for what the form says, as soon as it is planned, and confirms it. */
async function create(screen: 'distil' | 'evaluation', question: string): Promise<void> {
	await app.waitForState(({screens: all}) => all[screen].plan !== null && all[screen].planning === null);
	app.press('ctrl+s');
	await confirm(question);
}

const isCreated = (suffix: string) => app.waitForState(({work}) => work === null && newest()?.job.suffix === suffix);

/** Lets the services go on by so many seconds, and asks them. */
function pass(seconds: number): void {
	ahead += seconds * 1000;
	app.press('r');
}

describe('Jobs', () => {
	test('a data set is trained: nothing leaves before yes, the job is followed to its end, with curves and checkpoints', async () => {
		app.press('5');
		await app.waitFor('triage@1');
		app.press('t');
		await app.waitFor('new job on triage@1');
		await app.waitFor('40 passed');
		app.press('ctrl+s');
		await app.waitFor('Upload triage@1 and create the job');
		app.press('esc');
		await app.waitFor('new job on triage@1');
		expect(newest()).toBeUndefined();
		await create('distil', 'Upload triage@1 and create the job');
		await app.waitFor('its progress is followed here');
		await app.waitFor('6 Jobs');
		expect(newest()?.link).toMatchObject({dataset: 'triage', datasetVersion: 1});
		pass(8);
		await newestIs('running');
		pass(30);
		await newestIs('succeeded');
		await app.waitFor(/>\s+succeeded/);
		app.press('enter');
		await app.waitFor(`Job · ${newest()!.job.id}`);
		await app.waitFor('Loss');
		expect(app.text()).toMatch(/training \d\.\d+ → \d\.\d+/);
		await app.waitForState(({screens: {jobs}}) => jobs.detail?.events.at(-1)?.message.includes('successfully completed') === true);
		app.press('G');
		await app.waitFor('The job has successfully completed');
		app.press('g', 'pagedown');
		await app.waitFor(/step 90 {2}ft:gpt-4\.1-mini/);
		app.press('esc');
		await app.waitFor('6 Jobs');
	});

	test('a job is cancelled only on yes, and no key that makes no sense is taken', async () => {
		app.press('n');
		await toLine('distil', 'suffix');
		typed('sandbox-slow');
		await app.waitFor('sandbox-slow');
		await app.waitFor('was given to this base model here before');
		await create('distil', 'Upload triage@1');
		await isCreated('sandbox-slow');
		app.press('e');
		await app.waitFor('this job has no model yet');
		app.press('X');
		await app.waitFor('Cancel job');
		app.press('esc');
		await app.waitFor('6 Jobs');
		app.press('X');
		await confirm('Cancel job');
		await newestIs('cancelled');
		await app.waitFor(`job ${newest()!.job.id}`);
		app.press('X');
		await app.waitFor('this job has ended: cancelled');
		app.press('e');
		await app.waitFor('this job made no model: it was cancelled');
	});

	test('a job that fails says why and how far it came', async () => {
		app.press('n');
		await toLine('distil', 'suffix');
		typed('sandbox-fail');
		await app.waitForState(({screens: all}) => all.distil.planning !== null);
		await create('distil', 'Upload triage@1');
		await isCreated('sandbox-fail');
		pass(60);
		await newestIs('failed');
		await app.waitFor('failed: The job failed due to an internal error');
		await app.waitFor(/failed\s+\d+\/\d+ 5\d%|failed .* 5\d%/);
	});
});

describe('Evaluations', () => {
	test('the student of a job is compared with its base on the held-out rows, and another model joins later', async () => {
		app.press('6', '/', 'state:succeeded', 'enter');
		await app.waitFor('1 of 3');
		app.press('e');
		await app.waitFor('new evaluation');
		await app.waitFor('10 questions, 30 answers in all');
		expect(app.text()).toMatch(/student\s+openai:ft:gpt-4\.1-mini/);
		await toLine('evaluation', 'teacher');
		typed();
		await app.waitFor('10 questions, 20 answers in all');
		await create('evaluation', 'Run the evaluation');
		await app.waitFor('7 Evaluations');
		await app.waitFor('every answer is graded');
		await app.waitFor('student − base');
		app.press('enter');
		await app.waitFor('Where they differ · triage@1');
		await app.waitFor('Expected');
		app.press('esc');
		await app.waitForState(({overlay}) => overlay === null);
		app.press('a');
		await app.waitFor('more candidates for triage@1');
		await toLine('evaluation', 'another model');
		typed('openai:gpt-4.1-nano');
		await app.waitFor('10 prompts');
		await create('evaluation', 'Run the evaluation (10 requests');
		await app.waitFor('The model `gpt-4.1-nano` has been shut down');
		await app.waitFor('Nothing was answered by other');
		expect(app.store.getState().screens.evals.evals).toMatchObject([{samples: 20, expected: 20}]);
		app.press('a');
		await toLine('evaluation', 'another model');
		expect(app.text()).toMatch(/another model\s+none/);
		typed('openai:gpt-4o-mini');
		await app.waitForState(({screens: all}) => all.evaluation.plan?.candidates.at(-1)?.model.includes('gpt-4o-mini') === true);
		await create('evaluation', 'Run the evaluation (10 requests');
		await app.waitForState(({screens, work}) => work === null && screens.evals.evals?.[0]?.result?.candidates.length === 3);
		expect(app.store.getState().screens.evals.evals).toMatchObject([{samples: 30, expected: 30}]);
	});

	test('it is exported into a file that is not there yet', async () => {
		const file = path.join(home.path, 'triage.csv');
		for (const wanted of ['written to', 'is there already']) {
			app.press('E');
			await app.waitFor('into which file?');
			app.press('ctrl+u', file, 'enter');
			await app.waitFor(wanted);
		}
		expect(existsSync(file)).toBe(true);
		expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeGreaterThan(10);
	});
});
