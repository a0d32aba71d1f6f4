import {createHash} from 'node:crypto';
import type {DatabaseSync} from 'node:sqlite';
import {canonicalJson, toJson} from '../../domain/canonical-json.js';
import {advanceCompletion, type Completion} from '../../domain/completion.js';
import {Failure} from '../../domain/failure.js';
import type {LedgerDraft, LedgerReceipt} from '../../domain/ledger.js';
import {draftBackfill, draftFinish, draftMark, draftStart, type KeptText} from '../../domain/ledger-drafts.js';
import {type EntryData, entrySchema, type LedgerEntry, type RunStarted} from '../../domain/ledger-entry.js';
import type {CompletionTable} from './completions.js';
import type {SearchIndex} from './search-index.js';
import {toLedgerFailure, writeTransaction} from './sqlite.js';
import type {TextTable} from './texts.js';

type Head = {readonly count: number; readonly hash: string; readonly at: string};

/** One caller's appends: they succeed or fail together, and apart from those of others in the same transaction. */
type Unit = {
	readonly work: () => readonly LedgerReceipt[];
	readonly resolve: (receipts: readonly LedgerReceipt[]) => void;
	readonly reject: (error: unknown) => void;
};

/** Starts kept in memory, so that grading an answer need not read its start again. */
const rememberedStarts = 1024;

export type WriterParts = {
	readonly database: DatabaseSync;
	readonly path: string;
	readonly completions: CompletionTable;
	readonly texts: TextTable;
	readonly index: SearchIndex;
	readonly createId: () => string;
	readonly now: () => Date;
};

/**
 * Appends to the chain. What is asked for in one turn of the event loop is written in one transaction, so that many workers share one
 * wait for the disk; BEGIN IMMEDIATE lets one process at a time read the head and write behind it, so that the chain never forks.
 */
export function openWriter({database, path, completions, texts, index, createId, now}: WriterParts) {
	const readHead = database.prepare('SELECT count, hash, at FROM head');
	const writeHead = database.prepare('UPDATE head SET count = ?, hash = ?, at = ?');
	const insertEntry = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?)');
	const findEntry = database.prepare('SELECT seq FROM entry WHERE id = ?');
	const readBody = database.prepare('SELECT body FROM entry WHERE seq = ?');
	const starts = new Map<string, RunStarted>();
	let queue: Unit[] = [];
	let head: Head = {count: 0, hash: '', at: ''};
	let flushing: NodeJS.Immediate | null = null;

	/** Writes one entry behind the head; returns it as it was written. */
	const write = (data: EntryData, run: Completion | null, kept: readonly KeptText[], id = createId()): LedgerEntry => {
		const at = new Date(Math.max(now().getTime(), head.at === '' ? 0 : Date.parse(head.at))).toISOString();
		const place = {schema: entrySchema, seq: head.count + 1, id, at};
		const chained = {...place, run: data.kind === 'run-started' ? id : (run?.id ?? null), prev: head.hash, ...data};
		const {entry, body} = toBody(chained);
		const digest = createHash('sha256').update(body).digest();
		for (const text of kept) texts.keep(text);
		insertEntry.run(place.seq, id, data.kind === 'run-started' ? place.seq : (run?.seq ?? null), digest, body);
		head = {count: place.seq, hash: `sha256:${digest.toString('hex')}`, at: place.at};
		return {...entry, hash: head.hash};
	};

	const readRun = (id: string): Completion => {
		const completion = completions.find(id);
		if (completion?.id === id) return completion;
		throw new Failure('failed', `The ledger has no run ${id}.`, {next: 'List the runs with `stillroom ledger list`.'});
	};

	const readStart = (run: Completion): RunStarted => starts.get(run.id) ?? (JSON.parse(String(readBody.get(run.seq)?.body)) as RunStarted);

	const remember = (id: string, start: RunStarted): void => {
		if (starts.size >= rememberedStarts) starts.delete(starts.keys().next().value!);
		starts.set(id, start);
	};

	const append = (draft: LedgerDraft): LedgerReceipt => {
		if (draft.kind === 'run-started') {
			const id = draft.id ?? createId();
			if (findEntry.get(id)) throw new Failure('failed', `The ledger already has an entry ${id}.`, {next: 'Ask the ledger for a new id.'});
			const {data, texts: kept} = draftStart(draft);
			const entry = write(data, null, kept, id);
			completions.insert(advanceCompletion(null, entry)!);
			remember(id, data);
			index.note(entry.seq);
			return toReceipt(entry);
		}
		const run = readRun(draft.run);
		const {data, texts: kept} = draftLater(draft, run, readStart);
		if (data.kind === 'run-finished') starts.delete(run.id);
		const entry = write(data, run, kept);
		completions.update(advanceCompletion(run, entry)!);
		index.note(run.seq);
		return toReceipt(entry);
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
				for (const unit of units) settle.push(runUnit(unit));
				if (head.count !== before) writeHead.run(head.count, head.hash, head.at);
			});
		} catch (error) {
			for (const unit of units) unit.reject(error);
			return;
		}
		for (const acknowledge of settle) acknowledge();
		index.catchUpSoon();
	};

	const runUnit = (unit: Unit): (() => void) => {
		const before = head;
		database.exec('SAVEPOINT unit');
		try {
			const receipts = unit.work();
			database.exec('RELEASE unit');
			return () => unit.resolve(receipts);
		} catch (error) {
			if ((error as {errcode?: unknown}).errcode !== undefined) throw error;
			database.exec('ROLLBACK TO unit; RELEASE unit');
			head = before;
			return () => unit.reject(toLedgerFailure(error, path));
		}
	};

	const enqueue = (work: Unit['work']): Promise<readonly LedgerReceipt[]> =>
		new Promise((resolve, reject) => {
			queue.push({work, resolve, reject});
			flushing ??= setImmediate(flush);
		});

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
		head: (): Head => readHead.get() as Head,
		/** Writes what is queued at once. */
		flushNow(): void {
			if (flushing) clearImmediate(flushing);
			if (queue.length > 0) flush();
		},
	};
}

function draftLater(draft: Exclude<LedgerDraft, {kind: 'run-started'}>, run: Completion, readStart: (run: Completion) => RunStarted) {
	switch (draft.kind) {
		case 'run-finished':
			if (run.status !== 'unfinished') throw alreadyEnded(run);
			return draftFinish(readStart(run), draft);
		case 'run-backfilled':
			if (run.status === 'unfinished') throw notEnded(run);
			return draftBackfill(readStart(run), {model: run.servedModel, provider: run.provider, proof: run.proof}, draft);
		case 'marked':
			return draftMark(draft);
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
