import {type Completion, isTimeRecorded} from './completion.js';
import type {CompletionRecord} from './completion-record.js';

const statuses = {YES: 'allowed', NO: 'disallowed', UNKNOWN: 'unknown'} as const;

/** The completion as its exported record tells it, so that rows can be judged where the ledger is not at hand. */
export function toCompletion(record: CompletionRecord): Completion {
	const start = record.entries.find(({kind}) => kind === 'run-started');
	return {
		seq: start?.seq ?? 0,
		id: record.id,
		status: record.status,
		gateway: record.gateway.name,
		source: record.source?.kind ?? 'sent',
		sourceRef: record.source?.ref ?? null,
		model: record.model.requested,
		servedModel: record.model.served,
		provider: record.route.provider,
		proof: record.route.proof,
		grade: record.policy.grade,
		verdict: statuses[record.policy.decision] ?? 'unknown',
		level: record.enforcement.level,
		warnings: record.policy.warnings,
		costUsd: record.usage.cost_usd,
		promptTokens: record.usage.prompt,
		completionTokens: record.usage.completion,
		reasoningTokens: record.usage.reasoning,
		latencyMilliseconds: record.usage.latency_ms,
		finishReason: record.response.finish_reason,
		error: record.response.error?.message ?? null,
		createdAt: record.time.requested,
		...(isTimeRecorded(record) ? {} : {isTimeRecorded: false as const}),
		completedAt: record.time.completed,
		dataset: record.dataset,
		task: record.tags.task ?? null,
		tags: record.curation?.tags ?? record.tags,
		mark: record.mark,
		group: null,
		rating: record.curation?.rating ?? null,
		note: record.curation?.note ?? null,
		editedHash: record.curation?.edited_hash ?? null,
		toolCallsHash: record.response.tool_calls_hash,
		remote: record.remote ?? null,
		responseId: record.gateway.response_id,
		messagesHash: record.request.messages_hash,
		textHash: record.response.text_hash,
		reasoningHash: record.response.reasoning_hash,
		idempotencyKey: record.idempotency_key,
	};
}
