import type {Failure} from '../../domain/failure.js';

export type SyncOptions = {
	/** Walk through the whole list, which also finds what is not there any more. */
	readonly isFull?: boolean;
	/** New completions at most; the next sync goes on behind them. */
	readonly limit?: number;
};

export type SyncProgress = {
	/** Rows of the service's list that were read. How many there are in all, the service does not tell. */
	readonly listed: number;
	/** Completions that are new in the ledger. */
	readonly added: number;
	/** Completions that were there and whose copy is new or has changed. */
	readonly changed: number;
	/** Known copies that are not listed any more. */
	readonly vanished: number;
	/** Rows that could not be read. */
	readonly skipped: number;
	readonly total: null;
	readonly isFull: boolean;
	/** Rows of the list a second, over the last ten seconds. */
	readonly rowsPerSecond: number;
	/** ISO 8601: creation of the row that was read last; the list goes back in time. */
	readonly reachedAt: string | null;
	/** Seconds for which the service wants to be left alone. */
	readonly pausedSeconds: number;
	/** Seconds since the sync began. */
	readonly seconds: number;
};

/** What happens to a sync: what it goes on with; progress; rows that were skipped; stopped, the last one. */
export type SyncEvent =
	| {readonly type: 'started'; readonly isFull: boolean; readonly isResumed: boolean}
	| {readonly type: 'progress'; readonly progress: SyncProgress}
	/** `id` is null where the row has none. */
	| {readonly type: 'skipped'; readonly id: string | null; readonly message: string}
	/** Something that a person should know. */
	| {readonly type: 'notice'; readonly message: string}
	| {
			readonly type: 'stopped';
			readonly reason: 'done' | 'limit' | 'interrupted' | 'failed';
			readonly failure: Failure | null;
			readonly progress: SyncProgress;
	  };
