import {expect, test} from 'vitest';
import type {EvalSample} from '../../source/domain/evaluation.js';
import {summariseEval, toEvalRows} from '../../source/services/evals/summarise-eval.js';
import {evalColumns} from '../../source/view/eval-columns.js';
import {evalLines, evalRowsLines} from '../../source/view/eval-lines.js';
import {lineText, lineWidth} from '../../source/view/line.js';
import {linearWidth} from '../../source/view/linear.js';
import {aDefinition, aSample} from '../helpers/eval-world.js';

const grade = (isPassed: boolean, part: Partial<EvalSample['grades'][number]> = {}) => ({
	grader: 'exact',
	score: isPassed ? 1 : 0,
	isPassed,
	label: null,
	detail: null,
	run: null,
	costUsd: null,
	error: null,
	...part,
});

/** The teacher is always right, the student in so many of a hundred. */
const samples = (count: number, right: number): EvalSample[] =>
	Array.from({length: count}, (_, index) => [
		aSample(`item-${index}`, 0, {text: 'Right.'}),
		aSample(`item-${index}`, 1, {text: index < right ? 'Right.' : '\u001B[31mWrong 漢字.', grades: [grade(index < right)]}),
	]).flat();

const textOf = (lines: ReturnType<typeof evalLines>) => lines.map(lineText).join('\n');

test('tells rates, differences and costs with their intervals', () => {
	const text = textOf(evalLines(summariseEval(aDefinition(), samples(100, 80)), 120));
	expect(text).toMatch(/passes all ████████████████ 1\.00 \[1\.00, 1\.00\]/);
	expect(text).toMatch(/passes all █████████████··· 0\.80 \[0\.7\d, 0\.8\d\]/);
	expect(text).toMatch(/student − teacher: −0\.20 \[−0\.2\d, −0\.1\d\] on 100 items\n {4}only student passes 0, only teacher 20 /);
	expect(text).toContain('$0.001 an answer, $1.00 per thousand');
	expect(text).not.toContain('mean ');
	expect(text).not.toContain('!');
});

test('tells what training brought, and how much of the gap to the teacher it makes up', () => {
	const named = (role: 'teacher' | 'base' | 'student') => ({...aDefinition().candidates[0]!, role, label: role});
	const definition = aDefinition({candidates: [named('teacher'), named('base'), named('student')]});
	const rows = samples(100, 50).flatMap((sample, index) => [
		sample,
		...(index % 2 === 0 ? [] : [aSample(sample.key, 2, {costUsd: null, grades: [grade(index < 180)]})]),
	]);
	const result = summariseEval(definition, rows);
	const text = textOf(evalLines(result, 120));
	expect(text).toMatch(/student − base: \+0\.40 \[\+0\.3\d, \+0\.\d\d\] on 100 items/);
	expect(text).toContain('student makes up 80% of the gap between base and teacher (0.50).');
	// One grader: what it says of a pair is said already.
	expect(text).not.toContain('exact: passes');
	expect(text).toContain('what student cost is not said, and not in it');
	const summary = {id: 'eval-1', name: 'triage', createdAt: '', definition, samples: 300, expected: 300, costUsd: 0, result};
	expect(evalColumns.find(({id}) => id === 'difference')!.cell(summary).text).toBe('−0.10');
});

test('warns where nothing is shown, where items are few, where something is missing', () => {
	const few = samples(12, 11);
	const failed = [...few.slice(0, -1), aSample('item-11', 1, {error: 'flagged', grades: []})];
	const text = textOf(evalLines({...summariseEval(aDefinition(), failed), isComplete: false}, 120));
	expect(text).toContain('Only 12 items');
	expect(text).toContain('The interval holds 0, so no difference is shown between student and teacher');
	expect(text).toContain('Not complete');
	expect(text).toContain('failed are left out');
});

