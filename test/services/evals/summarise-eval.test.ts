import {expect, test} from 'vitest';
import type {Candidate, EvalDefinition, EvalSample, Grade, Grader} from '../../../source/domain/evaluation.js';
import {isSamplePassed, summariseEval, toEvalRows} from '../../../source/services/evals/summarise-eval.js';

const candidate = (role: Candidate['role'], label: string): Candidate => ({
	role,
	label,
	target: {kind: 'gateway', gateway: 'openrouter', model: label, only: null},
});

const graders: readonly Grader[] = [
	{type: 'string_check', name: 'exact', input: '', reference: '', operation: 'eq'},
	{type: 'score_model', name: 'quality', model: 'judge/model', input: [], range: [1, 5]},
];

const definition: EvalDefinition = {
	id: 'ev-1',
	name: 'triage',
	createdAt: '2026-11-20T12:00:00.000Z',
	testSet: {kind: 'file', path: 'test.jsonl', hash: 'sha256:0'},
	candidates: [candidate('student', 'small'), candidate('teacher', 'large'), candidate('base', 'plain')],
	graders,
	parameters: {maxTokens: 64, temperature: 0, seed: 1},
	repeatShare: 0.1,
};

const grade = (grader: string, part: Partial<Grade>): Grade => ({
	grader,
	score: null,
	isPassed: null,
	label: null,
	detail: null,
	run: null,
	costUsd: null,
	error: null,
	...part,
});
const exact = (isPassed: boolean): Grade => grade('exact', {score: Number(isPassed), isPassed});
const quality = (score: number): Grade => grade('quality', {score, costUsd: 0.01});

const sample = (key: string, of: number, grades: readonly Grade[], part: Partial<EvalSample> = {}): EvalSample => ({
	evaluation: 'ev-1',
	key,
	candidate: of,
	run: `run-${key}-${of}`,
	text: null,
	costUsd: 0.001 * (of + 1),
	latencyMilliseconds: 100 * (of + 1),
	promptTokens: 10,
	completionTokens: 5,
	grades,
	error: null,
	...part,
});

/** Student: pass, fail, pass, failed. Teacher: pass, pass, pass, pass. Base: fail, fail, not graded, missing. */
const samples: readonly EvalSample[] = [
	sample('a', 0, [exact(true), quality(4), quality(4.3)]),
	sample('a', 1, [exact(true), quality(5), quality(3)], {latencyMilliseconds: 300}),
	sample('a', 2, [exact(false), quality(1)]),
	sample('b', 0, [exact(false), quality(2)], {costUsd: null}),
	sample('b', 1, [exact(true), quality(4)]),
	sample('b', 2, [exact(false), quality(3)]),
	sample('c', 0, [exact(true), quality(5)]),
	sample('c', 1, [exact(true), quality(5)]),
	sample('c', 2, [exact(true), grade('quality', {error: 'No key.'})]),
	sample('d', 0, [], {run: null, error: 'The service is down.', costUsd: null, latencyMilliseconds: null}),
	sample('d', 1, [exact(true), quality(5)]),
	// Asked again: the last one counts.
	sample('a', 0, [exact(true), quality(4), quality(4.3)], {latencyMilliseconds: 500}),
];

