import {filterModels, parseFilter} from '../../domain/filter-models.js';
import type {Model} from '../../domain/model.js';
import {span} from '../../view/line.js';
import {screens} from '../screens/index.js';
import {selectRows} from '../screens/models/state.js';
import {selectRouteRows} from '../screens/routes/state.js';
import type {State} from '../state/state.js';
import type {Menu, MenuItem} from './menu.js';

/** Counts the values of a facet over rows. */
function countValues<Item>(rows: readonly Item[], valuesOf: (row: Item) => readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const row of rows) for (const value of valuesOf(row)) counts.set(value, (counts.get(value) ?? 0) + 1);
	return counts;
}

const quoted = (value: string): string => (/[\s,"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

/** A term of the filter language is put behind the filter, or taken out when it stands there already. */
function toggle(state: State, label: string, term: string, count: number): MenuItem {
	const terms = screens[state.screen].list!.read(state).filter.text.trim();
	const has = ` ${terms} `.includes(` ${term} `);
	const text = has ? ` ${terms} `.replace(` ${term} `, ' ').trim() : `${terms} ${term}`.trim();
	return {
		label,
		detail: span(has ? `${count}  on: choosing it again takes it out` : String(count), has ? 'accent' : 'dim'),
		actions: [{type: 'list/filter-set', text: text === '' ? '' : `${text} `}],
	};
}

const byCount = ([, a]: readonly [string, number], [, b]: readonly [string, number]): number => b - a;

function facetItems<Item>(
	state: State,
	rows: readonly Item[],
	facets: readonly (readonly [string, (row: Item) => readonly string[]])[],
): readonly MenuItem[] {
	return facets.flatMap(([key, valuesOf]) =>
		[...countValues(rows, valuesOf)]
			.sort(byCount)
			.slice(0, 40)
			.map(([value, count]) => toggle(state, `${key}  ${value}`, `${key}:${quoted(value)}`, count)),
	);
}

const words = {allowed: 'yes', disallowed: 'no', unknown: 'unknown'} as const;

function modelItems(state: State): readonly MenuItem[] {
	const rows = selectRows(state);
	const flags = ['free', 'zdr', 'tee']
		.map((flag) => [flag, filterModels(rows, parseFilter(flag).filter).length] as const)
		.filter(([, count]) => count > 0);
	return [
		...facetItems<Model>(state, rows, [
			['policy', ({verdict}) => [words[verdict.status], ...(verdict.conflict ? ['conflict'] : [])]],
			['catalog', ({catalogues}) => catalogues],
			['author', ({author}) => (author === null ? [] : [author])],
			['variant', ({variant}) => (variant === null ? [] : [variant])],
			['cap', ({listings}) => (listings.openrouter ?? listings.nanogpt)?.parameters ?? []],
			['modality', ({listings}) => (listings.openrouter ?? listings.nanogpt)?.inputModalities ?? []],
		]),
		...flags.map(([flag, count]) => toggle(state, `flag  ${flag}`, flag, count)),
	];
}

const routeItems = (state: State): readonly MenuItem[] =>
	facetItems(state, selectRouteRows(state), [
		['policy', ({verdict}) => [words[verdict.status]]],
		['gateway', ({gateway}) => [gateway]],
		['eligible', ({eligible}) => [eligible ? 'yes' : 'no']],
		['quant', ({quantization}) => (quantization === null ? [] : [quantization])],
		['provider', ({provider}) => [provider]],
	]);

export const facetsMenu: Menu = {
	title: () => 'Facets of the rows shown: choosing one adds it to the filter',
	items: (state) => (state.screen === 'routes' ? routeItems(state) : modelItems(state)),
};
