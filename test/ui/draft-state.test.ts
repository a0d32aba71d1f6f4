import {describe, expect, test} from 'vitest';
import {defaultShape} from '../../source/domain/dataset.js';
import type {DatasetPlan} from '../../source/services/dataset/dataset-event.js';
import {hintsFor, resolveKey} from '../../source/ui/keys/resolve-key.js';
import {draftFields, emptyForm, readForm, toShape} from '../../source/ui/screens/draft/draft-form.js';
import {besideLines} from '../../source/ui/screens/draft/draft-lines.js';
import {whenFreezable} from '../../source/ui/screens/draft/state.js';
import type {Action} from '../../source/ui/state/action.js';
import type {State} from '../../source/ui/state/state.js';
import {lineText} from '../../source/view/line.js';
import {aDataset} from '../helpers/dataset-literals.js';
import {afterKeys, makeState, press, after as reduced} from '../helpers/make-state.js';

const {counts, destination} = aDataset();
const plan: DatasetPlan = {
	name: 'new',
	version: 1,
	destination,
	level: 'route',
	counts: {...counts, chosen: 10, train: 9, valid: 1},
	drops: [],
	refusals: [],
	duties: [],
	teachers: [],
	tokenizer: 'o200k_base',
	notices: [],
};

const opened = reduced(makeState([]), {type: 'app/screen-opened', screen: 'completions'}, {type: 'draft/opened', seqs: null, filter: 'x'});
const set = (field: string, value: string): Action => ({type: 'form/set', field, value});
const planned: Action = {type: 'draft/planned', plan, problem: null};
const filled = reduced(opened, set('name', 'triage'), set('base', 'acme/still-1b'), planned);
const draft = ({screens}: State) => screens.draft;

describe('the form', () => {
	const check = (id: string, value: string) => draftFields.find((field) => field.id === id)!.check?.(value) ?? null;

	test.each<readonly [string, readonly string[], readonly string[]]>([
		['name', ['triage', 'a', 'A1.b-c_d'], ['', 'two words', '-x', '../x', 'a'.repeat(65), 'a@1']],
		['base', ['gpt-4.1-mini'], ['', '  ']],
		['maxTokens', ['', '1', '8192'], ['0', '-1', '1.5', 'many']],
		['balance', ['', 'task:200', 'a b:1'], ['task', 'task:', ':5', 'task:0', 'task:x']],
		['validation', ['', '0', '12.5', '50'], ['51', '-1', 'x']],
		['seed', ['', '0', '7'], ['-1', 'x', '1.2']],
	])('%s takes %j and not %j', (id, good, bad) => {
		for (const value of good) expect(check(id, value), value).toBeNull();
		for (const value of bad) expect(check(id, value), value).not.toBeNull();
	});

	test('every choice says what it means, and every field what it is for', () => {
		for (const {help, choices} of draftFields) {
			expect(help).not.toBe('');
			for (const choice of choices ?? []) expect(choice.help).not.toBe('');
		}
	});

	test('is the shape that is asked for', () => {
		expect(toShape(emptyForm)).toEqual({...defaultShape, validationShare: 0.1, seed: 1});
		expect(toShape({...emptyForm, system: 'remove', balance: 'task:20', maxTokens: '100', validation: '', seed: ''})).toMatchObject({
			system: {mode: 'remove'},
			balance: {tag: 'task', rows: 20},
			maxTokensPerRow: 100,
			validationShare: 0,
			seed: 1,
		});
		expect(toShape({...emptyForm, system: 'You distil.'})).toMatchObject({system: {mode: 'replace', text: 'You distil.'}});
	});

	test('keeps everything for the next data set but its name and its override', () => {
		const kept = readForm({...emptyForm, name: 'triage', base: 'acme/still-1b', override: 'because', level: 'model', kind: 'unheard of'});
		expect(kept).toEqual({...emptyForm, base: 'acme/still-1b', level: 'model'});
		expect(readForm('nonsense')).toEqual(emptyForm);
	});
});

