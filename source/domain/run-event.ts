import type {EvidenceGrade, RouteProof} from './evidence-grade.js';
import type {FailureKind} from './failure.js';
import type {EnforcementState, PlannedRoute} from './prompt.js';
import type {Service} from './service.js';
import type {Verdict} from './verdict.js';

/** What would be sent, decided without sending: the dry run, and the first half of every run. */
export type PromptPlan = {
	readonly gateway: Service;
	readonly modelId: string;
	/** The exact request body. */
	readonly body: Readonly<Record<string, unknown>>;
	/** Below the base URL. */
	readonly path: string;
	readonly verdict: Verdict;
	readonly enforcement: EnforcementState;
	readonly routes: readonly PlannedRoute[];
	/** Estimated prompt tokens: what is likely, not the bound that `costBoundUsd` counts with. */
	readonly promptTokens: number;
	/** Most that this request can cost, in USD: the most tokens the prompt can have plus max_tokens at the dearest route left; null when a price is not known. */
	readonly costBoundUsd: number | null;
	/** Why it must not be sent; null when it may. */
	readonly refusal: Refusal | null;
};

/** Machine-readable reasons for a refusal, a failure, or a finished answer with a flaw. */
export type RefusalCode =
	// before sending: policy
	| 'disallowed'
	| 'no-allowed-route'
	| 'no-provider-selection'
	| 'no-enforcement'
	| 'routes-unknown'
	// before sending: the request
	| 'unknown-model'
	| 'not-listed'
	| 'reason-missing'
	| 'empty-prompt'
	| 'bad-parameter'
	| 'no-key'
	| 'ledger'
	// said by the service
	| 'not-distillable'
	| 'no-route-left'
	| 'no-endpoints'
	| 'auth'
	| 'credit'
	| 'quota'
	| 'moderated'
	| 'guardrail'
	| 'agentic-only'
	| 'forbidden'
	| 'too-long'
	| 'too-large'
	| 'bad-request'
	| 'rate-limited'
	| 'daily-limit'
	| 'overloaded'
	| 'unavailable'
	| 'timeout'
	| 'unreachable'
	| 'interrupted'
	| 'broken'
	// about an answer
	| 'cut'
	| 'mid-stream'
	| 'length'
	| 'content-filter'
	| 'empty'
	| 'no-end-mark';

/** A refusal or failure, explained: what happened, why, what to do, and where to go instead. */
export type Refusal = {
	readonly kind: FailureKind;
	readonly code: RefusalCode;
	readonly message: string;
	readonly why: string | null;
	readonly next: string | null;
	readonly status: number | null;
	/** Seconds until it may be tried again; null when the service did not say. */
	readonly retryAfterSeconds: number | null;
	/** False for what would only fail again. */
	readonly isRetryable: boolean;
	/** HTTP 402: the largest max_tokens that the credit affords. */
	readonly affordableMaxTokens: number | null;
	/** Nearest distillable models by family, price and context; at most three. */
	readonly alternatives: readonly Alternative[];
};

export type Alternative = {
	readonly modelId: string;
	/** Why it is near: `same maker, 0.9x the price, 1.0x the context`. */
	readonly note: string;
};

export type Usage = {
	readonly promptTokens: number | null;
	readonly completionTokens: number | null;
	/** Part of completionTokens. */
	readonly reasoningTokens: number | null;
};

/** How the served route is known, and everything else the evidence line shows. */
export type Evidence = {
	readonly requestedModel: string;
	readonly servedModel: string | null;
	readonly servedProvider: string | null;
	readonly proof: RouteProof;
	readonly grade: EvidenceGrade | null;
	/** Loud: a served model that was not asked for, a provider outside the pin. */
	readonly warnings: readonly string[];
	readonly responseId: string | null;
};

export type Answer = {
	readonly ledgerId: string;
	readonly outcome: 'finished' | 'aborted' | 'failed';
	readonly text: string;
	readonly reasoning: string;
	readonly finishReason: string | null;
	readonly usage: Usage;
	/** USD; null when the service did not say. */
	readonly costUsd: number | null;
	readonly firstTokenMilliseconds: number | null;
	readonly milliseconds: number;
	readonly evidence: Evidence;
	/** Length stop, content filter, empty answer, mid-stream error, …: a clear sentence; null when all is well. */
	readonly problem: Refusal | null;
};

/** What happens to one prompt, in this order: planned; then refused, or started, pieces, finished. */
export type RunEvent =
	| {readonly type: 'planned'; readonly plan: PromptPlan}
	/** Nothing was sent, or the service refused before the first token. `ledgerId` is null when nothing was sent. */
	| {readonly type: 'refused'; readonly refusal: Refusal; readonly ledgerId: string | null}
	/** The ledger holds the start; the request leaves now. */
	| {readonly type: 'started'; readonly ledgerId: string; readonly at: string}
	| {readonly type: 'reasoning'; readonly text: string}
	| {readonly type: 'text'; readonly text: string}
	/** The ledger holds the end. */
	| {readonly type: 'finished'; readonly answer: Answer};
