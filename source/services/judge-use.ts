import {advanceCompletion, type Completion} from '../domain/completion.js';
import {toCompletionRecord} from '../domain/completion-record.js';
import type {Destination, DutyCheck, GateLevel} from '../domain/dataset.js';
import type {GateReason, GateVerdict} from '../domain/gate.js';
import {draftFinish, draftStart} from '../domain/ledger-drafts.js';
import type {EntryPlace, LedgerEntry} from '../domain/ledger-entry.js';
import type {Model} from '../domain/model.js';
import type {Route} from '../domain/route.js';
import type {Alternative} from '../domain/run-event.js';
import {type Gateway, gateways} from '../domain/service.js';
import type {Verdict} from '../domain/verdict.js';
import {judgeGate} from '../policy/gate.js';
import {checkDuties} from '../policy/gate-duties.js';
import {nearestAlternatives} from '../policy/nearest-alternatives.js';
import type {Context} from './context.js';

/** `unknown` is neither yes nor no. */
export type UseAnswer = 'yes' | 'no' | 'unknown';

/** May outputs of one model by one route be trained on there? */
export type RouteUse = {
	/** The service in between; `openai` is OpenAI itself. */
	readonly gateway: Gateway | 'openai';
	/** Display name of the provider that serves. */
	readonly provider: string;
	/** What goes into `provider.only`. */
	readonly tag: string;
	readonly answer: UseAnswer;
	/** Those that keep it out; empty when the answer is yes. */
	readonly refusals: readonly GateReason[];
	/** Every layer, each with at least one reason. */
	readonly reasons: readonly GateReason[];
	/** Obligations, and how the destination stands to each. */
	readonly duties: readonly DutyCheck[];
};

/** The reasons that say no come before those that merely do not know. */
function toAnswer({isPassed, refusals}: GateVerdict): UseAnswer {
	if (isPassed) return 'yes';
	return refusals.some(({status}) => status === 'disallowed') ? 'no' : 'unknown';
}

type Asked = {
	readonly gateway: RouteUse['gateway'];
	readonly model: string;
	readonly listing: Model['listings'][Gateway] | null;
	readonly provider: string;
	readonly tag: string;
	readonly verdict: Verdict;
	/** Would OpenRouter's own enforcement let the prompt through? Without it the evidence is one grade lower. */
	readonly isEnforceable: boolean;
};

/** The entries that a prompt would leave that was sent now, pinned to this route, and answered by it: the best evidence that can be had. */
function imagineRun(context: Context, {gateway, model, listing, provider, tag, verdict, isEnforceable}: Asked): readonly LedgerEntry[] {
	const at = context.clock.now().toISOString();
	const place: Omit<EntryPlace, 'seq'> = {schema: '', id: 'imagined', at, run: 'imagined', prev: '', hash: ''};
	const isRouter = gateway !== 'openai';
	const flag = gateway === 'openrouter' && isEnforceable ? {enforce_distillable_text: true} : {};
	const {data: start} = draftStart({
		kind: 'run-started',
		requestedAt: at,
		gateway,
		baseUrl: isRouter ? context.baseUrls[gateway] : 'https://api.openai.com/v1',
		model: {
			requested: model,
			canonicalSlug: listing?.canonicalSlug ?? null,
			aliasTarget: listing?.aliasOf ?? null,
			huggingFaceId: listing?.huggingFaceId ?? null,
		},
		body: {model, messages: [], ...(isRouter ? {provider: {only: [tag], allow_fallbacks: false, ...flag}} : {})},
		verdict,
		pin: isRouter ? [{tag, provider}] : null,
		enforcement: {level: isRouter ? 'route' : 'off', state: ''},
		tool: context.tool,
	});
	const {data: finish} = draftFinish(start, {
		kind: 'run-finished',
		run: place.id,
		outcome: 'finished',
		completedAt: at,
		servedModel: listing?.aliasOf ?? model,
		servedProvider: provider,
		proof: gateway === 'openrouter' ? 'openrouter_metadata' : 'response_field',
		text: '-',
	});
	return [
		{...place, seq: 1, ...start},
		{...place, seq: 2, ...finish},
	];
}

function judgeOne(context: Context, asked: Asked, destination: Destination, level: GateLevel): RouteUse {
	const entries = imagineRun(context, asked);
	const completion = entries.reduce<Completion | null>(advanceCompletion, null)!;
	const verdict = judgeGate(toCompletionRecord(entries)!, completion, destination, level);
	const {gateway, provider, tag} = asked;
	const duties = checkDuties(
		verdict.duties.map((duty) => ({...duty, rows: 1})),
		destination,
	);
	// A duty that the destination breaks is a no, whatever the layers say.
	const broken = duties.some(({state}) => state === 'violated');
	return {gateway, provider, tag, answer: broken ? 'no' : toAnswer(verdict), refusals: verdict.refusals, reasons: verdict.reasons, duties};
}

/**
 * The gate's word on outputs that would be asked for now: for each route, pinned and named by the gateway, so that only policy decides. What
 * is really answered is judged again with its own evidence.
 */
export function judgeRoutesUse(
	context: Context,
	model: Model,
	routes: readonly Route[],
	{destination, level}: {readonly destination: Destination; readonly level: GateLevel},
): readonly RouteUse[] {
	return routes.map(({gateway, provider, tag, verdict, isLeftByEnforcement}) => {
		const listing = model.listings[gateway] ?? null;
		const isEnforceable = isLeftByEnforcement !== false;
		return judgeOne(context, {gateway, model: listing?.id ?? model.id, listing, provider, tag, verdict, isEnforceable}, destination, level);
	});
}

const notAsked: Verdict = {status: 'unknown', conflict: false, reasons: [], duties: []};

/** The same for a model that OpenAI itself serves, such as `gpt-4.1`. */
export function judgeOpenaiUse(
	context: Context,
	model: string,
	{destination, level}: {readonly destination: Destination; readonly level: GateLevel},
): RouteUse {
	const asked: Asked = {
		gateway: 'openai',
		model,
		listing: null,
		provider: 'OpenAI',
		tag: 'openai',
		verdict: notAsked,
		isEnforceable: false,
	};
	return judgeOne(context, asked, destination, level);
}

/** Models to move to, nearest first, at the first gateway that lists the model; at most three. */
export function findAlternatives(context: Context, models: readonly Model[], model: Model): readonly Alternative[] {
	const gateway = model.catalogues[0] ?? gateways[0]!;
	return nearestAlternatives(models, {id: model.id, model}, gateway, context.clock.now());
}
