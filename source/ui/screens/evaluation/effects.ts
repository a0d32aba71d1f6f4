import type {EvalProgress} from '../../../services/evals/eval-event.js';
import {formatUsd} from '../../../view/format.js';
import {progressWords} from '../../../view/progress-words.js';
import {carryOut, toLine, type WorkStep} from '../../carry-out.js';
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

const percent = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 100)}%`);

export function evalWords({done, total, failed, costUsd, perSecond, passing}: EvalProgress): string {
	return progressWords({
		done,
		total,
		unit: 'answer',
		perSecond,
		more: [
			...(failed > 0 ? [`${failed.toLocaleString('en')} failed`] : []),
			`passing ${passing.map(percent).join(' ')}`,
			formatUsd(costUsd),
		],
	});
}

async function* running(input: EffectInput): AsyncGenerator<WorkStep> {
	const request = await toRequest(input);
	const {runEval} = await import('../../../services/evals/run-eval.js');
	let isShown = false;
	for await (const event of runEval(input.context, request, input.signal)) {
		if (!isShown) yield {type: 'evals/began', id: request.definition.id};
		isShown = true;
		if (event.type === 'progress') yield () => evalWords(event.progress);
		if (event.type !== 'stopped') continue;
		yield {type: 'evals/changed'};
		const isDone = event.reason === 'done';
		yield {
			ended:
				event.message ??
				(isDone ? `${request.definition.name}: every answer is graded` : `${request.definition.name}: ${event.reason}; t goes on`),
			tone: isDone ? 'good' : 'warn',
		};
	}
}

const run: Effect = {
	on: ['evaluation/run-asked', 'work/abort-asked'],
	async *run(input) {
		if (input.action.type === 'evaluation/run-asked') yield* carryOut(input, 'evaluating', running(input));
	},
};

export const evaluationEffects: readonly Effect[] = [readChoices, plan, run];
