import {randomInt} from 'node:crypto';
import {existsSync, mkdirSync, renameSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {monotonicFactory} from 'ulid';
import {advanceCompletion} from '../../domain/completion.js';
import type {Ledger} from '../../domain/ledger.js';
import {openCompletions} from './completions.js';
import {openReader} from './reader.js';
import {migrate} from './schema.js';
import {openSearchIndex} from './search-index.js';
import {cannotWrite, isBusy, loadSqlite, toLedgerFailure, writeTransaction} from './sqlite.js';
import {type CompletionChange, openTally} from './tally.js';
import {openTexts} from './texts.js';
import {verifyLedger} from './verify-ledger.js';
import {openWriter} from './writer.js';

/**
 * How a connection behaves. WAL lets others read while one writes. FULL waits for the disk at every commit, so that neither a killed process
 * nor a power cut takes back what was acknowledged (NORMAL would survive only the former); appends share the wait, see writer.ts.
 * https://www.sqlite.org/pragma.html#pragma_synchronous
 */
const pragmas = `
PRAGMA busy_timeout = 10000;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
`;

export function ledgerPath(homeFolder: string): string {
	return join(homeFolder, 'ledger.sqlite');
}

/**
 * Opens the ledger of a home folder and creates it when there is none. Throws Failure when the folder cannot be written, and when the file is
 * damaged, of another program, or of a newer version; such a file is left as it is (see setLedgerAside).
 */
export async function openLedger(homeFolder: string, {now = () => new Date()}: {readonly now?: () => Date} = {}): Promise<Ledger> {
	const path = ledgerPath(homeFolder);
	const {DatabaseSync} = await loadSqlite();
	const database = openDatabase(DatabaseSync, path);
	let isClosed = false;
	const createUlid = monotonicFactory(() => randomInt(2 ** 32) / 2 ** 32);
	const createId = () => createUlid(now().getTime());
	const guard = <Arguments extends unknown[], Result>(work: (...args: Arguments) => Result) => {
		return (...args: Arguments): Result => {
			try {
				return work(...args);
			} catch (error) {
				throw toLedgerFailure(error, path);
			}
		};
	};
	const guardEach = <Arguments extends unknown[], Item>(work: (...args: Arguments) => Iterable<Item>) => {
		return function* (...args: Arguments): Generator<Item> {
			try {
				yield* work(...args);
			} catch (error) {
				throw toLedgerFailure(error, path);
			}
		};
	};
	const completions = openCompletions(database);
	const tally = openTally(database);
	const texts = openTexts(database);
	const index = openSearchIndex(database, path, completions, texts);
	const writer = openWriter({database, path, completions, tally, texts, index, createId, now});
	const reader = openReader(database, completions, texts, index);
	return {
		path,
		createId,
		append: async (draft) => (await writer.append([draft]))[0]!,
		appendMany: writer.append,
		deleteText: async (hash, reason) => (await writer.deleteText(hash, reason ?? null))[0] ?? null,
		readCompletion: guard(completions.find),
		readRun: guard(reader.readRun),
		readText: guard(texts.read),
		findByIdempotencyKey: guard(completions.findByKey),
		list: guard(reader.list),
		count: guard(reader.count),
		totals: guard(reader.totals),
		entries: guardEach(reader.entries),
		records: guardEach(reader.records),
		head: guard(() => {
			const {count, hash} = writer.head();
			return {count, hash};
		}),
		verify: async (options) => {
			const connection = openDatabase(DatabaseSync, path);
			try {
				return await verifyLedger(connection, options);
			} catch (error) {
				throw toLedgerFailure(error, path);
			} finally {
				connection.close();
			}
		},
		rebuild: () => {
			writeTransaction(database, path, () => {
				database.exec("DELETE FROM completion; DELETE FROM tally; INSERT INTO search(search) VALUES ('delete-all'); DELETE FROM pending;");
				const changes: CompletionChange[] = [];
				for (const entry of reader.entries()) {
					if (entry.run === null) continue;
					const before = entry.kind === 'run-started' ? null : completions.find(entry.run);
					const after = advanceCompletion(before, entry);
					if (after === null) continue;
					if (before === null) completions.insert(after);
					else completions.update(after);
					changes.push({before, after});
					if (changes.length === 10_000) tally.add(changes.splice(0));
				}
				tally.add(changes);
				database.exec('INSERT INTO pending SELECT seq FROM completion');
			});
			index.catchUp();
		},
		close: async () => {
			if (isClosed) return;
			isClosed = true;
			writer.flushNow();
			index.stop();
			index.catchUp();
			database.close();
		},
	};
}

function openDatabase(DatabaseSync: typeof import('node:sqlite').DatabaseSync, path: string): DatabaseSync {
	try {
		makeFolder(dirname(path));
	} catch (error) {
		throw cannotWrite(path, error);
	}
	let database: DatabaseSync | null = null;
	try {
		database = new DatabaseSync(path);
		database.exec(pragmas);
		writeTransaction(database, path, () => migrate(database!, path));
		enterWriteAheadLog(database);
		return database;
	} catch (error) {
		database?.close();
		throw toLedgerFailure(error, path);
	}
}

/** Like `mkdirSync` with `recursive`, which never returns for a folder that a file system refuses with ENOENT, as /proc does. */
function makeFolder(folder: string): void {
	if (existsSync(folder)) return;
	makeFolder(dirname(folder));
	try {
		mkdirSync(folder);
	} catch (error) {
		if ((error as {code?: unknown}).code !== 'EEXIST') throw error;
	}
}

/** Two processes that create the ledger at once may find each other in the way here, and SQLite does not wait by itself for this change. */
function enterWriteAheadLog(database: DatabaseSync): void {
	for (let attempt = 1; ; attempt++) {
		try {
			database.exec('PRAGMA journal_mode = WAL');
			return;
		} catch (error) {
			if (!isBusy(error) || attempt === 100) throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
		}
	}
}

/**
 * Moves a ledger that cannot be used out of the way, with everything SQLite keeps beside it, and returns the new path. Only on a person's
 * word: a new ledger begins a new chain. Close it first. Throws Failure when it cannot be moved.
 */
export function setLedgerAside(homeFolder: string, now: Date): string {
	const path = ledgerPath(homeFolder);
	const aside = `${path}.broken-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
	try {
		renameSync(path, aside);
		for (const suffix of ['-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
	} catch (error) {
		throw cannotWrite(path, error);
	}
	return aside;
}
