import {afterAll, describe, expect, test} from 'vitest';
import type {Dataset} from '../../source/domain/dataset.js';
import type {CompletionRow} from '../../source/domain/ledger.js';
import type {DatasetPlan} from '../../source/services/dataset/dataset-event.js';
import {emptyForm} from '../../source/ui/screens/draft/draft-form.js';
import {openAsk, openMenu, openPages} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {widthOf} from '../../source/view/width.js';
import {aCompletionRow, aLedgerRun} from '../helpers/completion-literals.js';
import {aDataset, aDatasetRow} from '../helpers/dataset-literals.js';
import {serviceState} from '../helpers/make-state.js';
import {type MountedApp, type MountOptions, mountApp} from '../helpers/mount-app.js';
import {makeFolder} from '../helpers/run-stillroom.js';

const home = makeFolder();
afterAll(() => home.remove());

const nowhere = 'http://127.0.0.1:9';
const urls = {openrouter: nowhere, nanogpt: nowhere, openai: nowhere};
const total = 2400;

const hard = [
	'\u001B]0;owned\u0007\u001B[2J\u001B[31mred\u202E',
	'日本語のとても長い質問です。'.repeat(20),
	'\u05E9\u05DC\u05D5\u05DD \u0627\u0644\u0639\u0631\u0628\u064A\u0629 '.repeat(20),
	'\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u{1F1E9}\u{1F1EA} cafe\u0301 '.repeat(30),
	'word '.repeat(20_000),
	`# Head\n\n\`\`\`js\nconst a = 1;\n\tb();\n\`\`\`\n| a | b |\n${'x'.repeat(900)}`,
];

const rowAt = (seq: number): CompletionRow =>
	aCompletionRow({
		seq,
		promptExcerpt: `${hard[seq % hard.length]!.slice(0, 240)}`,
		model: seq % 5 === 0 ? `maker/${'very-long-'.repeat(12)}name` : 'qwen/qwen3-8b',
		verdict: (['allowed', 'disallowed', 'unknown'] as const)[seq % 3]!,
		status: (['finished', 'failed', 'aborted', 'unfinished'] as const)[seq % 4]!,
		rating: seq % 6 || null,
		mark: (['none', 'picked', 'rejected'] as const)[seq % 3]!,
		tags: seq % 2 === 0 ? {hard: '', split: 'tr\u001B[31main'} : {},
		remote:
			seq % 2 === 0
				? ({id: 'c', state: 'stored', expires_at: '2026-12-01T00:00:00.000Z', metadata: {task: 'x'}} as CompletionRow['remote'])
				: null,
	});

const seqs = Float64Array.from({length: total}, (_, index) => total - index);

const run = (seq: number) => {
	const text = hard[seq % hard.length]!;
	return aLedgerRun({
		completion: {...rowAt(seq), note: text.slice(0, 200), warnings: ['another model answered']},
		messages: [
			{role: 'system', content: text.slice(0, 2000)},
			{role: 'user', content: text},
		],
		text,
		reasoning: text.slice(0, 3000),
		toolCalls: [{id: text.slice(0, 60), function: {name: text.slice(0, 60), arguments: text.slice(0, 500)}}],
	});
};

const dropped = {...aDataset().counts.dropped, unusable: 64, gate: 2346};
const counts = {...aDataset().counts, chosen: 2471, train: 54, valid: 7, trainTokens: 1700, validTokens: 190, dropped};
const teachers = [
	{
		model: `maker/${'very-long-'.repeat(12)}name`,
		gateway: 'openrouter',
		provider: hard[1]!.slice(0, 30),
		gate: 'passed',
		grade: 'B',
		rows: 54,
	},
	{model: 'qwen/qwen3-8b', gateway: 'openai', provider: null, gate: 'overridden', grade: null, rows: 7},
] as const;
const duties = [
	{
		kind: 'name',
		text: 'The name of the student begins with Llama.',
		state: 'open',
		because: 'It has no name yet.',
		sourceUrl: 'https://llama.example/licence',
		rows: 61,
	},
] as const;
const destination = {
	tuner: 'openai',
	baseModel: `meta-llama/${'Long-'.repeat(20)}Instruct`,
	release: 'weights',
	studentName: hard[1]!,
} as const;
const refusal =
	'model: Closed model. route: The terms forbid it (https://maker.example/terms, read 2026-11-21). destination: Azure is another party.';

