import type {PinnedRoute} from '../domain/evidence-grade.js';
import {Failure} from '../domain/failure.js';
import type {TuningService} from '../domain/job.js';
import type {Listing, Model} from '../domain/model.js';
import type {EnforcementState, PlannedRoute, PromptRequest} from '../domain/prompt.js';
import {isRouteListFresh, type Route, type RouteList, type RoutePin} from '../domain/route.js';
import type {Refusal} from '../domain/run-event.js';
import {sayAge} from '../domain/say-age.js';
import {type Gateway, type Service, serviceNames} from '../domain/service.js';
import type {Verdict} from '../domain/verdict.js';
import {judgeModel} from '../policy/judge.js';
import {judgeOpenai, judgePinned, judgeUnpinned} from '../policy/judge-prompt.js';
import {isOnDistillableList} from '../policy/judge-routes.js';
import {nearestAlternatives} from '../policy/nearest-alternatives.js';
import {pinRoutes} from '../policy/pin.js';
import {explainRoute, isTakenByTag, readConstraints} from '../policy/route-constraints.js';
import type {Context} from './context.js';
import {findModel} from './find-model.js';
import {boundPrice, type PriceBound} from './price-bound.js';
import {fromFailure, toRefusal} from './refusal.js';
import {fetchRouteList, loadRoutes} from './routes.js';
import {toParameters} from './to-parameters.js';
import {toProviderKeys} from './to-provider-keys.js';

/** The part of a request that decides where it goes and how it is held there; the same for every row of a bulk job. */
export type TargetRequest = Pick<PromptRequest, 'gateway' | 'modelId' | 'enforcement' | 'only' | 'override' | 'constraints' | 'parameters'>;

/** A model at a gateway with everything decided that does not depend on the text of the prompt. */
export type Target = {
	readonly gateway: Service;
	/** Who is asked where it is none of the services: `gateway` is then `openai`, whose shape it speaks. */
	readonly elsewhere?: {readonly party: TuningService; readonly baseUrl: string};
	readonly model: Model | null;
	/** The id to send. */
	readonly sentId: string;
	readonly verdict: Verdict;
	readonly enforcement: EnforcementState;
	/** The request's `provider` object; null when there is none. */
	readonly provider: Readonly<Record<string, unknown>> | null;
	readonly pinned: readonly PinnedRoute[] | null;
	readonly routes: readonly PlannedRoute[];
	readonly list: RouteList | null;
	readonly price: PriceBound;
	readonly refusal: Refusal | null;
	/** What the ledger records about the model beside the id that was sent. */
	readonly names: {readonly canonicalSlug: string | null; readonly aliasTarget: string | null; readonly huggingFaceId: string | null};
};

/** Said with its source before anything goes to OpenAI. */
const openaiTerms =
	"OpenAI's terms let outputs train OpenAI's own models only, so the answer is recorded as not allowed for any other: https://openai.com/policies/services-agreement/";

/**
 * Decides how a request is held to allowed routes. Nothing is sent; routes are asked for when what the disk holds is older than five minutes.
 *
 * - `auto` is `route` where an allowed route is recorded, else `model` at OpenRouter, whose flag is then the only hold. NanoGPT has no flag, so
 *   without a pin nothing could be guaranteed there and the prompt is refused.
 * - A model that is recorded as not allowed is refused, unless a reason is given (`override`). A model about which nothing is recorded is
 *   not: OpenRouter is the authority on its own list and ours has an age, so the prompt goes out with the flag and a refusal is explained.
 * - `off` needs a reason. OpenAI has neither flag nor routes: prompts go out with its terms said, and the verdict recorded is disallowed.
 */
export async function prepareTarget(
	context: Context,
	models: readonly Model[],
	request: TargetRequest,
	signal: AbortSignal,
): Promise<Target> {
	if (request.gateway === 'openai') return prepareOpenai(models, request);
	const {gateway} = request;
	const found = findModel(models, request.modelId);
	if (found instanceof Failure) return refusedTarget(request, null, fromFailure(found, 'unknown-model'));
	const listing = found.listings[gateway];
	if (listing === undefined) {
		const others = found.catalogues.map((name) => serviceNames[name]).join(', ');
		return refusedTarget(
			request,
			found,
			toRefusal('failed', 'not-listed', `${found.id} is not listed at ${serviceNames[gateway]}.`, {
				next: `Send it to ${others}, or take another model.`,
				alternatives: nearestAlternatives(models, {id: found.id, model: found}, gateway, context.clock.now()),
			}),
		);
	}
	const list = await readRoutes(context, found, signal);
	return hold(context, models, request, gateway, found, listing, list);
}

