import {type Duty, modelLayers, type Reason, routeLayers, type Status, type Verdict} from '../domain/verdict.js';

/** The basis of a terms-register reason whose terms were read and hold no clause about training on outputs. */
export const silentBasis = 'silent';

/** Said of a model of which no layer knows anything. */
const nothingRecorded: Reason = {
	layer: 'licence-register',
	status: 'unknown',
	basis: 'not-recorded',
	label: 'No layer records anything about this model',
	sourceUrl: null,
	note: null,
	readFrom: 'nothing was read',
	fetchedAt: null,
};

const noDuties: readonly Duty[] = [];
const layerOrder = new Map([...modelLayers, ...routeLayers].map((layer, index) => [layer, index]));

/** A status that this version does not know counts as unknown. */
function statusOf(reason: Reason): Status {
	return reason.status === 'allowed' || reason.status === 'disallowed' ? reason.status : 'unknown';
}

function rank(reason: Reason): number {
	return layerOrder.get(reason.layer) ?? layerOrder.size;
}

function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** What tells two reasons of one layer apart, the most telling first. */
const told = ['readFrom', 'basis', 'label', 'status', 'fetchedAt', 'sourceUrl', 'note'] as const;

function compareReasons(a: Reason, b: Reason): number {
	let order = a === b ? 0 : rank(a) - rank(b);
	for (let index = 0; order === 0 && a !== b && index < told.length; index++) {
		order = compareText(a[told[index]!] ?? '', b[told[index]!] ?? '');
	}

	return order;
}

/** Layers in a fixed order, so that a verdict does not depend on which service answered first. */
function inLayerOrder(reasons: readonly Reason[]): readonly Reason[] {
	const isInOrder = reasons.every((reason, index) => index === 0 || compareReasons(reasons[index - 1]!, reason) <= 0);
	return isInOrder ? reasons : reasons.toSorted(compareReasons);
}

/** A statement of permission counts only when it says where it was read. */
function permits(reason: Reason): boolean {
	return statusOf(reason) === 'allowed' && reason.readFrom !== '';
}

function forbids(reason: Reason): boolean {
	return statusOf(reason) === 'disallowed';
}

/**
 * The model's verdict from what the layers say of it. An explicit disallowed wins; allowed where any layer allows and none disallows;
 * everything else is unknown. Absence from OpenRouter's list arrives here as an unknown reason and so is neither yes nor no.
 * Layers that contradict each other are a conflict; unknown beside allowed is none. Duties travel with a permission, and stay where it is disputed.
 */
export function judgeModel(reasons: readonly Reason[], duties: readonly Duty[] = noDuties): Verdict {
	const isAllowed = reasons.some(permits);
	const isDisallowed = reasons.some(forbids);
	return {
		status: isDisallowed ? 'disallowed' : isAllowed ? 'allowed' : 'unknown',
		conflict: isAllowed && isDisallowed,
		reasons: reasons.length === 0 ? [nothingRecorded] : inLayerOrder(reasons),
		duties: isAllowed ? duties : noDuties,
	};
}

/** Were the provider's terms read and found to hold no clause? Then the licence decides. */
export function isSilent(reason: Reason): boolean {
	return reason.layer === 'terms-register' && reason.basis === silentBasis && statusOf(reason) === 'unknown';
}

/**
 * A route's verdict from the model's and from what is recorded about the provider. Either side's disallowed wins; a provider's permission, and
 * a provider's recorded silence, count only where the model is allowed; no record at all leaves the route unknown. A provider that is
 * recorded as allowed for a model that is disallowed is a conflict, as are route layers that contradict each other; a provider that forbids
 * what the licence permits is not: the two speak of different things.
 */
export function judgeRoute(model: Verdict, routeReasons: readonly Reason[], duties: readonly Duty[] = noDuties): Verdict {
	const isPermitted = routeReasons.some(permits);
	const isForbidden = routeReasons.some(forbids);
	const isAllowed = model.status === 'allowed' && !isForbidden && (isPermitted || routeReasons.some(isSilent));
	const status = model.status === 'disallowed' || isForbidden ? 'disallowed' : isAllowed ? 'allowed' : 'unknown';
	const conflict = model.conflict || (isPermitted && (isForbidden || model.status === 'disallowed'));
	return {
		status,
		conflict,
		reasons: inLayerOrder([...model.reasons, ...routeReasons]),
		duties: isAllowed || conflict ? [...model.duties, ...duties] : noDuties,
	};
}
