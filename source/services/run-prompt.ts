import {type ChatFacts, type ChatPiece, type ChatProblem, noFacts} from '../domain/chat.js';
import {Failure} from '../domain/failure.js';
import type {Ledger, LedgerReceipt, RunFinish, RunStart} from '../domain/ledger.js';
import type {Model} from '../domain/model.js';
import type {PromptRequest} from '../domain/prompt.js';
import type {Answer, PromptPlan, Refusal, RunEvent} from '../domain/run-event.js';
import {serviceNames} from '../domain/service.js';
import {howToSetUp, keyVariable} from '../domain/service-key.js';
import {asFailure} from './as-failure.js';
import type {ChatClient, Context} from './context.js';
import {explainFinish} from './explain-finish.js';
import {explainRefusal, type Sent} from './explain-refusal.js';
import {ledgerIdPlace, toPlan} from './plan-prompt.js';
import {prepareTarget, type Target} from './prepare-target.js';
import {fromFailure, sayRefusal, toRefusal} from './refusal.js';

/**
 * Sends one prompt and keeps the answer with its evidence: planned; the start in the ledger, on disk, before the request leaves; the pieces
 * as they come; the end in the ledger. A refusal of ours sends nothing and leaves no entry; one of the service is recorded as failed. When
 * the signal aborts, or the consumer stops iterating, the partial answer is kept and marked aborted. Never throws for what a service, the
 * network or the disk does: that is an event.
 */
export async function* runPrompt(
	context: Context,
	models: readonly Model[],
	request: PromptRequest,
	signal: AbortSignal,
): AsyncGenerator<RunEvent> {
	const ready = await prepare(context, models, request, signal);
	if (ready.plan !== null) yield {type: 'planned', plan: ready.plan};
	if (ready.refusal !== null || signal.aborted) {
		yield {type: 'refused', refusal: ready.refusal ?? toRefusal('interrupted', 'interrupted', 'Stopped.'), ledgerId: null};
		return;
	}
	const {target, ledger, chat, id, plan} = ready;
	const requestedAt = context.clock.now();
	try {
		await ledger.append(toStart(context, target, request, plan, id, requestedAt));
	} catch (error) {
		yield {type: 'refused', refusal: notKept(error, target), ledgerId: null};
		return;
	}
	const sent: Sent = {target, body: plan.body, models, now: requestedAt, hasKey: context.hasKey[target.gateway]};
	const run = createRun(id, sent, () => context.clock.now());
	let isOver = false;
	try {
		yield {type: 'started', ledgerId: id, at: requestedAt.toISOString()};
		for await (const piece of chat.stream(plan.body, signal)) {
			run.take(piece);
			if (piece.type === 'text' || piece.type === 'reasoning') yield piece;
		}
		isOver = true;
		const end = run.end();
		let receipt: LedgerReceipt | null = null;
		let lost: Refusal | null = null;
		try {
			receipt = await ledger.append(end.finish);
		} catch (error) {
			lost = notKept(error, target);
		}
		if (end.isRefused) yield {type: 'refused', refusal: end.problem!, ledgerId: id};
		else yield {type: 'finished', answer: run.toAnswer(end, receipt, lost)};
	} finally {
		// The consumer stopped iterating: nobody hears of it any more, but the ledger does.
		if (!isOver) await ledger.append(run.stop()).catch(() => null);
	}
}

type Ready =
	| {readonly plan: PromptPlan | null; readonly refusal: Refusal}
	| {
			readonly plan: PromptPlan;
			readonly refusal: null;
			readonly target: Target;
			readonly ledger: Ledger;
			readonly chat: ChatClient;
			readonly id: string;
	  };

/** Everything that has to be there before a prompt can leave, or why it does not. */
async function prepare(context: Context, models: readonly Model[], request: PromptRequest, signal: AbortSignal): Promise<Ready> {
	let target: Target;
	try {
		target = await prepareTarget(context, models, request, signal);
	} catch (error) {
		const failure = asFailure(error, request.gateway);
		return {plan: null, refusal: fromFailure(failure, failure.kind === 'interrupted' ? 'interrupted' : 'unreachable')};
	}
	const plan = toPlan(target, request, ledgerIdPlace);
	const refusal = plan.refusal ?? (context.hasKey[target.gateway] ? null : noKey(target));
	if (refusal !== null) return {plan, refusal};
	try {
		const [ledger, chat] = await Promise.all([context.ledger(), context.chat(target.gateway)]);
		const id = ledger.createId();
		return {plan: target.gateway === 'openai' ? toPlan(target, request, id) : plan, refusal: null, target, ledger, chat, id};
	} catch (error) {
		return {plan, refusal: notKept(error, target)};
	}
}

function noKey({gateway}: Target): Refusal {
	return toRefusal('auth', 'no-key', `${serviceNames[gateway]} takes prompts only with a key.`, {
		why: `${keyVariable(gateway)} is not set.`,
		next: `${howToSetUp(gateway)}, or try it with --sandbox.`,
	});
}

