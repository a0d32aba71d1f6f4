import type {JobCheckpoint, JobEvent, JobLink, JobMetrics, TuningJob} from './job.js';

/** A job in the list of all services. */
export type JobRow = {
	readonly job: TuningJob;
	/** What it was made from here; null for a job that was started elsewhere. */
	readonly link: JobLink | null;
	/** ISO 8601 when the service last told of it. */
	readonly seenAt: string;
	/** ISO 8601 when the service was first found not to have it any more: all that stands here is from before. Null as long as it has it. */
	readonly goneAt: string | null;
	/** The last asking failed: what stands here is what was known before. */
	readonly isStale: boolean;
	/** USD by rows, epochs and the dated price, where the service does not say; null when no price is known. */
	readonly estimatedCostUsd: number | null;
};

/** Everything about one job. */
export type JobDetail = {
	readonly row: JobRow;
	/** Oldest first, without doubles; at most the newest `keptEvents`. */
	readonly events: readonly JobEvent[];
	readonly eventCount: number;
	/** Every step that told numbers, ascending. */
	readonly metrics: readonly JobMetrics[];
	readonly checkpoints: readonly JobCheckpoint[];
	/** What could not be read, each in a sentence. */
	readonly problems: readonly string[];
};

export const keptEvents = 2000;
