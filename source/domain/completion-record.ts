import type {Json} from './canonical-json.js';
import {advanceCompletion, type Completion} from './completion.js';
import type {EvidenceGrade, PinnedRoute, RouteProof} from './evidence-grade.js';
import type {
	EnforcementLevel,
	LedgerEntry,
	PolicyRecord,
	RemoteCopy,
	RunBackfilled,
	RunFinished,
	RunMark,
	RunOutcome,
	RunSource,
	RunStarted,
} from './ledger-entry.js';
import type {Origin} from './service.js';

export const recordSchema = 'stillroom/completion-provenance/v1';

/**
 * The provenance of one completion, to hand to others: no key, no header, no text, only hashes of texts. Null is "not known". Fields are only
 * ever added under one schema id; `source`, `curation` and `remote` came later than the rest.
 */
export type CompletionRecord = {
	readonly schema: typeof recordSchema;
	/** Id of the run. */
	readonly id: string;
	/** Of the newest entry that speaks about the evidence; `entries` names them all. */
	readonly prev: string;
	readonly hash: string;
	readonly entries: readonly {readonly seq: number; readonly kind: string; readonly id: string; readonly hash: string}[];
	readonly status: 'unfinished' | RunOutcome;
	readonly time: {
		readonly requested: string;
		readonly first_token: string | null;
		readonly completed: string | null;
		/** False where nobody recorded when it was asked for: `requested` is then when it was read. */
		readonly is_recorded?: false;
	};
	readonly gateway: {
		readonly name: Origin;
		readonly base_url: string;
		readonly response_id: string | null;
		readonly request_id: string | null;
		readonly upstream_id: string | null;
	};
	readonly model: RunStarted['model'] & {readonly served: string | null};
	readonly route: {
		readonly provider: string | null;
		readonly quantization: string | null;
		readonly region: string | null;
		readonly attempts: Json;
		readonly is_byok: boolean | null;
		readonly proof: RouteProof;
		readonly pin: readonly PinnedRoute[] | null;
	};
	readonly enforcement: RunStarted['enforcement'] & {readonly level: EnforcementLevel};
	readonly policy: PolicyRecord & {readonly grade: EvidenceGrade | null; readonly warnings: readonly string[]};
	readonly request: {
		readonly params: {readonly [key: string]: Json};
		readonly messages_hash: string;
		readonly system_hash: string | null;
		readonly template: RunStarted['request']['template'];
	};
	readonly response: {
		readonly text_hash: string | null;
		readonly reasoning_hash: string | null;
		readonly tool_calls_hash: string | null;
		readonly finish_reason: string | null;
		readonly reasoning_included: boolean;
		readonly tool_calls: number;
		readonly error: RunFinished['error'];
	};
	readonly usage: Omit<RunFinished['usage'], 'cached'> & {readonly cached: number | null};
	readonly privacy: {
		readonly pii_flags: readonly string[] | null;
		readonly contains_user_data: boolean | null;
		readonly stored_remote: {readonly openai_stored: boolean; readonly expires: string | null};
	};
	readonly attestation: {readonly tee: null};
	readonly operator: {readonly tool: string; readonly user_label: string | null; readonly host_hash: null};
	readonly otel: {readonly trace_id: null};
	readonly tags: {readonly [key: string]: string};
	readonly dataset: string | null;
	readonly mark: RunMark;
	readonly idempotency_key: string | null;
	/** Where it was read; null for what was sent from here. */
	readonly source: RunSource | null;
	/** What people said of the answer, as it stands now; `tags` are all of them. */
	readonly curation: {
		readonly rating: number | null;
		readonly note: string | null;
		readonly tags: {readonly [key: string]: string};
		/** Hash of the answer as a person edited it; null when the original stands. */
		readonly edited_hash: string | null;
	};
	/** The copy that the service keeps, as it was last seen. */
	readonly remote: RemoteCopy | null;
};

/** Request fields that are not parameters of the model: told elsewhere in the record, or of the transport. */
const notParameters: ReadonlySet<string> = new Set([
	'model',
	'models',
	'provider',
	'stream',
	'stream_options',
	'metadata',
	'store',
	'user',
]);

