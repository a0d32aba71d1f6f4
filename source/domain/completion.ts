import type {EvidenceGrade, RouteProof} from './evidence-grade.js';
import type {
	CurationChange,
	EnforcementLevel,
	LedgerEntry,
	RemoteCopy,
	RunMark,
	RunOutcome,
	RunSource,
	RunStarted,
	SourceKind,
} from './ledger-entry.js';
import type {Origin} from './service.js';
import type {Status} from './verdict.js';

/** One completion as all entries of its run together tell it. */
export type Completion = {
	/** Sequence number of its start; newer is greater. */
	readonly seq: number;
	readonly id: string;
	/** `unfinished`: the request is under way, or the program ended before an answer was recorded. */
	readonly status: 'unfinished' | RunOutcome;
	readonly gateway: Origin;
	/** `sent` from here, or where it was read. */
	readonly source: 'sent' | SourceKind;
	/** Its own id there; null for what was sent from here. */
	readonly sourceRef: string | null;
	/** As asked for. */
	readonly model: string;
	readonly servedModel: string | null;
	readonly provider: string | null;
	readonly proof: RouteProof;
	/** Null while there is no answer to grade. */
	readonly grade: EvidenceGrade | null;
	/** At send time. */
	readonly verdict: Status;
	readonly level: EnforcementLevel;
	readonly warnings: readonly string[];
	readonly costUsd: number | null;
	readonly promptTokens: number | null;
	readonly completionTokens: number | null;
	readonly reasoningTokens: number | null;
	readonly latencyMilliseconds: number | null;
	readonly finishReason: string | null;
	readonly error: string | null;
	/** ISO 8601: when it was sent; for what was not sent from here, when it was asked for where it was read, else when it was read. */
	readonly createdAt: string;
	/** False where nobody recorded when it was asked for: `createdAt` is then the time of the import, for sorting only. */
	readonly isTimeRecorded?: false;
	readonly completedAt: string | null;
	readonly dataset: string | null;
	readonly task: string | null;
	/** By name; the empty text is a plain tag. */
	readonly tags: Readonly<Record<string, string>>;
	readonly mark: RunMark;
	/** The comparison in which it was picked or rejected last; a mark by hand leaves it. */
	readonly group: string | null;
	/** 1 (worst) to 5 (best); null when nobody rated it. */
	readonly rating: number | null;
	readonly note: string | null;
	/** Hash of the answer as a person edited it; null when the original stands. */
	readonly editedHash: string | null;
	readonly toolCallsHash: string | null;
	/** The copy that the service keeps; null when there is none that is known of. */
	readonly remote: RemoteCopy | null;
	/** The gateway's id of the response, with which a generation is looked up. */
	readonly responseId: string | null;
	readonly messagesHash: string;
	readonly textHash: string | null;
	readonly reasoningHash: string | null;
	readonly idempotencyKey: string | null;
};

const statuses = {YES: 'allowed', NO: 'disallowed', UNKNOWN: 'unknown'} as const;

/** The completion after one more entry of its run; null while no start was seen. */
export function advanceCompletion(current: Completion | null, entry: LedgerEntry): Completion | null {
	if (entry.kind === 'run-started') {
		return {
			seq: entry.seq,
			id: entry.id,
			status: 'unfinished',
			gateway: entry.gateway.name,
			source: entry.source?.kind ?? 'sent',
			sourceRef: entry.source?.ref ?? null,
			model: entry.model.requested,
			servedModel: null,
			provider: null,
			proof: 'none',
			grade: null,
			verdict: statuses[entry.policy.decision],
			level: entry.enforcement.level,
			warnings: [],
			costUsd: null,
			promptTokens: null,
			completionTokens: null,
			reasoningTokens: null,
			latencyMilliseconds: null,
			finishReason: null,
			error: null,
			createdAt: createdAt(entry),
			...(isTimeRecorded(entry) ? {} : {isTimeRecorded: false as const}),
			completedAt: null,
			dataset: entry.dataset,
			task: entry.task,
			tags: entry.tags,
			mark: 'none',
			group: null,
			rating: null,
			note: null,
			editedHash: null,
			toolCallsHash: null,
			remote: null,
			responseId: null,
			messagesHash: entry.request.messages_hash,
			textHash: null,
			reasoningHash: null,
			idempotencyKey: entry.idempotency_key,
		};
	}
	if (current === null) return null;
	switch (entry.kind) {
		case 'run-finished':
			return {
				...current,
				status: entry.outcome,
				servedModel: entry.model.served,
				provider: entry.route.provider,
				proof: entry.route.proof,
				grade: entry.grade,
				warnings: entry.warnings,
				costUsd: entry.usage.cost_usd,
				promptTokens: entry.usage.prompt,
				completionTokens: entry.usage.completion,
				reasoningTokens: entry.usage.reasoning,
				latencyMilliseconds: entry.usage.latency_ms,
				finishReason: entry.response.finish_reason,
				error: entry.error?.message ?? null,
				completedAt: entry.time.completed,
				responseId: entry.gateway.response_id,
				textHash: entry.response.text_hash,
				reasoningHash: entry.response.reasoning_hash,
				toolCallsHash: entry.response.tool_calls_hash,
			};
		case 'run-backfilled':
			return {
				...current,
				servedModel: entry.model.served ?? current.servedModel,
				provider: entry.route.provider ?? current.provider,
				proof: entry.route.provider === null ? current.proof : entry.route.proof,
				grade: entry.grade,
				warnings: entry.warnings,
				costUsd: entry.usage.cost_usd ?? current.costUsd,
			};
		case 'marked':
			return {...current, mark: entry.mark, group: entry.group};
		case 'curated':
			return curate(current, entry.change);
		case 'mirrored':
			return {...current, remote: entry.remote};
		case 'text-deleted':
		case 'dataset-frozen':
		case 'dataset-packed':
		case 'evaluation-finished':
		case 'job-asked':
		case 'job-created':
		case 'job-ended':
			return current;
	}
}

/** Does anybody say when it was asked for? What was read without a time was given that of the reading, so that it has a place in the list. */
export function isTimeRecorded({source, time}: {readonly source?: RunSource | null; readonly time: {readonly requested: string}}): boolean {
	return !source || source.claims.created_at !== undefined || Date.parse(time.requested) !== Date.parse(source.read_at);
}

/** When it was asked for where it was read, as far as that says so in a form that can be read; for the rest when it was appended. */
function createdAt({source, time, at}: LedgerEntry & RunStarted): string {
	const asked = source === undefined ? Number.NaN : Date.parse(time.requested);
	return Number.isNaN(asked) ? at : new Date(asked).toISOString();
}

function curate(current: Completion, {rating, mark, tags, note, answer_hash}: CurationChange): Completion {
	return {
		...current,
		...(rating === undefined ? {} : {rating}),
		...(mark === undefined ? {} : {mark}),
		...(note === undefined ? {} : {note}),
		...(answer_hash === undefined ? {} : {editedHash: answer_hash}),
		...(tags === undefined ? {} : {tags: changeTags(current.tags, tags)}),
	};
}

function changeTags(
	current: Readonly<Record<string, string>>,
	changes: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
	const tags: Record<string, string> = {...current};
	for (const [name, value] of Object.entries(changes)) {
		if (value === null) delete tags[name];
		else tags[name] = value;
	}
	return tags;
}

/** Hash of the answer that counts: the edited one, else the original. */
export function answerHashOf({editedHash, textHash}: Pick<Completion, 'editedHash' | 'textHash'>): string | null {
	return editedHash ?? textHash;
}
