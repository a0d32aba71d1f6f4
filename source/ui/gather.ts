import type {Clock} from '../services/context.js';

/** Tokens come faster than a screen is worth drawing: what arrives within this time is handed on together. */
const gatherMilliseconds = 30;

/** Hands on what a stream yields in groups, in order; ends when the stream ends, and rejects as it does. */
export async function* gather<Item>(source: AsyncIterable<Item>, clock: Clock, signal: AbortSignal): AsyncGenerator<readonly Item[]> {
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
	// A failure is told by the await below, after what came before it.
	work.catch(() => {});
	while (!isOver || waiting.length > 0) {
		if (waiting.length === 0) {
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
			continue;
		}
		if (!isOver) await clock.sleep(gatherMilliseconds, signal);
		const items = waiting;
		waiting = [];
		yield items;
	}
	await work;
}
