import type {JobCheckpoint, JobEvent, JobLink, JobMetrics, JobRequest, TuningJob, TuningService} from '../domain/job.js';
import type {LedgerEntry} from '../domain/ledger-entry.js';

/** Where a job is. `site` tells accounts apart as far as that can be: the base URL, or the sandbox whatever its port. */
export type JobPlace = {readonly site: string; readonly service: TuningService; readonly id: string};

/** A job that was asked for here, as the ledger tells it. */
export type JobAsk = {
	readonly link: JobLink;
	readonly service: TuningService;
	readonly request: JobRequest;
	/** ISO 8601 when it was first asked for, and how often in all. */
	readonly askedAt: string;
	readonly attempt: number;
	/** The service's id; null while no answer came. */
	readonly job: string | null;
	/** How it ended; `refused` by the service, so that there is no job; null while that is open. */
	readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'refused' | null;
};

export type SavedJob = {
	readonly job: TuningJob;
	/** ISO 8601 when the service last told of it. */
	readonly seenAt: string;
	/** ISO 8601 when the service was first found not to have it any more; null as long as it has it. */
	readonly goneAt: string | null;
};

export type StoredUpload = {readonly fileId: string; readonly bytes: number; readonly at: string};

/** What is remembered of jobs between runs: asks and ends come from the ledger, the rest from the services, and could be asked for again. */
export type JobStore = {
	readonly path: string;
	/** Holds a name until the returned function is called or this process ends; null while another holds it. */
	readonly claim: (name: string) => (() => void) | null;
	/** The entry up to which the ledger was read. */
	readonly ledgerMark: () => {readonly seq: number; readonly hash: string} | null;
	/** Takes over what entries say of jobs; `isAnew` forgets what was read before. */
	readonly noteLedger: (entries: readonly LedgerEntry[], mark: {readonly seq: number; readonly hash: string}, isAnew: boolean) => void;
	readonly findAsk: (key: string) => JobAsk | null;
	/** Newest first. */
	readonly asksFor: (what: {
		readonly dataset: string;
		readonly version: number;
		readonly service: TuningService;
		readonly baseModel: string;
	}) => readonly JobAsk[];
	readonly askOf: (service: TuningService, id: string) => JobAsk | null;
	/** Keeps the last seen state; returns what was known of each before, in order. */
	readonly saveJobs: (site: string, jobs: readonly TuningJob[], seenAt: string) => readonly (SavedJob | null)[];
	/** Notes that the service says it does not have a job, until it tells of it again; the first time stays. */
	readonly markGone: (place: JobPlace, at: string) => void;
	readonly findJob: (place: JobPlace) => SavedJob | null;
	/** Newest first. */
	readonly listJobs: (site: string, service: TuningService) => readonly SavedJob[];
	/** Keeps new events, in order, and where to go on; returns how many were new. */
	readonly saveEvents: (place: JobPlace, events: readonly JobEvent[], next: string | null) => number;
	/** Where to go on, and the number of the newest event (0 for none). */
	readonly eventMark: (place: JobPlace) => {readonly next: string | null; readonly last: number};
	/** Those after a number, oldest first. */
	readonly eventsAfter: (place: JobPlace, after: number, limit: number) => readonly JobEvent[];
	/** Of every step that told numbers, ascending; the last word of each. */
	readonly metrics: (place: JobPlace) => readonly JobMetrics[];
	readonly saveCheckpoints: (place: JobPlace, checkpoints: readonly JobCheckpoint[]) => void;
	readonly checkpoints: (place: JobPlace) => readonly JobCheckpoint[];
	readonly findUpload: (site: string, service: TuningService, hash: string) => StoredUpload | null;
	readonly saveUpload: (site: string, service: TuningService, hash: string, upload: StoredUpload) => void;
	readonly forgetUpload: (site: string, service: TuningService, hash: string) => void;
	readonly close: () => void;
};