const plan: DatasetPlan = {
	name: 'triage',
	version: 2,
	destination,
	level: 'route',
	counts,
	drops: [{run: aCompletionRow().id, step: 'gate', reason: refusal, sourceUrl: null}],
	refusals: [{reason: refusal, sourceUrl: null, count: 2346}],
	duties,
	teachers,
	tokenizer: 'o200k_base',
	notices: ['The base model retires soon.'],
};

const datasets: readonly Dataset[] = Array.from({length: 60}, (_, index) =>
	aDataset({
		name: index % 7 === 0 ? 'x'.repeat(64) : `triage-${index}`,
		counts,
		destination,
		teachers,
		duties,
		note: hard[index % hard.length]!.slice(0, 400),
	}),
);

const filled = (state: State): State => ({
	...state,
	now: Date.parse('2026-11-21T12:00:00.000Z'),
	services: {openrouter: serviceState('openrouter'), nanogpt: serviceState('nanogpt')},
	log: [
		{
			at: '2026-11-21T11:59:49.000Z',
			service: 'openai',
			method: 'GET',
			path: '/chat/completions?order=desc&limit=100',
			status: 200,
			milliseconds: 40,
			note: null,
		},
	],
	screens: {
		...state.screens,
		completions: {
			...state.screens.completions,
			seqs,
			total,
			rows: new Map(Array.from(seqs, (seq) => [seq, rowAt(seq)])),
			run: run(total),
			facets: [{facet: 'model', counts: [{value: `maker/${'very-long-'.repeat(12)}name`, count: 480}]}],
		},
		datasets: {
			...state.screens.datasets,
			datasets,
			detail: {
				ref: `${datasets[0]!.name}@1`,
				rows: [
					aDatasetRow({tokens: 12_345}),
					aDatasetRow({position: 1, seq: 2, part: 'valid', otherRun: 'b', otherSeq: 3, isOverridden: true}),
				],
				drops: plan.drops,
			},
			excerpts: new Map([[1, hard[1]!]]),
		},
		draft: {...state.screens.draft, form: {...emptyForm, name: 'triage', base: destination.baseModel, override: hard[1]!}, plan},
	},
});

const open = (screen: 'completions' | 'datasets' | 'draft', options: Partial<MountOptions> = {}): Promise<MountedApp> =>
	mountApp({urls, home: home.path, isStarted: false, ...options, prepare: (state) => ({...(options.prepare ?? filled)(state), screen})});

/** Every line fits, there are exactly as many as the terminal has, the keys stand in the last one and nothing steers the terminal. */
function expectFits(app: MountedApp, columns: number, rows: number): void {
	const lines = app.lines();
	expect(lines.filter((line) => widthOf(line.trimEnd()) > columns)).toEqual([]);
	expect(lines).toHaveLength(rows);
	expect(lines.at(-1)).toMatch(/^ \S+ \S/);
	expect(app.frame()).not.toMatch(/\u001B\]|\u001B\[2J|[\u0000-\u0009\u000B-\u001A\u202E]/);
}

const sizes = [
	[60, 15],
	[80, 24],
	[120, 36],
	[200, 50],
] as const;

