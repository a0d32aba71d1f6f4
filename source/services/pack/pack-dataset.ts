import path from 'node:path';
import type {Completion} from '../../domain/completion.js';
import type {CompletionRecord} from '../../domain/completion-record.js';
import type {Dataset, DatasetRow} from '../../domain/dataset.js';
import {Failure} from '../../domain/failure.js';
import type {GateVerdict} from '../../domain/gate.js';
import {
	type CardFacts,
	lineSeal,
	noFacts,
	type PackManifest,
	type ProvenanceGate,
	type ProvenanceLine,
	packParts,
	packSchema,
	partNames,
	provenanceName,
} from '../../domain/pack-manifest.js';
import {sealJson} from '../../domain/pack-seal.js';
import {createPackTotals} from '../../domain/pack-totals.js';
import {compareTexts} from '../../domain/trained-texts.js';
import type {TrainingRow} from '../../domain/training-row.js';
import {explainRefusals, judgeGate} from '../../policy/gate.js';
import {checkAllDuties} from '../../policy/gate-duties.js';
import {registerDate} from '../../policy/register.js';
import {findTuner} from '../../policy/tuners.js';
import type {Context} from '../context.js';
import {readDatasetLines} from '../dataset/read-dataset.js';
import {createRowsHash} from '../dataset/write-row.js';
import {toDiskFailure} from './disk-failure.js';
import {createHashedFile, type HashedFile, type OpenFile} from './hashed-file.js';
import {createMeter, type PackEvent} from './pack-event.js';
import {type PackFolder, preparePackFolder} from './pack-folder.js';
import {writeDocuments} from './write-documents.js';

export type {PackEvent, PackProgress, PackResult} from './pack-event.js';

/** A row on its way into a pack, with the answers it was made from; the better one of a pair first. */
export type PackRow = {
	readonly row: DatasetRow;
	readonly line: string;
	readonly answers: readonly {readonly record: CompletionRecord; readonly completion: Completion}[];
};

export type PackOptions = {
	readonly folder: string;
	/** Replace a pack that is there. */
	readonly isForced: boolean;
	/** What the owner says for the card. */
	readonly facts?: CardFacts;
	readonly open?: OpenFile;
};

/** What the program that packs says of itself. */
type Packer = {readonly tool: string; readonly now: () => Date};

/** Refused rows that are named; the rest is counted. */
const namedRefusals = 3;

/**
 * Writes a frozen data set as a folder that trainers take and anybody can verify: whole, or not at all. Rows are made again from the ledger
 * and judged again by the gate of today; memory does not depend on their number. Then the ledger is told. Throws Failure: usage for a folder
 * that exists, policy when a row no longer passes and was not let in, failed when the disk or the ledger fails, interrupted.
 */
export async function* packDataset(
	context: Context,
	dataset: Dataset,
	options: PackOptions,
	signal: AbortSignal,
): AsyncGenerator<PackEvent> {
	const ledger = await context.ledger();
	async function* rows(): AsyncGenerator<PackRow> {
		for (const part of packParts) {
			for await (const {row, line, run, other} of readDatasetLines(context, dataset, part))
				yield {row, line, answers: other === null ? [run] : [run, other]};
		}
	}
	for await (const event of writePack(dataset, rows(), {tool: context.tool, now: context.clock.now}, options, signal)) {
		if (event.type !== 'packed') {
			yield event;
			continue;
		}
		const {manifest, manifestHash} = event.result;
		const ledgerProblem = await ledger
			.append({
				kind: 'dataset-packed',
				name: dataset.name,
				version: dataset.version,
				manifestHash,
				rows: manifest.rows.train + manifest.rows.valid,
			})
			.then(
				() => null,
				(error: unknown) => (error instanceof Failure ? error.toLine() : String(error)),
			);
		yield {type: 'packed', result: {...event.result, ledgerProblem}};
	}
}

