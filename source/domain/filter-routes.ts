import {type Completion, completeWith} from './filter/complete.js';
import type {Filter, FilterKeyInfo} from './filter/filter.js';
import {describeKeys, formatHelp} from './filter/help.js';
import {createMatcher} from './filter/match.js';
import {type ParsedFilter, parseFilterWith} from './filter/parse.js';
import {routeKeys} from './filter/route-keys.js';
import type {Route} from './route.js';

/** The keys that routes have, for help, errors and documentation. */
export const routeFilterKeys: readonly FilterKeyInfo[] = describeKeys(routeKeys);

/** Reads a filter over routes; problems name their place, and the rest still filters. Never throws. */
export function parseRouteFilter(text: string): ParsedFilter {
	return parseFilterWith(text, routeKeys);
}

const filterItems = createMatcher(routeKeys, {readId: ({tag}: Route) => tag, readNames: ({provider}) => provider});

/** The routes that fit: best first when the filter holds words, else in the given order. */
export function filterRoutes(routes: readonly Route[], filter: Filter): readonly Route[] {
	return filterItems(routes, filter);
}

/** What Tab offers at the cursor. */
export function completeRouteFilter(text: string, cursor: number, routes: readonly Route[]): Completion {
	return completeWith(text, cursor, routes, routeKeys);
}

/** The language and the keys of routes as plain text. */
export function formatRouteFilterHelp(): string {
	return formatHelp(routeKeys);
}
