import {afterAll, beforeAll, expect, test} from 'vitest';
import {createReader} from '../../source/ui/reader/create-reader.js';
import type {ScreenId} from '../../source/ui/screens/screen.js';
import {openMenu, openPages} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {blot, readFrame, toSvg} from '../helpers/frame-picture.js';
import {type MountedApp, mountApp} from '../helpers/mount-app.js';
import {openPictureWorld, type PictureWorld} from '../helpers/picture-world.js';
import {runnableExamples} from './examples.js';

const teacher = 'deepseek/deepseek-v4-pro';
const base = 'gpt-4.1-mini-2025-04-14';
const size = {columns: 120, rows: 36};

let world: PictureWorld;
let app: MountedApp;

beforeAll(async () => {
	world = await openPictureWorld();
	const {stillroom, pass, tell} = world;
	const told = {isTold: true};
	tell('# A session');
	tell(
		"From a teacher to a student on the sandbox, with what each command prints, stdout before stderr. Written by the program (`npm run docs`); ids, hashes, seconds and rates, which differ in each run, are blotted out. The answers of the sandbox are made up; NanoGPT's policies in it are too.",
	);
	tell('## Find a teacher');
	await stillroom("models 'deepseek-v4 policy:yes' --limit 5", told);
	tell(
		'The three examples of [verdicts](verdicts.md#three-examples): allowed, allowed with duties, and layers that contradict each other.',
	);
	await stillroom('model qwen/qwen3-32b', told);
	await stillroom('model meta-llama/llama-3.3-70b-instruct', told);
	await stillroom('model qwen/qwen3.8-max', told);
	await stillroom(`routes ${teacher}`, told);
	await stillroom(`routes ${teacher} --pin openrouter`, told);
	tell('## Collect');
	await stillroom(`ask ${teacher} 'Name three stills.'`, told);
	tell('A model that is recorded as not allowed is not asked: exit code 3.');
	await stillroom("ask x-ai/grok-4.6 'Name three stills.'", {...told, code: 3});
	await stillroom(`generate {}/prompts.jsonl --model ${teacher} --task triage --concurrency 1 --max-cost 1`, told);
	pass(60_000);
	await stillroom('completions sync --limit 200', told);
	pass(60_000);
	await stillroom('completions list task:triage --limit 3', told);
	tell('## Freeze, check, pack, verify');
	await stillroom(`dataset create triage task:triage --for openai --base ${base} --release internal --validation 0.25`, told);
	tell("Everything that was collected, for another destination: the gate refuses what OpenAI's models answered.");
	await stillroom("dataset create mixed 'tokens>0' --for together --base Qwen/Qwen3-8B --release internal", told);
	await stillroom('dataset check triage', told);
	await stillroom('dataset pack triage --out {}/triage-v1', told);
	await stillroom('verify {}/triage-v1', told);
	tell('## Train and compare');
	const candidates = [`teacher=openrouter:${teacher}`, `base=openai:${base}`].map((each) => `--candidate ${each}`).join(' ');
	await stillroom(`evals run --set triage --seed 7 --concurrency 1 --grader exact --grader 'fuzzy_match>=0.9' ${candidates}`);
	pass(60_000);
	await stillroom('jobs create triage --suffix triage --dry-run', told);
	await stillroom('jobs create triage --suffix triage --yes', told);
	pass(3_600_000);
	const jobs = JSON.parse(await stillroom('jobs list --json')) as readonly {readonly job: {readonly fineTunedModel: string}}[];
	await stillroom('jobs list', told);
	await stillroom(`evals run --extend last --concurrency 1 --candidate student=openai:${jobs[0]!.job.fineTunedModel}`, told);
	tell('## What is on record');
	await stillroom('ledger verify', told);
	await stillroom('drift --dataset triage', told);
	pass(60_000);
	app = await mountApp({...size, urls: world.urls, isSandbox: true, home: world.home});
	await app.waitFor(/or \d+ s {2}nano \d+ s/);
}, 120_000);

afterAll(async () => {
	await app?.[Symbol.asyncDispose]();
	await world?.[Symbol.asyncDispose]();
});

async function expectPicture(name: string, title: string, text: string, from = app): Promise<void> {
	const frame = blot(await readFrame(from.frame(), size.columns, size.rows));
	await expect(toSvg(frame, {title, text, caption: from === app ? 'stillroom --sandbox' : 'stillroom'})).toMatchFileSnapshot(
		`../../docs/pictures/${name}.svg`,
	);
}

/** Waits for the state, and then for the frame that follows it. */
async function settle(isReached: (state: State) => boolean): Promise<void> {
	await app.waitForState(isReached);
	await app.draw({type: 'app/ticked', now: Date.now()});
}