/** Writes the rows, wherever they come from, as a pack; `packDataset` without the ledger. */
export async function* writePack(
	dataset: Dataset,
	rows: AsyncIterable<PackRow>,
	packer: Packer,
	options: PackOptions,
	signal: AbortSignal,
): AsyncGenerator<PackEvent> {
	const target = path.resolve(options.folder);
	let folder: PackFolder | null = null;
	let files: PackFiles | null = null;
	try {
		folder = await preparePackFolder(target, options);
		for (const text of folder.notes) yield {type: 'note', text};
		files = createPackFiles(folder.temporary, dataset, options.open);
		const body = yield* writeRows(dataset, rows, files, signal);
		const manifest: Omit<PackManifest, 'files'> = {
			schema: packSchema,
			tool: packer.tool,
			created: packer.now().toISOString(),
			card: options.facts ?? noFacts,
			...body,
		};
		const written = await writeDocuments(folder.temporary, {...manifest, files: await files.finish()}, options.open);
		if (signal.aborted) throw stopped();
		await folder.publish();
		// From here on it is in its place, and stays.
		folder = null;
		yield {type: 'packed', result: {folder: target, ...written, ledgerProblem: null}};
	} catch (error) {
		throw error instanceof Failure ? error : (toDiskFailure(error, target) ?? error);
	} finally {
		await files?.abandon();
		await folder?.discard();
	}
}

function stopped(): Failure {
	return new Failure('interrupted', 'Packing was stopped; nothing was left behind.');
}

type PackFiles = {
	readonly of: (name: string) => HashedFile | Promise<HashedFile>;
	readonly finish: () => Promise<PackManifest['files']>;
	readonly abandon: () => Promise<void>;
};

/** The files of rows; each is begun with its first line. */
function createPackFiles(folder: string, {destination}: Dataset, open: OpenFile | undefined): PackFiles {
	const begun = new Map<string, HashedFile>();
	let isFinished = false;
	const begin = async (name: string): Promise<HashedFile> => {
		const withMark = name !== provenanceName && findTuner(destination.tuner).wantsBom;
		const file = await createHashedFile(path.join(folder, name), {name, withMark, ...(open === undefined ? {} : {open})});
		begun.set(name, file);
		return file;
	};
	return {
		of: (name) => begun.get(name) ?? begin(name),
		async finish() {
			const files = await Promise.all([...begun.values()].map((file) => file.finish()));
			isFinished = true;
			return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
		},
		async abandon() {
			if (!isFinished) await Promise.all([...begun.values()].map((file) => file.abandon()));
		},
	};
}

type Body = Omit<PackManifest, 'schema' | 'files' | 'tool' | 'created' | 'card'>;

async function* writeRows(
	dataset: Dataset,
	rows: AsyncIterable<PackRow>,
	files: PackFiles,
	signal: AbortSignal,
): AsyncGenerator<PackEvent, Body> {
	const totals = createPackTotals();
	const rowsHash = createRowsHash();
	const total = dataset.counts.train + dataset.counts.valid;
	const meter = createMeter(total, null);
	const refused: {run: string; why: string}[] = [];
	let refusedCount = 0;
	let done = 0;
	let bytes = 0;
	for await (const {row, line, answers} of rows) {
		if (signal.aborted) throw stopped();
		const verdicts = answers.map(({record, completion}) => judgeGate(record, completion, dataset.destination, dataset.level));
		done++;
		if (!row.isOverridden && verdicts.some(({isPassed}) => !isPassed)) {
			refusedCount++;
			const refusal = verdicts.find(({isPassed}) => !isPassed)!;
			if (refused.length < namedRefusals) refused.push({run: row.run, why: explainRefusals(refusal)});
		}
		// Once a row is refused nothing will come of it: the rest is only counted.
		if (refusedCount === 0) {
			totals.add({
				part: row.part,
				tokens: row.tokens,
				isOverridden: row.isOverridden,
				answers: answers.map(({record}, index) => ({record, verdict: verdicts[index]!})),
			});
			rowsHash.add(row.rowHash);
			const provenance = writeProvenance(dataset, row, line, answers, verdicts);
			for (const [name, content] of [
				[partNames[row.part], line],
				[provenanceName, provenance],
			] as const) {
				const found = files.of(name);
				const file = found instanceof Promise ? await found : found;
				const before = file.bytes();
				const waiting = file.add(content);
				if (waiting !== null) await waiting;
				bytes += file.bytes() - before;
			}
		}
		if (meter.isDue()) yield {type: 'progress', progress: meter.read(done, bytes)};
		const rest = meter.rest();
		if (rest !== null) await rest;
	}
	if (refusedCount > 0) throw refusedRows(dataset, refusedCount, refused);
	const counted = totals.read();
	const digest = rowsHash.digest();
	if (digest !== dataset.rowsHash || counted.rows.train !== dataset.counts.train || counted.rows.valid !== dataset.counts.valid)
		throw new Failure('failed', `${dataset.name}@${dataset.version} is not what was frozen.`, {
			why: `Its rows have the hash ${digest}, and ${dataset.rowsHash} was frozen.`,
			next: 'Check the ledger (stillroom ledger verify), then freeze a new version.',
		});
	yield {type: 'progress', progress: meter.read(done, bytes)};
	return toBody(dataset, counted);
}

