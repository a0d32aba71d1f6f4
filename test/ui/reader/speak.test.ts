import {describe, expect, test} from 'vitest';
import type {Model} from '../../../source/domain/model.js';
import type {Verdict} from '../../../source/domain/verdict.js';
import {opening, speak} from '../../../source/ui/reader/speak.js';
import {type Action, flash} from '../../../source/ui/state/action.js';
import {openMenu, openPages} from '../../../source/ui/state/overlay.js';
import type {State} from '../../../source/ui/state/state.js';
import {type Line, span} from '../../../source/view/line.js';
import {linearWidth} from '../../../source/view/linear.js';
import {lineWords} from '../../../source/view/spoken.js';
import {aCompletionRow} from '../../helpers/completion-literals.js';
import {aDataset} from '../../helpers/dataset-literals.js';
import {aDefinition} from '../../helpers/eval-world.js';
import {aListing, aModel, aReason, aRoute, aVerdict} from '../../helpers/literals.js';
import {afterKeys, makeState, after as reduced} from '../../helpers/make-state.js';
import {aJob} from '../../helpers/tuner-world.js';

const verdicts: Readonly<Record<string, Verdict>> = {
	'maker/alpha': aVerdict(),
	'maker/beta': aVerdict({
		duties: [{kind: 'attribution', text: 'Name the maker.', sourceUrl: null}],
	} as Partial<Verdict>),
	'maker/gamma': aVerdict({status: 'unknown', reasons: [aReason({status: 'unknown'})]}),
	'maker/delta': aVerdict({status: 'disallowed', conflict: true, reasons: [aReason({status: 'disallowed'})]}),
};
const models: readonly Model[] = Object.entries(verdicts).map(([id, verdict]) =>
	aModel({id, key: id, verdict, inputPrice: 0.27, outputPrice: 0.4, contextLength: 164_000, listings: {openrouter: aListing({id})}}),
);

const start: State = {...makeState(models, {columns: linearWidth, rows: 24}), reader: {asked: 'position', times: 0}};
const keys = (state: State, ...chords: readonly string[]) => speak(state, afterKeys(state, ...chords));
const actions = (state: State, ...given: readonly Action[]) => speak(state, reduced(state, ...given));
/** The text of a state after keys, and what it says of the next ones. */
const then = (chords: readonly string[], next: readonly string[]) => keys(afterKeys(start, ...chords), ...next);

test('on opening it says what this is, how the services are, the screen, and the row under the cursor', () => {
	const lines = opening(start);
	expect(lines[0]).toMatch(/^stillroom\. Screen-reader mode/);
	expect(lines).toContain('OpenRouter: fresh, read 12 seconds ago.');
	expect(lines).toContain('Screen 1, Models: 4 models, sorted by Policy, ascending, no filter, distillable all.');
	expect(lines).toContain(
		'1 of 4: YES, allowed. maker/alpha, OpenRouter, context 164 thousand tokens, input 0.27, output 0.40 US dollars per million tokens, 5 months old. Not known: routes.',
	);
	expect(lines.at(-1)).toMatch(/^Keys: enter routes, t test prompt.*question mark help\.$/);
});

test('nothing is said where nothing changed', () => {
	expect(speak(start, start)).toEqual([]);
	expect(actions(start, {type: 'app/ticked', now: start.now + 15_000})).toEqual([]);
});

