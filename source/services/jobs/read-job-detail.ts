import {cleanText} from '../../domain/clean-text.js';
import {Failure} from '../../domain/failure.js';
import type {TuningService} from '../../domain/job.js';
import {type JobDetail, keptEvents} from '../../domain/job-row.js';
import type {Context, TunerClient} from '../context.js';
import {type KnownJobs, openKnownJobs} from './known-jobs.js';
import {readEvents} from './read-events.js';

/** Everything that is known of a job without asking; null when nothing is. Throws Failure. */
export async function readKnownDetail(
	context: Context,
	service: TuningService,
	id: string,
	signal: AbortSignal = new AbortController().signal,
): Promise<JobDetail | null> {
	return toDetail(await openKnownJobs(context, signal), service, id, [], false);
}

/**
 * Everything about one job, asked for now; what was read of its events before is not asked for again. Parts that cannot be read are named in
 * `problems`, and what was known of them stands there. Throws Failure where nothing is known of the job at all.
 */
export async function readJobDetail(context: Context, service: TuningService, id: string, signal: AbortSignal): Promise<JobDetail> {
	const known = await openKnownJobs(context, signal);
	const problems: string[] = [];
	const attempt = async (work: () => Promise<void>): Promise<Failure | null> => {
		try {
			await work();
			return null;
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			problems.push(error.toLine());
			return error;
		}
	};
	let client: TunerClient | null = null;
	const failure = await attempt(async () => {
		client = await context.tuner(service);
		await known.keep(service, [await client.readJob(id, signal)]);
	});
	if (failure !== null && known.store.findJob(known.placeOf(service, id)) === null) throw failure;
	const isGone = failure?.status === 404;
	if (isGone) known.markGone(service, id);
	if (failure === null && client !== null) await readParts(known, client, id, signal, attempt);
	// That it is gone is said of the job itself: nothing went wrong.
	return toDetail(known, service, id, isGone ? [] : problems, failure !== null && !isGone)!;
}

async function readParts(
	known: KnownJobs,
	client: TunerClient,
	id: string,
	signal: AbortSignal,
	attempt: (work: () => Promise<void>) => Promise<Failure | null>,
): Promise<void> {
	const place = known.placeOf(client.service, id);
	await Promise.all([
		attempt(async () => {
			for await (const _ of readEvents(known, client, id, known.store.eventMark(place).last, signal));
		}),
		attempt(async () => {
			if (client.abilities.hasCheckpoints) known.store.saveCheckpoints(place, await client.checkpoints(id, signal));
		}),
	]);
}

function toDetail(
	{store, placeOf, toRow}: KnownJobs,
	service: TuningService,
	id: string,
	problems: readonly string[],
	isStale: boolean,
): JobDetail | null {
	const place = placeOf(service, id);
	const saved = store.findJob(place);
	if (saved === null) return null;
	const {last} = store.eventMark(place);
	return {
		row: toRow(saved, isStale),
		events: store.eventsAfter(place, Math.max(0, last - keptEvents), keptEvents),
		eventCount: last,
		metrics: store.metrics(place),
		checkpoints: store.checkpoints(place),
		problems: problems.map((problem) => cleanText(problem)),
	};
}
