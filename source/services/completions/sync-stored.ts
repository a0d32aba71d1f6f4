import {Failure} from '../../domain/failure.js';
import {howToSetUp} from '../../domain/service-key.js';
import {asFailure} from '../as-failure.js';
import type {Context, StoredPage} from '../context.js';
import {withHeartbeat} from '../with-heartbeat.js';
import {createAsker} from './ask-paced.js';
import {keepPage, sortRows} from './keep-page.js';
import {markVanished} from './mark-vanished.js';
import {openSeenRows} from './seen-rows.js';
import {createStoredDrafts} from './stored-drafts.js';
import type {SyncEvent, SyncOptions} from './sync-event.js';
import {messagesAtOnce, type Sync} from './sync-job.js';
import {createMeter} from './sync-meter.js';
import {openPlace, type Place, type Walk} from './sync-place.js';

/** A walk through the whole list is worth its requests so often: only it finds what is gone. */
const fullEveryMilliseconds = 24 * 3_600_000;

/**
 * Mirrors OpenAI's stored completions into the ledger, newest first, each row once: the completion with its messages, and what the service
 * says of its copy. It ends behind a page on which everything is known and unchanged, or, as a full walk, at the end of the list; then copies
 * that were known and are not listed any more are marked as vanished. The first sync is a full walk, and so is one when the last is older than
 * a day. What was stopped or killed goes on where it was. Never throws for the service or the disk: that is the last event.
 */
export async function* syncStored(
	context: Context,
	{isFull = false, limit = Number.POSITIVE_INFINITY}: SyncOptions,
	signal: AbortSignal,
): AsyncGenerator<SyncEvent> {
	const meter = createMeter();
	const controller = new AbortController();
	const stop = () => controller.abort();
	signal.addEventListener('abort', stop, {once: true});
	if (signal.aborted) stop();
	const stopped = (reason: 'done' | 'limit' | 'interrupted' | 'failed', failure: Failure | null): SyncEvent => ({
		type: 'stopped',
		reason,
		failure,
		progress: meter.read(),
	});
	try {
		if (!context.hasKey.openai) throw noKey;
		const [ledger, client] = await Promise.all([context.ledger(), context.stored()]);
		const asker = createAsker(context, 'openai', messagesAtOnce, controller.signal);
		meter.watch(asker);
		const place = openPlace(context, client.baseUrl);
		const drafts = createStoredDrafts(context, client.baseUrl);
		const sync: Sync = {context, ledger, client, asker, place, drafts, meter, limit, isForced: isFull, signal: controller.signal};
		const isLimit = yield* withHeartbeat(walkAll(sync), () => ({type: 'progress', progress: meter.read()}) as const, stop);
		yield stopped(isLimit ? 'limit' : 'done', null);
	} catch (error) {
		const failure = asFailure(error, 'openai');
		const isStopped = failure.kind === 'interrupted' || signal.aborted;
		yield isStopped ? stopped('interrupted', new Failure('interrupted', 'Stopped.')) : stopped('failed', failure);
	} finally {
		signal.removeEventListener('abort', stop);
		controller.abort();
	}
}

const noKey = new Failure('auth', 'OpenAI tells its stored completions only to the key that made them.', {
	service: 'openai',
	why: 'OPENAI_API_KEY is not set.',
	next: `${howToSetUp('openai')}, or try it with --sandbox.`,
});

/** First what an earlier sync left, then from the newest on. Returns true when the limit ended it. */
async function* walkAll(sync: Sync): AsyncGenerator<SyncEvent, boolean> {
	const {place, context, ledger, isForced} = sync;
	const left = place.read().walk;
	let wasFull = false;
	if (left !== null && (left.isFull || !isForced)) {
		yield {type: 'started', isFull: left.isFull, isResumed: true};
		const end = yield* walk(sync, left);
		if (end === 'limit') return true;
		// A cursor that the service does not know any more leads nowhere: the walk from the top finds what it would have found.
		wasFull = left.isFull && end === 'done';
	}
	const {completeAt} = place.read();
	const now = context.clock.now();
	const isDue = completeAt === null || Math.abs(now.getTime() - Date.parse(completeAt)) > fullEveryMilliseconds;
	const next: Walk = {
		cursor: null,
		isFull: isDue || (isForced && !wasFull),
		startedAt: now.toISOString(),
		knownUpTo: ledger.head().count,
		seen: '',
	};
	yield {type: 'started', isFull: next.isFull, isResumed: false};
	return (yield* walk(sync, next)) === 'limit';
}

const circleNotice = 'The list began anew in the middle, so its end was not reached: older completions may be missing.';
const endNotice = 'The service did not say whether its list goes on, so older completions may be missing.';

type WalkEnd = 'done' | 'limit' | 'lost';

async function* walk(sync: Sync, start: Walk): AsyncGenerator<SyncEvent, WalkEnd> {
	const {ledger, place, meter, limit, signal} = sync;
	const seen = openSeenRows(ledger, start.knownUpTo, start.seen);
	const cursors = new Set<string | null>([start.cursor]);
	const save = (next: Walk | null, completeAt: Place['completeAt'] = place.read().completeAt) => place.save({completeAt, walk: next});
	meter.begin(start.isFull);
	let asked = askPage(sync, start.cursor);
	for (let cursor = start.cursor; ; ) {
		const page = await asked.catch((error: unknown) => {
			if (cursor !== null && cursor === start.cursor && error instanceof Failure && (error.status === 400 || error.status === 404))
				return null;
			throw error;
		});
		if (page === null) {
			save(null);
			return 'lost';
		}
		const rows = sortRows(sync, page.rows, seen);
		for (const message of page.dropped) yield meter.skip(null, `A row of the list was left out: ${message}.`);
		meter.list(page.rows.length + page.dropped.length, page.rows.at(-1)?.createdAt ?? null);
		meter.handle(page.rows.length - rows.fresh.length);
		const isKnown = rows.fresh.length === 0 && rows.changed.length === 0 && page.rows.length > 0;
		const isCircle = page.next !== null && cursors.has(page.next);
		const isOver = page.next === null || isCircle || (isKnown && !start.isFull);
		const room = limit - meter.added();
		const isCut = rows.fresh.length > room;
		// Asked for while this page's messages come; nobody waits for it when this page fails.
		if (!isOver && !isCut) {
			asked = askPage(sync, page.next);
			asked.catch(() => {});
		}
		yield* keepPage(sync, {...rows, fresh: isCut ? rows.fresh.slice(0, room) : rows.fresh});
		if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
		if (isCut) {
			if (cursor !== null) save({...start, cursor, seen: seen.save()});
			return 'limit';
		}
		if (isOver) {
			const doubt = isCircle ? circleNotice : page.next === null && !page.isEnd ? endNotice : null;
			if (doubt !== null) yield {type: 'notice', message: doubt};
			const isWhole = start.isFull && page.isEnd && !isCircle;
			if (isWhole) yield* markVanished(sync, seen, start.knownUpTo);
			save(null, isWhole ? start.startedAt : place.read().completeAt);
			return 'done';
		}
		cursor = page.next;
		cursors.add(cursor);
		save({...start, cursor, seen: seen.save()});
	}
}

function askPage({client, asker, signal}: Sync, after: string | null): Promise<StoredPage> {
	return asker.ask(() => client.list({after}, signal));
}
