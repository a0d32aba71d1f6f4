import type {Clock} from './context.js';

const firstPauseMilliseconds = 1000;
const longestPauseMilliseconds = 60_000;

/**
 * How many requests of a job may be under way, for all its workers together. A sign of overload halves it, once for all that were under way,
 * and pauses everyone (for as long as the service asks, else longer each time); it grows back by one for each full round without trouble.
 */
export function createPace(most: number, clock: Clock, signal: AbortSignal) {
	let limit = most;
	let running = 0;
	let calm = 0;
	let pauses = 0;
	let epoch = 0;
	let pausedUntil = 0;
	const waiting: (() => void)[] = [];
	// One listener for the whole job, not one for each wait.
	signal.addEventListener('abort', () => waiting.splice(0).forEach((next) => void next()), {once: true});
	const now = () => clock.now().getTime();
	const wake = () => {
		const free = Math.max(0, limit - running);
		for (const next of waiting.splice(0, free)) next();
	};

	return {
		/** Resolves when one more may be sent, to a token for `leave`; to null when the signal aborts first. */
		async enter(): Promise<number | null> {
			for (;;) {
				if (signal.aborted) return null;
				const pause = pausedUntil - now();
				if (pause > 0) await clock.sleep(pause, signal);
				else if (running < limit) {
					running++;
					return epoch;
				} else await new Promise<void>((resolve) => waiting.push(resolve));
			}
		},
		/** Gives the place back. `isOverload` with the seconds that the service asked for. */
		leave(token: number, {isOverload, retryAfterSeconds}: {readonly isOverload: boolean; readonly retryAfterSeconds: number | null}): void {
			running--;
			if (isOverload) {
				// What was sent before the last halving tells nothing new, except that the wait may be longer.
				if (token === epoch) {
					epoch++;
					limit = Math.max(1, Math.floor(limit / 2));
					pauses++;
					calm = 0;
				}
				const pause =
					retryAfterSeconds === null
						? Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** (pauses - 1))
						: retryAfterSeconds * 1000;
				pausedUntil = Math.max(pausedUntil, now() + pause);
			} else if (limit < most && ++calm >= limit) {
				limit++;
				calm = 0;
				pauses = Math.max(0, pauses - 1);
			}
			wake();
		},
		/** For the progress line. */
		state: () => ({limit, running, pausedSeconds: Math.max(0, Math.ceil((pausedUntil - now()) / 1000))}),
	};
}

export type Pace = ReturnType<typeof createPace>;
