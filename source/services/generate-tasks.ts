import {setImmediate as nextTurn} from 'node:timers/promises';
import type {Completion} from '../domain/completion.js';
import {Failure} from '../domain/failure.js';
import type {Ledger} from '../domain/ledger.js';
import type {PromptRequest} from '../domain/prompt.js';
import type {PromptPlan} from '../domain/run-event.js';
import type {GenerateOptions} from './generate-event.js';
import {createKeyer, type PromptRow, type RowRead} from './generate-rows.js';
import {ledgerIdPlace, toPlan} from './plan-prompt.js';
import type {Target} from './prepare-target.js';
import {boundCost} from './price-bound.js';

/** Longer answers are streamed: a connection that is silent for five minutes is given up. */
const longestWhole = 4096;

/** Rows that are read before others have a turn. */
const rowsPerTurn = 500;

/** One answer to ask for. */
export type Task = {
	readonly row: PromptRow;
	readonly repeat: number;
	readonly request: PromptRequest;
	readonly plan: PromptPlan;
	readonly key: string;
};

/** A line that cannot be read. */
export type BadLine = {readonly line: number; readonly problem: string};

/** What the first reading of the rows found. */
export type Survey = {
	readonly total: number;
	readonly invalid: readonly BadLine[];
	readonly done: number;
	readonly failed: number;
	readonly spentUsd: number;
	readonly boundUsd: number | null;
	readonly first: Task | null;
	/** For each row and repeat in order: its key where it is to be sent, else null. */
	readonly open: readonly (string | null)[];
};

/**
 * Every (row, repeat) of the job with its key and plan, or a line that cannot be read; at the second reading, when the keys are known, only
 * what is open. Lets others have a turn now and then.
 */
export async function* listTasks(
	target: Target,
	options: GenerateOptions,
	keys: readonly (string | null)[] | null = null,
): AsyncGenerator<Task | BadLine> {
	const toKey = createKeyer();
	let [rows, index] = [0, 0];
	for await (const row of options.rows() as AsyncIterable<RowRead>) {
		if (++rows % rowsPerTurn === 0) await nextTurn();
		if ('problem' in row) {
			yield row;
			continue;
		}
		for (let repeat = 0; repeat < options.repeat; repeat++) {
			const known = keys === null ? undefined : (keys[index++] ?? null);
			const request = toRequest(options.template, row, repeat);
			const plan = toPlan(target, request, ledgerIdPlace);
			const key = toKey({gateway: target.gateway, level: target.enforcement.level, body: plan.body, rowId: row.id, repeat});
			if (known === null) continue;
			if (known !== undefined && known !== key)
				throw new Failure('failed', 'The prompts changed while they were sent.', {
					why: `Line ${row.line} is not what it was when the job began.`,
					next: 'Start the job again: only what is missing is sent.',
				});
			yield {row, repeat, plan, key, request: {...request, idempotencyKey: key}};
		}
	}
}

function toRequest(template: GenerateOptions['template'], row: PromptRow, repeat: number): PromptRequest {
	const {seed, maxTokens} = template.parameters;
	const hasSystem = row.messages.some(({role}) => role === 'system');
	const before = template.messages.filter(({role}) => !(hasSystem && role === 'system'));
	return {
		...template,
		messages: [...before, ...row.messages],
		parameters: seed === undefined ? template.parameters : {...template.parameters, seed: seed + repeat},
		tags: {...template.tags, ...row.tags},
		idempotencyKey: null,
		isStreamed: maxTokens > longestWhole,
	};
}

/** Reads all rows and what the ledger holds of them; sends nothing. */
export async function surveyRows(target: Target, ledger: Ledger, options: GenerateOptions): Promise<Survey> {
	const invalid: BadLine[] = [];
	const open: (string | null)[] = [];
	let [done, failed, spentUsd] = [0, 0, 0];
	let boundUsd: number | null = 0;
	let first: Task | null = null;
	for await (const task of listTasks(target, options)) {
		if ('problem' in task) {
			invalid.push(task);
			continue;
		}
		first ??= task;
		const runs = ledger.findByIdempotencyKey(task.key);
		const newest = runs[0]?.status ?? null;
		const isDone = runs.some(({status}) => status === 'finished');
		const isFailed = !isDone && newest === 'failed';
		spentUsd += runs.reduce((sum, run) => sum + costOf(target, run, task.plan.costBoundUsd), 0);
		const isOpen = !isDone && !(isFailed && !options.retryFailed);
		if (isDone) done++;
		else if (isFailed && !isOpen) failed++;
		open.push(isOpen ? task.key : null);
		const bound: number | null = isOpen ? task.plan.costBoundUsd : 0;
		boundUsd = boundUsd === null || bound === null ? null : boundUsd + bound;
	}
	return {total: open.length, invalid, done, failed, spentUsd, boundUsd, first, open};
}

/**
 * What a run cost, in USD. Where the service did not say: by its tokens at the dearest price, else the most it can have been, for it may have been
 * billed although nobody was there to hear the end; nothing where it failed before it answered.
 */
export function costOf(
	target: Target,
	run: Pick<Completion, 'status' | 'costUsd' | 'promptTokens' | 'completionTokens'>,
	boundUsd: number | null,
): number {
	if (run.costUsd !== null) return run.costUsd;
	if (run.promptTokens !== null && run.completionTokens !== null)
		return boundCost(target.price, run.promptTokens, run.completionTokens) ?? 0;
	return run.status === 'failed' ? 0 : (boundUsd ?? 0);
}
