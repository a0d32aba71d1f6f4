import type {DatabaseSync} from 'node:sqlite';
import {canonicalJson, contentHash, toJson} from '../../domain/canonical-json.js';
import {advanceCompletion, type Completion} from '../../domain/completion.js';
import {Failure} from '../../domain/failure.js';
import type {JobNote, LedgerDraft, LedgerReceipt, RunCuration, UndoneCuration} from '../../domain/ledger.js';
import {
	draftBackfill,
	draftCuration,
	draftDataset,
	draftEvaluation,
	draftFinish,
	draftMark,
	draftMirror,
	draftStart,
	type KeptText,
} from '../../domain/ledger-drafts.js';
import {type CurationChange, type EntryData, entrySchema, type LedgerEntry, type RunStarted} from '../../domain/ledger-entry.js';
import type {BatchTable} from './batches.js';
import type {CompletionTable} from './completions.js';
import type {LabelTable} from './labels.js';
import type {SearchIndex} from './search-index.js';
import {toLedgerFailure, writeTransaction} from './sqlite.js';
import type {CompletionChange, TallyTable} from './tally.js';
import {hashToBytes, type TextTable} from './texts.js';
import {openUndoPlanner, type Undo} from './undo-batch.js';

type Head = {readonly count: number; readonly hash: string; readonly at: string};

/** One caller's appends: they succeed or fail together, and apart from those of others in the same transaction. */
type Unit = {
	readonly work: () => readonly LedgerReceipt[];
	readonly resolve: (receipts: readonly LedgerReceipt[]) => void;
	readonly reject: (error: unknown) => void;
};

/** A run as this process last wrote it. */
type Run = {readonly completion: Completion; readonly start: RunStarted};

/** What a unit makes of a run: how the tables show it, and how they will when the unit is done. */
type Touched = {readonly before: Completion | null; readonly after: Run};

/** Drafts that belong to a run. */
type RunDraft = Exclude<LedgerDraft, JobNote | {kind: 'dataset-frozen' | 'dataset-packed' | 'evaluation-finished'}>;

/** Runs that are taken back in one transaction: as many as fit between two key presses. */
const undoSlice = 200;

/** Runs kept in memory, so that an answer need not read its start again. */
const rememberedRuns = 1024;

export type WriterParts = {
	readonly database: DatabaseSync;
	readonly path: string;
	readonly completions: CompletionTable;
	readonly tally: TallyTable;
	readonly labels: LabelTable;
	readonly batches: BatchTable;
	readonly texts: TextTable;
	readonly index: SearchIndex;
	readonly createId: () => string;
	readonly now: () => Date;
};

/**
 * Appends to the chain. What is asked for in one turn of the event loop is written in one transaction, so that many workers share one
 * wait for the disk; BEGIN IMMEDIATE lets one process at a time read the head and write behind it, so that the chain never forks.
 */
