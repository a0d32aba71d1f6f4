import {type Completion, isTimeRecorded} from '../domain/completion.js';
import type {CompletionRecord} from '../domain/completion-record.js';
import type {Destination, GateLevel} from '../domain/dataset.js';
import type {EvidenceGrade} from '../domain/evidence-grade.js';
import type {GateLayer, GateReason, GateVerdict} from '../domain/gate.js';
import type {Reason, Status, Verdict} from '../domain/verdict.js';
import {readDestination} from './gate-destination.js';
import {type GateSource, toGateSource} from './gate-source.js';
import {isSilent, judgeModel, judgeRoute} from './judge.js';
import {gatewayRows} from './register.js';

/** One layer's decision with the reasons that decide it. */
type Judged = {readonly layer: GateLayer; readonly status: Status; readonly reasons: readonly GateReason[]};

/** Layers that have to allow; the others must only not forbid. */
const needed: Readonly<Record<GateLevel, ReadonlySet<GateLayer>>> = {
	route: new Set(['model', 'route', 'gateway', 'evidence', 'destination']),
	model: new Set(['model', 'evidence', 'destination']),
};

/**
 * May this row be trained on there? A row passes only if every layer that the level needs allows it and none forbids; unknown never passes. What
 * was recorded when it was collected and what the register says now both count, and the stricter of the two decides. The reason why a
 * prompt was sent all the same (`policy.override`) opens nothing here. Pure: nothing is asked, the register is part of the program.
 */
export function judgeGate(record: CompletionRecord, completion: Completion, destination: Destination, level: GateLevel): GateVerdict {
	const source = toGateSource(record, completion);
	const {lift, reasonFor} = readDestination(source, destination);
	const model = judgeModel(source.modelReasons.map(lift));
	const destined = reasonFor(model);
	const layers: readonly Judged[] = [
		judgeModelLayer(record, model),
		judgeRouteLayer(source, model, lift),
		judgeGateway(source),
		judgeEvidence(record, completion, level),
		{layer: 'destination', status: destined.status, reasons: [destined]},
	];
	const isPassing = ({layer, status}: Judged) => status === 'allowed' || (status === 'unknown' && !needed[level].has(layer));
	return {
		isPassed: layers.every(isPassing),
		level,
		reasons: layers.flatMap(({reasons}) => reasons),
		refusals: layers.filter((layer) => !isPassing(layer)).flatMap(({reasons}) => reasons),
		duties: once<GateDuty>(
			[...record.policy.duties, ...source.licences.flatMap(({duties}) => duties), ...(source.terms?.duties ?? [])],
			isSameDuty,
		).map(({kind, text, sourceUrl}) => ({kind, text, sourceUrl})),
	};
}

/** Why a row is refused, in one line: each reason with its source and the day on which it was read. */
export function explainRefusals({refusals}: Pick<GateVerdict, 'refusals'>): string {
	return refusals
		.map(({layer, label, sourceUrl, fetchedAt}) => {
			const read = fetchedAt === null ? '' : `, read ${fetchedAt.slice(0, 10)}`;
			return `${layer}: ${label.replace(/\.$/, '')}${sourceUrl === null ? '' : ` (${sourceUrl}${read})`}.`;
		})
		.join(' ');
}

type GateDuty = GateVerdict['duties'][number];

/** A handful at most, so comparing is cheaper than making keys: this runs for every row of a data set. */
function once<Item>(items: readonly Item[], isSame: (a: Item, b: Item) => boolean): readonly Item[] {
	return items.filter((item, index) => items.findIndex((other) => isSame(item, other)) === index);
}

function isSameDuty(a: GateDuty, b: GateDuty): boolean {
	return a.text === b.text && a.kind === b.kind && a.sourceUrl === b.sourceUrl;
}

function isSameReason(a: Reason, b: Reason): boolean {
	return a.basis === b.basis && a.label === b.label && a.sourceUrl === b.sourceUrl;
}

function toGateReason(layer: GateLayer, reason: Reason): GateReason {
	const {status, basis, label, sourceUrl, fetchedAt} = reason;
	return {layer, status, basis, label, sourceUrl, fetchedAt};
}

/** The reasons that decide a layer, once each; where none has the status of the layer, `otherwise` says it. */
function decide(layer: GateLayer, status: Status, reasons: readonly Reason[], otherwise: Omit<GateReason, 'layer' | 'status'>): Judged {
	const deciding = once(
		reasons.filter((reason) => reason.status === status),
		isSameReason,
	);
	return {
		layer,
		status,
		reasons: deciding.length > 0 ? deciding.map((reason) => toGateReason(layer, reason)) : [{layer, status, ...otherwise}],
	};
}

function one(layer: GateLayer, status: Status, basis: string, label: string, fetchedAt: string | null = null): Judged {
	return {layer, status, reasons: [{layer, status, basis, label, sourceUrl: null, fetchedAt}]};
}

function judgeModelLayer(record: CompletionRecord, {status, conflict, reasons}: Verdict): Judged {
	// What was imported was judged when it was read, whenever it was asked for.
	const judgedAt = record.source?.read_at ?? record.time.requested;
	const judged = decide('model', status, reasons, {
		basis: 'not-recorded',
		label: 'Nothing certain is recorded about training on outputs of this model',
		sourceUrl: null,
		fetchedAt: judgedAt,
	});
	if (conflict) {
		const allowing = reasons.find((reason) => reason.status === 'allowed')!;
		const label = `Sources contradict each other: "${allowing.label.replace(/\.$/, '')}", but another forbids it`;
		return {...judged, reasons: [{...toGateReason('model', allowing), status: 'disallowed', basis: 'conflict', label}, ...judged.reasons]};
	}
	// A recorded no whose layers are not (or no longer) told is a no all the same.
	if (record.policy.decision === 'NO' && !record.policy.layers.some((word) => word.status === 'disallowed'))
		return one(
			'model',
			'disallowed',
			'recorded-as-no',
			`It was recorded as not allowed when it was ${record.source === null ? 'collected' : 'read'}`,
			judgedAt,
		);
	return judged;
}

