import type {Action} from '../state/action.js';
import type {Overlay} from '../state/overlay.js';
import type {State} from '../state/state.js';

export type Asked = Overlay & {readonly kind: 'ask'};

/** An overlay that asks for one value; `answer` is what follows, or a sentence about what is wrong with it. */
export type Ask = {
	/** What is typed is drawn as stars, and read aloud as a number of characters. */
	readonly isSecret?: boolean;
	/** A file or folder is asked for: tab completes its name. */
	readonly isPath?: boolean;
	readonly title: (asked: Asked, state: State) => string;
	readonly help: (asked: Asked, state: State) => string;
	readonly answer: (state: State, asked: Asked) => readonly Action[] | string;
};
