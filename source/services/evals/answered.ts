import type {EvalSample} from '../../domain/evaluation.js';
import type {RunFinish} from '../../domain/ledger.js';
import {costOf} from '../generate-tasks.js';
import type {AnswerSample} from './grade-answer.js';
import type {EvalWork} from './plan-eval.js';

/** An answer with what is known of it beside its text. */
export type Answered = Omit<EvalSample, 'grades' | 'evaluation' | 'key' | 'candidate'> & Pick<AnswerSample, 'toolCalls' | 'finishReason'>;

/** An answer as the ledger holds it; null where it is not there. What the service did not say of its cost is reckoned from the price. */
export function readAnswered({ledger, asked}: EvalWork, id: string, candidate: number): Answered | null {
	const run = ledger.readRun(id);
	if (run === null) return null;
	const {completion, text, toolCalls} = run;
	return {
		run: id,
		text: text ?? null,
		toolCalls: Array.isArray(toolCalls) ? toolCalls : [],
		finishReason: completion.finishReason,
		costUsd: completion.costUsd ?? costOf(asked[candidate]!.target, completion, null),
		latencyMilliseconds: completion.latencyMilliseconds,
		promptTokens: completion.promptTokens,
		completionTokens: completion.completionTokens,
		error: completion.status === 'failed' ? (completion.error ?? 'It failed.') : null,
	};
}

/** An answer as it came now. */
export function toAnswered(id: string, finish: RunFinish, costUsd: number): Answered {
	return {
		run: id,
		text: finish.text ?? null,
		toolCalls: finish.toolCalls ?? [],
		finishReason: finish.finishReason ?? null,
		costUsd: finish.costUsd ?? (costUsd > 0 ? costUsd : null),
		latencyMilliseconds: finish.latencyMilliseconds ?? null,
		promptTokens: finish.promptTokens ?? null,
		completionTokens: finish.completionTokens ?? null,
		error: finish.outcome === 'failed' ? (finish.error?.message ?? 'It failed.') : null,
	};
}
