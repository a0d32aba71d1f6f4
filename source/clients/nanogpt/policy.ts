import {z} from 'zod';
import type {Reason, Status} from '../../domain/verdict.js';
import {optionalText, toText, toWebAddress} from '../wire.js';

/** https://docs.nano-gpt.com/api-reference/miscellaneous/distillation-policy: every field is optional. */
export const distillationPolicy = z
	.object({status: optionalText, label: optionalText, basis: optionalText, sourceUrl: optionalText, note: optionalText})
	.nullish()
	.catch(null);

export type DistillationPolicy = z.infer<typeof distillationPolicy>;

const labels: Readonly<Record<Status, string>> = {
	allowed: 'NanoGPT records distillation as allowed.',
	disallowed: 'NanoGPT records distillation as disallowed.',
	unknown: 'NanoGPT records nothing certain.',
};

/** A recorded policy as one layer's word; null when there is none. A status that is not documented counts as unknown. */
export function toReason(
	policy: DistillationPolicy,
	read: {readonly layer: 'nanogpt-model' | 'nanogpt-provider'; readonly readFrom: string; readonly fetchedAt: string},
): Reason | null {
	if (!policy || (policy.status == null && policy.basis == null && policy.label == null)) return null;
	const isKnown = policy.status === 'allowed' || policy.status === 'disallowed' || policy.status === 'unknown';
	const status: Status = isKnown ? (policy.status as Status) : 'unknown';
	const odd =
		isKnown || policy.status == null ? null : `NanoGPT wrote the status "${toText(policy.status) ?? ''}", which is not documented.`;
	return {
		layer: read.layer,
		status,
		basis: toText(policy.basis) ?? 'not-said',
		label: toText(policy.label) ?? labels[status],
		sourceUrl: toWebAddress(policy.sourceUrl),
		note: [toText(policy.note), odd].filter((text) => text !== null).join(' ') || null,
		readFrom: read.readFrom,
		fetchedAt: read.fetchedAt,
	};
}

/** Equal reasons become one object: a catalogue of thousands of rows has a handful of distinct ones. */
export function createReasonPool(): (reason: Reason) => Reason {
	const pool = new Map<string, Reason>();
	return (reason) => {
		const key = JSON.stringify(reason);
		const known = pool.get(key) ?? reason;
		pool.set(key, known);
		return known;
	};
}
