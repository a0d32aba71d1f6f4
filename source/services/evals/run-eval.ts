import type {EvalSample, Grade, Grader} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import type {Refusal} from '../../domain/run-event.js';
import {asFailure} from '../as-failure.js';
import {type BulkAnswer, type BulkRequest, createBulkSender} from '../bulk-sender.js';
import type {Context} from '../context.js';
import {createBudget, refuseBudget} from '../generate-budget.js';
import {createMeter} from '../generate-meter.js';
import {createPace, type Pace} from '../generate-pace.js';
import {ledgerIdPlace, toPlan} from '../plan-prompt.js';
import {fromFailure, sayRefusal} from '../refusal.js';
import {type Answered, readAnswered, toAnswered} from './answered.js';
import {batchEmbeddings, embedAt} from './batch-embeddings.js';
import {isRepeated} from './define-eval.js';
import type {EvalEvent, EvalProgress, EvalRequest} from './eval-event.js';
import {createBulkJudge, isJudged} from './eval-judge.js';
import {gradeAnswer} from './grade-answer.js';
import {type EvalTask, type EvalWork, prepareEval, toAnswerRequest} from './plan-eval.js';
import {createPassing, leaveOutUnanswered, sumUpEval} from './sum-up-eval.js';
import {isSamplePassed, summariseEval} from './summarise-eval.js';

const progressMilliseconds = 100;

/** Without news, progress is told this often: time goes on, and a pause runs down. */
const idleMilliseconds = 1000;

type Ending = {readonly reason: 'budget' | 'interrupted' | 'failed'; readonly refusal: Refusal};

/**
 * Asks every candidate every question of the test set and grades the answers. Each answer, and each word of a judge, is a run of the ledger, started
 * there before it leaves. Run again, also after kill -9 or with more candidates, it sends only what is missing; a failed answer only with
 * `retryFailed`. Stops before the cost can exceed the limit. Throws Failure before anything is sent for what cannot be run; afterwards never: what a
 * service, the network or the disk does is told by the last event.
 */
export async function* runEval(context: Context, request: EvalRequest, signal: AbortSignal): AsyncGenerator<EvalEvent> {
	const work = await prepareEval(context, request, signal);
	if (request.maxCostUsd !== null && work.plan.costBoundUsd === null)
		throw new Failure('usage', `A cost limit cannot be kept: the price of ${work.plan.unpriced.join(', ')} is not known.`, {
			next: 'Leave the limit out, or take other models; fewer questions cost less as well.',
		});
	work.store.define(work.definition, work.allItems, work.plan.samples);
	yield* runWork(context, {...request, definition: work.definition}, work, signal);
}

