import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {canonicalJson} from '../../domain/canonical-json.js';
import {Failure} from '../../domain/failure.js';
import type {Ledger} from '../../domain/ledger.js';
import {
	cardName,
	croissantName,
	documentNames,
	manifestName,
	type PackManifest,
	partNames,
	provenanceName,
	rowNames,
} from '../../domain/pack-manifest.js';
import {createProblemLog, type PackReport, type ProblemLog} from '../../domain/pack-report.js';
import {checkAllDuties} from '../../policy/gate-duties.js';
import {registerDate} from '../../policy/register.js';
import {createMeter, type PackProgress} from './pack-event.js';
import {findLeftovers} from './pack-folder.js';
import {readManifest} from './read-manifest.js';
import {verifyDocuments} from './verify-documents.js';
import {createWitness, verifyHead} from './verify-ledger.js';
import {type VerifiedRows, verifyRows} from './verify-rows.js';

export type VerifyEvent =
	| {readonly type: 'progress'; readonly progress: PackProgress}
	| {readonly type: 'report'; readonly report: PackReport};

export type VerifyPackOptions = {
	/** `sha256:…` of the manifest as it was written down when it was packed. */
	readonly manifestHash?: string;
	/** Compares the rows with it, and lets it vouch for the manifest. */
	readonly ledger?: Ledger;
	/** Name and version of this program: the same one writes the same documents. */
	readonly tool: string;
};

/** Files that belong to those who carry a pack, not to it. */
const carriers: ReadonlySet<string> = new Set(['.git', '.gitattributes', '.cache', '.DS_Store']);

/**
 * Recomputes everything about a pack from its own files, offline: which files, their bytes and hashes, every row against its provenance, the
 * record's hashes of its texts, the order, the counts, the gate and the duties of today for its destination. Reads each file once; memory
 * does not depend on the number of rows. What is wrong is in the report. Throws Failure: usage when there is no such folder, interrupted.
 */
export async function* verifyPack(folder: string, options: VerifyPackOptions, signal: AbortSignal): AsyncGenerator<VerifyEvent> {
	const target = path.resolve(folder);
	await checkFolder(target);
	const log = createProblemLog();
	const notes: string[] = [];
	const {manifest, hash, bytes} = await readManifest(target, log);
	const vouchedBy = vouch(manifest, hash, options, log);
	let rows: VerifiedRows | null = null;
	let documentBytes = 0;
	if (manifest !== null) {
		const total = await listFiles(target, manifest, log, notes);
		documentBytes = await verifyDocuments(target, manifest, options.tool, log);
		const meter = createMeter(manifest.rows.train + manifest.rows.valid, total);
		const witness = options.ledger === undefined ? null : createWitness(options.ledger, manifest);
		try {
			const reading = verifyRows(target, manifest, {log, meter, signal, witness});
			for (;;) {
				const {done, value} = await reading.next();
				if (done) {
					rows = value;
					break;
				}
				yield {type: 'progress', progress: value};
			}
		} catch (error) {
			if (signal.aborted) throw new Failure('interrupted', 'Verifying was stopped.');
			throw toReadFailure(error, target) ?? error;
		}
		compareTotals(manifest, rows, log);
	}
	yield {type: 'report', report: toReport({target, manifest, hash, vouchedBy, rows, bytes: bytes + documentBytes, log, notes})};
}

async function checkFolder(folder: string): Promise<void> {
	const info = await stat(folder).catch((error: NodeJS.ErrnoException) => error);
	if (!(info instanceof Error)) {
		if (info.isDirectory()) return;
		throw new Failure('usage', `${folder} is a file, not the folder of a pack.`, {next: 'Name the folder: stillroom verify FOLDER'});
	}
	const replaced = (await findLeftovers(folder).catch(() => [])).find(({kind}) => kind === 'replaced');
	if (replaced !== undefined)
		throw new Failure('usage', `There is no folder ${folder}.`, {
			why: `A pack was killed while it replaced it; the one from before is ${replaced.path}.`,
			next: 'Rename that one back, or pack again.',
		});
	throw new Failure('usage', `There is no folder ${folder}.`, {...(info.code === 'ENOENT' ? {} : {why: `The system says ${info.code}.`})});
}

/** A disk that fails while it is read; null for what is no error of the system. */
function toReadFailure(error: unknown, folder: string): Failure | null {
	if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
	return new Failure('failed', `The pack in ${folder} could not be read to its end.`, {
		why: `The system says ${String(error.code)}.`,
		next: 'Copy it to another disk, and verify it there.',
		cause: error,
	});
}

function vouch(
	manifest: PackManifest | null,
	hash: string | null,
	{manifestHash, ledger}: VerifyPackOptions,
	log: ProblemLog,
): PackReport['vouchedBy'] {
	if (hash === null) return null;
	if (manifestHash !== undefined && manifestHash !== hash)
		log.add({
			kind: 'bytes',
			code: 'manifest-hash',
			file: manifestName,
			expected: manifestHash,
			found: hash,
			message: `${manifestName} was changed: its hash is ${hash}, and ${manifestHash} was given.`,
		});
	const isInLedger = manifest !== null && ledger !== undefined && verifyHead(ledger, manifest, hash, log);
	if (manifestHash === hash) return 'hash';
	return isInLedger ? 'ledger' : null;
}

