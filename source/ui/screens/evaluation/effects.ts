import {carryOut, toLine, type WorkStep} from '../../carry-out.js';
import {evaluate} from '../../evaluate.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {formProblem} from '../../state/form.js';
import {toEvalRequest} from './evaluation-form.js';
import {selectFields} from './state.js';

const restMilliseconds = 150;

const readChoices: Effect = {
	on: ['evaluation/opened', 'evaluation/extended'],
	async *run({context, quitting}) {
		try {
			const {openSettledDatasets} = await import('../../../services/dataset/find-dataset.js');
			yield {type: 'evaluation/choices-received', datasets: (await openSettledDatasets(context, quitting)).list()};
		} catch (error) {
			yield {type: 'evaluation/planned', plan: null, problem: toLine(error)};
		}
	},
};

async function toRequest({context, getState}: EffectInput) {
	const {values, datasets, extended} = getState().screens.evaluation;
	const id = (await context.ledger()).createId();
	return toEvalRequest(values, {datasets, extended, id, createdAt: context.clock.now().toISOString()});
}

/** How many requests, and what they can cost at most: reckoned anew as soon as the form rests. */
const plan: Effect = {
	on: ['evaluation/choices-received', 'form/set'],
	async *run(input) {
		const {context, getState, signal} = input;
		if (getState().screen !== 'evaluation') return;
		await context.clock.sleep(restMilliseconds, signal);
		if (signal.aborted) return;
		const {values} = getState().screens.evaluation;
		const wrong = formProblem(selectFields(getState()), values);
		if (wrong !== null) return yield {type: 'evaluation/planned', plan: null, problem: wrong};
		yield {type: 'evaluation/planning', words: 'reading the questions'};
		try {
			const {planEval} = await import('../../../services/evals/plan-eval.js');
			const planned = await planEval(context, await toRequest(input), signal);
			if (!signal.aborted) yield {type: 'evaluation/planned', plan: planned, problem: null};
		} catch (error) {
			if (!signal.aborted) yield {type: 'evaluation/planned', plan: null, problem: toLine(error)};
		}
	},
};

async function* running(input: EffectInput): AsyncGenerator<WorkStep> {
	yield* evaluate(input.context, await toRequest(input), input.signal, {isNew: true});
}

const run: Effect = {
	on: ['evaluation/run-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'evaluation/run-asked') yield* carryOut(input, 'evaluating', running(input));
	},
};

export const evaluationEffects: readonly Effect[] = [readChoices, plan, run];
