import type {Route} from './route.js';
import {policyRank, type SortValue, sortBy} from './sort.js';

export type RouteSortKey = 'policy' | 'provider' | 'gateway' | 'in' | 'out' | 'ctx' | 'p50' | 'tps' | 'uptime';

type SortRecord = {readonly id: RouteSortKey; readonly title: string; readonly read: (route: Route) => SortValue};

/** What routes can be sorted by, in the order of the menu. */
export const routeSortKeys: readonly SortRecord[] = [
	{id: 'policy', title: 'Policy', read: ({verdict, eligible}) => (eligible ? -1 : policyRank[verdict.status])},
	{id: 'provider', title: 'Provider', read: ({provider}) => provider.toLowerCase()},
	{id: 'gateway', title: 'Gateway', read: ({gateway}) => gateway},
	{id: 'in', title: 'Input price', read: ({inputPrice}) => inputPrice},
	{id: 'out', title: 'Output price', read: ({outputPrice}) => outputPrice},
	{id: 'ctx', title: 'Context', read: ({contextLength}) => contextLength},
	{id: 'p50', title: 'Time to first token', read: ({latencyP50}) => latencyP50},
	{id: 'tps', title: 'Throughput', read: ({throughputP50}) => throughputP50},
	{id: 'uptime', title: 'Uptime', read: ({uptime}) => uptime},
];

/** Stable; unknown last in both directions. Ascending policy begins with the routes of the safe pin. */
export function sortRoutes(routes: readonly Route[], sort: {readonly by: RouteSortKey; readonly descending: boolean}): readonly Route[] {
	const record = routeSortKeys.find(({id}) => id === sort.by);
	return record === undefined ? routes : sortBy(routes, record.read, sort.descending);
}