function notKept(error: unknown, {gateway}: Target): Refusal {
	const failure =
		error instanceof Failure
			? error
			: new Failure('failed', 'The ledger could not be written.', {
					service: gateway,
					why: error instanceof Error ? `${error.message}.` : String(error),
				});
	return fromFailure(failure, 'ledger');
}

export function toStart(
	context: Context,
	target: Target,
	request: PromptRequest,
	plan: PromptPlan,
	id: string,
	requestedAt: Date,
): RunStart {
	return {
		kind: 'run-started',
		id,
		requestedAt: requestedAt.toISOString(),
		gateway: target.elsewhere === undefined ? target.gateway : 'unknown',
		baseUrl: target.elsewhere?.baseUrl ?? context.baseUrls[target.gateway],
		model: {requested: target.sentId, ...target.names, variant: target.model?.variant ?? null},
		body: plan.body,
		verdict: target.verdict,
		pin: target.pinned,
		enforcement: {level: target.enforcement.level, state: target.enforcement.words},
		tool: context.tool,
		override: request.override?.trim() || null,
		dataset: request.dataset,
		task: request.task,
		tags: request.tags,
		idempotencyKey: request.idempotencyKey,
	};
}

/** How a run ended: what the ledger gets, and what a person is told. */
export type RunEnd = {
	readonly finish: RunFinish;
	readonly problem: Refusal | null;
	/** The service refused before the first piece of an answer. */
	readonly isRefused: boolean;
};

/** Gathers one answer. Texts stay exactly as they came: they are cleaned where they are drawn. */
export function createRun(id: string, sent: Sent, now: () => Date) {
	const from = performance.now();
	let text = '';
	let reasoning = '';
	let facts: ChatFacts = noFacts;
	let problem: ChatProblem | null = null;
	let firstToken: {readonly at: Date; readonly milliseconds: number} | null = null;

	const toFinish = (outcome: RunFinish['outcome'], why: Refusal | null): RunFinish => ({
		kind: 'run-finished',
		run: id,
		outcome,
		completedAt: now().toISOString(),
		firstTokenAt: firstToken?.at.toISOString() ?? null,
		...facts,
		text,
		reasoning,
		latencyMilliseconds: Math.round(performance.now() - from),
		error: why === null ? null : {kind: why.code, status: why.status, message: sayRefusal(why)},
	});

	return {
		take(piece: ChatPiece): void {
			if (piece.type === 'facts') facts = {...facts, ...piece.facts};
			else if (piece.type === 'problem') problem = piece.problem;
			else {
				firstToken ??= {at: now(), milliseconds: performance.now() - from};
				if (piece.type === 'text') text += piece.text;
				else reasoning += piece.text;
			}
		},
		/** The consumer went away in the middle. */
		stop: (): RunFinish => toFinish('aborted', null),
		end(): RunEnd {
			const has = {hasText: text !== '', hasReasoning: reasoning !== ''};
			if (problem === null) {
				const flaw = explainFinish(facts, has, sent);
				return {finish: toFinish(has.hasText || flaw === null ? 'finished' : 'failed', flaw), problem: flaw, isRefused: false};
			}
			if (problem.kind === 'aborted') return {finish: toFinish('aborted', null), problem: null, isRefused: false};
			if (problem.kind === 'no-end-mark') {
				const flaw =
					explainFinish(facts, has, sent) ??
					toRefusal('failed', 'no-end-mark', 'The stream ended without its closing mark.', {
						why: `The model had finished with "${facts.finishReason}", so the answer is probably complete.`,
						next: 'Check the end of the answer.',
					});
				return {finish: toFinish(has.hasText ? 'finished' : 'failed', flaw), problem: flaw, isRefused: false};
			}
			const refusal = explainRefusal(problem, sent);
			return {finish: toFinish('failed', refusal), problem: refusal, isRefused: !has.hasText && !has.hasReasoning};
		},
		toAnswer: ({finish, problem: flaw}: RunEnd, receipt: LedgerReceipt | null, lost: Refusal | null): Answer => ({
			ledgerId: id,
			outcome: finish.outcome,
			text,
			reasoning,
			finishReason: facts.finishReason,
			usage: {promptTokens: facts.promptTokens, completionTokens: facts.completionTokens, reasoningTokens: facts.reasoningTokens},
			costUsd: facts.costUsd,
			firstTokenMilliseconds: firstToken === null ? null : Math.round(firstToken.milliseconds),
			milliseconds: finish.latencyMilliseconds ?? 0,
			evidence: {
				requestedModel: sent.target.sentId,
				servedModel: facts.servedModel,
				servedProvider: facts.servedProvider,
				proof: facts.proof,
				grade: receipt?.grade ?? null,
				warnings: receipt?.warnings ?? [],
				responseId: facts.responseId,
			},
			problem: lost ?? flaw,
		}),
	};
}