describe.each(sizes)('at %ix%i', (columns, rows) => {
	test('Completions shows verdict, grade, model and prompt in words, and the cursor wherever it goes', async () => {
		await using app = await open('completions', {columns, rows});
		const text = await app.waitFor('2,400 of 2,400');
		expectFits(app, columns, rows);
		for (const word of ['4 Compl', 'Grade', 'Policy', 'Model', 'Prompt', 'YES', 'NO', 'enter read', 'm rate', 'q quit', '? help'])
			expect(text).toContain(word);
		for (const step of ['last', 'page-up', 'half-up', 1, -1, 'first'] as const) {
			await app.draw({type: 'list/moved', step});
			expectFits(app, columns, rows);
			expect(app.lines().filter((line) => line.startsWith('>'))).toHaveLength(1);
		}
	});

	test('a marked list is counted, a wide one with digits in groups', async () => {
		await using app = await open('completions', {columns, rows});
		app.store.dispatch({type: 'list/all-marked'});
		await app.waitFor('2,400 marked');
		expect(app.text()).toMatch(/^>\* /m);
		expectFits(app, columns, rows);
	});

	test('the hardest texts stay in their place', async () => {
		for (let seq = total; seq > total - hard.length; seq--) {
			await using app = await open('completions', {
				columns,
				rows,
				prepare: (state) => {
					const whole = filled(state);
					const {completions} = whole.screens;
					const list = {...completions.list, cursorId: String(seq), cursorIndex: total - seq};
					return {...whole, isPreviewOpen: seq % 2 === 0, screens: {...whole.screens, completions: {...completions, list, run: run(seq)}}};
				},
			});
			await app.waitFor('2,400 of 2,400');
			expectFits(app, columns, rows);
			await app.draw(openPages('completion'));
			expect(app.text()).toContain('Completion ·');
			expectFits(app, columns, rows);
			await app.draw({type: 'overlay/scrolled', by: 'last'});
			expectFits(app, columns, rows);
		}
	});

	test.each<readonly [string, (app: MountedApp) => void, RegExp]>([
		['the evidence', ({store}) => store.dispatch(openPages('policy')), /Evidence · /],
		['the record', ({store}) => store.dispatch(openPages('raw')), /completion-provenance/],
		['help', ({store}) => store.dispatch(openPages('help')), /Most used/],
		['the palette', ({store}) => store.dispatch(openMenu('palette')), /Commands · /],
		['the rating', ({press}) => press('m'), /What is this answer worth/],
		['the facets', ({store}) => store.dispatch(openMenu('facets')), /model {2}maker/],
		['the order', ({store}) => store.dispatch(openMenu('sort')), /days left/],
		['a question with an answer that is wrong', ({press}) => press('T', '=x', 'enter'), /is no tag: write a name/],
		['the file to import', ({press}) => press('I', '/nowhere/at-all.jsonl', 'enter'), /there is no file \/nowhere/],
		['metadata', ({store}) => store.dispatch(openAsk('metadata', 'id', `a=${'b'.repeat(300)}`)), /Metadata of/],
		['what is deleted', ({store}) => store.dispatch(openAsk('delete-remote', '2400')), /2,400 completions/],
		[
			'work',
			({store}) => {
				store.dispatch({type: 'work/began', title: 'fetching'});
				store.dispatch({type: 'work/went', words: '2,400 listed  1,200 new  12 changed  back to 2026-10-22  OpenAI: again in 25 s'});
			},
			/fetching 2,400 listed/,
		],
		[
			'a message that says what next',
			({store}) => store.dispatch({type: 'app/flashed', text: `It failed, ${'because of this '.repeat(8)}so do that.`, tone: 'bad'}),
			/It failed/,
		],
	])('%s fits', async (_, act, shown) => {
		await using app = await open('completions', {columns, rows});
		await app.waitFor('2,400 of 2,400');
		act(app);
		await app.waitFor(shown);
		expectFits(app, columns, rows);
	});

	test('Datasets shows name, rows and destination, and the cursor wherever it goes', async () => {
		await using app = await open('datasets', {columns, rows});
		const text = await app.waitFor('60 of 60');
		for (const word of ['5 Data', 'Data set', 'Rows', 'For', 'openai', 'n new', 'c check', 'q quit', '? help'])
			expect(text).toContain(word);
		for (const step of ['last', 'page-up', 1, 'first'] as const) {
			await app.draw({type: 'list/moved', step});
			expectFits(app, columns, rows);
			expect(app.lines().filter((line) => line.startsWith('>'))).toHaveLength(1);
		}
	});

	test.each<readonly [string, (app: MountedApp) => void, RegExp]>([
		['rows', ({store}) => store.dispatch(openPages('rows')), /train +1 .* tokens {2}日本語/],
		['what was dropped', ({store}) => store.dispatch(openPages('drops')), /1 of 2,346 {2}refused by the gate/],
		['its duties', ({store}) => store.dispatch(openPages('policy')), /Data set ·/],
		['its definition', ({store}) => store.dispatch(openPages('raw')), /"destination"/],
		['where it is packed', ({press}) => press('E', 'ctrl+u', '/', 'enter'), /\/ exists in/],
	])('%s of a data set fit', async (_, act, shown) => {
		await using app = await open('datasets', {columns, rows});
		await app.waitFor('60 of 60');
		app.store.dispatch({type: 'list/sorted', sort: {by: 'name', descending: true}});
		app.store.dispatch({type: 'list/moved', step: 'first'});
		act(app);
		await app.waitFor(shown);
		expectFits(app, columns, rows);
	});

	test('New data set shows each line of the form, says how many more there are, and what follows', async () => {
		await using app = await open('draft', {columns, rows});
		await app.waitFor('Would be triage@2');
		expectFits(app, columns, rows);
		expect(app.text()).toContain('freeze');
		const titles = new Set<string>();
		for (let line = 0; line < 18; line++) {
			expectFits(app, columns, rows);
			const here = app.lines().filter((one) => one.startsWith('> '));
			expect(here).toHaveLength(1);
			titles.add(here[0]!.slice(2, 16).trim());
			if (columns < 110) expect(app.text()).toMatch(/\d+ more (below|above)/);
			await app.draw({type: 'form/moved', by: 1});
		}
		expect(titles.size).toBe(18);
		for (let page = 0; page < 6; page++) {
			await app.draw({type: 'form/scrolled', by: 8});
			expectFits(app, columns, rows);
		}
		app.press('d');
		await app.waitFor('What would be dropped, and why');
		expectFits(app, columns, rows);
	});
});

