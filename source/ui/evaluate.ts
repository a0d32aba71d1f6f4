import type {Context} from '../services/context.js';
import type {EvalEvent, EvalProgress, EvalRequest} from '../services/evals/eval-event.js';
import {formatUsd} from '../view/format.js';
import {progressWords} from '../view/progress-words.js';
import type {WorkStep} from './carry-out.js';

/** The list is read anew so often while an evaluation runs. */
const listMilliseconds = 2000;

const percent = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 100)}%`);

function sayProgress({done, total, failed, costUsd, perSecond, passing}: EvalProgress): string {
	const more = [
		...(failed > 0 ? [`${failed.toLocaleString('en')} failed`] : []),
		`passing ${passing.map(percent).join(' ')}`,
		formatUsd(costUsd),
	];
	return progressWords({done, total, unit: 'answer', perSecond, more});
}

/** How it ended, and which key goes on. */
export function sayStopped(name: string, {reason, message, result}: Extract<EvalEvent, {type: 'stopped'}>): string {
	if (reason === 'interrupted') return `${name}: stopped, what was answered is kept; t goes on`;
	if (reason !== 'done') return [`${name}: ${message}`, ...(result.isComplete ? [] : ['t goes on.'])].join(' ');
	const failed = result.candidates.reduce((sum, candidate) => sum + candidate.failed, 0);
	if (failed > 0) return `${name}: ${failed} answers failed and are left out; t asks for them again`;
	if (!result.isComplete) return `${name}: some answers could not be graded; t tries them again`;
	const isGraded = result.candidates.every(({byGrader}) => byGrader.every(({errors}) => errors === 0));
	return isGraded ? `${name}: every answer is graded` : `${name}: some answers could not be graded and are in no pass rate; t tries again`;
}

/** Runs an evaluation, or goes on with it, as long work; of a new one the list is told as soon as it is there. */
export async function* evaluate(
	context: Context,
	request: EvalRequest,
	signal: AbortSignal,
	{isNew = false}: {readonly isNew?: boolean} = {},
): AsyncGenerator<WorkStep> {
	const {runEval} = await import('../services/evals/run-eval.js');
	const {id, name} = request.definition;
	let isShown = !isNew;
	let listedAt = context.clock.now().getTime();
	for await (const event of runEval(context, request, signal)) {
		if (!isShown) yield {type: 'evals/began', id};
		isShown = true;
		const now = context.clock.now().getTime();
		if (event.type === 'progress') yield () => sayProgress(event.progress);
		if (event.type === 'progress' && now - listedAt >= listMilliseconds) {
			listedAt = now;
			yield {type: 'evals/changed'};
		}
		if (event.type !== 'stopped') continue;
		yield {type: 'evals/changed'};
		yield {ended: sayStopped(name, event), tone: event.reason === 'done' && event.result.isComplete ? 'good' : 'warn'};
	}
}
