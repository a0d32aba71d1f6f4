import type {DatabaseSync} from 'node:sqlite';
import type {Completion} from '../../domain/completion.js';

/** A completion before and after one entry; `before` is null when the entry started it. */
export type CompletionChange = {readonly before: Completion | null; readonly after: Completion};

type Sums = {runs: number; nanoUsd: number; promptTokens: number; completionTokens: number};

export type TallyTable = ReturnType<typeof openTally>;

/** Sums over completions that agree in gateway, models, provider, status, grade and verdict; money in whole thousand-millionths of a USD. */
export function openTally(database: DatabaseSync) {
	const add = database.prepare(`INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET runs = runs + excluded.runs, nano_usd = nano_usd + excluded.nano_usd,
		prompt_tokens = prompt_tokens + excluded.prompt_tokens, completion_tokens = completion_tokens + excluded.completion_tokens`);
	return {
		/** Adds what many changes come to together. Call inside the write transaction that made them. */
		add(changes: readonly CompletionChange[]): void {
			const sums = new Map<string, Sums>();
			for (const {before, after} of changes) {
				if (before) count(sums, before, -1);
				count(sums, after, 1);
			}
			for (const [key, {runs, nanoUsd, promptTokens, completionTokens}] of sums) {
				if (runs === 0 && nanoUsd === 0 && promptTokens === 0 && completionTokens === 0) continue;
				add.run(...(JSON.parse(key) as string[]), runs, nanoUsd, promptTokens, completionTokens);
			}
		},
	};
}

function count(sums: Map<string, Sums>, completion: Completion, sign: 1 | -1): void {
	const {gateway, model, servedModel, provider, status, grade, verdict} = completion;
	const key = JSON.stringify([gateway, model, servedModel ?? '', provider ?? '', status, grade ?? '', verdict]);
	let sum = sums.get(key);
	if (!sum) {
		sum = {runs: 0, nanoUsd: 0, promptTokens: 0, completionTokens: 0};
		sums.set(key, sum);
	}
	sum.runs += sign;
	sum.nanoUsd += sign * Math.round((completion.costUsd ?? 0) * 1e9);
	sum.promptTokens += sign * Math.round(completion.promptTokens ?? 0);
	sum.completionTokens += sign * Math.round(completion.completionTokens ?? 0);
}