test('names the judge, its prompt and how far it agrees with itself', () => {
	const judge = {
		type: 'label_model',
		name: 'judge',
		model: 'openai:gpt-4.1',
		input: [],
		labels: ['good', 'bad'],
		passing_labels: ['good'],
	} as const;
	const judged = (label: string, seed?: number) => grade(label === 'good', {grader: 'judge', label, ...(seed ? {seed} : {})});
	const twice = (count: number, seeds: readonly [number?, number?]) =>
		Array.from({length: count}, (_, index) =>
			aSample(`item-${index}`, 0, {grades: [judged('good', seeds[0]), judged(index % 2 === 0 ? 'good' : 'bad', seeds[1])]}),
		);
	const tell = (samples: EvalSample[]) => textOf(evalLines(summariseEval(aDefinition({graders: [judge]}), samples), 240));
	const many = tell(twice(40, [1, 2]));
	expect(many).toMatch(
		/Judged by +openai:gpt-4\.1 for "judge", prompt [0-9a-f]{12}, agrees with itself in 50% of 40 answers judged twice, with another seed/,
	);
	expect(tell(twice(2, [1, 2]))).toContain('in 1 of 2 answers judged twice, with another seed: too few to rely on');
	expect(tell(twice(40, []))).toContain('all by the same request, which it may only have repeated');
});

test.each([40, 60, 80, 120, 200])('no line is wider than %i cells, and nothing from outside steers the terminal', (width) => {
	const definition = aDefinition();
	const rows = toEvalRows(definition, samples(3, 1), () => ({prompt: 'Was ist\u001B[2J 漢字? '.repeat(20), reference: 'Right.'}));
	const lines = [...evalLines(summariseEval(definition, samples(3, 1)), width), ...evalRowsLines(rows, definition, width)];
	expect(lines.filter((line) => lineWidth(line) > width).map(lineText)).toEqual([]);
	expect(textOf(lines)).not.toContain('\u001B');
});

test('answers stand side by side where they are readable, those that differ first', () => {
	const definition = aDefinition();
	const rows = toEvalRows(definition, samples(3, 2), () => ({prompt: 'What?', reference: 'Right.'}));
	const [first] = textOf(evalRowsLines(rows, definition, 120)).split('\n\n');
	expect(first).toMatch(/1\. disagreement 1\.00 {2}item-2/);
	expect(first).toMatch(/Right\. +Wrong 漢字\./);
	expect(first).toMatch(/\+ exact 1\.00 +x exact 0\.00/);
});

test('read aloud, one answer follows the other with who gave it, and no lines of two are mixed', () => {
	const definition = aDefinition();
	const rows = toEvalRows(definition, samples(3, 2), () => ({prompt: 'What?', reference: 'Right.'}));
	const [first] = textOf(evalRowsLines(rows, definition, linearWidth)).split(/\n\s*\n(?=2\. )/);
	const words = first!.split('\n').map((text) => text.trim());
	expect(words.filter((text) => /Right\..*Wrong|1\.00.*0\.00/.test(text))).toEqual([]);
	for (const {label} of definition.candidates) expect(words).toContain(label);
});

test('a list shows pass rates and the difference of the newest candidate', () => {
	const result = summariseEval(aDefinition(), samples(100, 80));
	const summary = {
		id: 'eval-1',
		name: 'triage',
		createdAt: '2026-11-21T12:00:00Z',
		definition: aDefinition(),
		samples: 200,
		expected: 200,
		costUsd: 0.2,
		result,
	};
	const cells = Object.fromEntries(evalColumns.map(({id, cell}) => [id, cell(summary)]));
	expect(cells).toMatchObject({
		passes: {text: '1.00 0.80'},
		difference: {text: '−0.20', tone: 'bad'},
		candidates: {text: 'teacher student'},
		samples: {text: '200'},
	});
	expect(evalColumns.find(({id}) => id === 'passes')!.cell({...summary, result: null}).text).toBe('-');
});
