import {Failure} from '../../domain/failure.js';
import {isEnded, type JobState, nextPollDelay, type TuningJob, type TuningService} from '../../domain/job.js';
import type {Context, SavedJob, TunerClient} from '../context.js';
import {mergeEach} from '../merge-each.js';
import type {JobsEvent} from './job-event.js';
import {type KnownJobs, openKnownJobs, siteOf} from './known-jobs.js';
import {type Gone, listAllJobs, readOne, readUnlisted} from './list-jobs.js';
import {type Followed, readEvents} from './read-events.js';

/** Pauses are taken in parts, so that a machine that slept meanwhile is noticed. */
const partMilliseconds = 5000;
/** A part that took so much longer than asked for was slept through. */
const sleptMilliseconds = 15_000;

/** How asking one service goes. */
type Turn = {
	readonly service: TuningService;
	/** Milliseconds of the clock. */
	due: number;
	failures: number;
	/** Askings in a row that brought nothing new. */
	unchanged: number;
	/** What its busiest job does. */
	state: JobState;
	isFirst: boolean;
};

/**
 * Follows jobs over all services in one loop: those that are named, until each has ended, or (null) all of every service that is set up, until
 * the signal. A service that cannot be asked is told as `failed` and asked again later, ever more seldom; after the machine slept all are asked
 * at once. Jobs that are named tell all their events from the first, others those that come from now on; one that its service does not have is
 * not waited for. Throws Failure only for what is ours: the ledger and the store.
 */
export async function* followJobs(
	context: Context,
	which: readonly Followed[] | null,
	signal: AbortSignal,
	random: () => number = Math.random,
): AsyncGenerator<JobsEvent> {
	const follower = createFollower(context, which, await openKnownJobs(context, signal), signal, random);
	const services = which === null ? context.tuners : [...new Set(which.map(({service}) => service))];
	const turns = services.map((service): Turn => ({service, due: 0, failures: 0, unchanged: 0, state: 'unknown', isFirst: true}));
	while (!signal.aborted) {
		const now = context.clock.now().getTime();
		yield* mergeEach(turns.filter(({due}) => due <= now).map((turn) => follower.ask(turn)));
		if (which !== null && follower.isOver()) return;
		const milliseconds = turns.length === 0 ? 60_000 : Math.max(0, Math.min(...turns.map(({due}) => due)) - context.clock.now().getTime());
		if (signal.aborted) return;
		yield {type: 'waiting', milliseconds};
		const hasSlept = await rest(context, milliseconds, signal);
		if (hasSlept) for (const turn of turns) Object.assign(turn, {due: 0, failures: 0, unchanged: 0});
	}
}

/** Waits; true when far more time went by than was waited for. */
async function rest({clock}: Context, milliseconds: number, signal: AbortSignal): Promise<boolean> {
	for (let left = milliseconds; left > 0 && !signal.aborted; left -= partMilliseconds) {
		const part = Math.min(left, partMilliseconds);
		const before = clock.now().getTime();
		await clock.sleep(part, signal);
		if (clock.now().getTime() - before > part + sleptMilliseconds) return true;
	}
	return false;
}

