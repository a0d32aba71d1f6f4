import * as z from 'zod/mini';
import type {State} from './state.js';

const sort = z.object({by: z.string(), descending: z.boolean()});

const keptSchema = z.object({
	isPreviewOpen: z.boolean(),
	models: z.object({
		filter: z.string(),
		distill: z.enum(['all', 'yes', 'yes-or-unknown', 'no']),
		sort,
		cursorId: z.nullable(z.string()),
		marks: z.array(z.string()),
	}),
	routes: z.object({sort}),
});

/** What is kept between runs. */
export type Kept = z.infer<typeof keptSchema>;

/** Null when nothing was kept, or when another version wrote something else. */
export function keptFrom(value: unknown): Kept | null {
	const {success, data} = keptSchema.safeParse(value);
	return success ? data : null;
}

export function toKept({screens: {models, routes}, isPreviewOpen}: State): Kept {
	const {list, distill} = models;
	return {
		isPreviewOpen,
		models: {filter: list.filter.text, distill, sort: list.sort, cursorId: list.cursorId, marks: [...list.marks].slice(0, 1000)},
		routes: {sort: routes.list.sort},
	};
}
