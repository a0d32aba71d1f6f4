import type {Reason} from '../../domain/verdict.js';
import type {ExploreRow} from './parse-models.js';
import type {DistillationPolicy} from './policy.js';
import {createReasonPool, toReason} from './policy.js';

/** How the asking of the explore list with `distillation=allowed` went. */
export type ExploreAnswer =
	| {
			readonly state: 'known';
			/** False when `meta.distillation` does not confirm the filter: then membership says nothing, only a row's own policy does. */
			readonly isFiltered: boolean;
			readonly rows: ReadonlyMap<string, ExploreRow>;
			readonly fetchedAt: string;
	  }
	| {readonly state: 'failed'; readonly why: string};

export const modelsPath = '/v1/models?detailed=true';
export const explorePath = '/explore/text-models?distillation=allowed';

const layer = 'nanogpt-model';

/**
 * What NanoGPT records about one row: the policy of its model record, and the word of the explore list where it says more or something
 * else. Absence is not recorded, never no.
 */
export function createReasonsOf(
	answer: ExploreAnswer,
	listFetchedAt: string,
): (row: {readonly id: string; readonly distillationPolicy?: DistillationPolicy | undefined}) => readonly Reason[] {
	const pool = createReasonPool();
	const absent: readonly Reason[] = [
		{
			layer,
			status: 'unknown',
			basis: 'not-recorded',
			label: 'NanoGPT records no policy for the model.',
			sourceUrl: null,
			note: null,
			readFrom: `nanogpt:${modelsPath}`,
			fetchedAt: listFetchedAt,
		},
	];
	const ofExplore = (id: string): Reason | null => {
		if (answer.state === 'failed') return null;
		const row = answer.rows.get(id);
		if (row === undefined) return null;
		const read = {layer, readFrom: `nanogpt:${explorePath}`, fetchedAt: answer.fetchedAt} as const;
		const own = toReason(row.distillationPolicy, read);
		if (own !== null || !answer.isFiltered) return own;
		return {
			...toReason({status: 'allowed', basis: 'distillation=allowed'}, read)!,
			label: 'NanoGPT lists the model as allowed for distillation.',
		};
	};
	return (row) => {
		const own = toReason(row.distillationPolicy, {layer, readFrom: `nanogpt:${modelsPath}`, fetchedAt: listFetchedAt});
		const explored = ofExplore(row.id);
		if (own === null && explored === null) return absent;
		const words = own === null ? [explored] : explored === null || explored.status === own.status ? [own] : [own, explored];
		return words.filter((reason) => reason !== null).map(pool);
	};
}

/** The sentence about a policy part that failed or cannot be trusted; null when it is fine. */
export function sayExploreProblem(answer: ExploreAnswer): string | null {
	if (answer.state === 'failed') return `NanoGPT’s list of models allowed for distillation could not be read. ${answer.why}`;
	if (answer.isFiltered) return null;
	return 'NanoGPT did not confirm the filter distillation=allowed: only the policy that a model itself carries is used.';
}
