import type {Candidate} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import {type TuningService, tuningServices} from '../../domain/job.js';
import type {Model} from '../../domain/model.js';
import type {PromptParameters} from '../../domain/prompt.js';
import {partyNames, serviceNames} from '../../domain/service.js';
import {howToSetUp} from '../../domain/service-key.js';
import {judgeModel} from '../../policy/judge.js';
import type {ChatClient, Context} from '../context.js';
import {prepareTarget, type Target, type TargetRequest} from '../prepare-target.js';

/** A model that is asked in an evaluation, with everything decided that does not depend on the question. */
export type Asked = {
	readonly target: Target;
	readonly chat: ChatClient;
	/** Every request of it: `enforcement` is `off` where it is asked although the policy refuses. */
	readonly held: TargetRequest;
};

/**
 * Decides how a model is reached and held to allowed routes, as for every other prompt; nothing is sent. What the policy refuses is asked all the
 * same where `override` says why, which is recorded. Throws Failure: policy, auth, usage, or failed for a model that is not there.
 */
export async function prepareCandidate(
	context: Context,
	models: readonly Model[],
	target: Candidate['target'],
	{parameters, override}: {readonly parameters: PromptParameters; readonly override: string | null},
	signal: AbortSignal,
): Promise<Asked> {
	if (target.kind === 'endpoint' && target.service !== 'openai') return prepareEndpoint(context, target, parameters);
	const gateway = target.kind === 'gateway' ? target.gateway : 'openai';
	const only = target.kind === 'gateway' ? target.only : null;
	const request: TargetRequest = {gateway, modelId: target.model, enforcement: 'auto', only, override: null, parameters};
	let held = request;
	let found = await prepareTarget(context, models, held, signal);
	if (found.refusal?.kind === 'policy' && override !== null) {
		held = {...request, enforcement: 'off', override};
		found = await prepareTarget(context, models, held, signal);
	}
	if (found.refusal !== null) {
		const {kind, message, why, next} = found.refusal;
		throw new Failure(kind, message, {
			...(why === null ? {} : {why}),
			next: kind === 'policy' ? 'Take another model, or say with --reason why it is asked all the same: it is recorded.' : (next ?? ''),
		});
	}
	if (!context.hasKey[gateway])
		throw new Failure('auth', `${serviceNames[gateway]} takes prompts only with a key.`, {
			service: gateway,
			next: `${howToSetUp(gateway)}, or try it with --sandbox.`,
		});
	return {target: found, chat: await context.chat(gateway), held};
}

/** A model that a tuning service serves: nothing is known of its terms or its price, and the ledger says so. */
async function prepareEndpoint(
	context: Context,
	{service, model}: Extract<Candidate['target'], {kind: 'endpoint'}>,
	parameters: PromptParameters,
): Promise<Asked> {
	if (!isTuner(service))
		throw new Failure('usage', `There is no service "${service}" that serves models.`, {next: `There are ${tuningServices.join(', ')}.`});
	const chat = await context.chatAt(service, model);
	return {
		chat,
		held: {gateway: 'openai', modelId: model, enforcement: 'off', only: null, override: null, parameters},
		target: {
			gateway: 'openai',
			elsewhere: {party: service, baseUrl: context.tunerSetups[service].baseUrl ?? ''},
			model: null,
			sentId: model,
			verdict: judgeModel([]),
			enforcement: {level: 'off', words: `NO ENFORCEMENT: asked at ${partyNames[service]}, which serves it`, pin: null, warnings: []},
			provider: null,
			pinned: null,
			routes: [],
			list: null,
			price: {input: null, output: null, overrides: []},
			refusal: null,
			names: {canonicalSlug: null, aliasTarget: null, huggingFaceId: null},
		},
	};
}

const isTuner = (name: string): name is TuningService => (tuningServices as readonly string[]).includes(name);
