import {type Line, truncateLine} from '../../view/line.js';
import {fitText, widthOf} from '../../view/width.js';
import type {Theme} from './theme.js';

/** Turns a line into text with colours; never wider than `width` cells. A chosen line is inverse and fills the width. */
export function paintLine(theme: Theme, cells: Line, width: number, {isChosen = false}: {readonly isChosen?: boolean} = {}): string {
	const short = truncateLine(cells, width);
	if (isChosen) return `\u001B[7m${fitText(short.map(({text}) => text).join(''), width)}\u001B[27m`;
	let painted = '';
	for (const {text, tone} of short) {
		const code = theme[tone];
		painted += code === '' || (text.trim() === '' && tone !== 'cursor') ? text : `\u001B[${code}m${text}${codeOff(code)}`;
	}
	return painted;
}

const offCodes: Readonly<Record<string, string>> = {'1': '22', '2': '22', '7': '27'};

/** Ends exactly what `code` began, in the form Ink itself would write, so that Ink's parser sees each line once. */
function codeOff(code: string): string {
	const ends = new Set(code.split(';').map((part) => offCodes[part] ?? '39'));
	return [...ends].map((end) => `\u001B[${end}m`).join('');
}

/** Two ends of a line with the gap between them, cut on the left if there is no room. */
export function spread(left: Line, right: Line, width: number): Line {
	const rightWidth = right.reduce((sum, {text}) => sum + widthOf(text), 0);
	const room = Math.max(0, width - rightWidth);
	const short = truncateLine(left, Math.max(0, room - 1));
	const leftWidth = short.reduce((sum, {text}) => sum + widthOf(text), 0);
	return [...short, {text: ' '.repeat(Math.max(0, room - leftWidth)), tone: 'plain'}, ...right];
}
