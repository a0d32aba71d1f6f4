import {Failure} from '../../domain/failure.js';
import type {TuningJob, TuningService} from '../../domain/job.js';
import type {JobRow} from '../../domain/job-row.js';
import type {Context, TunerClient} from '../context.js';
import {type KnownJobs, openKnownJobs, siteOf} from './known-jobs.js';

const pageSize = 100;
/** Pages of a list that are read at most: a service that keeps ten thousand jobs is not walked to its end. */
const mostPages = 20;

/** The jobs that a service lists, newest first; `pages` of them at most. Throws Failure. */
export async function listAllJobs(client: TunerClient, signal: AbortSignal, pages: number = mostPages): Promise<readonly TuningJob[]> {
	const jobs = new Map<string, TuningJob>();
	let after: string | null = null;
	for (let page = 0; page < pages; page++) {
		const {jobs: found, next} = await client.listJobs({after, limit: pageSize}, signal);
		for (const job of found) if (!jobs.has(job.id)) jobs.set(job.id, job);
		if (next === null || next === after) break;
		after = next;
	}
	return [...jobs.values()];
}

/** A job that the service does not have, or not any more. */
export type Gone = {readonly id: string; readonly failure: Failure};

/** One job, or that the service says it has none of that id. Throws Failure for anything else that it says. */
export async function readOne(client: TunerClient, id: string, signal: AbortSignal): Promise<TuningJob | Gone> {
	try {
		return await client.readJob(id, signal);
	} catch (error) {
		if (error instanceof Failure && error.status === 404) return {id, failure: error};
		throw error;
	}
}

/** Jobs that a list lacks are asked for one by one, so many at most at a time: the rest at the next list. */
const mostAsked = 20;

/**
 * Asks for the jobs that a service told of before and does not list now; returns those that it still has, and notes those that it does not have any
 * more. What cannot be asked is left as it was: only a definite answer says that a job is gone.
 */
export async function readUnlisted(
	context: Context,
	known: KnownJobs,
	client: TunerClient,
	listed: readonly TuningJob[],
	signal: AbortSignal,
): Promise<readonly TuningJob[]> {
	const {service} = client;
	const ids = new Set(listed.map(({id}) => id));
	const missing = known.store.listJobs(siteOf(context, service), service).filter(({job, goneAt}) => goneAt === null && !ids.has(job.id));
	const found = await Promise.allSettled(missing.slice(0, mostAsked).map(({job}) => readOne(client, job.id, signal)));
	const answers = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
	for (const one of answers) if ('failure' in one) known.markGone(service, one.id);
	return answers.filter((one): one is TuningJob => !('failure' in one));
}

export type JobsRead = {
	/** Newest first. */
	readonly rows: readonly JobRow[];
	/** Services that could not be asked, with what they said; their rows are what was known before, marked stale. */
	readonly problems: readonly {readonly service: TuningService; readonly failure: Failure}[];
};

/** The jobs of every service that is set up, or of those named. Throws Failure for what is ours: the ledger and the store. */
export async function listJobs(
	context: Context,
	signal: AbortSignal,
	services: readonly TuningService[] = context.tuners,
): Promise<JobsRead> {
	const known = await openKnownJobs(context, signal);
	const reads = await Promise.all(
		services.map(async (service) => {
			try {
				const client = await context.tuner(service);
				const listed = await listAllJobs(client, signal);
				await known.keep(service, [...listed, ...(await readUnlisted(context, known, client, listed, signal))]);
				return {service, failure: null};
			} catch (error) {
				if (!(error instanceof Failure)) throw error;
				return {service, failure: error};
			}
		}),
	);
	if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
	const rows = reads.flatMap(({service, failure}) =>
		known.store.listJobs(siteOf(context, service), service).map((saved) => known.toRow(saved, failure !== null)),
	);
	return {
		rows: rows.toSorted((a, b) => (a.job.createdAt < b.job.createdAt ? 1 : a.job.createdAt > b.job.createdAt ? -1 : 0)),
		problems: reads.flatMap(({service, failure}) => (failure === null ? [] : [{service, failure}])),
	};
}