export function openWriter({database, path, completions, tally, labels, batches, texts, index, createId, now}: WriterParts) {
	const undoPlanner = openUndoPlanner(database, batches);
	const readHead = database.prepare('SELECT count, hash, at FROM head');
	const writeHead = database.prepare('UPDATE head SET count = ?, hash = ?, at = ?');
	const insertEntry = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?)');
	const findEntry = database.prepare('SELECT seq FROM entry WHERE id = ?');
	const readBody = database.prepare('SELECT body FROM entry WHERE seq = ?');
	const readVersion = database.prepare('PRAGMA data_version');
	/** As of `version`, which changes when another connection writes. */
	const runs = new Map<string, Run>();
	let version: unknown;
	let changes: CompletionChange[] = [];
	/** Runs that the current unit touched: each is written once, when the unit is done. */
	let touched = new Map<string, Touched>();
	let queue: Unit[] = [];
	let head: Head = {count: 0, hash: '', at: ''};
	let flushing: NodeJS.Immediate | null = null;
	/** Takings back come one after another: two presses of a key take two batches back. */
	let undoing: Promise<unknown> = Promise.resolve();

	/** Writes one entry behind the head; returns it as it was written. */
	const write = (data: EntryData, run: Completion | null, kept: readonly KeptText[], id = createId()): LedgerEntry => {
		const at = new Date(Math.max(now().getTime(), head.at === '' ? 0 : Date.parse(head.at))).toISOString();
		const place = {schema: entrySchema, seq: head.count + 1, id, at};
		const chained = {...place, run: data.kind === 'run-started' ? id : (run?.id ?? null), prev: head.hash, ...data};
		const {entry, body} = toBody(chained);
		const hash = contentHash(body);
		for (const text of kept) texts.keep(text);
		insertEntry.run(place.seq, id, data.kind === 'run-started' ? place.seq : (run?.seq ?? null), hashToBytes(hash), body);
		head = {count: place.seq, hash, at: place.at};
		return {...entry, hash};
	};

	const readRun = (id: string): Run => {
		const known = touched.get(id)?.after ?? runs.get(id);
		if (known) return known;
		const completion = completions.find(id);
		if (completion?.id === id) return {completion, start: JSON.parse(String(readBody.get(completion.seq)?.body)) as RunStarted};
		throw new Failure('failed', `The ledger has no run ${id}.`, {next: 'List the runs with `stillroom ledger list`.'});
	};

	const change = (before: Run | null, start: RunStarted, entry: LedgerEntry): void => {
		const completion = advanceCompletion(before?.completion ?? null, entry)!;
		const known = touched.get(completion.id);
		touched.set(completion.id, {before: known ? known.before : (before?.completion ?? null), after: {completion, start}});
	};

	/** Brings the tables that are derived from the log up to what the unit appended. */
	const writeTouched = (): void => {
		for (const [id, {before, after}] of touched) {
			const {completion} = after;
			if (before) completions.update(completion);
			else completions.insert(completion);
			labels.update(before, completion);
			index.note(before, completion);
			changes.push({before, after: completion});
			if (runs.size >= rememberedRuns) runs.delete(runs.keys().next().value!);
			runs.set(id, after);
		}
		touched = new Map();
	};

	const append = (draft: LedgerDraft): LedgerReceipt => {
		if (draft.kind === 'dataset-frozen' || draft.kind === 'dataset-packed') return toReceipt(write(draftDataset(draft).data, null, []));
		if (draft.kind === 'evaluation-finished') return toReceipt(write(draftEvaluation(draft).data, null, []));
		if (draft.kind === 'job-asked' || draft.kind === 'job-created' || draft.kind === 'job-ended') return toReceipt(write(draft, null, []));
		if (draft.kind === 'run-started') {
			const id = draft.id ?? createId();
			if (findEntry.get(id)) throw new Failure('failed', `The ledger already has an entry ${id}.`, {next: 'Ask the ledger for a new id.'});
			const {data, texts: kept} = draftStart(draft);
			const entry = write(data, null, kept, id);
			change(null, data, entry);
			return toReceipt(entry);
		}
		const run = readRun(draft.run);
		const {data, texts: kept} = draftLater(draft, run);
		if (data.kind === 'curated') checkEdit(data.change.answer_hash ?? null, kept);
		const entry = write(data, run.completion, kept);
		batches.note(entry);
		change(run, run.start, entry);
		return toReceipt(entry);
	};

	const checkEdit = (hash: string | null, kept: readonly KeptText[]): void => {
		if (hash !== null && kept.length === 0 && !texts.isKnown(hash))
			throw new Failure('failed', `The ledger has no text ${hash}.`, {next: 'Hand the edited answer itself over.'});
	};

	const flush = (): void => {
		flushing = null;
		const units = queue;
		queue = [];
		const settle: (() => void)[] = [];
		try {
			writeTransaction(database, path, () => {
				head = readHead.get() as Head;
				const before = head.count;
				const current = readVersion.get()?.data_version;
				if (current !== version) runs.clear();
				version = current;
				changes = [];
				touched = new Map();
				for (const unit of units) settle.push(runUnit(unit));
				tally.add(changes);
				if (head.count !== before) writeHead.run(head.count, head.hash, head.at);
			});
		} catch (error) {
			runs.clear();
			for (const unit of units) unit.reject(error);
			return;
		}
		for (const acknowledge of settle) acknowledge();
		index.catchUpSoon();
	};

	const runUnit = (unit: Unit): (() => void) => {
		const [before, changesBefore] = [head, changes.length];
		database.exec('SAVEPOINT unit');
		try {
			const receipts = unit.work();
			writeTouched();
			database.exec('RELEASE unit');
			return () => unit.resolve(receipts);
		} catch (error) {
			if ((error as {errcode?: unknown}).errcode !== undefined) throw error;
			database.exec('ROLLBACK TO unit; RELEASE unit');
			head = before;
			changes.length = changesBefore;
			touched = new Map();
			runs.clear();
			return () => unit.reject(toLedgerFailure(error, path));
		}
	};

	const enqueue = (work: Unit['work']): Promise<readonly LedgerReceipt[]> =>
		new Promise((resolve, reject) => {
			queue.push({work, resolve, reject});
			flushing ??= setImmediate(flush);
		});

	const takeBack = async (asked: string | null): Promise<UndoneCuration | null> => {
		const batch = createId();
		const done: RunCuration[] = [];
		let undo: Undo | null = null;
		let from = 0;
		const takeSlice = (): readonly LedgerReceipt[] => {
			undo ??= undoPlanner.find(batch, asked);
			if (undo === null) return [];
			const drafts = undoPlanner.draft(undo, undo.runs.slice(from, from + undoSlice));
			from += undoSlice;
			const isEmpty = from >= undo.runs.length && done.length + drafts.length === 0;
			const receipts = (isEmpty ? [undoPlanner.draftNothing(undo)] : drafts).map(append);
			done.push(...drafts);
			return receipts;
		};
		const nextSlice = async (): Promise<Undo | null> => {
			await enqueue(takeSlice);
			return undo;
		};
		for (let found = await nextSlice(); found !== null; found = await nextSlice()) {
			if (from < found.runs.length) continue;
			const fields = new Set(done.flatMap(({change}) => Object.keys(change) as (keyof CurationChange)[]));
			return {batch: found.batch, runs: done.map(({run}) => run), fields: [...fields]};
		}
		return null;
	};

	return {
		append: (drafts: readonly LedgerDraft[]) => enqueue(() => drafts.map(append)),
		deleteText: (hash: string, reason: string | null) =>
			enqueue(() => {
				const bytes = texts.sizeOf(hash);
				if (bytes === null) return [];
				const entry = write({kind: 'text-deleted', text_hash: hash, bytes, reason}, null, []);
				texts.delete(hash, entry.seq);
				index.noteText(hash);
				return [toReceipt(entry)];
			}),
		/**
		 * Takes back a batch of curation, the newest one for null; null when there is none. Many runs are done in slices, each a transaction, so that
		 * nothing waits for all of them; where it is cut off, the next call goes on with the rest.
		 */
		undo: (asked: string | null): Promise<UndoneCuration | null> => {
			const result = undoing.then(() => takeBack(asked));
			undoing = result.catch(() => {});
			return result;
		},
		head: (): Head => readHead.get() as Head,
		/** Writes what is queued at once. */
		flushNow(): void {
			if (flushing) clearImmediate(flushing);
			if (queue.length > 0) flush();
		},
	};
}

