import type {Json} from '../domain/canonical-json.js';
import type {Completion} from '../domain/completion.js';
import type {CompletionRecord} from '../domain/completion-record.js';
import type {CompletionRow, LedgerRun} from '../domain/ledger.js';
import type {Answer, PromptPlan, Refusal, RunEvent} from '../domain/run-event.js';
import {toVerdictJson, type VerdictJson} from './json.js';

/** A completion as `stillroom ledger list --json` writes it. Field names are an interface: add, never rename. */
export type CompletionJson = Omit<CompletionRow, 'seq' | 'createdAt'> & {
	/** ISO 8601; null where nobody recorded when it was asked for. */
	readonly createdAt: string | null;
};

/** The same with its texts whole, as `--texts` writes it. */
export type CompletionTextsJson = CompletionJson & {
	/** The messages as sent; null when they were deleted. */
	readonly messages: Json;
	/** The answer as it came; null when there was none or it was deleted. */
	readonly text: string | null;
	readonly reasoning: string | null;
	/** The answer as a person edited it; left out when the original stands. */
	readonly editedText?: string | null;
};

/** The time of an import is not when anything was asked or answered. */
const timesOf = ({isTimeRecorded, createdAt, completedAt}: Pick<Completion, 'isTimeRecorded' | 'createdAt' | 'completedAt'>) =>
	isTimeRecorded === false ? {createdAt: null, completedAt: null} : {createdAt, completedAt};

export function toCompletionJson({seq: _, ...row}: CompletionRow): CompletionJson {
	return {...row, ...timesOf(row)};
}

/** One run as `stillroom completions show --json` writes it: the provenance record, the texts that it names by hash, and what was said of it. */
export type RunJson = {
	readonly record: CompletionRecord;
	/** The messages as sent; null when they were deleted. */
	readonly messages: Json;
	/** The answer as it came; null when there was none or it was deleted. */
	readonly text: string | null;
	readonly reasoning: string | null;
	readonly toolCalls: Json;
	/** The answer as a person edited it; null when the original stands. */
	readonly editedText: string | null;
	/** As the list has it. */
	readonly completion: Omit<Completion, 'seq' | 'createdAt'> & {readonly createdAt: string | null};
};

export function toRunJson({
	record,
	messages,
	text,
	reasoning,
	toolCalls,
	editedText,
	completion: {seq: _, ...completion},
}: LedgerRun): RunJson {
	return {record, messages, text, reasoning, toolCalls, editedText, completion: {...completion, ...timesOf(completion)}};
}

/** What would be sent, as `--dry-run --json` writes it. */
export type PlanJson = Omit<PromptPlan, 'verdict' | 'enforcement'> & {
	readonly verdict: VerdictJson;
	readonly enforcement: {
		readonly level: PromptPlan['enforcement']['level'];
		/** As it stands on the screen. */
		readonly state: string;
		/** The routes it is pinned to; null when it is not. */
		readonly only: readonly string[] | null;
		readonly warnings: readonly string[];
	};
};

export function toPlanJson(plan: PromptPlan): PlanJson {
	const {level, words, pin, warnings} = plan.enforcement;
	return {
		...plan,
		verdict: toVerdictJson(plan.verdict),
		enforcement: {level, state: words, only: pin?.provider.only ?? null, warnings},
	};
}

/** A prompt and what became of it, as `stillroom ask --json` writes it. Field names are an interface: add, never rename. */
export type AnswerJson = {
	readonly text: string | null;
	readonly reasoning: string | null;
	/** `refused`: no answer came. */
	readonly outcome: Answer['outcome'] | 'refused';
	readonly gateway: PromptPlan['gateway'] | null;
	/** As asked for. */
	readonly model: string;
	readonly verdict: VerdictJson | null;
	readonly enforcement: PlanJson['enforcement'] | null;
	readonly served: {readonly model: string | null; readonly provider: string | null; readonly proof: Answer['evidence']['proof']};
	readonly grade: Answer['evidence']['grade'];
	/** Loud: the answer is not from where it was asked for. */
	readonly warnings: readonly string[];
	readonly usage: Answer['usage'] | null;
	/** USD; null when the service did not say. */
	readonly costUsd: number | null;
	readonly firstTokenMilliseconds: number | null;
	readonly milliseconds: number | null;
	readonly finishReason: string | null;
	readonly responseId: string | null;
	/** Null when nothing was sent. */
	readonly ledgerId: string | null;
	/** Why there is no answer, or what is wrong with it; null when all is well. */
	readonly problem: Refusal | null;
};

/** What is known of a run when it is over. */
export type RunSummary = {
	readonly modelId: string;
	readonly plan: PromptPlan | null;
	readonly ledgerId: string | null;
	readonly answer: Answer | null;
	readonly refusal: Refusal | null;
};

export function toAnswerJson({modelId, plan, ledgerId, answer, refusal}: RunSummary): AnswerJson {
	const planned = plan === null ? null : toPlanJson(plan);
	const evidence = answer?.evidence;
	return {
		text: answer?.text ?? null,
		reasoning: answer?.reasoning || null,
		outcome: answer?.outcome ?? 'refused',
		gateway: plan?.gateway ?? null,
		model: evidence?.requestedModel ?? modelId,
		verdict: planned?.verdict ?? null,
		enforcement: planned?.enforcement ?? null,
		served: {model: evidence?.servedModel ?? null, provider: evidence?.servedProvider ?? null, proof: evidence?.proof ?? 'none'},
		grade: evidence?.grade ?? null,
		warnings: evidence?.warnings ?? [],
		usage: answer?.usage ?? null,
		costUsd: answer?.costUsd ?? null,
		firstTokenMilliseconds: answer?.firstTokenMilliseconds ?? null,
		milliseconds: answer?.milliseconds ?? null,
		finishReason: answer?.finishReason ?? null,
		responseId: evidence?.responseId ?? null,
		ledgerId: answer?.ledgerId ?? ledgerId,
		problem: answer?.problem ?? refusal,
	};
}

/** An event as a line of `--ndjson`: the same events that the screens get, the plan and the answer in the spelling of `--json`. */
export function toEventJson(event: RunEvent, summary: RunSummary): object {
	if (event.type === 'planned') return {type: event.type, plan: toPlanJson(event.plan)};
	if (event.type === 'finished') return {type: event.type, answer: toAnswerJson(summary)};
	return event;
}
