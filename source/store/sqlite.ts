import {existsSync, mkdirSync} from 'node:fs';
import {dirname} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {Failure} from '../domain/failure.js';

/** How an SQLite file is spoken of when something is wrong with it. */
export type StoreWords = {
	/** Behind "The": `ledger`. */
	readonly noun: string;
	/** What to do about a file that is damaged or not SQLite's. */
	readonly whenDamaged: string;
};

/** Loads SQLite when a file is first opened; Node 22 calls it experimental on stderr, which nobody at the screen can act upon. */
export async function loadSqlite(): Promise<typeof import('node:sqlite')> {
	const emit = process.emitWarning;
	process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
		if (!/SQLite is an experimental feature/.test(String(warning))) Reflect.apply(emit, process, [warning, ...rest]);
	}) as typeof process.emitWarning;
	try {
		return await import('node:sqlite');
	} finally {
		process.emitWarning = emit;
	}
}

/** Primary result codes, https://www.sqlite.org/rescode.html */
const busy = 5;
const readOnly = 8;
const ioError = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notADatabase = 26;

function readCode(error: unknown): number | null {
	const code = (error as {errcode?: unknown} | null)?.errcode;
	return typeof code === 'number' ? code & 0xff : null;
}

export function isBusy(error: unknown): boolean {
	return readCode(error) === busy;
}

/** What SQLite said, as a Failure that names the file and what to do; anything that SQLite did not say is returned as it is. */
export function toStoreFailure(error: unknown, path: string, words: StoreWords): unknown {
	const code = readCode(error);
	if (error instanceof Failure || code === null) return error;
	const cause = error;
	const {noun} = words;
	if (/no such module: fts5/.test(String(error))) return lacksSearch(noun, cause);
	switch (code) {
		case busy:
			return new Failure('failed', `The ${noun} is busy.`, {
				why: `Another program has been writing to ${path} for longer than ten seconds.`,
				next: 'Try again when it is done.',
				cause,
			});
		case readOnly:
		case cannotOpen:
			return cannotWriteStore(path, cause, words);
		case full:
			return new Failure('failed', `The ${noun} could not be written.`, {
				why: `The disk that holds ${path} is full.`,
				next: 'Make room, then try again.',
				cause,
			});
		case corrupt:
		case notADatabase:
			return new Failure('failed', `The ${noun} cannot be read.`, {
				why: `${path} is damaged, or is not an SQLite file.`,
				next: words.whenDamaged,
				cause,
			});
		default:
			return new Failure('failed', `The ${noun} could not be ${code === ioError ? 'read or written' : 'used'}.`, {
				why: `SQLite says of ${path}: ${error instanceof Error ? error.message : String(error)}.`,
				next: 'Check the disk, then try again.',
				cause,
			});
	}
}

export function cannotWriteStore(path: string, cause: unknown, {noun}: StoreWords): Failure {
	return new Failure('failed', `The ${noun} could not be opened for writing.`, {
		why: `${path} or its folder cannot be written.`,
		next: 'Make the folder writable, or choose another one with --home.',
		cause,
	});
}

/** The SQLite inside Node has full-text search from 22.16 on. */
function lacksSearch(noun: string, cause: unknown): Failure {
	return new Failure('failed', `The ${noun} needs a newer Node.`, {
		why: `The SQLite of Node ${process.versions.node} has no full-text search.`,
		next: 'Run stillroom with Node 22.16 or newer.',
		cause,
	});
}

/** Runs `work` in one write transaction that nobody else can get between; every error leaves through `toFailure`. */
export function runTransaction<Result>(database: DatabaseSync, toFailure: (error: unknown) => unknown, work: () => Result): Result {
	try {
		database.exec('BEGIN IMMEDIATE');
		try {
			const result = work();
			database.exec('COMMIT');
			return result;
		} catch (error) {
			rollBack(database);
			throw error;
		}
	} catch (error) {
		throw toFailure(error);
	}
}

/** After a full disk or a failed write SQLite has rolled back already, and says so with an error that tells nothing new. */
function rollBack(database: DatabaseSync): void {
	try {
		database.exec('ROLLBACK');
	} catch {}
}

/** Opens a file in write-ahead mode, makes its folder, and brings it to the present layout. Throws Failure; closes what it opened then. */
export function openDatabase(
	DatabaseSync: typeof import('node:sqlite').DatabaseSync,
	path: string,
	{
		pragmas,
		migrate,
		words,
		toFailure = (error) => toStoreFailure(error, path, words),
	}: {
		readonly pragmas: string;
		/** Runs inside a write transaction. */
		readonly migrate: (database: DatabaseSync) => void;
		readonly words: StoreWords;
		readonly toFailure?: (error: unknown) => unknown;
	},
): DatabaseSync {
	try {
		makeFolder(dirname(path));
	} catch (error) {
		throw cannotWriteStore(path, error, words);
	}
	let database: DatabaseSync | null = null;
	try {
		database = new DatabaseSync(path);
		database.exec(pragmas);
		runTransaction(database, toFailure, () => migrate(database!));
		enterWriteAheadLog(database);
		return database;
	} catch (error) {
		database?.close();
		throw toFailure(error);
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

/** Two processes that create a file at once may find each other in the way here, and SQLite does not wait by itself for this change. */
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

/** One version of a layout to the next: SQL, or work where what is there has to be looked at. */
export type LayoutStep = string | ((database: DatabaseSync) => void);

/** The layout of a file: one step for each version; a step that was released is never changed. */
export type StoreLayout = {
	/** Tells our file from any other SQLite file. */
	readonly applicationId: number;
	readonly steps: readonly LayoutStep[];
	readonly words: StoreWords;
	/** What the file is, behind "is not": `a ledger`. */
	readonly article: string;
	/** What to do about the file of another program. */
	readonly whenForeign: string;
};

/**
 * Brings a new or older file to this layout; true when it was an older one. Call inside a write transaction. Throws Failure for a file that is
 * not ours, or newer.
 */
export function migrateDatabase(
	database: DatabaseSync,
	path: string,
	{applicationId, steps, words, article, whenForeign}: StoreLayout,
): boolean {
	const readNumber = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);
	const version = readNumber('PRAGMA user_version');
	const application = readNumber('PRAGMA application_id');
	const isEmpty = version === 0 && application === 0 && readNumber('SELECT count(*) FROM sqlite_schema') === 0;
	if (!isEmpty && application !== applicationId) {
		throw new Failure('failed', `The file where the ${words.noun} should be is not ${article}.`, {
			why: `${path} is an SQLite file of another program.`,
			next: whenForeign,
		});
	}
	if (version > steps.length) {
		throw new Failure('failed', `The ${words.noun} was written by a newer stillroom.`, {
			why: `${path} has layout ${version}, this program knows ${steps.length}.`,
			next: 'Update stillroom.',
		});
	}
	if (version === steps.length) return false;
	for (const step of steps.slice(version)) {
		if (typeof step === 'string') database.exec(step);
		else step(database);
	}
	database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length};`);
	return version > 0;
}
