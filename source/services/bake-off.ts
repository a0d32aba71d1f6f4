import type {Model} from '../domain/model.js';
import type {PromptRequest} from '../domain/prompt.js';
import type {RunEvent} from '../domain/run-event.js';
import type {Context} from './context.js';
import {runPrompt} from './run-prompt.js';

/** An event of one of several prompts; `index` is the place of its request. */
export type BakeOffEvent = {readonly index: number; readonly event: RunEvent};

/** Sends all requests at once and yields their events as they come. When the consumer stops, all are aborted and recorded as such. */
export async function* runBakeOff(
	context: Context,
	models: readonly Model[],
	requests: readonly PromptRequest[],
	signal: AbortSignal,
): AsyncGenerator<BakeOffEvent> {
	const controller = new AbortController();
	const stop = () => controller.abort();
	signal.addEventListener('abort', stop, {once: true});
	if (signal.aborted) stop();
	const runs = requests.map((request) => runPrompt(context, models, request, controller.signal));
	const step = async (index: number) => ({index, result: await runs[index]!.next()});
	const waiting = new Map(runs.map((_, index) => [index, step(index)]));
	try {
		while (waiting.size > 0) {
			const {index, result} = await Promise.race(waiting.values());
			if (result.done) {
				waiting.delete(index);
			} else {
				waiting.set(index, step(index));
				yield {index, event: result.value};
			}
		}
	} finally {
		signal.removeEventListener('abort', stop);
		controller.abort();
		await Promise.allSettled(runs.map((run) => run.return(undefined)));
	}
}

/**
 * Marks the best answer of a comparison as picked and the others as rejected, all or none, under one group, which is returned: pairs for
 * preference tuning are read from it. Throws Failure when the ledger cannot be written or does not know a run.
 */
export async function markPick(
	context: Context,
	{
		winnerId,
		loserIds,
		group,
		note = null,
	}: {readonly winnerId: string; readonly loserIds: readonly string[]; readonly group?: string; readonly note?: string | null},
): Promise<string> {
	const ledger = await context.ledger();
	const name = group ?? ledger.createId();
	await ledger.appendMany([
		{kind: 'marked', run: winnerId, mark: 'picked', group: name, note},
		...loserIds.filter((id) => id !== winnerId).map((run) => ({kind: 'marked', run, mark: 'rejected', group: name, note}) as const),
	]);
	return name;
}