function draftLater(draft: Exclude<RunDraft, {kind: 'run-started'}>, {completion, start}: Run) {
	switch (draft.kind) {
		case 'run-finished':
			if (completion.status !== 'unfinished') throw alreadyEnded(completion);
			return draftFinish(start, draft);
		case 'run-backfilled':
			if (completion.status === 'unfinished') throw notEnded(completion);
			return draftBackfill(start, {model: completion.servedModel, provider: completion.provider, proof: completion.proof}, draft);
		case 'marked':
			return draftMark(draft);
		case 'curated':
			return draftCuration(draft);
		case 'mirrored':
			return draftMirror(draft);
	}
}

function alreadyEnded(run: Completion): Failure {
	return new Failure('failed', `Run ${run.id} has already ended.`, {
		why: `It is recorded as ${run.status} at ${run.completedAt}.`,
		next: 'Send the prompt again to record another answer.',
	});
}

function notEnded(run: Completion): Failure {
	return new Failure('failed', `Run ${run.id} has no recorded answer.`, {why: 'Only an answer can be looked up afterwards.'});
}

/** Text from outside may hold what JSON cannot: it is replaced rather than the record lost. */
function toBody<Value extends object>(value: Value): {readonly entry: Value; readonly body: string} {
	try {
		return {entry: value, body: canonicalJson(value)};
	} catch {
		const entry = toJson(value) as unknown as Value;
		return {entry, body: canonicalJson(entry)};
	}
}

function toReceipt(entry: LedgerEntry): LedgerReceipt {
	const isGraded = entry.kind === 'run-finished' || entry.kind === 'run-backfilled';
	return {
		seq: entry.seq,
		id: entry.id,
		hash: entry.hash,
		run: entry.run,
		grade: isGraded ? entry.grade : null,
		warnings: isGraded ? entry.warnings : [],
	};
}