function toBody(
	dataset: Dataset,
	{rows, tokens, reasons, generated, teachers, duties}: ReturnType<ReturnType<typeof createPackTotals>['read']>,
): Body {
	const {name, version, createdAt, tool, note, destination, level, shape, selection, override} = dataset;
	return {
		dataset: {name, version, created: createdAt, tool, note, destination, level, shape, selection, override},
		byte_order_mark: findTuner(destination.tuner).wantsBom,
		rows,
		rows_hash: dataset.rowsHash,
		gate: {level, passed: rows.train + rows.valid - rows.overridden, overridden: rows.overridden, reasons},
		chosen: dataset.counts.chosen,
		dropped: dataset.counts.dropped,
		split: {seed: shape.seed, validation_share: shape.validationShare},
		tokens: {tokenizer: dataset.tokenizer, ...tokens},
		generated,
		ledger: {count: dataset.ledgerHead.count, hash: dataset.ledgerHead.hash},
		register_date: registerDate,
		teachers,
		duties: checkAllDuties(duties, destination),
	};
}

function writeProvenance(
	dataset: Dataset,
	row: DatasetRow,
	line: string,
	answers: PackRow['answers'],
	verdicts: readonly GateVerdict[],
): string {
	const [first, other] = answers;
	const provenance: ProvenanceLine = {
		part: row.part,
		row: row.position + 1,
		row_sha256: row.rowHash.replace('sha256:', ''),
		run: row.run,
		tokens: row.tokens,
		texts: compareTexts(JSON.parse(line) as TrainingRow, first!.record, other?.record ?? null, dataset.shape),
		gate: toGate(verdicts[0]!),
		override: row.isOverridden ? {reason: dataset.override?.reason ?? ''} : null,
		record: first!.record,
		...(other === undefined ? {} : {other_gate: toGate(verdicts[1]!), other_record: other.record}),
	};
	return sealJson(JSON.stringify(provenance), lineSeal);
}

function toGate({isPassed, level, reasons}: GateVerdict): ProvenanceGate {
	return {passed: isPassed, level, reasons};
}

function refusedRows({name, version}: Dataset, count: number, named: readonly {readonly run: string; readonly why: string}[]): Failure {
	const rows = count === 1 ? '1 row' : `${count} rows`;
	const why = named.map((row) => `${row.run}: ${row.why}`).join(' ');
	return new Failure(
		'policy',
		`${rows} of ${name}@${version} no longer ${count === 1 ? 'passes' : 'pass'} the gate; nothing was written.`,
		{
			why: count > named.length ? `${why} And ${count - named.length} more.` : why,
			next: 'Freeze a new version without them, or with a written reason: stillroom dataset create',
		},
	);
}