test('counts, rates and costs by candidate', () => {
	const {candidates, items, isComplete, costUsd, judges} = summariseEval(definition, samples);
	expect(items).toBe(4);
	expect(isComplete).toBe(false);
	expect(candidates.map(({label, answered, failed}) => [label, answered, failed])).toEqual([
		['small', 3, 1],
		['large', 4, 0],
		['plain', 3, 0],
	]);
	expect(candidates[0]!.passRate).toMatchObject({value: 2 / 3, low: 0, high: 1, count: 3});
	expect(candidates[1]!.passRate).toEqual({value: 1, low: 1, high: 1, count: 4});
	// One could not be graded: it counts in no rate, and as an error.
	expect(candidates[2]!.passRate).toMatchObject({value: 0, count: 2});
	expect(candidates[2]!.byGrader).toMatchObject([
		{grader: 'exact', passRate: {value: expect.closeTo(1 / 3), count: 3}, errors: 0},
		{grader: 'quality', passRate: null, meanScore: {value: 2, count: 2}, errors: 1},
	]);
	expect(candidates[0]!.byGrader[1]!.meanScore!.value).toBeCloseTo(11 / 3);
	expect(candidates.map(({failures}) => failures)).toEqual([[{message: 'The service is down.', count: 1}], [], []]);
	// A price that nobody said is left out, not counted as nothing.
	expect(candidates.map(({unpriced}) => unpriced)).toEqual([1, 0, 0]);
	expect(candidates[0]!.costUsdPerAnswer).toBeCloseTo(0.001);
	expect(candidates[1]!.costUsdPerThousand).toBeCloseTo(2);
	expect(candidates.map(({latencyMillisecondsMedian}) => latencyMillisecondsMedian)).toEqual([100, 200, 300]);
	expect(costUsd).toBeCloseTo(2 * 0.001 + 4 * 0.002 + 3 * 0.003 + 11 * 0.01);
	expect(judges).toEqual([{grader: 'quality', model: 'judge/model', repeated: 2, agreement: 0.5, otherSeed: 0}]);
});

test('each candidate is compared with the teacher on the items that both answered', () => {
	const {differences} = summariseEval(definition, samples);
	expect(differences.map(({one, other, grader}) => [one, other, grader])).toEqual([
		[0, 1, null],
		[0, 1, 'exact'],
		[0, 1, 'quality'],
		[2, 1, null],
		[2, 1, 'exact'],
		[2, 1, 'quality'],
		// What training brought: the student against its base.
		[0, 2, null],
		[0, 2, 'exact'],
		[0, 2, 'quality'],
	]);
	expect(differences[0]).toMatchObject({
		pairs: 3,
		onlyOnePasses: 0,
		onlyOtherPasses: 1,
		passRate: {value: expect.closeTo(-1 / 3)},
		meanScore: null,
	});
	expect(differences[2]).toMatchObject({pairs: 3, passRate: null, meanScore: {value: -1, count: 3}});
	expect(differences[3]).toMatchObject({pairs: 2, onlyOtherPasses: 2, passRate: {value: -1, low: -1, high: -1}});
	const teacherless = {...definition, candidates: definition.candidates.map((known) => ({...known, role: 'other' as const}))};
	expect(summariseEval(teacherless, samples).differences.map(({one, other}) => `${one}-${other}`)).toEqual([
		'1-0',
		'1-0',
		'1-0',
		'2-0',
		'2-0',
		'2-0',
	]);
});

test('an answer passes when every grader that can say so does', () => {
	expect(isSamplePassed(definition, sample('a', 0, [exact(true), quality(1)]))).toBe(true);
	expect(isSamplePassed(definition, sample('a', 0, [exact(true)]))).toBeNull();
	expect(isSamplePassed(definition, sample('a', 0, [exact(false), grade('quality', {error: 'x'})]))).toBeNull();
	expect(isSamplePassed({graders: []}, sample('a', 0, []))).toBeNull();
});

test('items on which candidates differ most stand first', () => {
	const rows = toEvalRows(definition, samples, (key) => ({prompt: `Q ${key}`, reference: null}));
	expect(rows.map(({key, disagreement}) => [key, disagreement])).toEqual([
		['a', 1],
		['b', 0.75],
		['c', 0],
		['d', 0],
	]);
	expect(rows[3]).toMatchObject({prompt: 'Q d', samples: [{error: 'The service is down.'}, {candidate: 1}, null]});
});

test('nothing is nothing', () => {
	const empty = summariseEval(definition, []);
	expect(empty).toMatchObject({items: 0, costUsd: 0, isComplete: true});
	expect(empty.candidates[0]).toMatchObject({answered: 0, passRate: null, costUsdPerAnswer: null, latencyMillisecondsMedian: null});
	expect(empty.differences[0]).toMatchObject({pairs: 0, passRate: null});
	expect(toEvalRows(definition, [])).toEqual([]);
});