describe('moving through the form', () => {
	test('stops at its ends', () => {
		expect(draft(afterKeys(opened, 'k', 'up')).index).toBe(0);
		expect(draft(afterKeys(opened, 'j', 'down', 'tab')).index).toBe(3);
		expect(draft(afterKeys(opened, 'G')).index).toBe(draftFields.length - 1);
		expect(draft(afterKeys(opened, 'G', 'j')).index).toBe(draftFields.length - 1);
		expect(draft(afterKeys(opened, 'G', 'g')).index).toBe(0);
	});

	test('left and right choose, and go round; what is typed says so', () => {
		const atTuner = afterKeys(opened, 'j');
		expect(draft(afterKeys(atTuner, 'right')).form.tuner).toBe('openai');
		expect(draft(afterKeys(atTuner, 'left')).form.tuner).toBe('fireworks');
		expect(draft(afterKeys(atTuner, 'right', 'left')).form).toEqual(draft(atTuner).form);
		expect(resolveKey(opened, press('right'))).toEqual([{type: 'app/flashed', text: 'this is typed: enter changes it', tone: 'warn'}]);
	});

	test('enter opens the choices at the one that stands there, or asks for text', () => {
		expect(afterKeys(opened, 'enter').overlay).toMatchObject({kind: 'ask', name: 'form-field', subject: 'name'});
		expect(afterKeys(opened, 'j', 'left', 'enter').overlay).toMatchObject({kind: 'menu', name: 'choose', index: 4});
	});

	test('what stands beside it scrolls no further than it is long', () => {
		const small = reduced(filled, {type: 'app/resized', columns: 80, rows: 24});
		const down = afterKeys(small, ...Array<string>(20).fill('pagedown'));
		const lines = besideLines(small, 77).length;
		expect(draft(down).offset).toBeLessThan(lines);
		expect(draft(afterKeys(down, 'pageup')).offset).toBe(Math.max(0, draft(down).offset - 8));
		expect(draft(afterKeys(small, 'pageup')).offset).toBe(0);
	});
});

describe('what would be frozen', () => {
	const shown = (state: State): string => besideLines(state, 60).map(lineText).join('\n');

	test('has the name that is written, and its version as soon as it is known', () => {
		expect(shown(reduced(opened, planned))).toContain('Would be frozen');
		expect(shown(filled)).toContain('Would be triage\n');
		expect(shown(reduced(filled, {type: 'draft/named', name: 'triage', version: 3}))).toContain('Would be triage@3');
	});

	test('stays while it is made anew, under words that say so', () => {
		const anew = reduced(filled, set('level', 'model'), {type: 'draft/planning', words: 'judging 5 of 10'});
		expect(shown(anew)).toMatch(/^judging 5 of 10 …\n\nWould be triage/);
	});

	test('is kept with the words about what is wrong', () => {
		const failed = reduced(filled, {type: 'draft/planned', plan: null, problem: 'the disk is full'});
		expect(shown(failed)).toMatch(/^the disk is full\n\nWould be triage/);
	});

	test('what was wrong before is not said of a form that is being judged', () => {
		const asked = reduced(opened, {type: 'draft/planned', plan: null, problem: 'Which base model will be trained?'});
		expect(shown(reduced(asked, set('base', 'acme/still-1b'), {type: 'draft/planning', words: 'judging 5 of 10'}))).toBe(
			'judging 5 of 10 …\n',
		);
	});

	test.each<readonly [string, readonly Action[], true | RegExp]>([
		['a plan of this form', [], true],
		['no name', [set('name', '')], /name is needed/],
		['no base', [set('base', '')], /base model is needed/],
		['rows that are being judged', [{type: 'draft/planning', words: 'judging'}], /still being judged/],
		['something that is wrong', [{type: 'draft/planned', plan: null, problem: 'the disk is full'}], /the disk is full/],
		['no row left', [{type: 'draft/planned', plan: {...plan, counts: {...counts, chosen: 10}}, problem: null}], /no row is left/],
		['other work', [{type: 'work/began', title: 'checking'}], /checking is under way/],
	])('can be frozen, or not: %s', (_, actions, expected) => {
		const state = reduced(filled, ...actions);
		if (expected === true) expect(whenFreezable(state)).toBe(true);
		else expect(whenFreezable(state)).toMatch(expected);
		expect(hintsFor(state).some(({label}) => label === 'freeze')).toBe(expected === true);
	});
});

test('opened again, it forgets the last plan and where it was; the form stays', () => {
	const again = reduced(afterKeys(filled, 'G'), {type: 'draft/opened', seqs: [1, 2], filter: ''});
	expect(draft(again)).toMatchObject({index: 0, offset: 0, plan: null, planning: 'judging the rows', seqs: [1, 2], form: {name: 'triage'}});
});

test('esc goes back to where it was opened', () => {
	expect(afterKeys(opened, 'esc').screen).toBe('completions');
	const fromDatasets = reduced(
		makeState([]),
		{type: 'app/screen-opened', screen: 'datasets'},
		{type: 'draft/opened', seqs: null, filter: ''},
	);
	expect(afterKeys(fromDatasets, 'esc').screen).toBe('datasets');
});
