import {contentHash, type Json, toJson} from '../../domain/canonical-json.js';
import {type Dataset, type DatasetCounts, type DatasetPart, type DatasetRow, isDatasetName} from '../../domain/dataset.js';
import {Failure} from '../../domain/failure.js';
import type {Ledger} from '../../domain/ledger.js';
import {checkAllDuties} from '../../policy/gate-duties.js';
import {registerDate} from '../../policy/register.js';
import type {Context, DatasetWriter} from '../context.js';
import {openTokenCounter, type TokenCounter} from '../tokens/open-token-counter.js';
import {countDuties, countRows, countTeachers} from './count-rows.js';
import type {DatasetEvent, DatasetPlan, DatasetRequest} from './dataset-event.js';
import {findNotices, nothingLeft} from './explain-plan.js';
import {openSettledDatasets} from './find-dataset.js';
import {makeRows, type Split} from './make-rows.js';
import {createPause} from './pause.js';
import type {RowTable} from './row-table.js';
import {createRowsHash} from './write-row.js';

export type {DatasetEvent, DatasetPlan, DatasetRequest} from './dataset-event.js';

/** Rows written at a time. */
const writeEvery = 200;

/**
 * Freezes a data set: judges, shapes and compares the chosen completions as the ledger has them now, says what would be frozen (`planned`), and
 * freezes it unless `isDryRun`. Nothing of it is seen before it is whole: rows are written and sealed, the ledger is told, then they become
 * visible; when the program is killed in between, the next one that looks finds in the ledger whether it was frozen (`openSettledDatasets`).
 * The same request over the same ledger makes the same rows. Memory: see `createRowTable`; texts of some hundred rows at a time.
 *
 * Throws Failure: usage for a request that cannot be, policy when the gate refuses every row, failed when no row is left, interrupted.
 */
export async function* createDataset(
	context: Context,
	request: DatasetRequest,
	signal: AbortSignal,
	openCounter: () => Promise<TokenCounter> = openTokenCounter,
): AsyncGenerator<DatasetEvent> {
	checkRequest(request);
	const ledger = await context.ledger();
	const ledgerHead = ledger.head();
	const seqs = selectSeqs(ledger, request, ledgerHead.count);
	const store = await openSettledDatasets(context, signal);
	const writer = request.isDryRun ? null : store.begin(request.name);
	const counter = await openCounter();
	let isKept = false;
	try {
		const made = yield* makeRows({ledger, asOf: ledgerHead.count, seqs, request, signal, writer, counter});
		const {table, split, drops, untagged} = made;
		const counts = countRows(table, split, drops.counts, seqs.length);
		const duties = checkAllDuties(countDuties(table, split), request.destination);
		const teachers = countTeachers(table, split);
		const plan: DatasetPlan = {
			name: request.name,
			version: writer?.version ?? (store.find(request.name)?.version ?? 0) + 1,
			destination: request.destination,
			level: request.level,
			counts,
			drops: drops.first(),
			refusals: drops.reasons('gate'),
			duties,
			teachers,
			tokenizer: counter.name,
			notices: findNotices(request, counts, untagged, context.clock.now(), context.tunerDates),
		};
		yield {type: 'planned', plan};
		if (counts.train + counts.valid === 0) throw nothingLeft(counts, drops);
		if (writer === null) return;

		const rowsHash = yield* writeRows(table, split, writer, signal);
		const dataset: Dataset = {
			name: request.name,
			version: writer.version,
			createdAt: context.clock.now().toISOString(),
			note: request.note,
			destination: request.destination,
			level: request.level,
			shape: request.shape,
			selection: {filter: request.filter, criteria: request.criteria, chosen: seqs.length},
			override: request.override === null ? null : {reason: request.override.reason.trim()},
			ledgerHead,
			tool: context.tool,
			registerDate,
			counts,
			rowsHash,
			tokenizer: counter.name,
			duties,
			teachers,
		};
		writer.seal(dataset);
		await ledger.append({
			kind: 'dataset-frozen',
			name: dataset.name,
			version: dataset.version,
			definition: toDefinition(dataset),
			counts: flattenCounts(counts),
			rowsHash,
		});
		isKept = true;
		writer.commit(dataset);
		yield {type: 'frozen', dataset};
	} finally {
		if (!isKept) abandon(writer);
		await counter.close();
	}
}

