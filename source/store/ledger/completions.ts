import type {DatabaseSync, SQLInputValue} from 'node:sqlite';
import type {Completion} from '../../domain/completion.js';
import {bytesToHash, hashToBytes} from './texts.js';

const columns = [
	'seq',
	'id',
	'status',
	'gateway',
	'model',
	'served_model',
	'provider',
	'proof',
	'grade',
	'verdict',
	'level',
	'warnings',
	'cost_usd',
	'prompt_tokens',
	'completion_tokens',
	'reasoning_tokens',
	'latency_ms',
	'finish_reason',
	'error',
	'created_at',
	'completed_at',
	'dataset',
	'task',
	'tags',
	'mark',
	'mark_group',
	'response_id',
	'messages_hash',
	'text_hash',
	'reasoning_hash',
	'idempotency_key',
] as const;

/** What a start settles for good; the indexes on some of these are not touched again. */
const settled: ReadonlySet<string> = new Set(['seq', 'id', 'gateway', 'model', 'created_at', 'dataset', 'task', 'tags', 'idempotency_key']);
const changing = columns.filter((column) => !settled.has(column));
const changingAt = changing.map((column) => columns.indexOf(column));

export type CompletionTable = ReturnType<typeof openCompletions>;

/** The table of completions as they are now, derived from the log. */
export function openCompletions(database: DatabaseSync) {
	const insert = database.prepare(`INSERT INTO completion (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
	const update = database.prepare(`UPDATE completion SET ${changing.map((column) => `${column} = ?`).join(', ')} WHERE seq = ?`);
	const find = database.prepare('SELECT completion.* FROM entry JOIN completion ON completion.seq = entry.run WHERE entry.id = ?');
	const findBySeq = database.prepare('SELECT * FROM completion WHERE seq = ?');
	const findByKey = database.prepare('SELECT * FROM completion WHERE idempotency_key = ? ORDER BY seq DESC');
	return {
		insert(completion: Completion): void {
			insert.run(...toRow(completion));
		},
		update(completion: Completion): void {
			const row = toRow(completion);
			update.run(...changingAt.map((index) => row[index] ?? null), completion.seq);
		},
		/** By the id of its start, or of any other entry of its run. */
		find(id: string): Completion | null {
			const row = find.get(id);
			return row ? fromRow(row) : null;
		},
		findBySeq(seq: number): Completion | null {
			const row = findBySeq.get(seq);
			return row ? fromRow(row) : null;
		},
		findByKey(key: string): readonly Completion[] {
			return findByKey.all(key).map(fromRow);
		},
	};
}

function toRow(completion: Completion): SQLInputValue[] {
	return [
		completion.seq,
		completion.id,
		completion.status,
		completion.gateway,
		completion.model,
		completion.servedModel,
		completion.provider,
		completion.proof,
		completion.grade,
		completion.verdict,
		completion.level,
		JSON.stringify(completion.warnings),
		completion.costUsd,
		completion.promptTokens,
		completion.completionTokens,
		completion.reasoningTokens,
		completion.latencyMilliseconds,
		completion.finishReason,
		completion.error,
		completion.createdAt,
		completion.completedAt,
		completion.dataset,
		completion.task,
		JSON.stringify(completion.tags),
		completion.mark,
		completion.group,
		completion.responseId,
		hashToBytes(completion.messagesHash),
		completion.textHash === null ? null : hashToBytes(completion.textHash),
		completion.reasoningHash === null ? null : hashToBytes(completion.reasoningHash),
		completion.idempotencyKey,
	];
}

export function fromRow(row: Readonly<Record<string, unknown>>): Completion {
	return {
		seq: row.seq,
		id: row.id,
		status: row.status,
		gateway: row.gateway,
		model: row.model,
		servedModel: row.served_model,
		provider: row.provider,
		proof: row.proof,
		grade: row.grade,
		verdict: row.verdict,
		level: row.level,
		warnings: JSON.parse(String(row.warnings)),
		costUsd: row.cost_usd,
		promptTokens: row.prompt_tokens,
		completionTokens: row.completion_tokens,
		reasoningTokens: row.reasoning_tokens,
		latencyMilliseconds: row.latency_ms,
		finishReason: row.finish_reason,
		error: row.error,
		createdAt: row.created_at,
		completedAt: row.completed_at,
		dataset: row.dataset,
		task: row.task,
		tags: JSON.parse(String(row.tags)),
		mark: row.mark,
		group: row.mark_group,
		responseId: row.response_id,
		messagesHash: bytesToHash(row.messages_hash),
		textHash: row.text_hash === null ? null : bytesToHash(row.text_hash),
		reasoningHash: row.reasoning_hash === null ? null : bytesToHash(row.reasoning_hash),
		idempotencyKey: row.idempotency_key,
	} as Completion;
}
