import {Failure} from '../../domain/failure.js';
import {judgeTags, judgeTask} from '../../domain/judge-run.js';
import type {Model} from '../../domain/model.js';
import type {Message, PromptParameters, PromptRequest} from '../../domain/prompt.js';
import {type Service, serviceNames, services} from '../../domain/service.js';
import type {Context} from '../context.js';
import {findModel} from '../find-model.js';
import {type JudgeForm, judgePromptVersion} from './judge-prompts.js';
import {parseModelTarget} from './model-target.js';

export type JudgeRequest = {
	/** As the grader names it: `gpt-4.1-mini`, `qwen/qwen3-32b`, or with its service, `nanogpt:qwen/qwen3-32b`. */
	readonly model: string;
	readonly grader: string;
	readonly messages: readonly Message[];
	readonly form: JudgeForm;
	/** The grader's own; what it leaves out is chosen here. */
	readonly parameters: Partial<PromptParameters>;
	/** How often it graded this answer before; by default 0. Each time is asked for by another seed. */
	readonly repetition?: number;
};

export type JudgeAnswer = {
	/** Ledger id; null when nothing was sent. */
	readonly run: string | null;
	readonly text: string;
	readonly costUsd: number | null;
	/** The seed that was sent; null where none was, because the model does not list it. */
	readonly seed: number | null;
	/** Why there is no answer, or what is wrong with it; null when all is well. */
	readonly problem: string | null;
};

/** Asks a judge once. Throws Failure `interrupted` when the signal aborts, nothing else. */
export type AskJudge = (context: Context, request: JudgeRequest, signal: AbortSignal) => Promise<JudgeAnswer>;

/** Recorded beside every answer of a judge: a model that may not be distilled may judge. */
const judgeReason = 'Judge of an evaluation: this answer is a grade, it is not training data and no data set takes it.';

/** Judges that think need room; an answer that is cut off is an error, not a grade. */
const defaultMaxTokens = 4096;

/** The seed of the first time that a judge grades an answer, where the grader names none. */
const firstSeed = 1;

/**
 * What is sent to a judge, and where: with task `judge` and a fixed reason, so that the ledger has each of its answers with its evidence, and no data set
 * takes one. A Failure where nobody serves it.
 */
export function toJudgePrompt(
	context: Context,
	models: readonly Model[],
	request: JudgeRequest,
	evaluation: string,
): PromptRequest | Failure {
	const target = chooseJudge(context, models, request.model);
	return target instanceof Failure ? target : toRequest(target, request, evaluation);
}

type JudgeTarget = {
	readonly gateway: Service;
	readonly modelId: string;
	/** Names of the parameters that the model is listed with there; null where nothing is known. */
	readonly parameters: readonly string[] | null;
};

/**
 * Where a judge is asked: as `parseModelTarget` reads its name. One that names no service is asked elsewhere when there is no key for that one but
 * for another that lists it.
 */
function chooseJudge({hasKey}: Context, models: readonly Model[], name: string): JudgeTarget | Failure {
	const target = parseModelTarget(name);
	if (target.kind === 'endpoint' && target.service !== 'openai')
		return new Failure('usage', `${name} cannot be a judge.`, {
			next: `Name a judge at ${services.map((service) => serviceNames[service]).join(', ')}.`,
		});
	const gateway = target.kind === 'gateway' ? target.gateway : 'openai';
	const id = target.model;
	const found = findModel(models, gateway === 'openai' && !id.includes('/') ? `openai/${id}` : id);
	const model = found instanceof Failure ? null : found;
	const isPlaced = name !== id;
	const place = hasKey[gateway] || isPlaced ? gateway : (model?.catalogues.find((other) => hasKey[other]) ?? gateway);
	const listing = model?.listings[place === 'openai' ? 'openrouter' : place];
	return {gateway: place, modelId: place === 'openai' ? id : (model?.id ?? id), parameters: listing?.parameters ?? null};
}

function toRequest({gateway, modelId, parameters: listed}: JudgeTarget, request: JudgeRequest, evaluation: string): PromptRequest {
	const {seed = firstSeed, ...parameters} = request.parameters;
	// NanoGPT lists capabilities, not parameters; an empty list says nothing.
	const isListed = gateway !== 'nanogpt' && listed !== null && listed.length > 0;
	const takesSeed = request.parameters.seed !== undefined || !isListed || listed.includes('seed');
	const takesForm = gateway === 'openai' || listed?.some((name) => /^(?:structured_outputs?|json_schema)$/.test(name));
	return {
		gateway,
		modelId,
		messages: request.messages,
		parameters: {
			maxTokens: defaultMaxTokens,
			// The same grade for the same answer, as far as that goes. Models that think refuse it and do not list it.
			...(listed?.includes('temperature') ? {temperature: 0} : {}),
			...(takesForm ? {responseFormat: {type: 'json_schema', json_schema: {...request.form, strict: true}}} : {}),
			...parameters,
			// The very same request would be answered by the very same draw, and how far a judge agrees with itself would say nothing.
			...(takesSeed ? {seed: seed + (request.repetition ?? 0)} : {}),
		},
		enforcement: 'off',
		only: null,
		override: judgeReason,
		task: judgeTask,
		dataset: null,
		tags: {...judgeTags, evaluation, grader: request.grader, judge_prompt: String(judgePromptVersion)},
		store: false,
		idempotencyKey: null,
	};
}