/** What cannot be taken back now is cleared away by the next one that begins. */
function abandon(writer: DatasetWriter | null): void {
	try {
		writer?.abandon();
	} catch {}
}

function checkRequest({name, destination, shape, override}: DatasetRequest): void {
	const fail = (message: string, next: string) => {
		throw new Failure('usage', message, {next});
	};
	if (!isDatasetName(name))
		fail(`${JSON.stringify(name)} cannot be the name of a data set.`, 'Use letters, digits, dots, dashes and underscores, at most 64.');
	if (destination.baseModel.trim() === '') fail('Which base model will be trained?', 'Name it: licences depend on it.');
	if (!(shape.validationShare >= 0 && shape.validationShare <= 0.5)) fail('The share for validation is out of bounds.', 'Use 0 to 0.5.');
	if (override !== null && override.reason.trim() === '')
		fail('Refused rows are taken only with a reason.', 'Write why: it is recorded, and printed in the card.');
}

/** Numbers of the chosen completions in order of the ledger, each once. */
function selectSeqs(ledger: Ledger, {criteria, runs}: DatasetRequest, head: number): Float64Array {
	const chosen = runs === null ? ledger.select(criteria ?? {}) : Float64Array.from(new Set(runs.map((id) => findSeq(ledger, id))));
	const seqs = chosen.filter((seq) => seq <= head);
	if (seqs.length === 0)
		throw new Failure('failed', 'No completion is chosen.', {
			why: runs === null ? 'Nothing in the ledger matches the filter.' : 'None was named.',
			next: 'Look with `stillroom completions list` which there are.',
		});
	return seqs.sort();
}

function findSeq(ledger: Ledger, id: string): number {
	const completion = ledger.readCompletion(id);
	if (completion !== null) return completion.seq;
	throw new Failure('usage', `The ledger has no completion ${JSON.stringify(id)}.`, {
		next: 'List what there is: stillroom completions list',
	});
}

async function* writeRows(table: RowTable, split: Split, writer: DatasetWriter, signal: AbortSignal): AsyncGenerator<DatasetEvent, string> {
	const hash = createRowsHash();
	const pause = createPause();
	const total = split.train.length + split.valid.length;
	let done = 0;
	for (const part of ['train', 'valid'] as const) {
		for (let from = 0; from < split[part].length; from += writeEvery) {
			if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
			const rows = split[part].slice(from, from + writeEvery).map((row, index) => toDatasetRow(table, row, part, from + index));
			for (const {rowHash} of rows) hash.add(rowHash);
			writer.add(rows);
			done += rows.length;
			yield {type: 'progress', step: 'write', done, total};
			const waiting = pause();
			if (waiting !== null) await waiting;
		}
	}
	return hash.digest();
}

function toDatasetRow(table: RowTable, row: number, part: DatasetPart, position: number): DatasetRow {
	const other = table.otherAt(row);
	return {
		position,
		part,
		run: table.runAt(row),
		seq: table.seqAt(row),
		otherRun: other?.run ?? null,
		otherSeq: other?.seq ?? null,
		rowHash: table.hashAt(row),
		tokens: table.tokens[row]!,
		isOverridden: table.isOverridden(row),
	};
}

/** The definition as the ledger keeps it for ever: a replaced system text only by its hash, as every text. */
function toDefinition({shape, counts: _, ...dataset}: Dataset): Json {
	const system = shape.system.mode === 'replace' ? {mode: 'replace', text_hash: contentHash(shape.system.text)} : shape.system;
	return toJson({...dataset, shape: {...shape, system}});
}

function flattenCounts({dropped, ...counts}: DatasetCounts): Readonly<Record<string, number>> {
	return {...counts, ...Object.fromEntries(Object.entries(dropped).map(([step, count]) => [`dropped:${step}`, count]))};
}
