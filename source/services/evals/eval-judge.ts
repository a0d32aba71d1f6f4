import type {EvalDefinition, Grader} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import type {Ledger} from '../../domain/ledger.js';
import type {Model} from '../../domain/model.js';
import type {PromptRequest} from '../../domain/prompt.js';
import {serviceNames} from '../../domain/service.js';
import {howToSetUp} from '../../domain/service-key.js';
import type {BulkRequest} from '../bulk-sender.js';
import type {ChatClient, Context} from '../context.js';
import {ledgerIdPlace, toPlan} from '../plan-prompt.js';
import {prepareTarget, type Target} from '../prepare-target.js';
import {sayRefusal} from '../refusal.js';
import {type AskJudge, type JudgeAnswer, toJudgePrompt} from './ask-judge.js';
import {labelForm, scoreForm} from './judge-prompts.js';

export type JudgedGrader = Extract<Grader, {type: 'label_model' | 'score_model'}>;

export const isJudged = (grader: Grader): grader is JudgedGrader => grader.type === 'label_model' || grader.type === 'score_model';

/** How a judge is reached. */
export type JudgeSeat = {
	readonly model: string;
	readonly target: Target;
	readonly chat: ChatClient;
	readonly maxTokens: number;
};

/** Longer answers are streamed. */
const longestWhole = 4096;

/** Decides how the judge of a grader is reached; nothing is sent. Throws Failure where it cannot be asked. */
export async function prepareJudge(
	context: Context,
	models: readonly Model[],
	grader: JudgedGrader,
	{id}: EvalDefinition,
	signal: AbortSignal,
): Promise<JudgeSeat> {
	const form = grader.type === 'label_model' ? labelForm(grader) : scoreForm;
	const given = grader.type === 'score_model' ? (grader.sampling_params ?? {}) : {};
	const asked = given.max_completions_tokens ?? given.max_completion_tokens ?? given.max_tokens;
	const parameters = typeof asked === 'number' ? {maxTokens: asked} : {};
	const prompt = toJudgePrompt(context, models, {model: grader.model, grader: grader.name, messages: [], form, parameters}, id);
	if (prompt instanceof Failure) throw prompt;
	const target = await prepareTarget(context, models, prompt, signal);
	if (target.refusal !== null) throw new Failure(target.refusal.kind, `The judge cannot be asked. ${sayRefusal(target.refusal)}`);
	const {gateway} = prompt;
	if (!context.hasKey[gateway])
		throw new Failure('auth', `The judge ${grader.model} is asked at ${serviceNames[gateway]}, which takes prompts only with a key.`, {
			service: gateway,
			next: `${howToSetUp(gateway)}, or take another judge.`,
		});
	return {model: grader.model, target, chat: await context.chat(gateway), maxTokens: prompt.parameters.maxTokens};
}

/** One word of a judge: on which answer, and whether it is asked again. */
export type JudgeTurn = {
	readonly evaluation: string;
	readonly answerKey: string;
	/** The second time, to see how far it agrees with itself. */
	readonly isAgain: boolean;
	/** Runs whose word could not be used. */
	readonly spoilt: ReadonlySet<string>;
};

/**
 * Asks judges as answers are asked for: by the same pace and from the same budget, and never twice for one turn, because what the ledger holds of it is
 * taken. `send` resolves to null when nothing was sent; then, and when it was stopped, it throws Failure `interrupted`.
 */
export function createBulkJudge(
	{context, models, ledger}: {readonly context: Context; readonly models: readonly Model[]; readonly ledger: Ledger},
	seats: ReadonlyMap<string, JudgeSeat>,
	send: (job: Omit<BulkRequest, 'pace'>) => Promise<(Omit<JudgeAnswer, 'run' | 'seed'> & {readonly run: string}) | null>,
): (turn: JudgeTurn) => AskJudge {
	return ({evaluation, answerKey, isAgain, spoilt}) =>
		async (_, request) => {
			const seat = seats.get(request.grader);
			const prompt = toJudgePrompt(context, models, {...request, repetition: isAgain ? 1 : 0}, evaluation);
			if (prompt instanceof Failure || seat === undefined)
				return {
					run: null,
					text: '',
					costUsd: null,
					seed: null,
					problem: prompt instanceof Failure ? prompt.toLine() : 'There is no such judge.',
				};
			const keyed = withKey(prompt, `${answerKey}/judge/${request.grader}${isAgain ? '/again' : ''}`);
			const found = findJudgement(ledger, keyed, spoilt);
			if (found !== null) return found;
			const plan = toPlan(seat.target, keyed, ledgerIdPlace);
			const answer = await send({target: seat.target, chat: seat.chat, request: keyed, plan});
			if (answer === null) throw new Failure('interrupted', 'Stopped while a judge was asked.');
			return {...answer, seed: prompt.parameters.seed ?? null};
		};
}

function withKey(prompt: PromptRequest, idempotencyKey: string): PromptRequest {
	return {...prompt, idempotencyKey, isStreamed: prompt.parameters.maxTokens > longestWhole};
}

/** What the judge said at an earlier run, where it was asked the same. */
function findJudgement(ledger: Ledger, {idempotencyKey}: PromptRequest, spoilt: ReadonlySet<string>): JudgeAnswer | null {
	const done = ledger.findByIdempotencyKey(idempotencyKey ?? '').find(({id, status}) => status === 'finished' && !spoilt.has(id));
	if (done === undefined || done.textHash === null) return null;
	const text = ledger.readText(done.textHash);
	if (text === null) return null;
	const seed = ledger.readRun(done.id)?.record.request.params.seed;
	return {run: done.id, text, costUsd: done.costUsd, seed: typeof seed === 'number' ? seed : null, problem: null};
}
