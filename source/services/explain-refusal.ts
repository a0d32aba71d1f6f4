import type {ChatProblem} from '../domain/chat.js';
import type {Model} from '../domain/model.js';
import type {Refusal} from '../domain/run-event.js';
import {type Party, partyNames} from '../domain/service.js';
import {howToCheck, howToSetUp, keyVariable} from '../domain/service-key.js';
import {isOnDistillableList} from '../policy/judge-routes.js';
import {nearestAlternatives} from '../policy/nearest-alternatives.js';
import {type Constraint, explainRoute, readConstraints} from '../policy/route-constraints.js';
import {sayListAge, type Target} from './prepare-target.js';
import {fromFailure, toRefusal} from './refusal.js';

/** What an explanation is drawn from: the request as it was sent, and what was known when it was. */
export type Sent = {
	readonly target: Target;
	readonly body: Readonly<Record<string, unknown>>;
	readonly models: readonly Model[];
	readonly now: Date;
	readonly hasKey: boolean;
};

/** Who answers, as sentences name it. */
export const nameOf = ({gateway, elsewhere}: Target): string => partyNames[elsewhere?.party ?? gateway];

/** Whose key it is. */
const partyOf = ({gateway, elsewhere}: Target): Party => elsewhere?.party ?? gateway;

/**
 * One clear sentence for everything a service may answer instead of a completion, with what to do next. Under enforcement a 404 is diagnosed
 * on our own data, because OpenRouter's reasons have no word for distillation: by the status and by what was sent, never by the text.
 * https://openrouter.ai/docs/api_reference/errors-and-debugging
 */
export function explainRefusal(problem: ChatProblem, sent: Sent): Refusal {
	const {status, failure} = problem;
	if (problem.kind === 'aborted') return toRefusal('interrupted', 'interrupted', 'Stopped.');
	if (failure !== null) return fromFailure(failure, codeOfConnection(problem), {isRetryable: problem.kind !== 'broken'});
	const refusal = explainSaid(problem, sent) ?? explainStatus(problem, sent);
	const isDuring = problem.kind === 'in-stream' || problem.kind === 'in-body';
	return {
		...refusal,
		status: status ?? refusal.status,
		...(isDuring && refusal.code === 'unavailable' ? {code: 'mid-stream' as const} : {}),
	};
}

function codeOfConnection({kind}: ChatProblem): Refusal['code'] {
	if (kind === 'timeout') return 'timeout';
	if (kind === 'cut') return 'cut';
	return kind === 'broken' ? 'broken' : 'unreachable';
}

/** What the service's code says more exactly than its status. */
function explainSaid(problem: ChatProblem, sent: Sent): Refusal | null {
	const name = nameOf(sent.target);
	const {code, said} = problem;
	const text = `${code ?? ''} ${said ?? ''}`;
	const why = quote(problem, sent);
	if (/insufficient_quota/.test(text))
		return toRefusal('failed', 'quota', `The ${name} account has no quota left.`, {
			why,
			next: 'Add credit or raise the limit of the project; trying again does not help.',
		});
	if (/free-models-per-day|daily_(?:rpd|usd)_limit/.test(text))
		return toRefusal('unreachable', 'daily-limit', `The daily limit of ${name} is used up.`, {
			why,
			next: /free-models/.test(text)
				? 'Use the paid variant (the id without :free), or wait until tomorrow.'
				: 'Raise the limit of the key, or wait until tomorrow.',
			retryAfterSeconds: problem.retryAfterSeconds,
		});
	if (/context_length_exceeded|maximum context length|token_limit_exceeded|max_tokens_exceeded|string_too_long/.test(text))
		return toRefusal('failed', 'too-long', `Prompt and max_tokens do not fit into the context of ${sent.target.sentId}.`, {
			why,
			next: 'Shorten the prompt, lower max_tokens, or take a model with a larger context.',
		});
	if (/content_policy_violation|content_filter/.test(text) && problem.status !== 404) return explainModeration(problem, sent);
	if (/provider_unknown_provider/.test(text))
		return toRefusal('failed', 'no-route-left', `${name} does not know a provider of the pin.`, {
			why,
			next: 'Refresh the routes and pin again.',
		});
	return null;
}

