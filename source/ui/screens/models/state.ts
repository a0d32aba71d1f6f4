import {filterModels, parseFilter} from '../../../domain/filter-models.js';
import type {Model} from '../../../domain/model.js';
import {type SortKey, sortModels} from '../../../domain/sort-models.js';
import type {Status} from '../../../domain/verdict.js';
import type {Action} from '../../state/action.js';
import {arrange, cursorIndexOf, initialList, type ListState, type ListView} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';

/** Which verdicts are listed; cycled by one key, always shown as words. */
export type Distill = 'all' | 'yes' | 'yes-or-unknown' | 'no';

export const distillWords: Readonly<Record<Distill, string>> = {all: 'all', yes: 'YES', 'yes-or-unknown': 'YES + ?', no: 'NO'};
const cycle: readonly Distill[] = ['all', 'yes', 'yes-or-unknown', 'no'];
const statuses: Readonly<Record<Distill, readonly Status[]>> = {
	all: ['allowed', 'disallowed', 'unknown'],
	yes: ['allowed'],
	'yes-or-unknown': ['allowed', 'unknown'],
	no: ['disallowed'],
};

export type ModelsSlice = {readonly list: ListState; readonly distill: Distill};

export const initialModels: ModelsSlice = {list: initialList({by: 'policy', descending: false}), distill: 'all'};

const selectDistilled = memoizeLast((models: readonly Model[], distill: Distill): readonly Model[] =>
	distill === 'all' ? models : models.filter(({verdict}) => statuses[distill].includes(verdict.status)),
);
const selectSorted = memoizeLast((models: readonly Model[], by: string, descending: boolean) =>
	sortModels(models, {by: by as SortKey, descending}),
);
const selectParsed = memoizeLast((text: string) => parseFilter(text));
const selectFiltered = memoizeLast((models: readonly Model[], text: string): readonly Model[] =>
	text.trim() === '' ? models : filterModels(models, selectParsed(text).filter),
);

/** The rows for one filter text; the drawing may ask for an older text than the keys do. */
export function selectRowsFor(state: State, text: string): readonly Model[] {
	const {list, distill} = state.screens.models;
	return arrange(selectDistilled(state.catalogue.models, distill), list, (models) => selectFiltered(models, text), selectSorted);
}

export const selectRows = (state: State): readonly Model[] => selectRowsFor(state, state.screens.models.list.filter.text);
export const selectFilterProblems = (state: State) => selectParsed(state.screens.models.list.filter.text).problems;

/** Does a fuzzy word put the best match on top? */
export const selectIsRanked = (state: State): boolean =>
	!state.screens.models.list.isSortChosen &&
	selectParsed(state.screens.models.list.filter.text).filter.terms.some(({kind, negated}) => kind === 'word' && !negated);

const positions = new WeakMap<readonly Model[], Map<string, number>>();

/** Index of a model in these rows, -1 when it is not among them. */
export function indexIn(rows: readonly Model[], id: string, near: number): number {
	if (rows[near]?.id === id) return near;
	let map = positions.get(rows);
	if (!map) {
		map = new Map(rows.map((model, index) => [model.id, index]));
		positions.set(rows, map);
	}
	return map.get(id) ?? -1;
}

/** `rows` defaults to what the keys act on. */
export function selectView(state: State, height: number, rows: readonly Model[] = selectRows(state)): ListView {
	return {
		ids: (index) => rows[index]?.id,
		count: rows.length,
		height,
		indexOf: (id) => indexIn(rows, id, state.screens.models.list.cursorIndex),
	};
}

/** The model under the cursor. */
export function selectChosen(state: State, rows: readonly Model[] = selectRows(state)): Model | undefined {
	return rows[cursorIndexOf(state.screens.models.list, selectView(state, 1, rows))];
}

export function reduceModels(state: State, action: Action): State {
	if (action.type !== 'models/distill-cycled') return state;
	const {models} = state.screens;
	const distill = cycle[(cycle.indexOf(models.distill) + 1) % cycle.length]!;
	return {
		...state,
		screens: {...state.screens, models: {...models, distill, list: {...models.list, cursorId: null, cursorIndex: 0, offset: 0}}},
	};
}

/** What is worth keeping until the next run. */
export type KeptModels = {
	readonly filter: string;
	readonly distill: Distill;
	readonly sort: ListState['sort'];
	readonly cursorId: string | null;
	readonly marks: readonly string[];
};

/** Has no service a key? The sandbox has one for each. */
export const hasNoKey = ({screens: {setup}}: State): boolean => setup.states.every(({place}) => place === null);
