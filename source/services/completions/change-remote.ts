import type {Completion} from '../../domain/completion.js';
import {Failure} from '../../domain/failure.js';
import type {Ledger} from '../../domain/ledger.js';
import type {RemoteCopy} from '../../domain/ledger-entry.js';
import {howToSetUp} from '../../domain/service-key.js';
import {asFailure} from '../as-failure.js';
import type {Context} from '../context.js';
import {inParallel} from '../in-parallel.js';
import {createAsker} from './ask-paced.js';
import {isKeptAt} from './kept-at.js';
import {toRemoteCopy} from './stored-drafts.js';

const atOnce = 4;

export type RemoveEvent =
	/** `gone`: it was not there any more, or was deleted before; `skipped`: there is no copy that could be deleted. */
	| {
			readonly type: 'row';
			readonly run: string;
			readonly remoteId: string | null;
			readonly state: 'deleted' | 'gone' | 'skipped' | 'failed';
			readonly message: string | null;
	  }
	| {readonly type: 'progress'; readonly progress: RemoveProgress}
	/** The last one. `failure` is why the rest was not tried; null when all were. */
	| {readonly type: 'stopped'; readonly failure: Failure | null; readonly progress: RemoveProgress};

export type RemoveProgress = {
	readonly done: number;
	readonly total: number;
	readonly deleted: number;
	readonly gone: number;
	readonly skipped: number;
	readonly failed: number;
};

/** The copy of a completion that the service at this address keeps, or the sentence why there is none to change. */
export function findRemote(
	context: Context,
	ledger: Ledger,
	id: string,
	baseUrl: string,
): {readonly run: Completion; readonly remote: RemoteCopy} | string {
	const completion = ledger.readCompletion(id);
	if (completion === null) return `The ledger has no completion "${id}".`;
	const {remote} = completion;
	if (remote === null) return `OpenAI keeps no copy of ${id} that is known of.`;
	if (remote.state === 'deleted') return `The copy of ${id} was deleted before.`;
	if (remote.state === 'vanished') return `The copy of ${id} is not there any more.`;
	const run = ledger.readRun(id)!;
	if (isKeptAt(context, run, baseUrl)) return {run: completion, remote};
	return `The copy of ${id} is at ${run.record.gateway.base_url}, and not at ${baseUrl}.`;
}

/**
 * Deletes the service's copies of completions. The completions stay in the ledger, marked as deleted there. A copy that is not there any more
 * is marked as vanished. Never throws for the service; ends early, with `stopped`, when it refuses or cannot be reached.
 */
export async function* removeStored(context: Context, runs: readonly string[], signal: AbortSignal): AsyncGenerator<RemoveEvent> {
	const controller = new AbortController();
	const stop = () => controller.abort();
	signal.addEventListener('abort', stop, {once: true});
	if (signal.aborted) stop();
	const ids = [...new Set(runs)];
	const count = {deleted: 0, gone: 0, skipped: 0, failed: 0};
	let done = 0;
	let fatal: Failure | null = null;
	const progress = (): RemoveProgress => ({done, total: ids.length, ...count});
	try {
		if (!context.hasKey.openai) throw noKey('deletes stored completions');
		const [ledger, client] = await Promise.all([context.ledger(), context.stored()]);
		const asker = createAsker(context, 'openai', atOnce, controller.signal);
		function* untilFatal() {
			for (const id of ids) {
				if (fatal !== null || controller.signal.aborted) return;
				yield id;
			}
		}
		const rows = inParallel(untilFatal(), atOnce, async (id) => {
			const found = findRemote(context, ledger, id, client.baseUrl);
			if (typeof found === 'string') {
				const isGone = (ledger.readCompletion(id)?.remote ?? {state: 'stored'}).state !== 'stored';
				return toRow(id, null, isGone ? 'gone' : 'skipped', found);
			}
			return removeOne(context, ledger, found, () => asker.ask(() => client.remove(found.remote.id, controller.signal)));
		});
		for await (const {row, failure} of rows) {
			if (failure !== null && failure.status !== 400) fatal ??= failure;
			if (failure?.kind === 'interrupted') continue;
			done++;
			count[row.state]++;
			yield row;
			yield {type: 'progress', progress: progress()};
		}
		if (controller.signal.aborted) fatal = new Failure('interrupted', 'Stopped.');
	} catch (error) {
		fatal = asFailure(error, 'openai');
	} finally {
		signal.removeEventListener('abort', stop);
		controller.abort();
	}
	yield {type: 'stopped', failure: fatal, progress: progress()};
}