function explainStatus(problem: ChatProblem, sent: Sent): Refusal {
	const {status, retryAfterSeconds} = problem;
	const {sentId} = sent.target;
	const name = nameOf(sent.target);
	const why = quote(problem, sent);
	const party = partyOf(sent.target);
	switch (status) {
		case 401:
			return toRefusal('auth', 'auth', sent.hasKey ? `${name} refused the key.` : `${name} asks for a key.`, {
				why,
				next: `${sent.hasKey ? howToCheck(party) : howToSetUp(party)}.`,
			});
		case 402:
			return explainCredit(problem, sent);
		case 403:
			return explainForbidden(problem, sent);
		case 404:
			return explainNotFound(problem, sent);
		case 408:
			return toRefusal('unreachable', 'timeout', `${name} waited too long for the model.`, {
				why,
				next: 'Try again, or shorten the prompt.',
				isRetryable: true,
			});
		case 413:
			return toRefusal('failed', 'too-large', `The request is larger than ${name} takes.`, {why, next: 'Shorten the prompt.'});
		case 422:
			return toRefusal('failed', 'bad-request', `${name} understood the request but cannot use it.`, {
				why,
				next: 'Check the parameters, the response format above all.',
			});
		case 429:
			return toRefusal('unreachable', 'rate-limited', `${name} is limiting requests.`, {
				why,
				next: retryAfterSeconds === null ? 'Wait a little, then try again.' : `Try again in ${retryAfterSeconds} s.`,
				retryAfterSeconds,
				isRetryable: true,
			});
		case 503:
		case 529:
			return toRefusal('unreachable', 'overloaded', `No host can take ${sentId} at the moment.`, {
				why,
				next:
					retryAfterSeconds === null
						? 'Try again in a moment, or pin other routes.'
						: `Try again in ${retryAfterSeconds} s, or pin other routes.`,
				retryAfterSeconds,
				isRetryable: true,
			});
		case 524:
			return toRefusal('unreachable', 'timeout', `The host behind ${name} did not answer in time.`, {
				why,
				next: 'Try again, or pin another route.',
				isRetryable: true,
			});
		default:
	}
	if (status !== null && status >= 500)
		return toRefusal('unreachable', 'unavailable', `${problem.provider ?? name} failed while it answered.`, {
			why,
			next: 'Try again, or pin another route.',
			isRetryable: true,
			retryAfterSeconds,
		});
	if (status === null)
		return toRefusal('unreachable', 'unavailable', `${problem.provider ?? name} reported an error in its answer.`, {
			why,
			next: 'Try again, or pin another route.',
			isRetryable: true,
		});
	if (/not a valid model/i.test(problem.said ?? '') || problem.code === 'model_not_found') return explainUnknownModel(problem, sent);
	return toRefusal('failed', 'bad-request', `${name} refused the request.`, {why, next: 'Check the model and the parameters.'});
}

/** The service's own words, always as a quotation; with the routing step, which is free text. */
function quote({status, said, routingStep}: ChatProblem, {target}: Sent): string | null {
	const name = nameOf(target);
	const step = routingStep === null ? '' : ` (failed routing step: ${routingStep})`;
	if (said === null || said === '') return status === null && step === '' ? null : `${name} answered ${status ?? 'with an error'}${step}.`;
	return `${name} says: ${said.replace(/[.\s]+$/, '')}${step}.`;
}

/** OpenRouter reserves the cost of max_tokens: "You requested up to N tokens, but can only afford M". */
function explainCredit(problem: ChatProblem, sent: Sent): Refusal {
	const name = nameOf(sent.target);
	const match = /can only afford ([\d,]+)/i.exec(problem.said ?? '');
	const affordable = match === null ? null : Number(match[1]!.replaceAll(',', ''));
	const isUsable = affordable !== null && affordable > 0;
	return toRefusal(
		'failed',
		'credit',
		isUsable ? `The credit at ${name} affords ${affordable} tokens of answer.` : `The ${name} account has no credit for this.`,
		{
			why: quote(problem, sent),
			next: isUsable ? `Lower max_tokens to ${affordable}, or add credit.` : 'Add credit to the account or raise the limit of the key.',
			affordableMaxTokens: isUsable ? affordable : null,
		},
	);
}

function explainModeration(problem: ChatProblem, sent: Sent): Refusal {
	const flags = problem.flags.length === 0 ? '' : ` for ${problem.flags.join(', ')}`;
	const who = problem.provider ?? nameOf(sent.target);
	return toRefusal('failed', 'moderated', `${who} flagged the prompt${flags}.`, {
		why: quote(problem, sent),
		next: 'Change the prompt, or take a route without moderation.',
	});
}

function explainForbidden(problem: ChatProblem, sent: Sent): Refusal {
	const name = nameOf(sent.target);
	const text = `${problem.said ?? ''} ${problem.routingStep ?? ''}`;
	const why = quote(problem, sent);
	if (problem.flags.length > 0 || /moderation|flagged/i.test(text)) return explainModeration(problem, sent);
	if (/agentic harness/i.test(text))
		return toRefusal('failed', 'agentic-only', `${sent.target.sentId} is only open to listed coding agents and apps.`, {
			why,
			next: 'Take its paid variant (the id without :free) or another model.',
		});
	if (/guardrail/i.test(text)) return explainGuardrail(problem, sent);
	if (/\bkey\b|permission|credential|auth/i.test(text))
		return toRefusal('auth', 'auth', `The key may not do this at ${name}.`, {
			why,
			next: `Check the permissions of ${keyVariable(partyOf(sent.target))}.`,
		});
	return toRefusal('failed', 'forbidden', `${name} does not allow this request.`, {
		why,
		next: 'Its own words say why; a region, an age check or the terms of a host can be the reason.',
	});
}

