import type {Reason} from '../../domain/verdict.js';

/** How the asking for `?distillable=true` went. */
export type DistillableAnswer =
	| {readonly state: 'known'; readonly ids: ReadonlySet<string>; readonly fetchedAt: string}
	/** The server sent the whole list: it does not know the filter. */
	| {readonly state: 'ignored'; readonly fetchedAt: string}
	| {readonly state: 'failed'; readonly why: string};

export const distillablePath = '/models?distillable=true';

const shared = {layer: 'openrouter-list', sourceUrl: 'https://openrouter.ai/models?distillable=true', note: null} as const;
const readFrom = `openrouter:${distillablePath}`;

/**
 * What OpenRouter records about one row. Membership of its distillable list means allowed; absence means not recorded, never no:
 * https://openrouter.ai/docs/cookbook/evaluate-and-optimize/distillation
 */
export function createReasonOf(
	answer: DistillableAnswer,
	listFetchedAt: string,
): (row: {readonly id: string; readonly is_trainable_text?: boolean | null | undefined}) => readonly Reason[] {
	const absent: readonly Reason[] = [toAbsentReason(answer)];
	const listed: readonly Reason[] =
		answer.state === 'known'
			? [
					{
						...shared,
						status: 'allowed',
						basis: 'distillable=true',
						label: 'OpenRouter lists the model as distillable.',
						readFrom,
						fetchedAt: answer.fetchedAt,
					},
				]
			: absent;
	const marked: readonly Reason[] = [
		{
			...shared,
			status: 'allowed',
			basis: 'is_trainable_text',
			label: 'OpenRouter marks the model as one whose text may be trained on.',
			readFrom: 'openrouter:/models',
			fetchedAt: listFetchedAt,
		},
	];
	return (row) => {
		if (answer.state === 'known' && answer.ids.has(row.id)) return listed;
		return row.is_trainable_text === true ? marked : absent;
	};
}

function toAbsentReason(answer: DistillableAnswer): Reason {
	const unknown = {...shared, status: 'unknown', readFrom} as const;
	switch (answer.state) {
		case 'known':
			return {
				...unknown,
				basis: 'not-recorded',
				label: 'Not on OpenRouter’s distillable list: nothing is recorded.',
				fetchedAt: answer.fetchedAt,
			};
		case 'ignored':
			return {
				...unknown,
				basis: 'filter-ignored',
				label: 'The server ignored the distillable filter: its answer says nothing.',
				fetchedAt: answer.fetchedAt,
			};
		case 'failed':
			return {...unknown, basis: 'failed', label: 'OpenRouter’s distillable list could not be read.', note: answer.why, fetchedAt: null};
	}
}
