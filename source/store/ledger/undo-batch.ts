import type {DatabaseSync} from 'node:sqlite';
import {advanceCompletion, type Completion} from '../../domain/completion.js';
import type {RunCuration} from '../../domain/ledger.js';
import type {CurationChange, LedgerEntry} from '../../domain/ledger-entry.js';
import type {Batch, BatchTable} from './batches.js';

/** What is taken back: the batch, the batch that takes it back, and the runs that are left to look at, by their numbers. */
export type Undo = {readonly target: string; readonly batch: string; readonly runs: readonly number[]};

export type UndoPlanner = ReturnType<typeof openUndoPlanner>;

/** Plans what takes a batch of curation back, so that it can be done in slices. */
export function openUndoPlanner(database: DatabaseSync, batches: BatchTable) {
	const runsOfBatch = database.prepare(
		'SELECT DISTINCT run FROM entry WHERE seq BETWEEN ? AND ? AND run IS NOT NULL AND instr(body, ?) > 0',
	);
	const bodiesOfRun = database.prepare('SELECT body FROM entry WHERE run = ? ORDER BY seq');

	const listRuns = ({id, first, last}: Batch): readonly number[] =>
		runsOfBatch.all(first, last, `"batch":${JSON.stringify(id)}`).map(({run}) => Number(run));

	const findRuns = (target: Batch, batch: string): Undo => ({target: target.id, batch, runs: listRuns(target)});

	/** A taking back that was begun last and never came to its end, as after a power cut; null where there is none. */
	const findUnfinished = (): Undo | null => {
		const [newest] = batches.live();
		const target = newest?.undoes ? batches.find(newest.undoes) : null;
		if (!newest || !target) return null;
		const done = new Set(listRuns(newest));
		const rest = listRuns(target).filter((run) => !done.has(run));
		const undo = {target: target.id, batch: newest.id, runs: rest};
		return rest.length > 0 && draft(undo, rest).length > 0 ? undo : null;
	};

	/**
	 * What people said is what their batches say that still count, one after another. So taking one back is the difference to all others
	 * without it, and what a later batch changed again stays; taking the taking back back makes it count again.
	 */
	const draft = ({target, batch}: Undo, slice: readonly number[]): readonly RunCuration[] => {
		const counting = new Set(batches.live(target).flatMap((one) => (one.undoes === null ? [one.id] : [])));
		const counts = (entry: LedgerEntry) => entry.kind !== 'curated' || (entry.undoes === null && counting.has(entry.batch));
		return slice.flatMap((run) => {
			const {now, without} = readStates(run, counts);
			const change = toChange(now, without);
			return change ? [{kind: 'curated', run: now.id, batch, undoes: target, change}] : [];
		});
	};

	const readStates = (run: number, counts: (entry: LedgerEntry) => boolean) => {
		const entries = bodiesOfRun.all(run).map(({body}) => JSON.parse(String(body)) as LedgerEntry);
		const [now, then] = [entries, entries.filter(counts)].map((some) => some.reduce<Completion | null>(advanceCompletion, null)!);
		return {now: now!, without: then!};
	};

	return {
		/** What `asked` names, or the newest for null; an unfinished taking back comes first. Null for no such batch. */
		find(batch: string, asked: string | null): Undo | null {
			const unfinished = findUnfinished();
			if (unfinished && (asked === null || asked === unfinished.target)) return unfinished;
			const target = batches.live().find((one) => (asked === null ? one.undoes === null : one.id === asked));
			return target ? findRuns(target, batch) : null;
		},
		/** The drafts for some of the runs, as everything stands now. Call inside the write transaction. */
		draft,
		/** That it was taken back although nothing was left to change. */
		draftNothing({target, batch, runs}: Undo): RunCuration {
			const {now} = readStates(runs[0]!, () => true);
			return {kind: 'curated', run: now.id, batch, undoes: target, change: {}};
		},
	};
}

/** What has to be said to get from one state to another; null for nothing. */
function toChange(from: Completion, to: Completion): CurationChange | null {
	const names = [...new Set([...Object.keys(from.tags), ...Object.keys(to.tags)])].filter((name) => from.tags[name] !== to.tags[name]);
	const change = {
		...(from.rating === to.rating ? {} : {rating: to.rating}),
		...(from.mark === to.mark ? {} : {mark: to.mark}),
		...(from.note === to.note ? {} : {note: to.note}),
		...(from.editedHash === to.editedHash ? {} : {answer_hash: to.editedHash}),
		...(names.length === 0 ? {} : {tags: Object.fromEntries(names.map((name) => [name, to.tags[name] ?? null]))}),
	};
	return Object.keys(change).length === 0 ? null : change;
}