async function readRoutes(context: Context, model: Model, signal: AbortSignal): Promise<RouteList> {
	const saved = loadRoutes(context, model);
	// Both gateways are asked: what NanoGPT records about a host counts at OpenRouter too.
	return saved !== null && isRouteListFresh(saved, context.clock.now()) ? saved : fetchRouteList(context, model, signal);
}

function hold(
	context: Context,
	models: readonly Model[],
	request: TargetRequest,
	gateway: Gateway,
	model: Model,
	listing: Listing,
	list: RouteList,
): Target {
	const {enforcement, override} = request;
	const reason = override?.trim() ?? '';
	const now = context.clock.now();
	const refuse = (refusal: Refusal): Target => {
		const target = toTarget(request, gateway, model, listing, list, enforcement === 'auto' ? 'route' : enforcement, null);
		return {...target, enforcement: {...target.enforcement, words: 'NOT SENT'}, refusal};
	};
	const offer = () => nearestAlternatives(models, {id: model.id, model}, gateway, now);

	if (enforcement === 'off') {
		const target = toTarget(request, gateway, model, listing, list, 'off', null);
		return reason === '' ? {...target, refusal: reasonMissing} : target;
	}
	if (model.verdict.status === 'disallowed' && reason === '') {
		const no = model.verdict.reasons.find(({status}) => status === 'disallowed');
		return refuse(
			toRefusal('policy', 'disallowed', `${model.id} is recorded as not allowed for training other models.`, {
				why: no === undefined ? null : `${no.label}${no.sourceUrl === null ? '' : ` (${no.sourceUrl})`}.`,
				next: 'Take another model, or send it with a reason that is recorded beside the answer.',
				alternatives: offer(),
			}),
		);
	}
	const pin = pinRoutes(model, list, gateway, request.only ?? undefined);
	const source = list.sources.find((candidate) => candidate.gateway === gateway);
	if (typeof pin !== 'string' && enforcement !== 'model') return toTarget(request, gateway, model, listing, list, 'route', pin);
	if (gateway === 'nanogpt') return refuse(refuseNanogpt(model, list, pin, enforcement, source?.message ?? null, offer));
	if (enforcement === 'route' || (enforcement === 'auto' && request.only !== null)) {
		const why = source?.state === 'failed' ? source.message : typeof pin === 'string' ? pin : null;
		const code = source?.state === 'failed' ? 'routes-unknown' : 'no-allowed-route';
		return refuse(
			toRefusal('policy', code, `No allowed route of ${model.id} can be pinned at ${serviceNames[gateway]}.`, {
				why,
				next: 'Hold it by the flag alone (enforcement `model`), pin other routes, or take another model.',
				alternatives: offer(),
			}),
		);
	}
	const target = toTarget(request, gateway, model, listing, list, 'model', null);
	const failed =
		source?.state === 'failed' ? [`The routes could not be read (${source.message ?? 'no reason given'}), so nothing is pinned.`] : [];
	const absent = isOnDistillableList(model)
		? []
		: [`${model.id} is not in OpenRouter's distillable set (${sayListAge(model, now)}): expect OpenRouter to refuse the prompt.`];
	return {...target, enforcement: {...target.enforcement, warnings: [...absent, ...failed, ...target.enforcement.warnings]}};
}

const reasonMissing = toRefusal('usage', 'reason-missing', 'Enforcement is switched off without a reason.', {
	why: 'An answer that nothing held to allowed routes is recorded with the reason why it was asked for.',
	next: 'Say why, or leave enforcement on.',
});

