/** USD that a server may spend in all. What is under way counts with the most that it can cost. */
export type Budget = {
	/** USD that are left to be promised. */
	readonly left: () => number;
	readonly spent: () => number;
	/** Keeps so much for a request; null when that is more than there is left. */
	readonly reserve: (boundUsd: number) => Reservation | null;
};

export type Reservation = {
	/** What it cost; its bound, where the service does not say. Counts once. */
	readonly settle: (costUsd: number | null) => void;
};

export function createBudget(totalUsd: number): Budget {
	let spent = 0;
	let reserved = 0;
	const left = () => Math.max(0, totalUsd - spent - reserved);
	return {
		left,
		spent: () => spent,
		reserve(boundUsd) {
			if (boundUsd > left()) return null;
			reserved += boundUsd;
			let isOpen = true;
			return {
				settle(costUsd) {
					if (!isOpen) return;
					isOpen = false;
					reserved -= boundUsd;
					spent += costUsd ?? boundUsd;
				},
			};
		},
	};
}
