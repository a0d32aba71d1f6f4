import {contentHash} from '../domain/canonical-json.js';
import {isTimeRecorded} from '../domain/completion.js';
import type {CompletionRecord} from '../domain/completion-record.js';
import type {DriftChange, DriftDirection, DriftEvent, DriftedRow, DriftReport, LayerUnread} from '../domain/drift.js';
import {Failure} from '../domain/failure.js';
import type {CompletionCriteria, Ledger} from '../domain/ledger.js';
import {comparePolicy, driftKeyOf, type PolicyDrift, type PolicyNow} from '../policy/drift.js';
import {registerDate} from '../policy/register.js';
import type {Context, DatasetStore} from './context.js';
import {createPause} from './dataset/pause.js';
import {readPolicyNow} from './policy-now.js';

export type DriftRequest = {
	/** Which completions; all when left out. Not read together with `dataset`. */
	readonly criteria?: CompletionCriteria;
	/** Only the rows of a data set; its newest version when none is named. */
	readonly dataset?: {readonly name: string; readonly version: number | null};
	/** Nothing is asked for: the register and what the disk holds are compared, where that is newer than the rows. */
	readonly isOffline?: boolean;
};

/** Rows that are looked at together: the routes of their models are asked for side by side. */
const chunkSize = 500;

/** Comparisons that are kept: rows that were collected together share one. */
const keptComparisons = 4096;

/** Ids that are named of the rows of one change. */
const namedRuns = 5;

/**
 * Finds the completions that were collected under a policy that has changed since. Reads the catalogues, and the routes of the models concerned,
 * anew, then goes through the ledger in constant memory and tells every row with a changed layer, then a report. Throws Failure: `failed`
 * for a data set that is not there, `interrupted` when the signal aborts.
 */
export async function* findDrift(context: Context, request: DriftRequest, signal: AbortSignal): AsyncGenerator<DriftEvent> {
	const ledger = await context.ledger();
	const datasets = await openDatasets(context, request);
	const {total, runs} = listRecords(ledger, datasets, request);
	const isOffline = request.isOffline ?? false;
	const now = await readPolicyNow(context, isOffline, signal);
	for (const source of now.sources) yield {type: 'source', source};
	const compare = createComparer(now.policy);
	const tally = createTally();
	for await (const chunk of inChunks(runs, signal)) {
		const records = chunk.filter((record) => record !== null);
		await now.readRoutes(records);
		for (const record of records) {
			const drift = compare(record);
			const row = drift.drifts.length === 0 ? null : toRow(record, drift, datasets);
			tally.add(record, drift, row);
			if (row !== null) yield {type: 'row', row};
		}
		tally.addMissing(chunk.length - records.length);
		yield {type: 'progress', done: tally.rows(), total, drifted: tally.drifted()};
	}
	const head = {comparedAt: context.clock.now().toISOString(), isOffline, registerDate, sources: now.sources};
	yield {type: 'report', report: {...head, ...tally.report()}};
}

async function openDatasets(context: Context, {dataset}: DriftRequest): Promise<DatasetStore> {
	const datasets = await context.datasets();
	if (dataset === undefined || datasets.find(dataset.name, dataset.version) !== null) return datasets;
	throw new Failure('failed', `There is no data set ${dataset.name}${dataset.version === null ? '' : `@${dataset.version}`}.`, {
		next: 'See those that there are with `stillroom dataset list`.',
	});
}

/** The records one by one, null for a row of the data set that the ledger does not have. */
function listRecords(
	ledger: Ledger,
	datasets: DatasetStore,
	{criteria = {}, dataset}: DriftRequest,
): {readonly total: number; readonly runs: Iterable<CompletionRecord | null>} {
	if (dataset === undefined) return {total: ledger.count(criteria).count, runs: ledger.records(criteria)};
	const {name, version, counts, shape} = datasets.find(dataset.name, dataset.version)!;
	const read = (run: string) => ledger.readRun(run)?.record ?? null;
	const rows = Iterator.from(datasets.rows(name, version));
	const runs = rows.flatMap(({run, otherRun}) => (otherRun === null ? [read(run)] : [read(run), read(otherRun)]));
	return {total: (counts.train + counts.valid) * (shape.kind === 'preference' ? 2 : 1), runs};
}