async function* runWork(context: Context, request: EvalRequest, work: EvalWork, signal: AbortSignal): AsyncGenerator<EvalEvent> {
	const {definition, concurrency, maxCostUsd} = request;
	const {ledger, store, models, asked, judges, open, plan} = work;
	const controller = new AbortController();
	const abort = () => controller.abort();
	signal.addEventListener('abort', abort, {once: true});
	if (signal.aborted) abort();

	const events: EvalEvent[] = [];
	let notify = () => {};
	let ending = null as Ending | null;
	const end = (reason: Ending['reason'], refusal: Refusal): void => {
		ending ??= {reason, refusal};
	};
	const isStopping = () => ending !== null || controller.signal.aborted || request.stop?.aborted === true;
	const passing = createPassing(definition.candidates.length);
	for (const sample of work.settled) passing.add(sample.candidate, isSamplePassed(definition, sample));
	const failedBefore = work.settled.filter(({error}) => error !== null).length;
	const paces = new Map<string, Pace>();
	const paceOf = ({target}: Pick<BulkRequest, 'target'>): Pace => {
		const name = target.elsewhere?.party ?? target.gateway;
		const pace = paces.get(name) ?? createPace(concurrency, context.clock, controller.signal);
		paces.set(name, pace);
		return pace;
	};
	const survey = {total: plan.samples, done: work.settled.length - failedBefore, failed: failedBefore, spentUsd: plan.spentUsd};
	const meter = createMeter(survey, () => ({limit: concurrency, running: 0, pausedSeconds: 0}));
	const budget = createBudget(maxCostUsd, plan.spentUsd);
	const sender = createBulkSender({
		context,
		models,
		ledger,
		signal: controller.signal,
		isEnding: () => ending !== null,
		onFatal: (refusal) => end('failed', refusal),
	});

	/** Sends what the budget affords; null when nothing was sent. */
	async function send(job: Omit<BulkRequest, 'pace'>): Promise<BulkAnswer | null> {
		const bound = job.plan.costBoundUsd ?? 0;
		if (!(await budget.reserve(bound, controller.signal))) {
			if (!controller.signal.aborted) end('budget', refuseBudget(maxCostUsd!, budget.spent(), bound));
			return null;
		}
		if (ending !== null || controller.signal.aborted) {
			budget.settle(bound, 0);
			return null;
		}
		const answer = await sender.send({...job, pace: paceOf(job)});
		budget.settle(bound, answer?.costUsd ?? 0);
		return answer;
	}

	const judge = createBulkJudge({context, models, ledger}, judges, async (job) => {
		const answer = await send(job);
		if (answer === null) return null;
		await answer.close();
		const {finish, problem} = answer;
		if (finish.outcome === 'aborted') return null;
		return {
			run: answer.id,
			text: finish.text ?? '',
			costUsd: finish.costUsd ?? answer.costUsd,
			problem: problem === null ? null : sayRefusal(problem),
		};
	});
	const embed = batchEmbeddings((model, texts, stop) => embedAt(context, model, texts, stop), controller.signal);

	/** The answer from the ledger, or asked for now; null when none came and it is open again. */
	async function answer(task: EvalTask): Promise<{readonly answered: Answered; readonly close: () => Promise<void>} | null> {
		const known = task.needsAnswer ? findAnswer(task) : readSample(task);
		if (known !== null) return {answered: known, close: async () => {}};
		const side = asked[task.candidate]!;
		const prompt = toAnswerRequest(request, side, task);
		const sent = await send({...side, request: prompt, plan: toPlan(side.target, prompt, ledgerIdPlace)});
		if (sent === null) return null;
		if (sent.finish.outcome === 'aborted') {
			await sent.close();
			return null;
		}
		return {answered: toAnswered(sent.id, sent.finish, sent.costUsd), close: sent.close};
	}

	/** What the ledger holds of an answer whose sample was never written: the program was killed in between. */
	function findAnswer({key, candidate}: EvalTask): Answered | null {
		const runs = ledger.findByIdempotencyKey(key);
		const done =
			runs.find(({status}) => status === 'finished') ??
			(request.retryFailed ? undefined : runs.find((run) => run === runs[0] && run.status === 'failed'));
		return done === undefined ? null : readAnswered(work, done.id, candidate);
	}

	function readSample({sample, candidate}: EvalTask): Answered | null {
		return sample?.run == null ? null : readAnswered(work, sample.run, candidate);
	}

	/** Grades of the graders that have not spoken; null when it was stopped in between. */
	async function grade(task: EvalTask, {text, toolCalls = [], finishReason = null}: Answered): Promise<readonly Grade[] | null> {
		const kept = (task.sample?.error ?? null) === null ? (task.sample?.grades ?? []) : [];
		const isMissing = ({grader}: Grade) => task.missing.some(({name}) => name === grader);
		const fresh: Grade[] = [];
		// A judge whose word could not be used is asked anew.
		const spoilt = new Set((task.sample?.grades ?? []).flatMap(({run, error}) => (run !== null && error !== null ? [run] : [])));
		const ask = (grader: Grader, isAgain: boolean) =>
			gradeAnswer(
				context,
				grader,
				{item: task.item, sample: {text, toolCalls, finishReason}},
				{askJudge: judge({evaluation: definition.id, answerKey: task.key, isAgain, spoilt}), embed},
				controller.signal,
			);
		try {
			for (const grader of task.missing) {
				const first = await ask(grader, false);
				fresh.push(first);
				if (isJudged(grader) && first.error === null && isRepeated(definition, task.item.key, task.candidate))
					fresh.push(await ask(grader, true));
			}
		} catch (error) {
			if (error instanceof Failure && error.kind === 'interrupted') return null;
			throw error;
		}
		// What ends the whole evaluation is no fault of the answer: it is graded at the next start.
		if (ending?.reason === 'failed' && fresh.some(({error}) => error !== null)) return null;
		return [...kept.filter((grade) => !isMissing(grade)), ...fresh];
	}

	let unsaved: EvalSample[] = [];
	let saving: NodeJS.Immediate | null = null;
	const save = (): void => {
		if (saving !== null) clearImmediate(saving);
		saving = null;
		const samples = unsaved;
		unsaved = [];
		if (samples.length === 0) return;
		try {
			store.addSamples(samples);
		} catch (error) {
			end('failed', fromFailure(asFailure(error, 'openai'), 'ledger'));
		}
	};
	const finish = (sample: EvalSample, spent: number): void => {
		unsaved.push({...sample, text: null});
		saving ??= setImmediate(save);
		meter.started();
		meter.ended(sample.error === null ? 'finished' : 'failed', spent);
		passing.add(sample.candidate, sample.error === null ? isSamplePassed(definition, sample) : null);
		events.push({type: 'sample', sample});
		notify();
	};

	let next = 0;
	async function worker(): Promise<void> {
		// The end of an answer and the start of the next are asked for in one turn, so that they share one wait for the disk.
		let closing: Promise<void> | null = null;
		while (next < open.length && !isStopping()) {
			const task = open[next++]!;
			const got = await answer(task);
			await closing;
			closing = null;
			if (got === null) continue;
			const {answered, close} = got;
			const {toolCalls: _, finishReason: __, ...rest} = answered;
			// The end of the answer is written while it is graded: a crash in between loses neither.
			const closed = close();
			const grades = answered.error === null ? await grade(task, answered) : [];
			if (grades === null) {
				await closed;
				continue;
			}
			const sample: EvalSample = {...rest, evaluation: definition.id, key: task.item.key, candidate: task.candidate, grades};
			const before = task.sample === null ? 0 : totalCost(task.sample);
			closing = closed.then(() => finish(sample, Math.max(0, totalCost(sample) - before)));
		}
		await closing;
	}

	const workers = Promise.all(Array.from({length: Math.min(concurrency, Math.max(1, open.length))}, () => worker()));
	let isOver = false;
	workers
		.catch((error: unknown) => {
			end('failed', fromFailure(asFailure(error, 'openai'), 'broken'));
			controller.abort();
		})
		.finally(() => {
			isOver = true;
			notify();
		});
	const timer = setInterval(() => notify(), idleMilliseconds);
	const read = (): EvalProgress => {
		const {done, failed, total, rowsPerSecond, secondsLeft} = meter.read();
		return {done: done + failed, total, failed, costUsd: budget.spent(), perSecond: rowsPerSecond, secondsLeft, passing: passing.shares()};
	};
	try {
		let shownAt = 0;
		while (!isOver || events.length > 0) {
			if (events.length === 0) {
				const news = new Promise<void>((resolve) => {
					notify = resolve;
				});
				if (!isOver && events.length === 0) await news;
			}
			yield* events.splice(0);
			const now = performance.now();
			if (now - shownAt >= progressMilliseconds) {
				shownAt = now;
				yield {type: 'progress', progress: read()};
			}
		}
		save();
		const kept = ending?.reason === 'failed' ? leaveOutUnanswered(definition, work) : definition;
		const left = definition.candidates.slice(kept.candidates.length).map(({label}) => label);
		const summed = await sumUpEval(kept, work).catch((error: unknown) => {
			end('failed', fromFailure(asFailure(error, 'openai'), 'ledger'));
			return {...summariseEval(kept, store.samples(definition.id)), isComplete: false};
		});
		yield {type: 'progress', progress: read()};
		const stopped = ending;
		if (stopped !== null)
			yield {
				type: 'stopped',
				reason: stopped.reason,
				message: [
					sayRefusal(stopped.refusal),
					...(left.length === 0 ? [] : [`Nothing was answered by ${left.join(', ')}: left out again.`]),
				].join(' '),
				refusal: stopped.refusal,
				result: summed,
			};
		else {
			const isInterrupted = signal.aborted || (request.stop?.aborted === true && next < open.length);
			yield {type: 'stopped', reason: isInterrupted ? 'interrupted' : 'done', message: isInterrupted ? 'Stopped.' : null, result: summed};
		}
	} finally {
		clearInterval(timer);
		signal.removeEventListener('abort', abort);
		controller.abort();
		await workers.catch(() => {});
		save();
	}
}

/** What a sample cost with its judges, in USD. */
const totalCost = ({costUsd, grades}: EvalSample): number => grades.reduce((sum, {costUsd: cost}) => sum + (cost ?? 0), costUsd ?? 0);