/** Missing and extra files; the bytes of the files of rows, for the progress. */
async function listFiles(folder: string, manifest: PackManifest, log: ProblemLog, notes: string[]): Promise<number> {
	const named = new Set<string>();
	let total = 0;
	for (const file of manifest.files) {
		const isKnown = file.rows === null ? documentNames.has(file.path) : rowNames.has(file.path);
		if (!isKnown || named.has(file.path)) {
			const message = `${manifestName} names ${JSON.stringify(file.path)}, which is no file of a pack.`;
			log.add({kind: 'bytes', code: 'manifest-field', file: manifestName, found: file.path, message});
			continue;
		}
		named.add(file.path);
		const info = await stat(path.join(folder, file.path)).catch(() => null);
		if (info?.isFile() !== true)
			log.add({
				kind: 'bytes',
				code: 'file-missing',
				file: file.path,
				expected: `${file.bytes} bytes`,
				found: info === null ? 'nothing' : 'no file',
				message: `${file.path} is ${info === null ? 'missing' : 'no file'}.`,
			});
		else if (file.rows !== null) total += info.size;
	}
	const {train, valid} = manifest.rows;
	const needed = [
		cardName,
		croissantName,
		...(train + valid > 0 ? [provenanceName] : []),
		...(train > 0 ? [partNames.train] : []),
		...(valid > 0 ? [partNames.valid] : []),
	];
	for (const name of needed) {
		if (named.has(name)) continue;
		log.add({kind: 'bytes', code: 'manifest-field', file: manifestName, expected: name, message: `${manifestName} does not name ${name}.`});
	}
	for (const entry of (await readdir(folder)).toSorted()) {
		if (entry === manifestName || named.has(entry)) continue;
		if (carriers.has(entry)) notes.push(`${entry} is no part of the pack and was not looked at.`);
		else log.add({kind: 'bytes', code: 'file-extra', file: entry, message: `${entry} does not belong to the pack.`});
	}
	return total;
}

/** Counts, totals and duties of the manifest against those of the rows. */
function compareTotals(manifest: PackManifest, {totals, isPaired, refusedRows}: VerifiedRows, log: ProblemLog): void {
	const {destination} = manifest.dataset;
	for (const duty of checkAllDuties(totals.duties, destination)) {
		const known = manifest.duties.find(
			({kind, text, sourceUrl}) => kind === duty.kind && text === duty.text && sourceUrl === duty.sourceUrl,
		);
		// Packs of earlier versions do not name duties of the base: they are told as open, and are no fault of the pack.
		if (known === undefined && isPaired && duty.of !== 'base')
			log.add({
				kind: 'policy',
				code: 'duty-missing',
				file: manifestName,
				expected: duty.text,
				message: `${manifestName} does not name a duty of ${duty.rows} rows: ${duty.text}`,
			});
		if (duty.state === 'violated')
			log.add({kind: 'policy', code: 'duty-violated', found: duty.text, message: `A duty is violated: ${duty.text} ${duty.because}`});
	}
	// Rows that could not be compared were not counted either.
	if (!isPaired || log.hasLine(provenanceName) || refusedRows > 0) return;
	const {rows, tokens, gate, teachers, generated} = manifest;
	const pairs: readonly (readonly [field: string, said: unknown, counted: unknown])[] = [
		['rows', rows, totals.rows],
		['tokens', {train: tokens.train, valid: tokens.valid}, totals.tokens],
		['gate.passed', gate.passed, totals.rows.train + totals.rows.valid - totals.rows.overridden],
		['gate.overridden', gate.overridden, totals.rows.overridden],
		['gate.reasons', gate.reasons, totals.reasons],
		['teachers', teachers, totals.teachers],
		['generated', generated, totals.generated],
		['files', countRows(manifest), {train: totals.rows.train, valid: totals.rows.valid, provenance: totals.rows.train + totals.rows.valid}],
	];
	for (const [field, said, counted] of pairs) {
		if (toText(said) === toText(counted)) continue;
		log.add({
			kind: 'bytes',
			code: 'totals',
			file: manifestName,
			expected: toText(counted).slice(0, 200),
			found: toText(said).slice(0, 200),
			message: `${manifestName} says of "${field}" something else than the rows do.`,
		});
	}
}

function countRows({files}: PackManifest) {
	const rowsOf = (name: string) => files.find(({path: file}) => file === name)?.rows ?? 0;
	return {train: rowsOf(partNames.train), valid: rowsOf(partNames.valid), provenance: rowsOf(provenanceName)};
}

function toText(value: unknown): string {
	try {
		return canonicalJson(value);
	} catch {
		return String(JSON.stringify(value));
	}
}

type Parts = {
	readonly target: string;
	readonly manifest: PackManifest | null;
	readonly hash: string | null;
	readonly vouchedBy: PackReport['vouchedBy'];
	readonly rows: VerifiedRows | null;
	readonly bytes: number;
	readonly log: ProblemLog;
	readonly notes: readonly string[];
};

function toReport({target, manifest, hash, vouchedBy, rows, bytes, log, notes}: Parts): PackReport {
	const counts = log.counts();
	const totals = rows?.totals ?? null;
	return {
		folder: target,
		dataset: manifest === null ? null : {name: manifest.dataset.name, version: manifest.dataset.version},
		isIntact: counts.bytes === 0,
		isAllowed: counts.policy === 0,
		manifestHash: hash,
		vouchedBy,
		rows: totals === null ? 0 : totals.rows.train + totals.rows.valid,
		bytes: bytes + (rows?.bytes ?? 0),
		overridden: {rows: totals?.rows.overridden ?? 0, reason: manifest?.dataset.override?.reason ?? null},
		registerDate: {now: registerDate, packed: manifest?.register_date ?? null},
		openDuties:
			manifest === null || totals === null
				? []
				: checkAllDuties(totals.duties, manifest.dataset.destination).filter(({state}) => state === 'open' || state === 'violated'),
		notes,
		problems: log.list(),
		problemCount: counts.bytes + counts.policy,
	};
}
