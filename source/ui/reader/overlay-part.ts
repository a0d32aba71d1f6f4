import {menuItems, typedNumber} from '../overlays/menus.js';
import {pageLines, pageRows, searchMatches} from '../overlays/pages.js';
import type {Overlay} from '../state/overlay.js';
import type {State} from '../state/state.js';
import {oncePerState} from './once-per-state.js';
import {answerWords, choicesLines, linesOf, overlayPosition, pageWords, queryLines} from './overlay-words.js';
import {atOnce, moving, type Part, typedWait, type Wait} from './part.js';
import {isSamePlace} from './place-part.js';

type Kind<Name extends Overlay['kind']> = Overlay & {readonly kind: Name};

/** The open overlay of a kind as it was heard and as it is now; null where another place is open. */
function pairOf<Name extends Overlay['kind']>(kind: Name, heard: State, now: State): readonly [Kind<Name>, Kind<Name>] | null {
	if (now.overlay?.kind !== kind || heard.overlay?.kind !== kind || !isSamePlace(heard, now)) return null;
	return [heard.overlay as Kind<Name>, now.overlay as Kind<Name>];
}

/** Text that comes by itself is said when more of it has come. */
const coming: Wait = {within: 300};
const changing: Wait = {every: 5000};

const isLaidOut = (heard: State, now: State): boolean =>
	pageLines(heard).length === pageLines(now).length && linesOf(heard).join('\n') === linesOf(now).join('\n');

/** What is new in a text that is open: of one that is only now there its first page. */
function newLines(heard: State, now: State): readonly string[] {
	const before = linesOf(heard);
	const overlay = now.overlay as Kind<'pages'>;
	if (before.length <= 2) return pageWords(now, overlay.offset, overlay.offset + pageRows(now));
	const known = new Set(before);
	return linesOf(now)
		.filter((line) => !known.has(line))
		.slice(0, pageRows(now));
}

function searchLines(now: State, overlay: Kind<'pages'>): readonly string[] {
	const {text} = overlay.query;
	if (text === '') return ['Search: nothing is searched for.'];
	const matches = searchMatches(now, text);
	const at = matches.find((line) => line >= overlay.offset) ?? matches.at(-1);
	if (at === undefined) return [`Search ${text}: no line matches.`];
	const lines = pageWords(now, at, at + 1).slice(0, -1);
	return [
		`Search ${text}: ${matches.length} ${matches.length === 1 ? 'line matches' : 'lines match'}. Line ${at + 1} of ${pageLines(now).length}:`,
		...lines,
	];
}

/** Scrolling down says what comes into sight, scrolling up what comes back into it. */
function scrolledLines(now: State, from: number, to: number): readonly string[] {
	const height = pageRows(now);
	return to > from
		? pageWords(now, Math.max(to, Math.min(from + height, pageLines(now).length - 1)), to + height)
		: pageWords(now, to, Math.min(from, to + height));
}

/** Text that lies over the screen. */
export const pagesPart: Part = {
	isOfPlace: true,
	wait(heard, now) {
		const pair = pairOf('pages', heard, now);
		if (!pair) return null;
		const [before, after] = pair;
		if (before.isSearching !== after.isSearching) return atOnce;
		if (before.query.text !== after.query.text) return after.isSearching ? typedWait(after.query.text) : atOnce;
		if (before.offset !== after.offset) return moving;
		if (heard === now || isLaidOut(heard, now)) return null;
		return linesOf(heard).length <= 2 ? coming : changing;
	},
	say(heard, now) {
		const [before, after] = pairOf('pages', heard, now)!;
		if (before.query.text !== after.query.text || (before.isSearching && !after.isSearching)) return searchLines(now, after);
		if (after.isSearching && !before.isSearching) return ['Search: type, then enter.'];
		if (before.offset !== after.offset)
			return after.query.text === '' ? scrolledLines(now, before.offset, after.offset) : searchLines(now, after);
		return newLines(heard, now);
	},
};

const labels = oncePerState((state): string =>
	menuItems(state)
		.map(({label}) => label)
		.join('\n'),
);

/** A choice: what was typed, and what is under the cursor. */
export const menuPart: Part = {
	isOfPlace: true,
	wait(heard, now) {
		const pair = pairOf('menu', heard, now);
		if (!pair) return null;
		const [before, after] = pair;
		if (before.query.text !== after.query.text) return typedNumber(now) === null ? typedWait(after.query.text) : typedWait(' ');
		if (before.index !== after.index) return moving;
		return heard.overlay !== now.overlay || heard.screens !== now.screens ? (labels(heard) === labels(now) ? null : coming) : null;
	},
	say(heard, now) {
		const [before, after] = pairOf('menu', heard, now)!;
		if (before.query.text !== after.query.text) return queryLines(now, after);
		return before.index === after.index ? choicesLines(now) : overlayPosition(now);
	},
};

/** A question: the answer as it is typed, and what is wrong with it. */
export const askPart: Part = {
	isOfPlace: true,
	wait(heard, now) {
		const pair = pairOf('ask', heard, now);
		if (!pair) return null;
		const [before, after] = pair;
		if (before.problem !== after.problem && after.problem !== null) return atOnce;
		return before.query.text === after.query.text ? null : typedWait('');
	},
	say(heard, now) {
		const [before, after] = pairOf('ask', heard, now)!;
		return [
			...(before.query.text === after.query.text ? [] : [`Answer: ${answerWords(after)}.`]),
			...(after.problem === null || after.problem === before.problem ? [] : [`Not taken: ${after.problem}.`]),
		];
	},
};
