import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {onTestFinished} from 'vitest';
import type {Ledger, LedgerReceipt, RunFinish} from '../../../source/domain/ledger.js';
import {ledgerPath, openLedger} from '../../../source/store/ledger/open-ledger.js';
import {aFinish, aStart} from './ledger-drafts.js';

export * from './ledger-drafts.js';

export function createFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-ledger-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

/** A ledger in a new folder, closed when the test ends. */
export async function createLedger(options?: {readonly now?: () => Date}): Promise<{readonly ledger: Ledger; readonly folder: string}> {
	const folder = createFolder();
	const ledger = await openLedger(folder, options);
	onTestFinished(() => ledger.close());
	return {ledger, folder};
}

/** Plain SQL on the file, as somebody who tampers with it would do; the guards against change are taken off first. */
export function tamper(folder: string, change: (database: DatabaseSync) => void): void {
	const database = new DatabaseSync(ledgerPath(folder));
	database.exec('DROP TRIGGER IF EXISTS entry_is_not_changed; DROP TRIGGER IF EXISTS entry_is_not_deleted;');
	change(database);
	database.close();
}

/** Start and finish of one run. */
export async function record(
	ledger: Ledger,
	start: Parameters<typeof aStart>[0] = {},
	finish: Partial<RunFinish> = {},
): Promise<{readonly run: string; readonly receipt: LedgerReceipt}> {
	const {id} = await ledger.append(aStart(start));
	return {run: id, receipt: await ledger.append(aFinish(id, finish))};
}
