import type {ChatProblem} from '../domain/chat.js';
import {Failure} from '../domain/failure.js';
import type {Ledger, RunFinish} from '../domain/ledger.js';
import type {Model} from '../domain/model.js';
import type {Refusal} from '../domain/run-event.js';
import {asFailure} from './as-failure.js';
import {checkJob} from './check-job.js';
import type {ChatClient, Context} from './context.js';
import type {Sent} from './explain-refusal.js';
import {createBudget, refuseBudget} from './generate-budget.js';
import type {GenerateEvent, GenerateOptions, GenerateProgress} from './generate-event.js';
import {createMeter} from './generate-meter.js';
import {createPace} from './generate-pace.js';
import {costOf, listTasks, type Survey, surveyRows, type Task} from './generate-tasks.js';
import {toPlan} from './plan-prompt.js';
import {prepareTarget, type Target} from './prepare-target.js';
import {fromFailure, toRefusal} from './refusal.js';
import {createRun, type RunEnd, toStart} from './run-prompt.js';

/** Sent again within the same run when nothing was answered: overload for longer, other failures that may pass a few times. */
const mostOverloads = 12;
const mostAttempts = 3;

/** So many rows in a row that could not reach the service end the job. */
const mostUnreachable = 5;

const progressMilliseconds = 100;

/** Without news, progress is told this often: time goes on, and a pause runs down. */
const idleMilliseconds = 1000;

const noTask = {value: undefined, done: true} as const;

/** What would befall every other row as well. */
const fatal: ReadonlySet<Refusal['code']> = new Set([
	'auth',
	'no-key',
	'credit',
	'quota',
	'daily-limit',
	'not-distillable',
	'no-route-left',
	'no-endpoints',
	'agentic-only',
	'guardrail',
	'ledger',
]);

/** Nothing was answered, and it says nothing about the row. */
const passing: ReadonlySet<Refusal['code']> = new Set(['unreachable', 'rate-limited', 'overloaded']);

/**
 * Asks one model for answers to many prompts and keeps each in the ledger. Started again it sends only what is missing: rows are named by
 * their content, a row with a finished answer is never sent again, one whose run has no end (the program was killed) is, a failed one only
 * on request. Stops before the cost can exceed the limit: the most that a request can cost is reserved before it leaves. Nothing is sent when a
 * line cannot be read, unless `skipInvalid`. Never throws for what a service, the network or the disk does.
 */
export async function* generateCompletions(
	context: Context,
	models: readonly Model[],
	options: GenerateOptions,
	signal: AbortSignal,
): AsyncGenerator<GenerateEvent> {
	const count = {done: 0, failed: 0, total: 0, inFlight: 0, spent: 0};
	const stopped = (reason: 'done' | 'budget' | 'refused' | 'interrupted', refusal: Refusal | null): GenerateEvent => ({
		type: 'stopped',
		reason,
		refusal,
		progress: {...idleProgress, done: count.done, failed: count.failed, total: count.total, costUsd: count.spent},
	});
	let parts: {readonly target: Target; readonly ledger: Ledger; readonly chat: ChatClient; readonly survey: Survey};
	try {
		const {gateway} = options.template;
		const target = await prepareTarget(context, models, options.template, signal);
		const [ledger, chat] = await Promise.all([context.ledger(), context.chat(gateway)]);
		const survey = await surveyRows(target, ledger, options);
		parts = {target, ledger, chat, survey};
	} catch (error) {
		const refusal = toStop(error);
		yield stopped(refusal.code === 'interrupted' ? 'interrupted' : 'refused', refusal);
		return;
	}
	const {target, survey} = parts;
	Object.assign(count, {done: survey.done, failed: survey.failed, total: survey.total, spent: survey.spentUsd});
	for (const {line, problem} of survey.invalid) yield {type: 'invalid', line, message: `Line ${line} ${problem}`};
	const plan = survey.first?.plan ?? null;
	if (plan !== null)
		yield {
			type: 'planned',
			plan,
			total: survey.total,
			alreadyDone: survey.done,
			alreadyFailed: survey.failed,
			costBoundUsd: survey.boundUsd,
		};
	const refusal = plan?.refusal ?? checkJob(context, target, survey, options);
	if (refusal !== null) {
		yield stopped('refused', refusal);
		return;
	}
	yield* sendAll(context, models, options, signal, parts);
}

