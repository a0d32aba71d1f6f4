import type {TunerId} from '../../domain/dataset.js';
import {suggestEpochs} from '../../domain/estimate-training.js';
import {Failure} from '../../domain/failure.js';
import {isEnded, type TuningJob, type TuningService} from '../../domain/job.js';
import type {JobRow} from '../../domain/job-row.js';
import type {Ledger} from '../../domain/ledger.js';
import type {LedgerEntry} from '../../domain/ledger-entry.js';
import {findBase} from '../../policy/tuners.js';
import type {Context, DatasetStore, JobAsk, JobPlace, JobStore, SavedJob} from '../context.js';
import {findPrice} from '../dataset/check-rows.js';
import {createPause} from '../dataset/pause.js';

/** What the destination of a data set calls a service: one of one's own is not among the tuners that the register knows. */
export const tunerOf = (service: TuningService): TunerId => (service === 'compatible' ? 'own' : service);

/** Jobs of one service at another address are those of another account. The sandbox is one, whatever its port. */
export function siteOf(context: Context, service: TuningService): string {
	return context.isSandbox ? 'sandbox' : (context.tunerSetups[service].baseUrl ?? '');
}

/** Jobs as they are known here: what was asked for, by the ledger, and what the services last said. */
export type KnownJobs = {
	readonly store: JobStore;
	readonly ledger: Ledger;
	readonly placeOf: (service: TuningService, id: string) => JobPlace;
	readonly toRow: (saved: SavedJob, isStale?: boolean) => JobRow;
	/** Keeps what a service says now, and tells the ledger of jobs of ours that ended; returns what was known before. */
	readonly keep: (service: TuningService, jobs: readonly TuningJob[]) => Promise<readonly (SavedJob | null)[]>;
	/** Notes that a service does not have a job, where it told of it before. */
	readonly markGone: (service: TuningService, id: string) => void;
	/** Reads what the ledger was told since. */
	readonly readLedger: () => Promise<void>;
};

/** Opens the store of jobs and brings it up to the ledger, whose entries are read once. Throws Failure. */
export async function openKnownJobs(context: Context, signal: AbortSignal): Promise<KnownJobs> {
	const [store, ledger, datasets] = await Promise.all([context.jobs(), context.ledger(), context.datasets().catch(() => null)]);
	await readJobEntries(store, ledger, signal);
	// What came since is little, and what was done has to be known here also when somebody has asked to stop.
	const readLedger = () => readJobEntries(store, ledger, null);
	const estimate = createEstimator(context, datasets);
	return {
		store,
		ledger,
		readLedger,
		placeOf: (service, id) => ({site: siteOf(context, service), service, id}),
		toRow({job, seenAt, goneAt}, isStale = false) {
			const ask = store.askOf(job.service, job.id);
			return {
				job: withProgress(store, {site: siteOf(context, job.service), service: job.service, id: job.id}, job),
				link: ask?.link ?? null,
				seenAt,
				goneAt,
				isStale,
				estimatedCostUsd: job.costUsd === null ? estimate(job, ask) : null,
			};
		},
		markGone: (service, id) => store.markGone({site: siteOf(context, service), service, id}, context.clock.now().toISOString()),
		async keep(service, jobs) {
			const before = store.saveJobs(siteOf(context, service), jobs, context.clock.now().toISOString());
			for (const job of jobs) {
				const ask = isEnded(job.state) ? store.askOf(service, job.id) : null;
				if (ask !== null && ask.outcome === null) await tellEnd(store, ledger, readLedger, ask, job);
			}
			return before;
		},
	};
}

/** The newest events that may tell a step. */
const newestEvents = 20;

/** Services that tell no progress tell steps: that of the newest event that names one. */
function withProgress(store: JobStore, place: JobPlace, job: TuningJob): TuningJob {
	if (job.progress !== null || job.state === 'waiting' || job.state === 'succeeded') return job;
	const events = store.eventsAfter(place, Math.max(0, store.eventMark(place).last - newestEvents), newestEvents);
	const metrics = events.findLast((event) => event.metrics !== null)?.metrics;
	return metrics ? {...job, progress: {step: metrics.step, totalSteps: metrics.totalSteps}} : job;
}