function createFollower(context: Context, which: readonly Followed[] | null, known: KnownJobs, signal: AbortSignal, random: () => number) {
	const keyOf = ({service, id}: Followed) => `${service}/${id}`;
	const pending = new Set(which?.map(keyOf));
	/** Ends that were seen and not told yet: their last events could not be read. */
	const owed = new Set<string>();
	/** Numbers of the events that were told. */
	const told = new Map<string, number>();

	/** What a service says of its jobs, all of them or those that are named. */
	async function readJobs(client: TunerClient, turn: Turn): Promise<readonly (TuningJob | Gone)[]> {
		const {service} = client;
		if (which === null) {
			const listed = await listAllJobs(client, signal, turn.isFirst ? undefined : 1);
			if (turn.isFirst) return [...listed, ...(await readUnlisted(context, known, client, listed, signal))];
			const ids = new Set(listed.map(({id}) => id));
			// Those that move are asked for also where the first page of the list does not reach back to them.
			const open = known.store
				.listJobs(siteOf(context, service), service)
				.filter(({job, goneAt}) => goneAt === null && !ids.has(job.id) && !isEnded(job.state))
				.map(({job}) => job.id);
			const more = await Promise.all(open.map((id) => readOne(client, id, signal)));
			for (const one of more) if ('failure' in one) known.markGone(service, one.id);
			return [...listed, ...more.filter((one) => !('failure' in one))];
		}
		const wanted = which.filter((one) => one.service === service && pending.has(keyOf(one)));
		return Promise.all(wanted.map(({id}) => readOne(client, id, signal)));
	}

	async function* tellJob(
		client: TunerClient,
		job: TuningJob,
		before: SavedJob | null,
		isFirst: boolean,
	): AsyncGenerator<JobsEvent, boolean> {
		const {service} = client;
		const key = keyOf(job);
		const row = () =>
			known.toRow(known.store.findJob(known.placeOf(service, job.id)) ?? {job, seenAt: context.clock.now().toISOString(), goneAt: null});
		const isChanged = before === null || JSON.stringify(before.job) !== JSON.stringify(job);
		if (isChanged || (isFirst && which !== null)) yield {type: 'changed', row: row()};
		if (isEnded(job.state) && (which !== null || (before !== null && !isEnded(before.job.state)))) owed.add(key);
		let hasNews = isChanged;
		if (!isEnded(job.state) || owed.has(key)) {
			const from = told.get(key) ?? (which === null ? known.store.eventMark(known.placeOf(service, job.id)).last : 0);
			let last = from;
			for await (const events of readEvents(known, client, job.id, from, signal)) {
				last += events.length;
				told.set(key, last);
				hasNews = true;
				yield {type: 'events', service, id: job.id, events};
			}
			told.set(key, last);
		}
		if (owed.delete(key)) {
			pending.delete(key);
			yield {type: 'ended', row: row()};
		}
		return hasNews;
	}

	return {
		isOver: () => pending.size === 0,
		async *ask(turn: Turn): AsyncGenerator<JobsEvent> {
			const {service} = turn;
			try {
				const client = await context.tuner(service);
				const read = await readJobs(client, turn);
				for (const one of read) {
					if (!('failure' in one)) continue;
					pending.delete(keyOf({service, id: one.id}));
					known.markGone(service, one.id);
					const saved = known.store.findJob(known.placeOf(service, one.id));
					if (saved !== null) yield {type: 'changed', row: known.toRow(saved)};
					yield {type: 'failed', service, message: one.failure.toLine(), retrySeconds: 0};
				}
				const jobs = read.filter((one): one is TuningJob => !('failure' in one));
				const before = await known.keep(service, jobs);
				const {isFirst} = turn;
				turn.isFirst = false;
				if (which === null) {
					const rows = known.store.listJobs(siteOf(context, service), service).map((saved) => known.toRow(saved));
					yield {type: 'listed', service, rows};
				}
				let hasNews = false;
				for (const [index, job] of jobs.entries()) {
					const isNew = yield* tellJob(client, job, before[index] ?? null, isFirst);
					hasNews ||= isNew;
				}
				turn.failures = 0;
				turn.unchanged = hasNews ? 0 : turn.unchanged + 1;
				turn.state = busiest(jobs);
				turn.due = context.clock.now().getTime() + nextPollDelay({...turn, jitter: random()});
			} catch (error) {
				if (signal.aborted) return;
				if (!(error instanceof Failure) || error.service === null) throw error;
				turn.failures++;
				const asked = (error.retryAfterSeconds ?? 0) * 1000;
				const delay = Math.max(asked, nextPollDelay({...turn, jitter: random()}));
				turn.due = context.clock.now().getTime() + delay;
				yield {type: 'failed', service, message: error.toLine(), retrySeconds: Math.ceil(delay / 1000)};
			}
		},
	};
}

function busiest(jobs: readonly TuningJob[]): JobState {
	return (['running', 'waiting'] as const).find((state) => jobs.some((job) => job.state === state)) ?? 'unknown';
}
