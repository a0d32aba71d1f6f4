import type {Cell} from '../../view/cell.js';
import {type Line, truncateLine} from '../../view/line.js';
import {findLinks, type LinkSpan} from '../../view/links.js';
import {cutMark, fitText, widthOf} from '../../view/width.js';
import {drawable, type Glyphs} from './glyphs.js';
import {linkEnd, linkStart} from './links.js';
import type {Style, Theme} from './theme.js';

/** A ground is drawn behind the words only, not behind what fills their column. */
function styled({on, off, hasGround}: Style, text: string): string {
	if (!hasGround) return `${on}${text}${off}`;
	const words = text.trim();
	const start = text.indexOf(words);
	return `${text.slice(0, start)}${on}${words}${off}${text.slice(start + words.length)}`;
}

/** What is drawn of a cell with its addresses made clickable. A cut address still opens what it meant. */
function linked(text: string, links: readonly LinkSpan[]): string {
	let result = '';
	let done = 0;
	for (const {start, end, url} of links) {
		const last = Math.min(end, text.length);
		if (start >= text.length) continue;
		result += `${text.slice(done, start)}${linkStart(url)}${text.slice(start, last)}${linkEnd}`;
		done = last;
	}
	return result + text.slice(done);
}

/** Addresses are ASCII, but what stands before them may be shorter in ASCII. */
function linksIn(cell: Cell, glyphs: Glyphs): readonly LinkSpan[] {
	// What a column cut already ends with its mark, and nobody knows what it meant.
	if (glyphs === 'only-ascii') return findLinks(drawable(cell.text, glyphs)).filter(({url}) => !url.endsWith(drawable(cutMark, glyphs)));
	return (cell.links ?? findLinks(cell.text)).filter(({end}) => cell.text[end] !== cutMark);
}

/** `whole` is the cell before it was cut. */
function paintCell({styles, glyphs, hasLinks}: Theme, {text, tone, links}: Cell, whole: Cell): string {
	const drawn = drawable(text, glyphs);
	const style = styles[tone];
	const clickable = hasLinks && (links !== undefined || text.includes('://')) ? linked(drawn, linksIn(whole, glyphs)) : drawn;
	return style === undefined || (text.trim() === '' && tone !== 'cursor') ? clickable : styled(style, clickable);
}

/** Turns a line into text with colours; never wider than `width` cells. A chosen line is inverse, which every theme can read, and fills the width. */
export function paintLine(theme: Theme, cells: Line, width: number, {isChosen = false}: {readonly isChosen?: boolean} = {}): string {
	const short = truncateLine(cells, width);
	if (isChosen) return `\u001B[7m${fitText(drawable(short.map(({text}) => text).join(''), theme.glyphs), width)}\u001B[27m`;
	let painted = '';
	for (const [index, cell] of short.entries()) painted += paintCell(theme, cell, cells[index]!);
	return painted;
}

/** Two ends of a line with the gap between them, cut on the left if there is no room. */
export function spread(left: Line, right: Line, width: number): Line {
	const rightWidth = right.reduce((sum, {text}) => sum + widthOf(text), 0);
	const room = Math.max(0, width - rightWidth);
	const short = truncateLine(left, Math.max(0, room - 1));
	const leftWidth = short.reduce((sum, {text}) => sum + widthOf(text), 0);
	return [...short, {text: ' '.repeat(Math.max(0, room - leftWidth)), tone: 'plain'}, ...right];
}