function refuseNanogpt(
	model: Model,
	list: RouteList,
	pin: RoutePin | string,
	enforcement: PromptRequest['enforcement'],
	sourceMessage: string | null,
	offer: () => Refusal['alternatives'],
): Refusal {
	const next = 'Take another model or gateway, or switch enforcement off with a reason.';
	if (enforcement === 'model')
		return toRefusal('policy', 'no-enforcement', 'NanoGPT has no enforcement flag: only a pin to allowed routes holds a prompt there.', {
			next: 'Use enforcement `route`, or send it to OpenRouter.',
		});
	if (list.nanogptSupportsSelection === false)
		return toRefusal('policy', 'no-provider-selection', `NanoGPT takes no provider selection for ${model.id}.`, {
			why: 'It would choose the route itself, so nothing could be guaranteed.',
			next,
			alternatives: offer(),
		});
	if (list.nanogptSupportsSelection === null)
		return toRefusal('policy', 'routes-unknown', `The routes of ${model.id} at NanoGPT are not known, so nothing could be guaranteed.`, {
			why: sourceMessage,
			next: `Refresh the routes and try again. ${next}`,
			isRetryable: true,
		});
	return toRefusal(
		'policy',
		'no-allowed-route',
		`No allowed route of ${model.id} can be pinned at NanoGPT, so nothing could be guaranteed.`,
		{
			why: typeof pin === 'string' ? pin : null,
			next,
			alternatives: offer(),
		},
	);
}

/** When OpenRouter's list was read: `read 12 s ago`. */
export function sayListAge(model: Model | null, now: Date): string {
	const at = model?.verdict.reasons.find(({layer}) => layer === 'openrouter-list')?.fetchedAt ?? null;
	return at === null ? 'never read' : `read ${sayAge(at, now)}`;
}

function toTarget(
	request: TargetRequest,
	gateway: Gateway,
	model: Model,
	listing: Listing,
	list: RouteList,
	level: EnforcementState['level'],
	pin: RoutePin | null,
): Target {
	const only = pin?.provider.only ?? request.only ?? [];
	const provider = {
		...(gateway === 'openrouter' && level !== 'off' ? {enforce_distillable_text: true} : {}),
		...(only.length === 0 ? {} : {only, allow_fallbacks: false}),
		...(gateway === 'openrouter' ? toProviderKeys(request.constraints) : {}),
	};
	const routes = list.routes.filter((route) => route.gateway === gateway);
	const constraints = readConstraints({...toParameters(gateway, request.parameters), provider});
	const planned = routes.map((route) => planRoute(route, level, explainRoute(route, constraints)));
	const left = routes.filter((_, index) => planned[index]!.isLeft);
	const source = list.sources.find((candidate) => candidate.gateway === gateway);
	const where = {readFrom: `${gateway}: routes of ${listing.id}`, fetchedAt: source?.fetchedAt ?? null};
	const chosen = routes.filter(({tag}) => only.some((asked) => isTakenByTag(asked, tag)));
	return {
		gateway,
		model,
		sentId: listing.id,
		verdict: only.length > 0 && chosen.length > 0 ? judgePinned(model.verdict, chosen) : judgeUnpinned(model.verdict, routes, where),
		enforcement: {level, words: sayLevel(gateway, level, only.length), pin, warnings: pin?.warnings ?? []},
		provider: Object.keys(provider).length === 0 ? null : provider,
		pinned: only.length === 0 ? null : only.map((tag) => ({tag, provider: routes.find((route) => route.tag === tag)?.provider ?? null})),
		routes: planned,
		list,
		price: boundPrice(listing, left),
		refusal: null,
		names: {
			canonicalSlug: listing.canonicalSlug ?? (gateway === 'nanogpt' ? (model.listings.openrouter?.id ?? null) : null),
			aliasTarget: listing.aliasOf,
			huggingFaceId: listing.huggingFaceId ?? model.listings.openrouter?.huggingFaceId ?? null,
		},
	};
}

function planRoute(route: Route, level: EnforcementState['level'], obstacle: string | null): PlannedRoute {
	const {provider, tag} = route;
	const isLeft = obstacle === null && route.isAvailable;
	if (isLeft) return {provider, tag, isLeft, reason: level === 'route' ? route.reason : 'left: the gateway may choose it'};
	// A route that is not in the pin has its own reason to be out; only one that was eligible fell to the request.
	const reason = level === 'route' && !route.eligible ? route.reason : (obstacle ?? 'falls out: not available now');
	return {provider, tag, isLeft, reason};
}

