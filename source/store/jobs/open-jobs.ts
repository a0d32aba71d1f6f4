import {join} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import type {JobCheckpoint, TuningJob} from '../../domain/job.js';
import type {JobPlace, JobStore, SavedJob} from '../../services/context.js';
import {createOwnership} from '../datasets/ownership.js';
import {loadSqlite, migrateDatabase, openDatabase, runTransaction, toStoreFailure} from '../sqlite.js';
import {openAsks} from './asks.js';
import {openEvents} from './events.js';
import {jobLayout, jobWords} from './schema.js';

/** Everything in it can be read again from the ledger and the services, so that a commit need not wait for the disk. */
const pragmas = `
PRAGMA busy_timeout = 10000;
PRAGMA synchronous = NORMAL;
PRAGMA temp_store = MEMORY;
`;

export function jobsPath(dataFolder: string): string {
	return join(dataFolder, 'jobs.sqlite');
}

/**
 * Opens what is remembered of jobs and creates it when there is none. Throws Failure when the folder cannot be written, and when the file is
 * damaged, of another program, or of a newer version; such a file is left as it is.
 */
export async function openJobs(dataFolder: string, {now = () => Date.now()}: {readonly now?: () => number} = {}): Promise<JobStore> {
	const path = jobsPath(dataFolder);
	const {DatabaseSync} = await loadSqlite();
	const database = openDatabase(DatabaseSync, path, {
		pragmas,
		migrate: (opened) => migrateDatabase(opened, path, jobLayout),
		words: jobWords,
	});
	const toFailure = (error: unknown) => toStoreFailure(error, path, jobWords);
	const transact = <Result>(work: () => Result) => runTransaction(database, toFailure, work);
	const guard = <Arguments extends unknown[], Result>(work: (...args: Arguments) => Result) => {
		return (...args: Arguments): Result => {
			try {
				return work(...args);
			} catch (error) {
				throw toFailure(error);
			}
		};
	};
	const asks = openAsks(database);
	const events = openEvents(database);
	const rows = openRows(database);
	const claims = openClaims(database, now, transact);
	let isClosed = false;
	return {
		path,
		claim: claims.claim,
		ledgerMark: guard(asks.ledgerMark),
		noteLedger: (...args) => transact(() => asks.noteLedger(...args)),
		findAsk: guard(asks.findAsk),
		askOf: guard(asks.askOf),
		asksFor: guard(asks.asksFor),
		saveJobs: (site, jobs, seenAt) => transact(() => jobs.map((job) => rows.save(site, job, seenAt))),
		markGone: (place, at) => transact(() => rows.markGone(place, at)),
		findJob: guard(rows.find),
		listJobs: guard(rows.list),
		saveEvents: (place, found, next) =>
			transact(() => {
				const key = rows.keyOf(place) ?? rows.add(place);
				const added = events.save(key, found);
				if (next !== null) rows.saveNext(key, next);
				return added;
			}),
		eventMark: guard((place) => {
			const key = rows.keyOf(place);
			return key === null ? {next: null, last: 0} : {next: rows.nextOf(key), last: events.last(key)};
		}),
		eventsAfter: guard((place, after, limit) => {
			const key = rows.keyOf(place);
			return key === null ? [] : events.after(key, after, limit);
		}),
		metrics: guard((place) => {
			const key = rows.keyOf(place);
			return key === null ? [] : events.metrics(key);
		}),
		saveCheckpoints: (place, checkpoints) => transact(() => rows.saveCheckpoints(rows.keyOf(place) ?? rows.add(place), checkpoints)),
		checkpoints: guard(rows.checkpoints),
		...openUploads(database, guard),
		close() {
			if (isClosed) return;
			isClosed = true;
			claims.releaseAll();
			database.close();
		},
	};
}