/** Why a job cannot begin or go on: the person's own interruption, the disk, or prompts that cannot be read. */
function toStop(error: unknown): Refusal {
	if (error instanceof Failure) return fromFailure(error, error.kind === 'interrupted' ? 'interrupted' : 'ledger');
	return toRefusal('failed', 'bad-parameter', 'The prompts could not be read.', {
		why: error instanceof Error ? `${error.message}.` : String(error),
	});
}

const idleProgress: GenerateProgress = {
	done: 0,
	failed: 0,
	total: 0,
	inFlight: 0,
	costUsd: 0,
	projectedCostUsd: null,
	rowsPerSecond: 0,
	secondsLeft: null,
	limit: 0,
	pausedSeconds: 0,
};

async function* sendAll(
	context: Context,
	models: readonly Model[],
	options: GenerateOptions,
	signal: AbortSignal,
	{target, ledger, chat, survey}: {readonly target: Target; readonly ledger: Ledger; readonly chat: ChatClient; readonly survey: Survey},
): AsyncGenerator<GenerateEvent> {
	const controller = new AbortController();
	const abort = () => controller.abort();
	signal.addEventListener('abort', abort, {once: true});
	if (signal.aborted) abort();
	const pace = createPace(options.concurrency, context.clock, controller.signal);
	const meter = createMeter(survey, pace.state);
	const events: GenerateEvent[] = [];
	let notify = () => {};
	const emit = (event: GenerateEvent) => {
		events.push(event);
		notify();
	};
	let ending: {readonly reason: 'budget' | 'refused' | 'interrupted'; readonly refusal: Refusal | null} | null = null;
	let unreachable = 0;
	const budget = createBudget(options.maxCostUsd, survey.spentUsd);

	const tasks = listTasks(target, options, survey.open);

	async function work(): Promise<void> {
		// The end of a row and the start of the next are asked for in one turn, so that they share one wait for the disk.
		let closing: Promise<void> | null = null;
		for (;;) {
			const {value: task, done} = ending !== null || controller.signal.aborted ? noTask : await tasks.next();
			if (done || ending !== null) {
				await closing;
				return;
			}
			if ('problem' in task) continue;
			const bound = task.plan.costBoundUsd ?? 0;
			if (!(await budget.reserve(bound, controller.signal))) {
				if (!controller.signal.aborted) ending ??= {reason: 'budget', refusal: refuseBudget(options.maxCostUsd!, budget.spent(), bound)};
				continue;
			}
			const ran = await runTask(task);
			budget.settle(bound, ran?.costUsd ?? 0);
			await closing;
			closing = ran?.close() ?? null;
		}
	}

	/** What it cost, in USD, and how to write down its end; null when nothing was sent. */
	async function runTask(task: Task): Promise<{readonly costUsd: number; readonly close: () => Promise<void>} | null> {
		const token = await pace.enter();
		if (token === null) return null;
		const id = ledger.createId();
		const plan = target.gateway === 'openai' ? toPlan(target, task.request, id) : task.plan;
		const at = context.clock.now();
		try {
			await ledger.append(toStart(context, target, task.request, plan, id, at));
		} catch (error) {
			pace.leave(token, {isOverload: false, retryAfterSeconds: null});
			endWithLedger(error);
			return null;
		}
		meter.started();
		const end = await attempt(token, id, {target, body: plan.body, models, now: at, hasKey: true});
		// What stops the whole job, or never reached the service, is no fault of the row: it is open again at the next start.
		const isOfJob = end.problem !== null && end.isRefused && (fatal.has(end.problem.code) || passing.has(end.problem.code));
		const finish: RunFinish = isOfJob ? {...end.finish, outcome: 'aborted'} : end.finish;
		const {outcome, costUsd = null, promptTokens = null, completionTokens = null} = finish;
		const cost = end.isRefused ? 0 : costOf(target, {status: outcome, costUsd, promptTokens, completionTokens}, plan.costBoundUsd);
		judgeEnd(end);
		const close = async () => {
			await ledger.append(finish).catch(endWithLedger);
			meter.ended(outcome, cost);
			emit({type: 'row', line: task.row.line, repeat: task.repeat, ledgerId: id, outcome, costUsd, problem: end.problem});
		};
		return {costUsd: cost, close};
	}

	function endWithLedger(error: unknown): void {
		ending ??= {reason: 'refused', refusal: fromFailure(asFailure(error, target.gateway), 'ledger')};
	}

	/** One run, sent again where nothing was answered and trying again can help. */
	async function attempt(firstToken: number, id: string, sent: Sent): Promise<RunEnd> {
		let token: number | null = firstToken;
		for (let overloads = 0, attempts = 1; ; ) {
			const run = createRun(id, sent, () => context.clock.now());
			if (token === null) return {finish: run.stop(), problem: null, isRefused: false};
			let problem: ChatProblem | null = null;
			for await (const piece of chat.stream(sent.body, controller.signal)) {
				run.take(piece);
				if (piece.type === 'problem') problem = piece.problem;
			}
			const end = run.end();
			const isOverload = end.isRefused && (end.problem!.code === 'rate-limited' || end.problem!.code === 'overloaded');
			pace.leave(token, {isOverload, retryAfterSeconds: problem?.retryAfterSeconds ?? null});
			if (controller.signal.aborted || ending !== null) return end;
			if (isOverload) {
				if (++overloads > mostOverloads) return end;
			} else {
				const mayPass = end.isRefused && (problem?.kind === 'refused' || problem?.kind === 'connection') && end.problem!.isRetryable;
				if (!mayPass || ++attempts > mostAttempts) return end;
				await context.clock.sleep(250 * 2 ** attempts, controller.signal);
			}
			token = await pace.enter();
		}
	}

	function judgeEnd({problem, finish}: RunEnd): void {
		unreachable = problem?.code === 'unreachable' ? unreachable + 1 : finish.outcome === 'aborted' ? unreachable : 0;
		if (problem !== null && finish.outcome === 'failed' && (fatal.has(problem.code) || unreachable >= mostUnreachable))
			ending ??= {reason: 'refused', refusal: problem};
	}

	const workers = Promise.all(Array.from({length: Math.min(options.concurrency, Math.max(1, survey.open.length))}, () => work()));
	let timer: NodeJS.Timeout | undefined;
	let isOver = false;
	let crash: unknown = null;
	workers
		.catch((error: unknown) => {
			crash = error;
			controller.abort();
		})
		.finally(() => {
			isOver = true;
			notify();
		});
	try {
		let shownAt = 0;
		timer = setInterval(() => notify(), idleMilliseconds);
		while (!isOver || events.length > 0) {
			if (events.length === 0) {
				const next = new Promise<void>((resolve) => {
					notify = resolve;
				});
				if (!isOver && events.length === 0) await next;
			}
			yield* events.splice(0);
			const now = performance.now();
			if (now - shownAt >= progressMilliseconds) {
				shownAt = now;
				yield {type: 'progress', progress: meter.read()};
			}
		}
		if (crash !== null) ending ??= {reason: 'refused', refusal: toStop(crash)};
		const end =
			(ending as {readonly reason: 'budget' | 'refused' | 'interrupted'; readonly refusal: Refusal | null} | null) ??
			(signal.aborted ? interrupted : null);
		yield {type: 'stopped', reason: end?.reason ?? 'done', refusal: end?.refusal ?? null, progress: meter.read()};
	} finally {
		clearInterval(timer);
		signal.removeEventListener('abort', abort);
		controller.abort();
		await workers.catch(() => {});
	}
}

const interrupted = {reason: 'interrupted', refusal: toRefusal('interrupted', 'interrupted', 'Stopped.')} as const;