type RemoveRow = {readonly row: Extract<RemoveEvent, {type: 'row'}>; readonly failure: Failure | null};

function toRow(
	run: string,
	remoteId: string | null,
	state: Extract<RemoveEvent, {type: 'row'}>['state'],
	message: string | null,
	failure: Failure | null = null,
): RemoveRow {
	return {row: {type: 'row', run, remoteId, state, message}, failure};
}

async function removeOne(
	{clock}: Context,
	ledger: Ledger,
	{run, remote}: Exclude<ReturnType<typeof findRemote>, string>,
	remove: () => Promise<void>,
): Promise<RemoveRow> {
	const note = (state: RemoteCopy['state']) =>
		ledger.append({kind: 'mirrored', run: run.id, seenAt: clock.now().toISOString(), remote: {...remote, state}});
	try {
		await remove();
		await note('deleted');
		return toRow(run.id, remote.id, 'deleted', null);
	} catch (error) {
		const failure = asFailure(error, 'openai');
		if (failure.status !== 404) return toRow(run.id, remote.id, 'failed', failure.toLine(), failure);
		await note('vanished');
		return toRow(run.id, remote.id, 'gone', 'It was not there any more.');
	}
}

/** Metadata takes at most so much: https://platform.openai.com/docs/api-reference/chat/update */
const limits = {pairs: 16, key: 64, value: 512};

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
	const pairs = Object.entries(metadata);
	const fail = (why: string) => new Failure('usage', 'OpenAI does not take this metadata.', {why});
	if (pairs.length > limits.pairs) throw fail(`${pairs.length} pairs are more than ${limits.pairs}.`);
	for (const [key, value] of pairs) {
		if (key === '' || key.length > limits.key) throw fail(`The key "${key.slice(0, 80)}" is not 1 to ${limits.key} characters long.`);
		if (value.length > limits.value) throw fail(`The value of "${key}" is longer than ${limits.value} characters.`);
	}
}

/**
 * Changes the metadata of the service's copy: a text sets, null takes away, what is not named stays as it is there now. The ledger mirrors
 * what the service then says, which is returned; with `isDryRun` nothing is changed, and what would be set is returned. Throws Failure.
 */
export async function changeMetadata(
	context: Context,
	id: string,
	changes: Readonly<Record<string, string | null>>,
	signal: AbortSignal,
	{isDryRun = false}: {readonly isDryRun?: boolean} = {},
): Promise<RemoteCopy> {
	if (!context.hasKey.openai) throw noKey('changes metadata');
	const [ledger, client] = await Promise.all([context.ledger(), context.stored()]);
	const found = findRemote(context, ledger, id, client.baseUrl);
	if (typeof found === 'string') throw new Failure('failed', found, {next: 'stillroom completions sync reads what there is.'});
	const {run, remote} = found;
	const mirror = (copy: RemoteCopy) =>
		ledger.append({kind: 'mirrored', run: run.id, seenAt: context.clock.now().toISOString(), remote: copy});
	try {
		const metadata: Record<string, string> = {...(await client.retrieve(remote.id, signal)).metadata};
		for (const [key, value] of Object.entries(changes)) {
			if (value === null) delete metadata[key];
			else metadata[key] = value;
		}
		checkMetadata(metadata);
		if (isDryRun) return {...remote, metadata};
		const copy = toRemoteCopy(await client.update(remote.id, metadata, signal));
		await mirror({...copy, expires_at: copy.expires_at ?? remote.expires_at});
		return copy;
	} catch (error) {
		const failure = asFailure(error, 'openai');
		if (failure.status !== 404) throw failure;
		await mirror({...remote, state: 'vanished'});
		throw new Failure('failed', `OpenAI has no stored completion ${remote.id} any more.`, {
			service: 'openai',
			status: 404,
			why: 'It expired, or was deleted elsewhere; the completion itself is kept here.',
		});
	}
}

function noKey(what: string): Failure {
	return new Failure('auth', `OpenAI ${what} only for the key that made them.`, {
		service: 'openai',
		why: 'OPENAI_API_KEY is not set.',
		next: `${howToSetUp('openai')}, or try it with --sandbox.`,
	});
}