const open = (screen: ScreenId) => app.draw({type: 'overlay/closed'}, {type: 'app/screen-opened', screen});

/** Opens Models with the cursor on one model, all of it loaded. */
async function chooseModel(id: string, filter: string): Promise<void> {
	await open('models');
	app.store.dispatch({type: 'list/filter-set', text: filter});
	app.store.dispatch({type: 'list/moved', step: 'first'});
	await settle(({routeLists}) => routeLists.get(id)?.isAsking === false);
}

test('a session on the command line', async () => {
	await expect(world.session()).toMatchFileSnapshot('../../docs/session.md');
});

test('Models', async () => {
	app.store.dispatch({type: 'list/filter-set', text: 'qwen3 policy:yes'});
	app.store.dispatch({type: 'list/moved', step: 2});
	await settle(({routeLists}) => routeLists.get('qwen/qwen3-32b')?.isAsking === false);
	await expectPicture(
		'models',
		'The screen Models',
		'A table of models whose outputs may be trained on, with prices and routes; beside it the layers of the verdict about qwen/qwen3-32b, each with its source, and its routes.',
	);
});

test('the evidence of a verdict', async () => {
	await chooseModel('qwen/qwen3.8-max', 'id:qwen/qwen3.8-max');
	await app.draw(openPages('policy'));
	await expectPicture(
		'policy',
		'Policy evidence',
		'Each layer of the verdict about qwen/qwen3.8-max in full; they contradict each other, so the verdict is NO.',
	);
});

test('Routes', async () => {
	await chooseModel(teacher, 'id:deepseek-v4-pro !0813 !thinking !TEE');
	app.press('enter');
	await app.waitFor(/2 Routes/);
	app.press('enter');
	await app.waitFor(/copied/);
	await expectPicture(
		'routes',
		'The screen Routes',
		'The routes of deepseek/deepseek-v4-pro with prices and verdicts; beside them why the chosen one is in the safe pin.',
	);
});

test('Prompt', async () => {
	app.press('t');
	await app.waitFor(/3 Prompt/);
	app.press('Summarise in one sentence: a copper still separates liquids by their boiling points, and the cut decides the taste.');
	await app.waitFor(/decides/);
	app.press('ctrl+s');
	await settle(({screens}) => !screens.prompt.isRunning && screens.prompt.runs.some(({answer}) => answer !== null));
	await expectPicture(
		'prompt',
		'The screen Prompt',
		'A prompt, the streamed answer, and one line of evidence: who served it, under which pin, at what cost.',
	);
});

test('a refusal', async () => {
	await chooseModel('x-ai/grok-4.6', 'id:x-ai/grok-4.6');
	app.press('t');
	await app.waitFor(/3 Prompt/);
	app.press('ctrl+s');
	await app.waitFor(/nearest alternative/);
	await settle(({screens}) => !screens.prompt.isRunning);
	await expectPicture('refusal', 'A refusal', 'A prompt that was not sent, the reason, and models to take instead.');
});

test('Completions', async () => {
	await open('completions');
	await app.waitFor(/of \d+ /);
	app.store.dispatch({type: 'list/filter-set', text: 'task:triage'});
	await app.waitFor(/80 of/);
	app.store.dispatch({type: 'list/moved', step: 2});
	await settle(({screens}) => screens.completions.run?.completion.seq === Number(screens.completions.list.cursorId));
	await expectPicture(
		'completions',
		'The screen Completions',
		'Completions with verdict, grade, model and prompt; beside them the messages and the answer of the chosen one.',
	);
});

test('New data set', async () => {
	app.press('a');
	await app.waitFor(/new data set/);
	app.store.dispatch({type: 'form/set', field: 'name', value: 'reviews'});
	app.store.dispatch({type: 'form/set', field: 'tuner', value: 'openai'});
	app.store.dispatch({type: 'form/set', field: 'base', value: base});
	await settle(({screens}) => screens.draft.plan !== null);
	await expectPicture(
		'draft',
		'The form of a new data set',
		'Destination, base model, release and shape, and beside it what would be frozen.',
	);
});

test('Datasets', async () => {
	await open('datasets');
	await app.waitFor(/mixed@1 +frozen/);
	await settle(({screens}) => screens.datasets.detail?.ref === 'mixed@1');
	await expectPicture(
		'datasets',
		'The screen Datasets',
		'Frozen data sets; beside them counts, what the gate refused, teachers and duties.',
	);
	app.press('d');
	await app.waitFor(/refused by the gate/);
	await expectPicture(
		'drops',
		'What the gate refused',
		'Chosen completions that are not in the data set, each with the reason and its source.',
	);
	await open('datasets');
	app.store.dispatch({type: 'list/moved', step: 'last'});
	await settle(({screens}) => screens.datasets.detail?.ref === 'triage@1');
	app.press('c');
	await app.waitForState(({report}) => report !== null);
	await settle(({work}) => work === null);
	await expectPicture('check', 'A data set checked', 'Findings, tokens, distributions as plots, epochs and cost.');
});