function sayLevel(gateway: Gateway, level: EnforcementState['level'], count: number): string {
	const routes = `${count} allowed ${count === 1 ? 'route' : 'routes'} pinned, no fallbacks`;
	if (level === 'route') return `ENFORCED, route: ${gateway === 'openrouter' ? `distillable flag and ${routes}` : routes}`;
	const chosen = count === 0 ? 'routes not pinned' : `${count} chosen ${count === 1 ? 'route' : 'routes'} pinned`;
	return level === 'model' ? `ENFORCED, model: distillable flag, ${chosen}` : `ENFORCEMENT OFF, ${chosen}`;
}

function prepareOpenai(models: readonly Model[], request: TargetRequest): Target {
	const id = request.modelId.replace(/^openai\//i, '');
	const found = findModel(models, `openai/${id}`);
	const model = found instanceof Failure ? null : found;
	const priced = model === null ? findSnapshotPrice(models, id) : model;
	const listing = priced?.listings.openrouter ?? null;
	const snapshotPrice =
		priced !== null && priced.id.toLowerCase() !== `openai/${id}`.toLowerCase()
			? [`${id} has no price of its own here: that of ${priced.id} is counted, whose snapshot it is by its name.`]
			: [];
	const isHeld = request.enforcement === 'route' || request.enforcement === 'model' || request.only !== null;
	const words = "NO ENFORCEMENT: OpenAI has none; its terms allow training OpenAI's own models only";
	return {
		gateway: 'openai',
		model,
		sentId: id,
		verdict: judgeOpenai(model?.verdict ?? null),
		enforcement: {level: 'off', words, pin: null, warnings: [openaiTerms, ...snapshotPrice]},
		provider: null,
		pinned: null,
		routes: [],
		list: null,
		// OpenRouter lists OpenAI's models at OpenAI's prices; OpenAI itself tells none.
		price: {input: listing?.inputPrice ?? null, output: listing?.outputPrice ?? null, overrides: listing?.priceOverrides ?? []},
		refusal: isHeld
			? toRefusal('policy', 'no-enforcement', 'OpenAI has no enforcement and no routes to pin.', {
					why: openaiTerms,
					next: 'Leave enforcement on `auto` to send it with these terms recorded, or send it to OpenRouter.',
				})
			: null,
		names: {canonicalSlug: null, aliasTarget: null, huggingFaceId: null},
	};
}

/**
 * The model whose price counts for a dated snapshot such as `gpt-4.1-mini-2025-04-14`: the one that OpenRouter calls by this name, else the one whose name
 * is left without the day, which is how OpenAI names snapshots (https://platform.openai.com/docs/models). Null where that one stands for another
 * snapshot, which may cost otherwise, and for every other name.
 */
function findSnapshotPrice(models: readonly Model[], id: string): Model | null {
	const [, base, day] = /^([a-z0-9][a-z0-9.-]*?)-(\d{4}-\d{2}-\d{2})$/i.exec(id) ?? [];
	if (base === undefined || day === undefined || !isDay(day)) return null;
	const slugOf = (model: Model) => model.listings.openrouter?.canonicalSlug?.toLowerCase() ?? null;
	const slug = `openai/${id}`.toLowerCase();
	const named = models.find((model) => slugOf(model) === slug && !model.id.includes(':'));
	if (named !== undefined) return named;
	const found = findModel(models, `openai/${base}`);
	return found instanceof Failure || /-\d{4}-\d{2}-\d{2}$/.test(slugOf(found) ?? '') ? null : found;
}

const isDay = (day: string): boolean => {
	const date = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

function refusedTarget(request: TargetRequest, model: Model | null, refusal: Refusal): Target {
	return {
		gateway: request.gateway,
		model,
		sentId: request.modelId,
		verdict: model?.verdict ?? judgeModel([]),
		enforcement: {level: 'off', words: 'NOT SENT', pin: null, warnings: []},
		provider: null,
		pinned: null,
		routes: [],
		list: null,
		price: {input: null, output: null, overrides: []},
		refusal,
		names: {canonicalSlug: null, aliasTarget: null, huggingFaceId: null},
	};
}
