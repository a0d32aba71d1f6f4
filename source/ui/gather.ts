import type {Clock} from '../services/context.js';

/** Tokens come faster than a screen is worth drawing: what arrives within this time is handed on together. */
const gatherMilliseconds = 30;

/** Where nothing may move by itself, a screen that changes is one that changes this seldom. */
export const stillMilliseconds = 3000;

/** Hands on what a stream yields in groups, in order; ends when the stream ends, and rejects as it does. */
export async function* gather<Item>(
	source: AsyncIterable<Item>,
	clock: Clock,
	signal: AbortSignal,
	milliseconds = gatherMilliseconds,
): AsyncGenerator<readonly Item[]> {
	let waiting: Item[] = [];
	let isOver = false;
	let wake = (): void => {};
	const work = (async () => {
		try {
			for await (const item of source) {
				waiting.push(item);
				wake();
			}
		} finally {
			isOver = true;
			wake();
		}
	})();
	const ended = work.catch(() => {});
	// A failure is told by the await below, after what came before it.
	while (!isOver || waiting.length > 0) {
		if (waiting.length === 0) {
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
			continue;
		}
		// Nobody waits for a long pause when the end comes in it.
		const pause = isOver ? ended : clock.sleep(milliseconds, signal);
		await (milliseconds > gatherMilliseconds ? Promise.race([pause, ended]) : pause);
		const items = waiting;
		waiting = [];
		yield items;
	}
	await work;
}
