import type {DatabaseSync} from 'node:sqlite';
import {Failure} from '../../domain/failure.js';

/** Loads SQLite when a ledger is first opened; Node 22 calls it experimental on stderr, which nobody at the screen can act upon. */
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
export function toLedgerFailure(error: unknown, path: string): unknown {
	const code = readCode(error);
	if (error instanceof SyntaxError || isUnpackingError(error)) return isChanged(path, error);
	if (error instanceof Failure || code === null) return error;
	const cause = error;
	if (/no such module: fts5/.test(String(error))) return lacksSearch(cause);
	switch (code) {
		case busy:
			return new Failure('failed', 'The ledger is busy.', {
				why: `Another program has been writing to ${path} for longer than ten seconds.`,
				next: 'Try again when it is done.',
				cause,
			});
		case readOnly:
		case cannotOpen:
			return cannotWrite(path, cause);
		case full:
			return new Failure('failed', 'The ledger could not be written.', {
				why: `The disk that holds ${path} is full.`,
				next: 'Make room, then try again.',
				cause,
			});
		case corrupt:
		case notADatabase:
			return isDamaged(path, cause);
		default:
			return new Failure('failed', `The ledger could not be ${code === ioError ? 'read or written' : 'used'}.`, {
				why: `SQLite says of ${path}: ${error instanceof Error ? error.message : String(error)}.`,
				next: 'Check the disk, then try again.',
				cause,
			});
	}
}

export function cannotWrite(path: string, cause: unknown): Failure {
	return new Failure('failed', 'The ledger could not be opened for writing.', {
		why: `${path} or its folder cannot be written.`,
		next: 'Make the folder writable, or choose another one with --home.',
		cause,
	});
}

/** The SQLite inside Node has full-text search from 22.16 on. */
function lacksSearch(cause: unknown): Failure {
	return new Failure('failed', 'The ledger needs a newer Node.', {
		why: `The SQLite of Node ${process.versions.node} has no full-text search.`,
		next: 'Run stillroom with Node 22.16 or newer.',
		cause,
	});
}

function isDamaged(path: string, cause: unknown): Failure {
	return new Failure('failed', 'The ledger cannot be read.', {
		why: `${path} is damaged, or is not an SQLite file.`,
		next: 'Put a backup in its place, or move the file away to begin a new ledger. It was left as it is.',
		cause,
	});
}

function isUnpackingError(error: unknown): boolean {
	return String((error as {code?: unknown} | null)?.code).startsWith('Z_');
}

function isChanged(path: string, cause: unknown): Failure {
	return new Failure('failed', 'A part of the ledger cannot be read.', {
		why: `An entry or a text in ${path} is not what was written.`,
		next: 'Find out which with `stillroom ledger verify`.',
		cause,
	});
}

/** Runs `work` in one write transaction that nobody else can get between; every error of SQLite leaves as a Failure. */
export function writeTransaction<Result>(database: DatabaseSync, path: string, work: () => Result): Result {
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
		throw toLedgerFailure(error, path);
	}
}

/** After a full disk or a failed write SQLite has rolled back already, and says so with an error that tells nothing new. */
function rollBack(database: DatabaseSync): void {
	try {
		database.exec('ROLLBACK');
	} catch {}
}
