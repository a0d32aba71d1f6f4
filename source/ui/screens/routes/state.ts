import {filterRoutes, parseRouteFilter} from '../../../domain/filter-routes.js';
import type {Route} from '../../../domain/route.js';
import {type RouteSortKey, sortRoutes} from '../../../domain/sort-routes.js';
import type {Action} from '../../state/action.js';
import {arrange, cursorIndexOf, initialList, type ListState, type ListView} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {RouteEntry, State} from '../../state/state.js';

export type RoutesSlice = {readonly list: ListState; readonly modelId: string | null};

export const initialRoutes: RoutesSlice = {list: initialList({by: 'policy', descending: false}), modelId: null};

const none: readonly Route[] = [];

export const selectEntry = (state: State): RouteEntry | undefined => state.routeLists.get(state.screens.routes.modelId ?? '');
export const selectAllRoutes = (state: State): readonly Route[] => selectEntry(state)?.list?.routes ?? none;

const selectParsed = memoizeLast((text: string) => parseRouteFilter(text));
const selectSorted = memoizeLast((routes: readonly Route[], by: string, descending: boolean) =>
	sortRoutes(routes, {by: by as RouteSortKey, descending}),
);
const selectFiltered = memoizeLast((routes: readonly Route[], text: string): readonly Route[] =>
	text.trim() === '' ? routes : filterRoutes(routes, selectParsed(text).filter),
);

export function selectRouteRows(state: State): readonly Route[] {
	const {list} = state.screens.routes;
	return arrange(selectAllRoutes(state), list, (routes) => selectFiltered(routes, list.filter.text), selectSorted);
}

export const selectRouteProblems = (state: State) => selectParsed(state.screens.routes.list.filter.text).problems;

export const selectRoutesRanked = (state: State): boolean =>
	!state.screens.routes.list.isSortChosen &&
	selectParsed(state.screens.routes.list.filter.text).filter.terms.some(({kind, negated}) => kind === 'word' && !negated);

export function selectRouteView(state: State, height: number): ListView {
	const rows = selectRouteRows(state);
	return {ids: (index) => rows[index]?.id, count: rows.length, height, indexOf: (id) => rows.findIndex((route) => route.id === id)};
}

/** The route under the cursor. */
export function selectChosenRoute(state: State): Route | undefined {
	return selectRouteRows(state)[cursorIndexOf(state.screens.routes.list, selectRouteView(state, 1))];
}

export function reduceRoutes(state: State, action: Action): State {
	if (action.type !== 'routes/opened') return state;
	const {routes} = state.screens;
	if (routes.modelId === action.modelId) return state;
	const list: ListState = {...initialRoutes.list, sort: routes.list.sort};
	return {...state, screens: {...state.screens, routes: {list, modelId: action.modelId}}};
}