function explainGuardrail(problem: ChatProblem, sent: Sent): Refusal {
	return toRefusal('failed', 'guardrail', 'A guardrail or the data policy of your account removed every route.', {
		why: quote(problem, sent),
		next: 'Change it at https://openrouter.ai/settings/privacy, or take another model.',
	});
}

function explainUnknownModel(problem: ChatProblem, sent: Sent): Refusal {
	return toRefusal('failed', 'no-endpoints', `${nameOf(sent.target)} does not serve ${sent.target.sentId} now.`, {
		why: quote(problem, sent),
		next:
			sent.target.elsewhere !== undefined || sent.target.sentId.startsWith('ft:')
				? 'Check its name; a model that was just trained may need some minutes, and at some services it has to be deployed first.'
				: 'Refresh the catalogue, or take another model.',
		alternatives: offer(sent),
	});
}

function explainNotFound(problem: ChatProblem, sent: Sent): Refusal {
	const {target, body, now} = sent;
	const why = quote(problem, sent);
	if (target.gateway !== 'openrouter') return explainUnknownModel(problem, sent);
	const constraints = readConstraints(body);
	const isEnforced = constraints.some(({name}) => name === 'enforce_distillable_text');
	if (isEnforced && (target.model === null || !isOnDistillableList(target.model)))
		return toRefusal(
			'policy',
			'not-distillable',
			`${target.sentId} is not in OpenRouter's distillable set (${sayListAge(target.model, now)}).`,
			{
				why,
				next: 'Retry with one of the alternatives, or switch enforcement off with a reason.',
				alternatives: offer(sent),
			},
		);
	if (/guardrail|data policy/i.test(`${problem.said ?? ''} ${problem.routingStep ?? ''}`)) return explainGuardrail(problem, sent);
	const found = diagnose(target, constraints);
	if (found !== null)
		return toRefusal(isEnforced ? 'policy' : 'failed', 'no-route-left', found.message, {why, next: found.next, alternatives: offer(sent)});
	if (constraints.length > 0)
		return toRefusal(isEnforced ? 'policy' : 'failed', 'no-route-left', `OpenRouter left no route of ${target.sentId}.`, {
			why: [why, sayUnexplained(target, constraints, isEnforced, sayListAge(target.model, now))].filter(Boolean).join(' '),
			next: `Refresh the routes; then ${constraints.map(({remedy}) => remedy).join(', or ')}.`,
			alternatives: offer(sent),
		});
	return explainUnknownModel(problem, sent);
}

/** What our own data cannot explain, said as such. */
function sayUnexplained({sentId, routes}: Target, constraints: readonly Constraint[], isEnforced: boolean, age: string): string {
	const known = routes.filter(({isLeft}) => isLeft).length;
	const list = isEnforced ? ` ${sentId} was in its distillable set (${age}), which may have changed since.` : '';
	return `By our own data ${known} of ${routes.length} known routes pass ${constraints.map(({name}) => name).join(', ')}.${list}`;
}

/** Tries each constraint alone, then all together; null when our data leaves a route, or knows none. */
function diagnose({list, sentId}: Target, constraints: readonly Constraint[]): {readonly message: string; readonly next: string} | null {
	const routes = list?.routes.filter(({gateway}) => gateway === 'openrouter') ?? [];
	if (routes.length === 0 || routes.some((route) => explainRoute(route, constraints) === null && route.isAvailable)) return null;
	const all = `all ${routes.length} known ${routes.length === 1 ? 'route' : 'routes'} of ${sentId}`;
	const alone = constraints.find(({explain}) => routes.every((route) => explain(route) !== null));
	if (alone !== undefined) {
		const example = alone.explain(routes[0]!)?.replace(/^falls out: /, '');
		return {
			message: `${alone.name} removes ${all}: ${routes[0]!.tag} ${example}.`,
			next: `${alone.remedy[0]!.toUpperCase()}${alone.remedy.slice(1)}, or take another model.`,
		};
	}
	const removing = constraints
		.map((constraint) => ({...constraint, count: routes.filter((route) => constraint.explain(route) !== null).length}))
		.filter(({count}) => count > 0);
	const down = routes.filter(({isAvailable}) => !isAvailable).length;
	const parts = [...removing.map(({name, count}) => `${name} removes ${count}`), ...(down === 0 ? [] : [`${down} not available now`])];
	return {
		message: `Together these remove ${all}: ${parts.join(', ')}.`,
		next:
			removing.length === 0
				? 'Try again later, or take another model.'
				: `${removing.map(({remedy}) => remedy).join(', or ')}, or take another model.`.replace(/^./, (first) => first.toUpperCase()),
	};
}

function offer({models, target, now}: Sent): Refusal['alternatives'] {
	if (target.gateway === 'openai') return [];
	return nearestAlternatives(models, {id: target.model?.id ?? target.sentId, model: target.model}, target.gateway, now);
}
