import {hostKey} from '../domain/identity.js';
import type {Model} from '../domain/model.js';
import type {Route} from '../domain/route.js';
import type {Reason, Verdict} from '../domain/verdict.js';
import type {RouteRead, RouteRow} from '../services/context.js';
import {isSilent, judgeRoute} from './judge.js';
import {termsFor, termsNotRecorded} from './register.js';

/** Is the model on OpenRouter's distillable list? That is all its enforcement looks at. */
export function isOnDistillableList(model: Model): boolean {
	return model.verdict.reasons.some(({layer, status}) => layer === 'openrouter-list' && status === 'allowed');
}

/**
 * Judges every provider row of a model. NanoGPT's recorded policy of a host speaks for the same host at OpenRouter too, because it is about
 * the host's terms and the model, not about the gateway; the reason says where it was recorded. The terms register speaks for both.
 */
export function judgeRoutes(model: Model, reads: readonly RouteRead[]): Route[] {
	const recorded = new Map<string, Reason>();
	for (const row of reads.flatMap((read) => (read.gateway === 'nanogpt' ? read.rows : []))) {
		const host = hostKey('nanogpt', row.tag);
		if (row.reason !== null && !recorded.has(host)) recorded.set(host, row.reason);
	}

	const used = new Map<string, number>();
	return reads.flatMap((read) => read.rows.map((row) => toRoute(model, row, read.supportsSelection, recorded, uniqueId(used, row))));
}

/** A provider may have several endpoints under one tag. */
function uniqueId(used: Map<string, number>, {gateway, tag}: RouteRow): string {
	const id = `${gateway}:${tag}`;
	const count = (used.get(id) ?? 0) + 1;
	used.set(id, count);
	return count === 1 ? id : `${id}#${count}`;
}

function toRoute(model: Model, row: RouteRow, canSelect: boolean, recorded: ReadonlyMap<string, Reason>, id: string): Route {
	const {reason: ownReason, ...shared} = row;
	const host = hostKey(row.gateway, row.tag);
	const terms = termsFor(host);
	const record = row.gateway === 'nanogpt' ? ownReason : (ownReason ?? fromNanogpt(recorded.get(host)));
	const reasons = [record, terms?.reason ?? null].filter((reason) => reason !== null);
	const verdict = judgeRoute(model.verdict, reasons.length === 0 ? [termsNotRecorded] : reasons, terms?.duties);
	const isLeft = row.gateway === 'openrouter' ? isOnDistillableList(model) : null;
	const obstacle = findObstacle(model, verdict, row, canSelect, isLeft);
	return {
		...shared,
		id,
		verdict,
		isLeftByEnforcement: isLeft,
		eligible: obstacle === null,
		reason: obstacle ?? (reasons.some(({status}) => status === 'allowed') ? 'in the pin: licence allows, provider allows' : sayIn(reasons)),
	};
}

function sayIn(reasons: readonly Reason[]): string {
	return reasons.some(isSilent) ? 'in the pin: licence allows, provider silent' : 'in the pin: recorded as allowed';
}

function fromNanogpt(reason: Reason | undefined): Reason | null {
	if (reason === undefined) return null;
	const where = 'Recorded by NanoGPT for the same host and model.';
	return {...reason, note: reason.note === null ? where : `${reason.note} ${where}`};
}

/** Why a route is not in the pin, in plain words; null when it is. */
function findObstacle(model: Model, verdict: Verdict, row: RouteRow, canSelect: boolean, isLeft: boolean | null): string | null {
	if (verdict.status === 'disallowed') {
		return model.verdict.status === 'disallowed'
			? 'falls out: the model may not be used to train others'
			: 'falls out: provider terms restrict training on outputs';
	}

	if (verdict.status === 'unknown') {
		return model.verdict.status === 'unknown'
			? 'falls out: nothing certain is recorded about the model'
			: 'falls out: nothing recorded about this provider';
	}

	if (isLeft === false) return `enforcement removes it: ${model.id} is not on OpenRouter's distillable list`;
	if (!row.isAvailable) return 'falls out: not available now';
	return canSelect ? null : 'falls out: NanoGPT takes no provider selection for this model';
}
