import {completeRouteFilter, routeFilterKeys} from '../../../domain/filter-routes.js';
import {routeSortKeys} from '../../../domain/sort-routes.js';
import {routeColumns} from '../../../view/route-columns.js';
import {cellsOf} from '../../../view/spoken.js';
import {layoutOf} from '../../layout.js';
import type {Screen} from '../screen.js';
import {routesBindings} from './keys.js';
import {routeDetail, routeSummary} from './route-detail.js';
import {routeCopies, routeFacets} from './route-menus.js';
import {routePages} from './route-pages.js';
import {
	reduceRoutes,
	selectAllRoutes,
	selectChosenRoute,
	selectEntry,
	selectRouteProblems,
	selectRouteRows,
	selectRoutesRanked,
	selectRouteView,
} from './state.js';
import {whyEmpty} from './why-empty.js';

export const routesScreen: Screen = {
	id: 'routes',
	title: 'Routes',
	about: 'Who serves the chosen model, and whose terms allow training on the answers. Enter keeps a pin to the routes that do.',
	digit: '2',
	parent: 'models',
	bindings: routesBindings,
	reduce: reduceRoutes,
	filterKeys: routeFilterKeys,
	facets: routeFacets,
	copies: routeCopies,
	pages: routePages,
	detail(state, width) {
		const route = selectChosenRoute(state);
		return route ? routeDetail(route, width, new Date(state.now)) : [];
	},
	legend(state) {
		const list = selectEntry(state)?.list;
		return list ? routeSummary(list) : [];
	},
	subject: (state) => state.screens.routes.modelId,
	summary(state) {
		const eligible = selectAllRoutes(state).filter((route) => route.eligible).length;
		return `${eligible} in the safe pin`;
	},
	list: {
		read: (state) => state.screens.routes.list,
		write: (state, list) => ({...state, screens: {...state.screens, routes: {...state.screens.routes, list}}}),
		view: (state) => selectRouteView(state, layoutOf(state).listRows),
		noun: ['route', 'routes'],
		cells(state, index) {
			const route = selectRouteRows(state)[index];
			return route ? cellsOf(routeColumns, route) : null;
		},
		whyEmpty,
		count: (state) => selectRouteRows(state).length,
		total: (state) => selectAllRoutes(state).length,
		sortKeys: routeSortKeys,
		isRanked: selectRoutesRanked,
		problems: (state) => selectRouteProblems(state).map(({message}) => message),
		complete(state) {
			const {text, cursor} = state.screens.routes.list.filter;
			return completeRouteFilter(text, cursor, selectAllRoutes(state));
		},
	},
};
