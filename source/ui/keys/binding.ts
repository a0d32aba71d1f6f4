import type {Action} from '../state/action.js';
import type {State} from '../state/state.js';

/** One record serves the dispatcher, the hint line, help, the palette, `stillroom bindings` and the README. */
export type Binding = {
	/** `screen.verb`; the name under which a user rebinds it. */
	readonly id: `${string}.${string}`;
	readonly keys: readonly string[];
	readonly label: string;
	/** What the hint line says where the label is too long for it. */
	readonly short?: string;
	/** Shown in the bottom line; the lower the number, the sooner. */
	readonly hint?: number;
	/** Where the hint line names it, if not on every screen. */
	readonly hintWhen?: (state: State) => boolean;
	/** True when usable, else a sentence that says why not. */
	readonly when?: (state: State) => true | string;
	/** Left out of the palette, such as cursor movement and typing. */
	readonly isSilent?: boolean;
	readonly act: (state: State) => Action | readonly Action[];
};

export type BindingGroup = {readonly title: string; readonly bindings: readonly Binding[]};
