import type {Model} from './model.js';
import {policyRank, type SortValue, sortBy} from './sort.js';

export type SortKey = 'policy' | 'id' | 'name' | 'ctx' | 'in' | 'out' | 'routes' | 'age';

type SortRecord = {
	readonly id: SortKey;
	readonly title: string;
	readonly read: (model: Model) => SortValue;
	/** Ascending begins with the largest value: ages are kept as dates. */
	readonly isReversed?: boolean;
};

/** What models can be sorted by, in the order of the menu. */
export const sortKeys: readonly SortRecord[] = [
	{id: 'policy', title: 'Policy', read: ({verdict}) => policyRank[verdict.status]},
	{id: 'id', title: 'Id', read: ({id}) => id.toLowerCase()},
	{id: 'name', title: 'Name', read: ({name}) => name.toLowerCase()},
	{id: 'ctx', title: 'Context', read: ({contextLength}) => contextLength},
	{id: 'in', title: 'Input price', read: ({inputPrice}) => inputPrice},
	{id: 'out', title: 'Output price', read: ({outputPrice}) => outputPrice},
	{id: 'routes', title: 'Allowed routes', read: ({routes}) => routes.allowed},
	{id: 'age', title: 'Age', read: ({createdAt}) => createdAt, isReversed: true},
];

/** Stable; unknown last in both directions. Ascending policy begins with allowed, ascending age with the newest. */
export function sortModels(models: readonly Model[], sort: {readonly by: SortKey; readonly descending: boolean}): readonly Model[] {
	const record = sortKeys.find(({id}) => id === sort.by);
	return record === undefined ? models : sortBy(models, record.read, sort.descending !== (record.isReversed === true));
}
