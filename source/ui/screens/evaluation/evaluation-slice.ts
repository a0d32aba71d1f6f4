import type {Dataset} from '../../../domain/dataset.js';
import type {EvalDefinition} from '../../../domain/evaluation.js';
import type {EvalSummary} from '../../../services/evals/eval-event.js';
import type {EvalPlan} from '../../../services/evals/plan-eval.js';
import type {JobRow} from '../../../services/jobs/job-event.js';
import type {FormValues} from '../../state/form.js';
import type {ScreenId} from '../screen.js';
import {emptyEvaluation} from './evaluation-form.js';

export type EvaluationSlice = {
	readonly values: FormValues;
	/** What the form is open for: `new`, a job or an evaluation; empty when it never was. */
	readonly purpose: string;
	/** What was typed for other purposes, to be there when the form is opened for them again. */
	readonly left: ReadonlyMap<string, FormValues>;
	/** The screen that esc goes back to. */
	readonly from: ScreenId;
	readonly index: number;
	readonly datasets: readonly Dataset[];
	/** The evaluation that gets more candidates; null for a new one. */
	readonly extended: EvalDefinition | null;
	/** What would be sent and cost at most; it may lag behind the form. */
	readonly plan: EvalPlan | null;
	readonly planning: string | null;
	readonly problem: string | null;
	readonly offset: number;
};

export const initialEvaluation: EvaluationSlice = {
	values: emptyEvaluation,
	purpose: '',
	left: new Map(),
	from: 'evals',
	index: 0,
	datasets: [],
	extended: null,
	plan: null,
	planning: null,
	problem: null,
	offset: 0,
};

export type EvaluationAction =
	/** `job` is one whose student is compared. */
	| {readonly type: 'evaluation/opened'; readonly job: JobRow | null}
	| {readonly type: 'evaluation/extended'; readonly summary: EvalSummary}
	| {readonly type: 'evaluation/choices-received'; readonly datasets: readonly Dataset[]}
	| {readonly type: 'evaluation/planning'; readonly words: string}
	| {readonly type: 'evaluation/planned'; readonly plan: EvalPlan | null; readonly problem: string | null}
	| {readonly type: 'evaluation/run-asked'};
