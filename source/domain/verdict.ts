/** May outputs be used to train another model? `unknown` is never shown as yes, nor as no. */
export type Status = 'allowed' | 'disallowed' | 'unknown';

/**
 * Where a piece of evidence comes from. The first three speak of the model, the last two of the route's provider.
 *
 * - `openrouter-list`: membership of OpenRouter's `GET /models?distillable=true`; absence means not recorded.
 * - `nanogpt-model`: `distillationPolicy` of NanoGPT's model record.
 * - `licence-register`: stillroom's own dated register of model licences.
 * - `nanogpt-provider`: `distillationPolicy` of a provider row of NanoGPT's `/models/{id}/providers`.
 * - `terms-register`: stillroom's own dated register of provider terms.
 */
export type Layer = 'openrouter-list' | 'nanogpt-model' | 'licence-register' | 'nanogpt-provider' | 'terms-register';

export const modelLayers: readonly Layer[] = ['openrouter-list', 'nanogpt-model', 'licence-register'];
export const routeLayers: readonly Layer[] = ['nanogpt-provider', 'terms-register'];

/** One layer's word. `status` is the layer's own statement; how layers combine is `policy/judge.ts`. */
export type Reason = {
	readonly layer: Layer;
	readonly status: Status;
	/** Machine-readable rule, such as `permissive-open-weights`, `distillable=true`, `not-recorded`. */
	readonly basis: string;
	/** One short sentence for people. */
	readonly label: string;
	/** Licence, terms or list that the layer relies on; null when the layer names none. */
	readonly sourceUrl: string | null;
	readonly note: string | null;
	/** Where stillroom read it, e.g. `openrouter:/models?distillable=true` or `register 2026-11-21 row A5`. */
	readonly readFrom: string;
	/** ISO 8601 time at which it was read; for a register row, the day it was last checked. Null when nothing was read yet. */
	readonly fetchedAt: string | null;
};

/** An obligation that travels with a permission. */
export type Duty = {
	readonly kind: 'naming' | 'attribution' | 'notice' | 'acceptable-use' | 'pass-on-terms' | 'scale-limit' | 'other';
	/** What has to be done, in one sentence. */
	readonly text: string;
	readonly sourceUrl: string | null;
};

export type Verdict = {
	readonly status: Status;
	/** True when layers contradict each other (one says allowed, another disallowed). Shown as `≠`. */
	readonly conflict: boolean;
	/** Never empty: an unknown verdict says what was asked and not found. */
	readonly reasons: readonly Reason[];
	readonly duties: readonly Duty[];
};

/** The sentence that stands wherever a verdict is shown in full. */
export const disclaimer = 'Informational, not legal advice: check the licence and the terms for your own use.';
