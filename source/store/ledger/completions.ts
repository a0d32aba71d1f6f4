import type {DatabaseSync, SQLInputValue} from 'node:sqlite';
import {canonicalJson} from '../../domain/canonical-json.js';
import type {Completion} from '../../domain/completion.js';
import type {SourceKind} from '../../domain/ledger-entry.js';
import type {Origin} from '../../domain/service.js';
import {bytesToHash, hashToBytes} from './texts.js';

const columns = [
	'seq',
	'gateway',
	'source',
	'status',
	'grade',
	'verdict',
	'level',
	'proof',
	'mark',
	'rating',
	'remote_state',
	'expires_at',
	'cost_usd',
	'prompt_tokens',
	'completion_tokens',
	'latency_ms',
	'model',
	'served_model',
	'provider',
	'dataset',
	'task',
	'warnings',
	'edited_hash',
	'id',
	'source_ref',
	'reasoning_tokens',
	'finish_reason',
	'error',
	'created_at',
	'completed_at',
	'tags',
	'mark_group',
	'note',
	'remote',
	'response_id',
	'messages_hash',
	'text_hash',
	'reasoning_hash',
	'tool_calls_hash',
	'idempotency_key',
	'is_timed',
] as const;

/** What a start settles for good; the indexes on some of these are not touched again. */
const settled: ReadonlySet<string> = new Set([
	'seq',
	'id',
	'gateway',
	'source',
	'source_ref',
	'model',
	'created_at',
	'dataset',
	'task',
	'messages_hash',
	'idempotency_key',
	'is_timed',
]);
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
	const findByResponse = database.prepare('SELECT * FROM completion WHERE response_id = ? AND gateway = ? ORDER BY seq DESC LIMIT 1');
	const findBySource = database.prepare('SELECT * FROM completion WHERE source = ? AND source_ref = ? ORDER BY seq DESC LIMIT 1');
	const findByMessages = database.prepare('SELECT * FROM completion WHERE messages_hash = ? ORDER BY seq DESC');
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
		findByResponse(gateway: Origin, responseId: string): Completion | null {
			const row = findByResponse.get(responseId, gateway);
			return row ? fromRow(row) : null;
		},
		findBySource(kind: SourceKind, ref: string): Completion | null {
			const row = findBySource.get(kind, ref);
			return row ? fromRow(row) : null;
		},
		findByMessages(hash: string): readonly Completion[] {
			return findByMessages.all(hashToBytes(hash)).map(fromRow);
		},
	};
}

/** The row of a completion, in the order of the columns; lists in canonical JSON, so that equal completions have equal rows. */
function toRow(completion: Completion): SQLInputValue[] {
	return [
		completion.seq,
		completion.gateway,
		completion.source,
		completion.status,
		completion.grade,
		completion.verdict,
		completion.level,
		completion.proof,
		completion.mark,
		completion.rating,
		completion.remote?.state ?? null,
		toExpiry(completion),
		completion.costUsd,
		completion.promptTokens,
		completion.completionTokens,
		completion.latencyMilliseconds,
		completion.model,
		completion.servedModel,
		completion.provider,
		completion.dataset,
		completion.task,
		canonicalJson(completion.warnings),
		toBlob(completion.editedHash),
		completion.id,
		completion.sourceRef,
		completion.reasoningTokens,
		completion.finishReason,
		completion.error,
		completion.createdAt,
		completion.completedAt,
		canonicalJson(completion.tags),
		completion.group,
		completion.note,
		completion.remote === null ? null : canonicalJson(completion.remote),
		completion.responseId,
		hashToBytes(completion.messagesHash),
		toBlob(completion.textHash),
		toBlob(completion.reasoningHash),
		toBlob(completion.toolCallsHash),
		completion.idempotencyKey,
		completion.isTimeRecorded === false ? 0 : 1,
	];
}

/** What the row of a completion has to be, by column. */
export function toColumns(completion: Completion): Readonly<Record<string, SQLInputValue>> {
	const row = toRow(completion);
	return Object.fromEntries(columns.map((column, index) => [column, row[index]!]));
}

function toBlob(hash: string | null): Uint8Array | null {
	return hash === null ? null : hashToBytes(hash);
}

/** When the service drops its copy, in milliseconds since 1970; null when there is none any more, or nobody knows. */
function toExpiry({remote}: Completion): number | null {
	if (remote?.state !== 'stored' || remote.expires_at === null) return null;
	const time = Date.parse(remote.expires_at);
	return Number.isNaN(time) ? null : time;
}

function toHash(bytes: unknown): string | null {
	return bytes === null ? null : bytesToHash(bytes);
}

export function fromRow(row: Readonly<Record<string, unknown>>): Completion {
	return {
		seq: row.seq,
		id: row.id,
		status: row.status,
		gateway: row.gateway,
		source: row.source,
		sourceRef: row.source_ref,
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
		...(row.is_timed === 0 ? {isTimeRecorded: false} : {}),
		completedAt: row.completed_at,
		dataset: row.dataset,
		task: row.task,
		tags: JSON.parse(String(row.tags)),
		mark: row.mark,
		group: row.mark_group,
		rating: row.rating,
		note: row.note,
		editedHash: toHash(row.edited_hash),
		toolCallsHash: toHash(row.tool_calls_hash),
		remote: row.remote === null ? null : JSON.parse(String(row.remote)),
		responseId: row.response_id,
		messagesHash: bytesToHash(row.messages_hash),
		textHash: toHash(row.text_hash),
		reasoningHash: toHash(row.reasoning_hash),
		idempotencyKey: row.idempotency_key,
	} as Completion;
}
