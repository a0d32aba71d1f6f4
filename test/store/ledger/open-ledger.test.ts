import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {expect, test} from 'vitest';
import {Failure} from '../../../source/domain/failure.js';
import {ledgerPath, openLedger, setLedgerAside} from '../../../source/store/ledger/open-ledger.js';
import {createFolder, createLedger, record, tamper} from './ledger-samples.js';

async function openFailure(folder: string): Promise<Failure> {
	const error = await openLedger(folder).then(
		() => null,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(Failure);
	return error as Failure;
}

test('the folder is made, and an empty file is a new ledger', async () => {
	const folder = join(createFolder(), 'deep', 'home');
	const ledger = await openLedger(folder);
	expect(existsSync(ledgerPath(folder))).toBe(true);
	await ledger.close();
	const touched = createFolder();
	writeFileSync(ledgerPath(touched), '');
	await (await openLedger(touched)).close();
});

test('a file that is not SQLite is named and left as it is, until a person sets it aside', async () => {
	const folder = createFolder();
	writeFileSync(ledgerPath(folder), 'These are my tasting notes. '.repeat(400));
	const before = readFileSync(ledgerPath(folder));
	const failure = await openFailure(folder);
	expect(failure.toLine()).toContain(ledgerPath(folder));
	expect(failure.toLine()).toContain('move the file away');
	expect(readFileSync(ledgerPath(folder))).toEqual(before);

	const aside = setLedgerAside(folder, new Date('2026-11-21T09:30:00.123Z'));
	expect(aside).toBe(`${ledgerPath(folder)}.broken-20261121T093000Z`);
	expect(readFileSync(aside)).toEqual(before);
	const ledger = await openLedger(folder);
	expect(ledger.head().count).toBe(0);
	await ledger.close();
});

test('the SQLite file of another program is refused and left as it is', async () => {
	const folder = createFolder();
	const other = new DatabaseSync(ledgerPath(folder));
	other.exec('CREATE TABLE wine (year INTEGER); INSERT INTO wine VALUES (1961)');
	other.close();
	const before = readFileSync(ledgerPath(folder));
	expect((await openFailure(folder)).message).toBe('The file where the ledger should be is not a ledger.');
	expect(readFileSync(ledgerPath(folder))).toEqual(before);
});

test('a ledger of a newer version is refused', async () => {
	const {ledger, folder} = await createLedger();
	await ledger.close();
	tamper(folder, (database) => database.exec('PRAGMA user_version = 99'));
	expect((await openFailure(folder)).next).toBe('Update stillroom.');
});

test('a ledger that was cut short is refused in words', async () => {
	const {ledger, folder} = await createLedger();
	for (let index = 0; index < 20; index++) await record(ledger, {prompt: `${index} ${'x'.repeat(1500)}`});
	await ledger.close();
	const whole = readFileSync(ledgerPath(folder));
	writeFileSync(ledgerPath(folder), whole.subarray(0, whole.length / 3));
	const read = async () => {
		const cut = await openLedger(folder);
		await cut.verify().finally(() => cut.close());
	};
	await expect(read()).rejects.toMatchObject({name: 'Failure', message: 'The ledger cannot be read.'});
});

test('a folder that cannot be written is named, with what to do', async () => {
	const folder = createFolder();
	writeFileSync(join(folder, 'file'), '');
	for (const home of [join(folder, 'file', 'home'), '/proc/stillroom']) {
		const failure = await openFailure(home);
		expect(failure.message).toBe('The ledger could not be opened for writing.');
		expect(failure.toLine()).toContain(home);
		expect(failure.next).toContain('--home');
	}
	const blocked = createFolder();
	mkdirSync(ledgerPath(blocked));
	expect((await openFailure(blocked)).message).toBe('The ledger could not be opened for writing.');
	expect(readdirSync(blocked)).toEqual(['ledger.sqlite']);
});