describe('where there is nothing', () => {
	const without = (state: State): State => ({
		...filled(state),
		screens: {
			...filled(state).screens,
			completions: {...state.screens.completions, seqs: new Float64Array(), total: 0},
			datasets: {...state.screens.datasets, datasets: []},
		},
	});

	test.each(sizes)('at %ix%i the keys that fill it are told', async (columns, rows) => {
		await using app = await open('completions', {columns, rows, prepare: without});
		const text = await app.waitFor('No completion is kept yet.');
		expectFits(app, columns, rows);
		expect(text).toMatch(/F +fetches what OpenAI stored/);
		expect(app.lines().at(-1)).toContain('I import');
		expect(app.lines().at(-1)).not.toContain('facets');
		app.store.dispatch({type: 'completions/failed', message: `the ledger cannot be read: ${'because '.repeat(20)}`});
		await app.waitFor('r tries again.');
		expectFits(app, columns, rows);
	});

	test('a data set says how one is made', async () => {
		await using app = await open('datasets', {columns: 60, rows: 15, prepare: without});
		expect(await app.waitFor('No data set is frozen yet.')).toContain('n new');
		expectFits(app, 60, 15);
	});
});

test('the whole hint line of Completions at 80 columns is what curating needs', async () => {
	await using app = await open('completions', {columns: 80, rows: 24});
	await app.waitFor('2,400 of 2,400');
	expect(app.lines().at(-1)!.trim()).toBe('enter read  m rate  T tag  a data set  P evidence  / filter  q quit  ? help');
});
