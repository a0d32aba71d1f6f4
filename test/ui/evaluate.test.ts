import {expect, test} from 'vitest';
import type {Grade} from '../../source/domain/evaluation.js';
import {summariseEval} from '../../source/services/evals/summarise-eval.js';
import {sayStopped} from '../../source/ui/evaluate.js';
import {aDefinition, aSample} from '../helpers/eval-world.js';

const grade = (error: string | null): Grade => ({
	grader: 'exact',
	score: error === null ? 1 : null,
	isPassed: error === null ? true : null,
	label: null,
	detail: null,
	run: null,
	costUsd: null,
	error,
});

test.each([
	[null, 'triage: every answer is graded'],
	['no text', 'triage: some answers could not be graded and are in no pass rate; t tries again'],
])('an evaluation whose grade failed by %j says so at its end', (error, words) => {
	const result = {...summariseEval(aDefinition(), [aSample('item-1', 0, {text: 'A.', grades: [grade(error)]})]), isComplete: true};
	expect(sayStopped('triage', {type: 'stopped', reason: 'done', message: '', result} as Parameters<typeof sayStopped>[1])).toBe(words);
});
