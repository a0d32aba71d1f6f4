import type {Line} from '../../view/line.js';
import type {State} from '../state/state.js';

/** An overlay that shows text: its lines for a width in terminal cells. */
export type Page = {readonly title: (state: State) => string; readonly lines: (state: State, width: number) => readonly Line[]};
