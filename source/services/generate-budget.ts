import type {Refusal} from '../domain/run-event.js';
import {toRefusal} from './refusal.js';

/** Reserves what a request can cost before it leaves; waits for others to settle where only their reservations stand in the way. */
export function createBudget(limit: number | null, spentBefore: number) {
	let spent = spentBefore;
	let reserved = 0;
	let waiting: (() => void)[] = [];
	// Sums of many small costs are compared with a little room for the rounding of doubles.
	const fits = (bound: number) => limit === null || spent + reserved + bound <= limit * (1 + 1e-9);
	return {
		/** False when it does not fit even after everything under way has settled, or the signal aborts. */
		async reserve(bound: number, signal: AbortSignal): Promise<boolean> {
			while (!fits(bound)) {
				if (reserved === 0 || signal.aborted) return false;
				await new Promise<void>((resolve) => waiting.push(resolve));
			}
			reserved += bound;
			return true;
		},
		settle(bound: number, cost: number): void {
			reserved = Math.max(0, reserved - bound);
			if (reserved < 1e-12) reserved = 0;
			spent += cost;
			const all = waiting;
			waiting = [];
			for (const next of all) next();
		},
		spent: () => spent,
	};
}

/** Why a job stops: the next request might cost more than is left. USD. */
export function refuseBudget(limit: number, spent: number, bound: number): Refusal {
	return toRefusal('failed', 'credit', `The cost limit of $${limit} is reached.`, {
		why: `$${spent.toFixed(4)} is spent, and the next request can cost up to $${bound.toFixed(4)}.`,
		next: 'Start it again with a higher limit: only what is missing is sent.',
	});
}