const noUsage = {prompt: null, completion: null, reasoning: null, cached: null, cost_usd: null, latency_ms: null};

/** The record of one run from its entries in order of the chain; null when there is no start among them. */
export function toCompletionRecord(entries: readonly LedgerEntry[]): CompletionRecord | null {
	const start = entries.find((entry) => entry.kind === 'run-started');
	if (!start) return null;
	const finish = entries.findLast((entry) => entry.kind === 'run-finished');
	const completion = entries.reduce<Completion | null>(advanceCompletion, null)!;
	const served = entries.filter((entry) => entry.kind === 'run-finished' || entry.kind === 'run-backfilled').toReversed();
	const graded = served[0] ?? null;
	const evidence = graded ?? start;
	/** The newest word of the answer and the look-ups after it. */
	const latest = <Value>(read: (entry: RunFinished | RunBackfilled) => Value | null): Value | null =>
		served.map(read).find((value) => value !== null) ?? null;
	return {
		schema: recordSchema,
		id: start.id,
		prev: evidence.prev,
		hash: evidence.hash,
		entries: entries.map(({seq, kind, id, hash}) => ({seq, kind, id, hash})),
		status: finish?.outcome ?? 'unfinished',
		time: {
			requested: start.time.requested,
			first_token: finish?.time.first_token ?? null,
			completed: finish?.time.completed ?? null,
			...(completion.isTimeRecorded === false ? {is_recorded: false as const} : {}),
		},
		gateway: {
			...start.gateway,
			response_id: finish?.gateway.response_id ?? null,
			request_id: latest((entry) => entry.gateway.request_id),
			upstream_id: latest((entry) => entry.gateway.upstream_id),
		},
		model: {...start.model, served: latest((entry) => entry.model.served)},
		route: {
			provider: latest((entry) => entry.route.provider),
			quantization: latest((entry) => entry.route.quantization),
			region: latest((entry) => entry.route.region),
			attempts: finish?.route.attempts ?? null,
			is_byok: latest((entry) => entry.route.is_byok),
			proof: latest((entry) => (entry.route.provider === null ? null : entry.route.proof)) ?? 'none',
			pin: start.route.pin,
		},
		enforcement: start.enforcement,
		policy: {...start.policy, grade: graded?.grade ?? null, warnings: graded?.warnings ?? []},
		request: {
			params: Object.fromEntries(Object.entries(start.request.body).filter(([field]) => !notParameters.has(field))),
			messages_hash: start.request.messages_hash,
			system_hash: start.request.system_hash,
			template: start.request.template,
		},
		response: {
			text_hash: finish?.response.text_hash ?? null,
			reasoning_hash: finish?.response.reasoning_hash ?? null,
			tool_calls_hash: finish?.response.tool_calls_hash ?? null,
			finish_reason: finish?.response.finish_reason ?? null,
			reasoning_included: finish?.response.reasoning_hash != null,
			tool_calls: finish?.response.tool_calls ?? 0,
			error: finish?.error ?? null,
		},
		usage: {...(finish?.usage ?? noUsage), cost_usd: latest((entry) => entry.usage.cost_usd)},
		privacy: {
			pii_flags: null,
			contains_user_data: null,
			stored_remote: {
				openai_stored: completion.remote
					? completion.remote.state === 'stored'
					: start.gateway.name === 'openai' && start.request.body.store === true,
				expires: completion.remote?.expires_at ?? null,
			},
		},
		attestation: {tee: null},
		operator: {...start.operator, host_hash: null},
		otel: {trace_id: null},
		tags: start.task === null ? start.tags : {...start.tags, task: start.task},
		dataset: start.dataset,
		mark: completion.mark,
		idempotency_key: start.idempotency_key,
		source: start.source ?? null,
		curation: {rating: completion.rating, note: completion.note, tags: completion.tags, edited_hash: completion.editedHash},
		remote: completion.remote,
	};
}
