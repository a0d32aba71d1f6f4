import type {PromptParameters} from '../../../domain/prompt.js';
import type {Answer, PromptPlan, Refusal, RunEvent} from '../../../domain/run-event.js';
import type {Service} from '../../../domain/service.js';
import type {GenerateEvent, GenerateProgress} from '../../../services/generate-event.js';
import type {Target} from '../../state/target.js';
import type {AreaEdit} from '../../state/text-area.js';
import type {TextField} from '../../state/text-field.js';

/** One target and what came of the last prompt that was sent there. */
export type Run = {
	readonly target: Target;
	readonly plan: PromptPlan | null;
	readonly status: 'idle' | 'sending' | 'streaming' | 'done' | 'refused';
	readonly text: string;
	readonly reasoning: string;
	/** Milliseconds since 1970. */
	readonly startedAt: number | null;
	readonly firstTokenAt: number | null;
	readonly lastTokenAt: number | null;
	readonly endedAt: number | null;
	readonly ledgerId: string | null;
	readonly answer: Answer | null;
	readonly refusal: Refusal | null;
};

export type PromptField = 'system' | 'user';
export type SentPrompt = {readonly system: string; readonly user: string};

export type PromptSlice = {
	readonly field: PromptField;
	/** While true every letter is text. */
	readonly isEditing: boolean;
	readonly system: TextField;
	readonly user: TextField;
	readonly runs: readonly Run[];
	/** The run that keys act on. */
	readonly column: number;
	readonly enforcement: 'auto' | 'off';
	readonly override: string | null;
	readonly parameters: PromptParameters;
	/** By model id, kept between runs of the program. */
	readonly parametersOf: Readonly<Record<string, PromptParameters>>;
	readonly variables: Readonly<Record<string, string>>;
	readonly isRunning: boolean;
	/** Lines scrolled up from the end; 0 follows the answer. */
	readonly scroll: number;
	readonly isReasoningShown: boolean;
	/** Ledger id of the answer that was picked as the best. */
	readonly picked: string | null;
	/** The bulk job of this screen, running or ended; null when there was none. */
	readonly bulk: Bulk | null;
	/** Newest first. */
	readonly history: readonly SentPrompt[];
};

/** A bulk job as its events tell it. */
export type Bulk = {
	readonly file: string;
	readonly progress: GenerateProgress | null;
	/** Lines that cannot be read; nothing is sent then. */
	readonly invalid: readonly string[];
	readonly stopped: Extract<GenerateEvent, {type: 'stopped'}> | null;
};

export type PromptAction =
	| {readonly type: 'prompt/opened'; readonly targets: readonly Target[]}
	| {readonly type: 'prompt/field-entered'; readonly field: PromptField}
	| {readonly type: 'prompt/field-left'}
	| {readonly type: 'prompt/typed'; readonly text: string}
	| {readonly type: 'prompt/edited'; readonly edit: AreaEdit}
	| {readonly type: 'prompt/text-set'; readonly texts: Partial<SentPrompt>}
	| {readonly type: 'prompt/editor-asked'}
	| {readonly type: 'prompt/enforcement-set'; readonly enforcement: 'auto' | 'off'; readonly override: string | null}
	| {readonly type: 'prompt/parameters-set'; readonly parameters: PromptParameters}
	| {readonly type: 'prompt/variable-set'; readonly name: string; readonly value: string}
	| {readonly type: 'prompt/gateway-set'; readonly gateway: Service}
	| {readonly type: 'prompt/planned'; readonly index: number; readonly plan: PromptPlan}
	| {readonly type: 'prompt/send-asked'}
	| {readonly type: 'prompt/sent'}
	| {readonly type: 'prompt/abort-asked'}
	| {readonly type: 'prompt/happened'; readonly index: number; readonly event: RunEvent; readonly at: number}
	| {readonly type: 'prompt/bulk-asked'; readonly file: string; readonly maxCostUsd: number | null; readonly isRetrying: boolean}
	| {readonly type: 'prompt/bulk-started'; readonly file: string}
	| {readonly type: 'prompt/bulk-happened'; readonly event: GenerateEvent}
	| {readonly type: 'prompt/ended'}
	| {readonly type: 'prompt/retried'; readonly modelId: string}
	| {readonly type: 'prompt/column-moved'; readonly by: number}
	| {readonly type: 'prompt/scrolled'; readonly by: number}
	| {readonly type: 'prompt/reasoning-toggled'}
	| {readonly type: 'prompt/pick-asked'}
	| {readonly type: 'prompt/picked'; readonly ledgerId: string};
