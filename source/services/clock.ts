import type {Clock} from './context.js';

/** The machine's own clock. */
export const systemClock: Clock = {
	now: () => new Date(),
	sleep: (milliseconds, signal) =>
		new Promise((resolve) => {
			if (signal.aborted) return resolve();
			const end = () => {
				clearTimeout(timer);
				signal.removeEventListener('abort', end);
				resolve();
			};
			const timer = setTimeout(end, milliseconds);
			signal.addEventListener('abort', end, {once: true});
		}),
};