/** Stands for the model where only the route is asked about. */
const anyModel: Verdict = {status: 'allowed', conflict: false, reasons: [], duties: []};

/** Said where a layer forbids without a word of its own, which no layer does. */
const nothing = {basis: 'not-said', label: 'No reason is recorded', sourceUrl: null, fetchedAt: null};

/** The terms of the provider that served. Recorded silence of terms that were read counts where the model is allowed. */
function judgeRouteLayer(source: GateSource, model: Verdict, lift: (reason: Reason) => Reason): Judged {
	const {provider} = source;
	if (provider === null) {
		const suspects = source.suspects.map(lift).filter(({status}) => status === 'disallowed');
		if (suspects.length > 0) return decide('route', 'disallowed', suspects, nothing);
		if (source.strangeAddress !== null)
			return one(
				'route',
				'unknown',
				'address-not-known',
				`${source.strangeAddress} is no address of OpenAI: nobody knows who answered there`,
			);
		const hint = source.origin === 'openrouter' ? ' (`stillroom ledger backfill` asks OpenRouter)' : '';
		return one('route', 'unknown', 'route-not-known', `Nobody knows who served this answer${hint}`);
	}
	const reasons = source.routeReasons.map(lift);
	if (judgeRoute(anyModel, reasons).status === 'disallowed') return decide('route', 'disallowed', reasons, nothing);
	if (reasons.some((reason) => reason.status === 'allowed' && reason.readFrom !== '')) return decide('route', 'allowed', reasons, nothing);
	const silent = reasons.find(isSilent);
	if (silent !== undefined && model.status === 'allowed') {
		const label = `The terms of ${provider} were read and say nothing of training on outputs: the licence of the model decides`;
		return {
			layer: 'route',
			status: 'allowed',
			reasons: [{...toGateReason('route', silent), status: 'allowed', basis: 'terms-silent', label}],
		};
	}
	if (source.pinReason !== null) {
		const label = `${provider} served, one of the pinned routes, which were all recorded as allowed`;
		return {
			layer: 'route',
			status: 'allowed',
			reasons: [{...toGateReason('route', source.pinReason), status: 'allowed', basis: 'pinned-route', label}],
		};
	}
	return decide('route', 'unknown', reasons, {
		basis: 'terms-not-recorded',
		label: `Nothing is recorded about the terms of ${provider}, which served this answer`,
		sourceUrl: null,
		fetchedAt: null,
	});
}

/** What the service in between says. Asking a maker itself has none. */
function judgeGateway({origin, strangeAddress}: GateSource): Judged {
	if (strangeAddress !== null) return one('gateway', 'unknown', 'address-not-known', `What stands behind ${strangeAddress} is not known`);
	if (origin === 'openai') return one('gateway', 'allowed', 'no-gateway', 'Asked at OpenAI itself: no gateway in between');
	const row = gatewayRows.find(({gateway}) => gateway === origin);
	if (row === undefined) return one('gateway', 'unknown', 'not-said', 'The row does not say through which service the answer came');
	const {status, basis, label, termsUrl: sourceUrl, checkedAt: fetchedAt} = row;
	return {layer: 'gateway', status, reasons: [{layer: 'gateway', status, basis, label, sourceUrl, fetchedAt}]};
}

/** From proven to self-declared. */
const gradeOrder: readonly EvidenceGrade[] = ['A', 'B', 'C', 'D', 'E'];

const gradeWords: Readonly<Record<EvidenceGrade, string>> = {
	A: 'a signature was verified',
	B: 'the route was pinned and enforced, and the router names it',
	C: 'the provider is known',
	D: 'only the model is known, or only the route of an imported text is proven',
	E: 'nothing but the row itself says where it came from',
};

/** Is it shown that this model and this route wrote a whole answer? Both tellings of the run count, and the worse of the two decides. */
function judgeEvidence(record: CompletionRecord, completion: Completion, level: GateLevel): Judged {
	const at = isTimeRecorded(record) ? (record.time.completed ?? record.time.requested) : null;
	const say = (status: Status, basis: string, label: string) => one('evidence', status, basis, label, at);
	const outcome = record.status === 'finished' ? completion.status : record.status;
	if (outcome === 'unfinished') return say('unknown', 'run-unfinished', 'No end of this answer was recorded');
	if (outcome !== 'finished') return say('disallowed', `run-${outcome}`, `The run is recorded as ${outcome}: there is no whole answer`);
	const grades = [record.policy.grade, completion.grade].map((grade) => (grade === null ? -1 : gradeOrder.indexOf(grade)));
	const grade = grades.includes(-1) ? undefined : gradeOrder[Math.max(...grades)];
	if (grade === undefined) return say('unknown', 'not-graded', 'The evidence for this answer was not graded');
	if (record.model.served === null && completion.source === 'sent')
		return say('unknown', 'model-not-shown', 'The answer names no model, so nothing shows which one wrote it');
	const warnings = [...new Set([...record.policy.warnings, ...completion.warnings])];
	if (warnings.length > 0) return say('disallowed', 'contradiction', warnings.join(' '));
	if (grade === 'E') return say('unknown', 'self-declared', `Grade E: ${gradeWords.E}`);
	if (grade === 'D' && level === 'route') return say('unknown', 'grade-D', `Grade D: ${gradeWords.D} (level route asks for A to C)`);
	return say('allowed', `grade-${grade}`, `Grade ${grade}: ${gradeWords[grade]}`);
}
