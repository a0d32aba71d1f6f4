import {contentHash} from '../../domain/canonical-json.js';
import type {Completion} from '../../domain/completion.js';
import {Failure} from '../../domain/failure.js';
import type {Ledger, RunCuration, UndoneCuration} from '../../domain/ledger.js';
import type {Context} from '../context.js';
import {createPause} from '../dataset/pause.js';

/** What a person says of answers; a field that is left out does not change. */
export type Curation = Omit<RunCuration['change'], 'answer_hash'>;

export type Curated = {
	/** What `undoCuration` takes back; null when nothing changed. */
	readonly batch: string | null;
	/** Ids of the completions that changed. */
	readonly runs: readonly string[];
};

/** Entries of one transaction: more would hold up the keyboard and other writers of the ledger. */
const chunkSize = 500;

/**
 * Rates, marks, tags, notes or edits completions as one batch, which is undone as one. What is so already is left alone. Throws Failure: usage
 * for a change that makes no sense, failed for an id that the ledger does not know; then nothing was changed. Interrupted when the signal
 * aborts; then its message tells how many were.
 */
export async function curate(
	context: Context,
	runs: readonly string[],
	change: Curation,
	batch?: string,
	signal?: AbortSignal,
): Promise<Curated> {
	checkChange(change);
	const ledger = await context.ledger();
	const pause = createPause();
	const changed: string[] = [];
	for (const id of new Set(runs)) {
		const waiting = pause();
		if (waiting !== null) await waiting;
		if (signal?.aborted) throw new Failure('interrupted', 'Stopped.', {why: 'Nothing was changed.'});
		if (isChange(findRun(ledger, id), change)) changed.push(id);
	}
	if (changed.length === 0) return {batch: null, runs: []};
	const name = batch ?? ledger.createId();
	for (let from = 0; from < changed.length; from += chunkSize) {
		await pause();
		if (signal?.aborted)
			throw new Failure('interrupted', 'Stopped.', {
				why: `${from} of ${changed.length} completions were changed.`,
				next: 'The same command changes the rest; stillroom completions undo takes these back.',
			});
		await ledger.appendMany(changed.slice(from, from + chunkSize).map((run) => ({kind: 'curated', run, batch: name, change}) as const));
	}
	return {batch: name, runs: changed};
}

/** Takes the newest change back that was not taken back yet, or the given one. Throws Failure when there is none. */
export async function undoCuration(context: Context, batch?: string): Promise<UndoneCuration> {
	const undone = await (await context.ledger()).undoCuration(batch);
	if (undone !== null) return undone;
	throw new Failure('failed', 'There is nothing to take back.', {
		why:
			batch === undefined
				? 'Nothing is rated, marked, tagged, noted or edited that was not taken back before.'
				: `No change is called ${batch}.`,
	});
}

function findRun(ledger: Ledger, id: string): Completion {
	const run = ledger.readCompletion(id);
	if (run !== null) return run;
	throw new Failure('failed', `The ledger has no completion "${id}".`, {next: 'List what there is: stillroom completions list'});
}

function checkChange({rating, tags, answer}: Curation): void {
	if (rating !== undefined && rating !== null && !(Number.isInteger(rating) && rating >= 1 && rating <= 5))
		throw new Failure('usage', `A rating of ${rating} is not a whole number from 1 to 5.`);
	const bad = Object.keys(tags ?? {}).find((name) => !/^[^\s=,:]+$/u.test(name));
	if (bad !== undefined)
		throw new Failure('usage', `"${bad}" cannot be the name of a tag.`, {
			why: 'A name has no blank, no comma, no colon and no equals sign.',
		});
	if (typeof answer === 'string' && answer.trim() === '')
		throw new Failure('usage', 'The edited answer is empty.', {next: 'Reject the answer instead, or go back to the original.'});
}

/** Throws Failure for an edit of an answer that there is not. */
function isChange(run: Completion, {rating, mark, tags, note, answer}: Curation): boolean {
	if (typeof answer === 'string' && run.textHash === null && run.toolCallsHash === null) {
		throw new Failure('failed', `${run.id} has no answer that could be edited.`, {why: `It is recorded as ${run.status}.`});
	}
	const answerHash = typeof answer === 'string' ? contentHash(answer.toWellFormed()) : answer;
	return (
		(rating !== undefined && rating !== run.rating) ||
		(mark !== undefined && mark !== run.mark) ||
		(note !== undefined && note !== run.note) ||
		(answerHash !== undefined && answerHash !== run.editedHash) ||
		Object.entries(tags ?? {}).some(([name, value]) => (run.tags[name] ?? null) !== value)
	);
}
