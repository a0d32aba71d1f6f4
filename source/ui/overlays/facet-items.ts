import {formatNumber} from '../../view/format.js';
import {span} from '../../view/line.js';
import type {MenuItem} from './menu.js';

/** Counts the values of a facet over rows. */
function countValues<Item>(rows: readonly Item[], valuesOf: (row: Item) => readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const row of rows) for (const value of valuesOf(row)) counts.set(value, (counts.get(value) ?? 0) + 1);
	return counts;
}

/** A value as the filter language takes it. */
export const quoteValue = (value: string): string => (/[\s,"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

/** A term of the filter language is put behind the filter, or taken out when it stands there already. */
export function toggleTerm(filter: string, label: string, term: string, count: number): MenuItem {
	const terms = filter.trim();
	const has = ` ${terms} `.includes(` ${term} `);
	const text = has ? ` ${terms} `.replace(` ${term} `, ' ').trim() : `${terms} ${term}`.trim();
	return {
		label,
		detail: span(has ? `${formatNumber(count)}  on: choosing it again takes it out` : formatNumber(count), has ? 'accent' : 'dim'),
		actions: [{type: 'list/filter-set', text: text === '' ? '' : `${text} `}],
	};
}

const byCount = ([, a]: readonly [string, number], [, b]: readonly [string, number]): number => b - a;

/** The values of each facet over the rows, the commonest first, with what choosing one does to the filter. */
export function facetItems<Item>(
	filter: string,
	rows: readonly Item[],
	facets: readonly (readonly [string, (row: Item) => readonly string[]])[],
): readonly MenuItem[] {
	return facets.flatMap(([key, valuesOf]) =>
		[...countValues(rows, valuesOf)]
			.sort(byCount)
			.slice(0, 40)
			.map(([value, count]) => toggleTerm(filter, `${key}  ${value}`, `${key}:${quoteValue(value)}`, count)),
	);
}
