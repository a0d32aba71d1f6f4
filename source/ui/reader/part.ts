import type {State} from '../state/state.js';

/**
 * When something is said, in milliseconds: once nothing more of it came for so long (`rest`: typing, a held key), at most so long after it came
 * (`within`), or no oftener than that (`every`: progress).
 */
export type Wait = {readonly rest: number} | {readonly within: number} | {readonly every: number};

/** One kind of thing that is spoken of: from what was heard last to what is true now. */
export type Part = {
	/** Another place says all of it by itself. */
	readonly isOfPlace?: true;
	/** Null when there is nothing to say. */
	readonly wait: (heard: State, now: State) => Wait | null;
	readonly say: (heard: State, now: State) => readonly string[];
};

export const atOnce: Wait = {within: 0};
/** A held key repeats faster than this. */
export const moving: Wait = {rest: 60};
/** Nobody types on for so long who waits to hear what was typed. */
export const typing: Wait = {rest: 600};
/** A word was ended, and the next one is not begun. */
export const afterWord: Wait = {rest: 150};

/** How soon what was typed is said. */
export const typedWait = (text: string): Wait => (text.endsWith(' ') ? afterWord : typing);