describe('a row of', () => {
	test.each<readonly [string, number, RegExp]>([
		['what is allowed', 0, /^1 of 4: YES, allowed\. maker\/alpha,/],
		['what comes with duties', 1, /^2 of 4: YES, allowed, with duties\. maker\/beta,/],
		['what is not recorded', 3, /^4 of 4: unknown, not recorded\. maker\/gamma,/],
		['what sources contradict', 2, /^3 of 4: NO, restricted, sources contradict each other\. maker\/delta,/],
	])('Models says the verdict first: %s', (_, down, words) => {
		const [line] = then(Array<string>(down).fill('down'), ['.']);
		expect(line).toMatch(words);
	});

	test('Routes', () => {
		const routes = [aRoute({provider: 'Novita', verdict: verdicts['maker/delta']!, throughputP50: 61, eligible: false})];
		const list = {modelId: 'maker/alpha', routes, sources: [], nanogptSupportsSelection: null, fetchedAt: null};
		const opened = reduced(
			start,
			{type: 'routes/opened', modelId: 'maker/alpha'},
			{type: 'routes/received', modelId: 'maker/alpha', list: list as never},
		);
		const lines = speak(start, opened);
		expect(lines[0]).toBe('Screen 2, Routes, maker/alpha: 1 route, sorted by Policy, ascending, no filter, 0 in the safe pin.');
		expect(lines.join('\n')).toMatch(
			/1 of 1: NO, restricted, sources contradict each other\. Novita, at OpenRouter, .*61 tokens per second/,
		);
		expect(lines[1]).toMatch(/^0 YES, 1 NO, 0 unknown, OpenRouter's enforcement leaves \d of \d/);
	});

	test('Completions', () => {
		const row = aCompletionRow({
			seq: 7,
			verdict: 'disallowed',
			grade: 'B',
			promptTokens: 12,
			completionTokens: 34,
			mark: 'picked',
			rating: 4,
		});
		const lines = actions(
			start,
			{type: 'app/screen-opened', screen: 'completions'},
			{type: 'completions/selected', seqs: new Float64Array([7]), total: 1},
			{type: 'completions/rows-received', rows: [row], isReset: true},
		);
		expect(lines.join('\n')).toMatch(/1 of 1: NO, restricted, finished\. grade B, .*rated 4, accepted/);
	});

	test('Datasets', () => {
		const lines = actions(start, {type: 'app/screen-opened', screen: 'datasets'}, {type: 'datasets/received', datasets: [aDataset()]});
		expect(lines.join('\n')).toMatch(/1 of 1: \S+@\d+, \d+ rows?, .*refused by the gate/);
	});

	test('Jobs', () => {
		const job = aJob({state: 'running', progress: {step: 412, totalSteps: 980}} as Parameters<typeof aJob>[0]);
		const row = {job, link: null, seenAt: '', isStale: true, goneAt: null, estimatedCostUsd: 3};
		const opened = reduced(start, {type: 'app/screen-opened', screen: 'jobs'}, {type: 'jobs/loaded', rows: [row]});
		expect(speak(start, opened).join('\n')).toMatch(
			/1 of 1: running when it was last asked\. .*412 of 980, 42 percent, .*cost about 3\.00 US dollars/,
		);
		const further = {...row, isStale: false, job: {...job, progress: {...job.progress!, step: 500}}};
		expect(actions(opened, {type: 'jobs/loaded', rows: [further]})).toEqual(['Now: running, progress 500 of 980, 51 percent.']);
	});

	test('Evaluations', () => {
		const summary = {
			id: 'e1',
			name: 'triage',
			createdAt: '2026-11-21T12:00:00Z',
			definition: aDefinition(),
			samples: 3,
			expected: 6,
			costUsd: 0.5,
			result: null,
		};
		const lines = actions(start, {type: 'app/screen-opened', screen: 'evals'}, {type: 'evals/received', evals: [summary]} as never);
		expect(lines.join('\n')).toMatch(/1 of 1: triage, .*samples 3 of 6/);
	});
});

test('fast moves are one: only where the cursor has come to is said', () => {
	expect(keys(start, 'down', 'down')).toEqual(keys(afterKeys(start, 'down'), 'down'));
});

test('marks, order, distillability and filter say what they leave', () => {
	expect(keys(start, 'space')[0]).toBe('Marked: 1 marked now.');
	expect(then(['space'], ['U'])[0]).toBe('Nothing is marked any more.');
	expect(keys(start, 'S')[0]).toBe('Sorted by Policy, descending.');
	expect(keys(start, 'D')[0]).toMatch(/^distillable YES, 2(?: of 4)? models\.$/);
	expect(keys(start, '/')).toEqual(['Filter: no filter. Type; tab completes, enter keeps it.']);
	expect(then(['/'], [...'gamma'])).toEqual([
		expect.stringMatching(/^Filter: gamma, 1 of 4 models\.$/),
		expect.stringMatching(/^1 of 1: unknown/),
	]);
	expect(then(['/', ...'gamma'], ['enter'])[0]).toBe('Filter kept: gamma, 1 of 4 models.');
	expect(then(['/'], [...'polcy:yes']).at(-1)).toMatch(/^Note: .*polcy/);
	expect(then(['/', ...'nothing-like-it'], ['enter']).join('\n')).toMatch(/None of 4 models passes the filter/);
});

describe('choices', () => {
	test('are numbered, and a number chooses', () => {
		const lines = keys(start, 's');
		expect(lines[0]).toMatch(/^Sort by\. \d choices\.$/);
		expect(lines).toContain('5. Input price');
		expect(then(['s'], ['5'])).toEqual(['Number 5. Input price. Enter chooses it.']);
		const chosen = afterKeys(start, 's', '5');
		expect(chosen.overlay).toMatchObject({kind: 'menu', index: 4});
	});

	test('are searched by letters, and then numbered anew', () => {
		const lines = then(['s'], [...'price']);
		expect(lines).toEqual(['price: 2 choices.', '1. Input price', '2. Output price']);
		expect(then(['s'], [...'price 2'])).toEqual(['Number 2. Output price. Enter chooses it.']);
	});

	test('have digits in them that are searched for where no choice has that number', () => {
		expect(then(['s'], ['9', '9'])[0]).toMatch(/^99: /);
	});

	test('that cannot be made say why', () => {
		const palette = reduced(start, openMenu('palette'));
		expect(keys(palette, ...'clear the marks')).toContain(
			'1. clear the marks, not now: nothing is marked: space marks the row under the cursor',
		);
	});

	test('say where the arrows came to', () => {
		expect(then(['s'], ['down'])[0]).toBe('2 of 8: Id');
	});
});

describe('text', () => {
	test('is read in pages of the terminal, and says that there is more', () => {
		const lines = actions(start, openPages('help'));
		expect(lines[0]).toBe('Help, Models.');
		expect(lines.at(-1)).toMatch(/^Page 1 of \d+, space goes on\.$/);
		const more = then(['?'], ['space']);
		expect(more.at(-1)).toMatch(/^Page 2 of \d+, space goes on\.$/);
		expect(lines.slice(1, -1).filter((line) => more.includes(line))).toEqual([]);
	});

	test('says keys by their names', () => {
		const lines = actions(start, openPages('help')).join('\n');
		expect(lines).toMatch(/^capital P, policy evidence$/m);
		expect(lines).toMatch(/^slash, filter$/m);
	});

	test('is told from what it lies over when it is closed', () => {
		expect(then(['P'], ['q'])).toEqual(['Screen 1, Models.', expect.stringMatching(/^1 of 4: /)]);
	});

	test('with columns side by side is read one after the other', () => {
		const lines = then(['space', 'space'], ['c']);
		expect(lines[0]).toBe('Compare, models.');
		const at = lines.indexOf('Model: maker/beta');
		expect(lines.slice(0, at)).toContain('Model: maker/alpha');
		expect(lines.slice(at)).toContain('Policy: YES with duties');
	});
});

test('a key repeats the place, and one reads all about the row', () => {
	expect(keys(start, '.')[0]).toMatch(/^1 of 4: YES, allowed/);
	const lines = keys(start, 'p').join('\n');
	for (const words of ['maker/alpha', 'YES', 'OpenRouter lists the model as distillable.', 'Limits: ']) expect(lines).toContain(words);
});

test('messages, services that fail, and work say so', () => {
	expect(actions(start, flash('copied', 'good'))).toEqual(['copied']);
	expect(actions(start, flash('it broke', 'bad'))).toEqual(['Problem: it broke']);
	expect(
		actions(start, {
			type: 'service/changed',
			state: {service: 'nanogpt', state: 'failed', fetchedAt: null, message: 'NanoGPT is not available.'},
		}),
	).toEqual(['NanoGPT: failed. NanoGPT is not available.']);
	expect(actions(start, {type: 'work/began', title: 'packing'})).toEqual(['packing. Escape ends it.']);
});

test('a form says its lines, their values, and what is wrong with them', () => {
	const form = reduced(start, {type: 'draft/opened', seqs: null, filter: ''}, {type: 'app/screen-opened', screen: 'draft'});
	expect(speak(start, form).join('\n')).toMatch(/a form of \d+ lines[\s\S]*1 of \d+: name: empty; not right yet: a name is needed/);
	expect(keys(form, 'down')[0]).toMatch(/^2 of \d+: trained at: own: .*Choices: openai, .*own\./);
	expect(keys(afterKeys(form, 'down'), 'right')[0]).toMatch(/^trained at: \w+: /);
});

test('a question says its help, and what was typed', () => {
	const form = reduced(start, {type: 'draft/opened', seqs: null, filter: ''}, {type: 'app/screen-opened', screen: 'draft'});
	const asked = afterKeys(form, 'enter');
	expect(speak(form, asked)).toEqual([
		'Question: New data set: name',
		expect.stringMatching(/^Letters, digits/),
		'Type an answer, then enter; escape leaves it.',
	]);
	expect(keys(asked, ...'triage')).toEqual(['Answer: triage.']);
});

test('a line that fills a very wide page is said as fast as any other', () => {
	const line: Line = [span('train ', 'plain'), span('what was asked'.padEnd(linearWidth)), span('  01ABC', 'dim')];
	const began = performance.now();
	for (let count = 0; count < 200; count++) lineWords(line);
	expect(performance.now() - began).toBeLessThan(1000);
	expect(lineWords(line)).toBe('train what was asked, 01ABC');
});

describe('the prompt', () => {
	const prompt = reduced(start, {type: 'prompt/opened', targets: [{gateway: 'openrouter', modelId: 'maker/alpha', only: null}]});

	test('is said by lines', () => {
		expect(keys(prompt, ...'Hi there')).toContain('Line 1 of 1: Hi there');
		const written = afterKeys(prompt, ...'Hi', 'enter', ...'you');
		expect(keys(written, 'up')).toEqual(['Line 1 of 2: Hi']);
		expect(keys(written, 'left')).toEqual(['u, character 3']);
	});

	test('is answered in whole sentences', () => {
		const sent = reduced(
			prompt,
			{type: 'prompt/sent'},
			{type: 'prompt/happened', index: 0, event: {type: 'started', ledgerId: 'L1'} as never, at: 1},
		);
		const one = reduced(sent, {type: 'prompt/happened', index: 0, event: {type: 'text', text: 'It is 42. And wh'}, at: 2});
		const two = reduced(one, {type: 'prompt/happened', index: 0, event: {type: 'text', text: 'y not? Because'}, at: 3});
		expect(speak(sent, one)).toEqual(['It is 42.']);
		expect(speak(one, two)).toEqual(['And why not?']);
		expect(speak(two, two)).toEqual([]);
	});
});
