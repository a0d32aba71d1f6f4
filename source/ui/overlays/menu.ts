import type {Cell} from '../../view/cell.js';
import type {Action} from '../state/action.js';
import type {State} from '../state/state.js';

export type MenuItem = {
	readonly label: string;
	/** Pressed while nothing is typed, it chooses this item at once. */
	readonly key?: string;
	/** Said behind the label: a key, a count, a state. */
	readonly detail?: Cell;
	/** Why it cannot be chosen now. */
	readonly blocked?: string;
	/** What Tab puts into the line, and what is remembered once it was chosen; the palette's only. */
	readonly command?: string;
	readonly actions: readonly Action[];
};

/** An overlay that offers a choice. `items` sees what was typed; those whose label does not contain every word of it are left out. */
export type Menu = {
	readonly title: (state: State) => string;
	readonly items: (state: State, query: string) => readonly MenuItem[];
	/** `items` leaves out by itself what does not match, and puts the best first. */
	readonly isRanked?: true;
	/** What is said where nothing matches. */
	readonly noMatch?: (state: State, query: string) => string;
};