async function* inChunks<Item>(items: Iterable<Item>, signal: AbortSignal): AsyncGenerator<readonly Item[]> {
	const pause = createPause();
	let chunk: Item[] = [];
	for (const item of items) {
		const waiting = pause();
		if (waiting !== null) await waiting;
		if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
		chunk.push(item);
		if (chunk.length < chunkSize) continue;
		yield chunk;
		chunk = [];
	}
	if (chunk.length > 0) yield chunk;
}

/** Compares each distinct policy once; the oldest comparison goes when there are too many. */
function createComparer(now: PolicyNow): (record: CompletionRecord) => PolicyDrift {
	const known = new Map<string, PolicyDrift>();
	return (record) => {
		const key = contentHash(driftKeyOf(record));
		const found = known.get(key) ?? comparePolicy(record, now);
		if (!known.has(key) && known.size >= keptComparisons) known.delete(known.keys().next().value!);
		known.set(key, found);
		return found;
	};
}

function toRow(record: CompletionRecord, {drifts}: PolicyDrift, datasets: DatasetStore): DriftedRow {
	return {
		run: record.id,
		model: record.model.requested,
		provider: record.route.provider,
		requestedAt: isTimeRecorded(record) ? record.time.requested : null,
		drifts,
		datasets: datasets.findByRun(record.id),
	};
}

type Counted<Item> = {readonly item: Item; rows: number};

/** Counts over all rows. Its size depends on how many models, changes and data sets there are, not on the rows. */
function createTally() {
	const byDirection: Record<DriftDirection, number> = {stricter: 0, laxer: 0, reworded: 0};
	const changes = new Map<string, DriftChange>();
	const unread = new Map<string, Counted<LayerUnread>>();
	const models = new Map<string, {readonly model: string; rows: number; drifted: number}>();
	const inDatasets = new Map<string, {readonly name: string; readonly version: number; drifted: number}>();
	let rows = 0;
	let drifted = 0;
	let unreadRows = 0;
	let missing = 0;

	const addChange = (run: string, drift: PolicyDrift['drifts'][number]) => {
		const {old, now} = drift;
		const key = JSON.stringify([drift.layer, drift.model, drift.host, old.status, old.basis, old.sourceUrl, now]);
		const known = changes.get(key) ?? {...drift, rows: 0, oldUntil: old.at, runs: []};
		changes.set(key, {
			...known,
			rows: known.rows + 1,
			old: earlier(old.at, known.old.at) ? old : known.old,
			oldUntil: earlier(known.oldUntil, old.at) ? old.at : known.oldUntil,
			runs: known.runs.length < namedRuns ? [...known.runs, run] : known.runs,
		});
	};

	return {
		rows: () => rows,
		drifted: () => drifted,
		addMissing(count: number) {
			missing += count;
		},
		add(record: CompletionRecord, drift: PolicyDrift, row: DriftedRow | null) {
			rows++;
			const model = models.get(record.model.requested) ?? {model: record.model.requested, rows: 0, drifted: 0};
			model.rows++;
			models.set(model.model, model);
			if (drift.unread.length > 0) unreadRows++;
			for (const item of drift.unread) {
				const key = JSON.stringify(item);
				const counted = unread.get(key) ?? {item, rows: 0};
				counted.rows++;
				unread.set(key, counted);
			}
			if (row === null) return;
			drifted++;
			model.drifted++;
			for (const direction of new Set(row.drifts.map((change) => change.direction))) byDirection[direction]++;
			for (const change of row.drifts) addChange(row.run, change);
			for (const {name, version} of row.datasets) {
				const dataset = inDatasets.get(`${name}@${version}`) ?? {name, version, drifted: 0};
				dataset.drifted++;
				inDatasets.set(`${name}@${version}`, dataset);
			}
		},
		report: (): Omit<DriftReport, 'comparedAt' | 'isOffline' | 'registerDate' | 'sources'> => ({
			rows,
			drifted,
			byDirection,
			unreadRows,
			missing,
			changes: [...changes.values()].toSorted((a, b) => b.rows - a.rows),
			models: [...models.values()].filter((model) => model.drifted > 0).toSorted((a, b) => b.drifted - a.drifted),
			datasets: [...inDatasets.values()].toSorted((a, b) => b.drifted - a.drifted),
			unread: Array.from(unread.values(), ({item, rows: count}) => ({...item, rows: count})).toSorted((a, b) => b.rows - a.rows),
		}),
	};
}

function earlier(a: string | null, b: string | null): boolean {
	return a !== null && (b === null || a < b);
}