/** Takes over what the ledger says of jobs behind the mark. */
async function readJobEntries(store: JobStore, ledger: Ledger, signal: AbortSignal | null): Promise<void> {
	const head = ledger.head();
	const mark = store.ledgerMark();
	if (head.count === (mark?.seq ?? 0) && (mark === null || mark.hash === head.hash)) return;
	const behind = mark === null || mark.seq === 0 ? null : await gatherEntries(ledger, mark.seq, signal);
	// Of a ledger that was put back from a copy, or of another one, nothing holds that was read before.
	const isSame = behind !== null && behind.first?.seq === mark?.seq && behind.first?.hash === mark?.hash;
	const {found, last} = isSame ? behind : await gatherEntries(ledger, 1, signal);
	store.noteLedger(found, last ?? {seq: 0, hash: ''}, !isSame);
}

type Gathered = {readonly first: LedgerEntry | null; readonly last: LedgerEntry | null; readonly found: readonly LedgerEntry[]};

async function gatherEntries(ledger: Ledger, fromSeq: number, signal: AbortSignal | null): Promise<Gathered> {
	const found: LedgerEntry[] = [];
	const pause = createPause();
	let first: LedgerEntry | null = null;
	let last: LedgerEntry | null = null;
	for (const entry of ledger.entries(fromSeq)) {
		first ??= entry;
		last = entry;
		if (entry.kind === 'job-asked' || entry.kind === 'job-created' || entry.kind === 'job-ended') found.push(entry);
		const waiting = pause();
		if (waiting !== null) await waiting;
		if (signal?.aborted) throw new Failure('interrupted', 'Stopped.');
	}
	return {first, last, found};
}

/** Tells the ledger once, however many programs follow the job. */
async function tellEnd(store: JobStore, ledger: Ledger, readLedger: () => Promise<void>, ask: JobAsk, job: TuningJob): Promise<void> {
	const release = store.claim(`end ${ask.link.key}`);
	if (release === null) return;
	try {
		await readLedger();
		if (store.findAsk(ask.link.key)?.outcome !== null) return;
		await ledger.append({
			kind: 'job-ended',
			key: ask.link.key,
			service: job.service,
			job: job.id,
			outcome: job.state as 'succeeded' | 'failed' | 'cancelled',
			status: job.statusWord,
			fine_tuned_model: job.fineTunedModel,
			trained_tokens: job.trainedTokens,
			cost_usd: job.costUsd,
			error: job.error?.message ?? null,
		});
		await readLedger();
	} finally {
		release();
	}
}

/** USD by the dated price: of the tokens that were trained, else of the rows as often as they will be. */
function createEstimator(context: Context, datasets: DatasetStore | null) {
	const tokens = new Map<string, {readonly rows: number; readonly tokens: number} | null>();
	const countsOf = ({link}: JobAsk) => {
		const ref = `${link.dataset}@${link.datasetVersion}`;
		if (!tokens.has(ref)) {
			const counts = datasets?.find(link.dataset, link.datasetVersion)?.counts;
			tokens.set(ref, counts === undefined ? null : {rows: counts.train, tokens: counts.trainTokens});
		}
		return tokens.get(ref) ?? null;
	};
	return (job: TuningJob, ask: JobAsk | null): number | null => {
		const tuner = tunerOf(job.service);
		const price = findPrice(context.tunerPrices, {tuner, baseModel: job.baseModel}, findBase(tuner, job.baseModel));
		if (price === null) return null;
		const usd = (count: number) => (count * price.usdPerMillionTokens) / 1_000_000;
		if (job.trainedTokens !== null) return usd(job.trainedTokens);
		const counts = ask === null || job.state === 'failed' || job.state === 'cancelled' ? null : countsOf(ask);
		if (counts === null) return null;
		const epochs = job.hyperparameters.n_epochs ?? ask?.request.hyperparameters.epochs;
		return usd(counts.tokens * (typeof epochs === 'number' ? epochs : suggestEpochs(counts.rows)));
	};
}
