import type {State} from '../state/state.js';

/** `since` is the state before the last key; `fails` says what went wrong while it is waited. */
export type Wait = {
	readonly until: (state: State, since: State) => boolean;
	readonly words: string;
	readonly fails?: (state: State) => string | null;
};

/**
 * What a step of the tour does, one after another: press the key of a binding, type words into what has the keyboard, or wait for something
 * that is to be seen in the state. `unless` leaves it out where it is done already.
 */
export type Move =
	| {readonly press: string; readonly unless?: (state: State) => boolean}
	| {readonly type: string | ((folder: string) => string)}
	| Wait;

export type TourStep = {
	readonly id: string;
	readonly title: string;
	/** One to three short sentences; what is in braces is put in: `{folder}`. */
	readonly text: string;
	readonly moves: readonly Move[];
};
