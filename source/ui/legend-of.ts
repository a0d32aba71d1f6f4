import {type Line, span} from '../view/line.js';
import {widthOf} from '../view/width.js';

/** The first of these words that a terminal of so many columns has room for, else the last: so none is cut where a shorter one fits. */
export const legendOf = (columns: number, ...words: readonly string[]): Line => [
	span(words.find((text) => widthOf(text) < columns) ?? words.at(-1) ?? '', 'dim'),
];