function openRows(database: DatabaseSync) {
	const keyOf = database.prepare('SELECT key FROM job WHERE site = ? AND service = ? AND id = ?');
	const add = database.prepare("INSERT INTO job (site, service, id, created_at, seen_at) VALUES (?, ?, ?, '', '')");
	const read = database.prepare('SELECT body, seen_at, gone_at FROM job WHERE site = ? AND service = ? AND id = ?');
	const write = database.prepare(`
		INSERT INTO job (site, service, id, body, created_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (site, service, id) DO UPDATE SET body = excluded.body, created_at = excluded.created_at, seen_at = excluded.seen_at,
			gone_at = NULL
	`);
	const all = database.prepare(
		'SELECT body, seen_at, gone_at FROM job WHERE site = ? AND service = ? AND body IS NOT NULL ORDER BY created_at DESC, key DESC',
	);
	const next = database.prepare('SELECT next FROM job WHERE key = ?');
	const saveNext = database.prepare('UPDATE job SET next = ? WHERE key = ?');
	const saveCheckpoints = database.prepare('UPDATE job SET checkpoints = ? WHERE key = ?');
	const checkpoints = database.prepare('SELECT checkpoints FROM job WHERE site = ? AND service = ? AND id = ?');
	const gone = database.prepare('UPDATE job SET gone_at = coalesce(gone_at, ?) WHERE site = ? AND service = ? AND id = ?');
	const toSaved = (row: Readonly<Record<string, unknown>> | undefined): SavedJob | null =>
		row === undefined || row.body === null
			? null
			: {
					job: JSON.parse(String(row.body)) as TuningJob,
					seenAt: String(row.seen_at),
					goneAt: row.gone_at === null ? null : String(row.gone_at),
				};
	const find = ({site, service, id}: JobPlace) => toSaved(read.get(site, service, id));
	return {
		find,
		keyOf: ({site, service, id}: JobPlace): number | null => (keyOf.get(site, service, id)?.key as number | undefined) ?? null,
		add: ({site, service, id}: JobPlace): number => Number(add.run(site, service, id).lastInsertRowid),
		save(site: string, job: TuningJob, seenAt: string): SavedJob | null {
			const before = find({site, service: job.service, id: job.id});
			// Who asked earlier and was answered later must not take a newer word back.
			if (before === null || before.seenAt <= seenAt) write.run(site, job.service, job.id, JSON.stringify(job), job.createdAt, seenAt);
			return before;
		},
		markGone: ({site, service, id}: JobPlace, at: string): void => void gone.run(at, site, service, id),
		list: (site: string, service: string): readonly SavedJob[] => all.all(site, service).map((row) => toSaved(row)!),
		nextOf: (key: number): string | null => (next.get(key)?.next as string | null | undefined) ?? null,
		saveNext: (key: number, value: string): void => void saveNext.run(value, key),
		saveCheckpoints: (key: number, found: readonly JobCheckpoint[]): void => void saveCheckpoints.run(JSON.stringify(found), key),
		checkpoints({site, service, id}: JobPlace): readonly JobCheckpoint[] {
			const row = checkpoints.get(site, service, id);
			return row?.checkpoints == null ? [] : (JSON.parse(String(row.checkpoints)) as readonly JobCheckpoint[]);
		},
	};
}

/** No work takes so long; a process of the same number may be another one by then. */
const longestMilliseconds = 12 * 3_600_000;

/** Work that one process does at a time; what a killed one held is free. */
function openClaims(database: DatabaseSync, now: () => number, transact: <Result>(work: () => Result) => Result) {
	const ownership = createOwnership(now);
	const find = database.prepare('SELECT key, owner, touched_at FROM claim WHERE name = ?');
	const insert = database.prepare('INSERT INTO claim (name, owner, touched_at) VALUES (?, ?, ?)');
	const remove = database.prepare('DELETE FROM claim WHERE key = ?');
	const release = (key: number): void => {
		ownership.active.delete(key);
		remove.run(key);
	};
	return {
		claim: (name: string): (() => void) | null =>
			transact(() => {
				const held = find.get(name);
				if (held !== undefined) {
					const isOld = now() - Number(held.touched_at) > longestMilliseconds;
					if (!isOld && !ownership.isAbandoned(held)) return null;
					remove.run(Number(held.key));
				}
				const key = Number(insert.run(name, ownership.name, now()).lastInsertRowid);
				ownership.active.add(key);
				return () => {
					if (ownership.active.has(key)) transact(() => release(key));
				};
			}),
		releaseAll(): void {
			for (const key of [...ownership.active]) release(key);
		},
	};
}

function openUploads(
	database: DatabaseSync,
	guard: <Arguments extends unknown[], Result>(work: (...args: Arguments) => Result) => (...args: Arguments) => Result,
) {
	const find = database.prepare('SELECT file, bytes, at FROM upload WHERE site = ? AND service = ? AND hash = ?');
	const save = database.prepare('INSERT OR REPLACE INTO upload VALUES (?, ?, ?, ?, ?, ?)');
	const forget = database.prepare('DELETE FROM upload WHERE site = ? AND service = ? AND hash = ?');
	return {
		findUpload: guard<Parameters<JobStore['findUpload']>, ReturnType<JobStore['findUpload']>>((site, service, hash) => {
			const row = find.get(site, service, hash);
			return row === undefined ? null : {fileId: String(row.file), bytes: Number(row.bytes), at: String(row.at)};
		}),
		saveUpload: guard<Parameters<JobStore['saveUpload']>, void>((site, service, hash, {fileId, bytes, at}) => {
			save.run(site, service, hash, fileId, bytes, at);
		}),
		forgetUpload: guard<Parameters<JobStore['forgetUpload']>, void>((site, service, hash) => {
			forget.run(site, service, hash);
		}),
	};
}
