import type {Status} from './verdict.js';

/** What an item is sorted by: a number, a text, or null for unknown. */
export type SortValue = number | string | null;

/** Allowed before disallowed; unknown is no place between them, it comes last. */
export const policyRank: Readonly<Record<Status, number | null>> = {allowed: 0, disallowed: 1, unknown: null};

/** Stable; numbers by size, texts by their characters without case; unknown last in both directions. Returns a new array. */
export function sortBy<Item>(items: readonly Item[], read: (item: Item) => SortValue, descending: boolean): readonly Item[] {
	const known: Array<{readonly item: Item; readonly value: number | string}> = [];
	const unknown: Item[] = [];
	for (const item of items) {
		const value = read(item);
		if (value === null || (typeof value === 'number' && Number.isNaN(value))) unknown.push(item);
		else known.push({item, value});
	}

	const sign = descending ? -1 : 1;
	known.sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : 0));
	return [...known.map(({item}) => item), ...unknown];
}