test('New job', async () => {
	await open('datasets');
	app.press('t');
	await app.waitFor(/train/);
	await settle(({screens}) => screens.distil.plan !== null);
	await expectPicture(
		'distil',
		'The form of a new job',
		'What would be uploaded, what it costs, the gate and the duties, before anything is sent.',
	);
});

test('Jobs', async () => {
	await open('jobs');
	await app.waitFor(/Accuracy/);
	await settle(() => true);
	await expectPicture('jobs', 'The screen Jobs', 'Fine-tuning jobs; beside them the curve of training and validation loss, and events.');
});

test('New evaluation', async () => {
	app.press('e');
	await app.waitFor(/new evaluation/);
	await app.waitForState(({screens}) => screens.evaluation.datasets.length > 0);
	app.store.dispatch({type: 'form/set', field: 'teacher', value: `openrouter:${teacher}`});
	await settle(({screens}) => screens.evaluation.plan !== null);
	await expectPicture('evaluation', 'The form of a new evaluation', 'Test set, candidates and graders, and what it would send and cost.');
});

test('Evaluations', async () => {
	await open('evals');
	await app.waitFor(/student/);
	await settle(() => true);
	await expectPicture(
		'evals',
		'The screen Evaluations',
		'Teacher, base and student on the same questions: pass rates with intervals, differences, costs.',
	);
});

test('the palette', async () => {
	await open('models');
	await app.draw(openMenu('palette'));
	app.press('data');
	await app.waitFor(/data/);
	await settle(() => true);
	await expectPicture('palette', 'The palette', 'Every action by name, found by what is typed.');
});

test('Set up', async () => {
	const env = {OPENROUTER_API_KEY: 'sandbox-key', STILLROOM_KEYRING: 'off', HOME: world.home};
	await using live = await mountApp({...size, urls: world.urls, home: `${world.home}-live`, env});
	await live.waitFor(/or \d+ s {2}nano \d+ s/);
	live.press('K');
	await live.waitFor(/set up keys/);
	await live.draw({type: 'app/ticked', now: Date.now()});
	await expectPicture(
		'setup',
		'The screen Set up',
		'Services with whether a key is set, where it comes from, and what it unlocks; never the key.',
		live,
	);
});

test('the screen-reader mode', async () => {
	await using heard = await mountApp({
		...size,
		urls: world.urls,
		isSandbox: true,
		home: world.home,
		isFresh: true,
		prepare: (state) => ({...state, reader: {asked: 'position', times: 0}}),
	});
	await heard.waitFor(/or \d+ s {2}nano \d+ s/);
	heard.store.dispatch({type: 'list/filter-set', text: 'qwen3 policy:yes'});
	await heard.waitForState(({routeLists}) => routeLists.get('qwen/qwen3-8b')?.isAsking === false);
	const lines: string[] = [];
	let due: {readonly at: number; readonly run: () => void} | null = null;
	let now = 0;
	const reader = createReader(heard.store, (said) => lines.push(...said), {
		now: () => now,
		after(milliseconds, run) {
			due = {at: now + milliseconds, run};
			return () => {
				due = null;
			};
		},
	});
	/** The hands rest until all is said. */
	const rest = () => {
		for (let next = due; next !== null; next = due) {
			due = null;
			now = next.at;
			next.run();
		}
	};
	reader.open();
	for (const [chord, isThere] of [
		['down', ({routeLists}) => routeLists.get('qwen/qwen3-14b')?.isAsking === false],
		[',', () => true],
		['P', ({overlay}) => overlay !== null],
		['esc', ({overlay}) => overlay === null],
	] as const satisfies readonly (readonly [string, (state: State) => boolean])[]) {
		rest();
		lines.push('', `[${chord}]`);
		reader.press({chord, text: chord.length === 1 ? chord : ''});
		rest();
		await heard.waitForState(isThere);
		rest();
	}
	reader.stop();
	const text = `# What the screen-reader mode says

\`stillroom --screen-reader --sandbox\`: lines that are appended, with the key that was pressed in brackets. Written by the program; a test says it again.

\`\`\`text
${lines.join('\n')}
\`\`\`

[Accessibility](accessibility.md)
`;
	await expect(text).toMatchFileSnapshot('../../docs/screen-reader.md');
});

test('the examples of the help do what they say on the sandbox', async () => {
	const lines = await runnableExamples(world);
	expect(lines.length).toBeGreaterThan(60);
	const failed: string[] = [];
	for (const line of lines) await world.stillroom(line).catch((error: Error) => failed.push(error.message));
	expect(failed).toEqual([]);
});
