import type {PromptRequest} from '../domain/prompt.js';
import type {PromptPlan, Refusal} from '../domain/run-event.js';
import type {RowRead} from './generate-rows.js';

export type GenerateOptions = {
	/** The rows, from the first again at each call: they are read once to count and check them, once to send them. */
	readonly rows: () => AsyncIterable<RowRead> | Iterable<RowRead>;
	/** Everything but the row's own messages; messages here come before the row's, unless the row brings a system message of its own. */
	readonly template: Omit<PromptRequest, 'idempotencyKey' | 'isStreamed'>;
	/** Requests under way at most. */
	readonly concurrency: number;
	/** USD, over the job as a whole: what earlier starts of it cost counts too. Null is no limit. */
	readonly maxCostUsd: number | null;
	/** Answers for each row; the seed, where there is one, grows by one for each. */
	readonly repeat: number;
	/** Send rows again that failed before. */
	readonly retryFailed: boolean;
	/** Leave out lines that cannot be read, instead of sending nothing at all. */
	readonly skipInvalid: boolean;
};

export type GenerateProgress = {
	/** Finished, earlier starts included. */
	readonly done: number;
	readonly failed: number;
	/** Rows times repeats. */
	readonly total: number;
	readonly inFlight: number;
	/** USD, earlier starts included. Where a service tells no cost, what it can have been at most. */
	readonly costUsd: number;
	/** USD at the end, at the average of the rows so far; null while there is none. */
	readonly projectedCostUsd: number | null;
	/** Rows a second over the last ten seconds. */
	readonly rowsPerSecond: number;
	readonly secondsLeft: number | null;
	/** Requests that may be under way now, and for how long all are paused. */
	readonly limit: number;
	readonly pausedSeconds: number;
};

/** What happens to a bulk job: planned; for each row finished or failed; progress in between; stopped, the last one. */
export type GenerateEvent =
	/** The plan of the first row, and what was found before anything is sent. */
	| {
			readonly type: 'planned';
			readonly plan: PromptPlan;
			readonly total: number;
			readonly alreadyDone: number;
			readonly alreadyFailed: number;
			/** Most USD that what is left can cost; null when a price is not known. */
			readonly costBoundUsd: number | null;
	  }
	| {readonly type: 'invalid'; readonly line: number; readonly message: string}
	| {
			readonly type: 'row';
			readonly line: number;
			readonly repeat: number;
			readonly ledgerId: string;
			readonly outcome: 'finished' | 'failed' | 'aborted';
			readonly costUsd: number | null;
			readonly problem: Refusal | null;
	  }
	| {readonly type: 'progress'; readonly progress: GenerateProgress}
	| {
			readonly type: 'stopped';
			readonly reason: 'done' | 'budget' | 'refused' | 'interrupted';
			readonly refusal: Refusal | null;
			readonly progress: GenerateProgress;
	  };
