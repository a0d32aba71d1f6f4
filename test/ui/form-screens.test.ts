import {describe, expect, test} from 'vitest';
import {hintsFor} from '../../source/ui/keys/resolve-key.js';
import type {State} from '../../source/ui/state/state.js';
import {aDataset} from '../helpers/dataset-literals.js';
import {aDefinition} from '../helpers/eval-world.js';
import {afterKeys, makeState, after as reduced} from '../helpers/make-state.js';
import {aJob} from '../helpers/tuner-world.js';

const triage = aDataset({
	name: 'triage',
	destination: {tuner: 'together', baseModel: 'Qwen/Qwen3-8B', release: 'internal', studentName: null},
});
const titles = aDataset({
	name: 'titles',
	destination: {tuner: 'openai', baseModel: 'gpt-4.1-mini', release: 'internal', studentName: null},
});
const datasets = [triage, titles];

const at = (screen: State['screen']): State => reduced(makeState([]), {type: 'app/screen-opened', screen});
const typed = (state: State, field: string, value: string) => reduced(state, {type: 'form/set', field, value});

describe('New job', () => {
	const open = (state: State, ref: string | null) =>
		reduced(state, {type: 'distil/opened', ref}, {type: 'distil/choices-received', datasets, services: ['openai', 'nebius', 'together']});
	const values = (state: State) => state.screens.distil.values;

	test.each(['datasets', 'jobs', 'completions'] as const)('esc goes back to %s, where it was opened', (screen) => {
		const opened = open(at(screen), 'triage@1');
		expect(opened.screen).toBe('distil');
		expect(afterKeys(opened, 'esc').screen).toBe(screen);
	});

	test('opened for the same data set again it stands as it was left', () => {
		const left = typed(typed(typed(open(at('jobs'), 'triage@1'), 'base', 'Qwen/Qwen3-14B'), 'service', 'nebius'), 'suffix', 'mine');
		const again = open(afterKeys(left, 'esc'), 'triage@1');
		expect(values(again)).toMatchObject({dataset: 'triage@1', service: 'nebius', base: 'Qwen/Qwen3-14B', suffix: 'mine'});
		expect(values(open(afterKeys(left, 'esc'), null))).toMatchObject({dataset: 'triage@1', base: 'Qwen/Qwen3-14B'});
	});

	test('for another data set its service and base model are taken, the rest stays', () => {
		const left = typed(typed(open(at('jobs'), 'triage@1'), 'base', 'Qwen/Qwen3-14B'), 'epochs', '3');
		expect(values(left).service).toBe('together');
		expect(values(open(left, 'titles@1'))).toMatchObject({dataset: 'titles@1', service: 'openai', base: '', epochs: '3'});
		expect(values(typed(left, 'dataset', 'titles@1'))).toMatchObject({service: 'openai', base: '', epochs: '3'});
	});
});

test('a form says that esc goes back, as long as esc ends nothing else', () => {
	const keys = (state: State) => hintsFor(state).map(({key, label}) => `${key} ${label}`);
	const form: State = {...at('jobs'), screen: 'distil'};
	expect(keys(form)).toContain('esc back');
	const working = keys({...form, work: {title: 'creating', words: '', isEnding: false}});
	expect(working).toContain('esc end');
	expect(working).not.toContain('esc back');
	expect(keys(at('jobs'))).not.toContain('esc back');
});

describe('New evaluation', () => {
	const received = {type: 'evaluation/choices-received', datasets} as const;
	const job = aJob({id: 'ftjob-7', service: 'openai', baseModel: 'gpt-4.1-mini', fineTunedModel: 'ft:gpt-4.1-mini:me::1'});
	const row = {job, link: null, seenAt: '', goneAt: null, isStale: false, estimatedCostUsd: null};
	const summary = {
		id: 'eval-1',
		name: 'triage',
		createdAt: '',
		definition: aDefinition(),
		samples: 0,
		expected: 2,
		costUsd: 0,
		result: null,
	};
	const openNew = (state: State) => reduced(state, {type: 'evaluation/opened', job: null}, received);
	const openJob = (state: State) => reduced(state, {type: 'evaluation/opened', job: row}, received);
	const extend = (state: State) => reduced(state, {type: 'evaluation/extended', summary}, received);
	const values = (state: State) => state.screens.evaluation.values;

	test('esc goes back to where it was opened', () => {
		expect(afterKeys(openNew(at('evals')), 'esc').screen).toBe('evals');
		expect(afterKeys(openJob(at('jobs')), 'esc').screen).toBe('jobs');
		expect(afterKeys(extend(at('evals')), 'esc').screen).toBe('evals');
	});

	test('what was typed stands there again, each purpose with its own', () => {
		const first = typed(typed(openNew(at('evals')), 'name', 'baseline'), 'student', 'openai:gpt-4.1-nano');
		const forJob = typed(openJob(afterKeys(first, 'esc')), 'graders', 'exact');
		expect(values(forJob)).toMatchObject({name: '', base: 'openai:gpt-4.1-mini', student: 'openai:ft:gpt-4.1-mini:me::1'});
		const extended = typed(extend(forJob), 'other', 'openrouter:a/b');
		expect(values(extended)).toMatchObject({student: '', base: '', other: 'openrouter:a/b'});
		expect(values(openNew(extended))).toMatchObject({name: 'baseline', student: 'openai:gpt-4.1-nano', other: ''});
		expect(values(openJob(extended))).toMatchObject({graders: 'exact', student: 'openai:ft:gpt-4.1-mini:me::1'});
		expect(values(extend(openNew(extended)))).toMatchObject({other: 'openrouter:a/b'});
	});

	test('a teacher that was taken out stays out', () => {
		const set = aDataset({
			name: 'set',
			counts: {...aDataset().counts, valid: 3},
			teachers: [{model: 'a/b', gateway: 'openrouter', provider: null, gate: 'passed', grade: 'B', rows: 9}],
		});
		const choices = {type: 'evaluation/choices-received', datasets: [set]} as const;
		const opened = reduced(at('evals'), {type: 'evaluation/opened', job: null}, choices);
		expect(values(opened)).toMatchObject({set: 'set@1', teacher: 'openrouter:a/b'});
		const again = reduced(afterKeys(typed(opened, 'teacher', ''), 'esc'), {type: 'evaluation/opened', job: null}, choices);
		expect(values(again).teacher).toBe('');
	});

	test('a data set that was collected from the base itself brings no second one as teacher', () => {
		const own = aDataset({
			name: 'own',
			counts: {...aDataset().counts, valid: 3},
			teachers: [{model: 'gpt-4.1-mini', gateway: 'openai', provider: null, gate: 'passed', grade: 'C', rows: 9}],
		});
		const opened = reduced(at('jobs'), {type: 'evaluation/opened', job: row}, {type: 'evaluation/choices-received', datasets: [own]});
		expect(values(opened)).toMatchObject({set: 'own@1', teacher: '', base: 'openai:gpt-4.1-mini'});
	});

	test('once it runs, its name and its candidates are not offered again', () => {
		const ran = reduced(typed(openNew(at('evals')), 'name', 'baseline'), {type: 'evals/began', id: 'eval-2'});
		expect(values(openNew(ran)).name).toBe('');
		const extended = reduced(typed(extend(at('evals')), 'other', 'openrouter:a/b'), {type: 'evals/began', id: 'eval-1'});
		expect(values(extend(extended)).other).toBe('');
	});
});
