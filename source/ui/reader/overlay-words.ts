import type {Line} from '../../view/line.js';
import {lineText} from '../../view/line.js';
import {linesWords, lineWords} from '../../view/spoken.js';
import {askHelp, askTitle, isSecretAsk} from '../overlays/asks.js';
import type {MenuItem} from '../overlays/menu.js';
import {menuItems, menuTitle, noMatchWords, typedNumber} from '../overlays/menus.js';
import {pageLines, pageRows, pageTitle} from '../overlays/pages.js';
import type {Overlay} from '../state/overlay.js';
import type {State} from '../state/state.js';
import {oncePerState} from './once-per-state.js';

/** As it was received: nothing in it is turned into words. */
const verbatim: readonly string[] = ['raw'];

const wordsOf = (state: State, lines: readonly Line[]): readonly string[] =>
	verbatim.includes(state.overlay?.name ?? '') ? lines.map((line) => lineText(line).trimEnd()).filter(Boolean) : linesWords(lines);

const titleWords = (title: string): string => lineWords([{text: title, tone: 'strong'}]);

export function overlayTitle(state: State): string {
	const {overlay} = state;
	if (overlay?.kind === 'pages') return titleWords(pageTitle(state, overlay.name));
	if (overlay?.kind === 'menu') return titleWords(menuTitle(state, overlay.name));
	return overlay ? titleWords(askTitle(overlay, state)) : '';
}

/** Lines from one to another of the open text, and which page of how many that is. */
export function pageWords(state: State, from: number, to: number): readonly string[] {
	const lines = pageLines(state);
	const height = pageRows(state);
	const pages = Math.max(1, Math.ceil(lines.length / height));
	const page = Math.min(pages, Math.ceil(Math.min(to, lines.length) / height));
	const place =
		pages === 1
			? 'End of the text.'
			: to >= lines.length
				? `Page ${pages} of ${pages}, the end.`
				: `Page ${page} of ${pages}, space goes on.`;
	return [...wordsOf(state, lines.slice(from, to)), place];
}

/** Lines of the open text as words, without their place. */
export const linesOf = oncePerState((state): readonly string[] => wordsOf(state, pageLines(state)));

/** The number that a choice is chosen by, or its own key. */
const numberOf = ({key}: MenuItem, index: number): string => key ?? String(index + 1);

/** `3. author anthropic, 12`; why it cannot be chosen where it cannot. */
export function choiceWords(item: MenuItem, index: number): string {
	const detail = item.blocked ? `not now: ${item.blocked}` : item.detail ? lineWords([item.detail]) : '';
	return `${numberOf(item, index)}. ${[item.label.replaceAll(/\s+/g, ' '), detail].filter(Boolean).join(', ')}`;
}

/** The choices that what was typed leaves, as many as a page has. */
export function choicesLines(state: State): readonly string[] {
	const items = menuItems(state);
	const most = Math.max(10, pageRows(state));
	const left = items.length - most;
	return [...items.slice(0, most).map(choiceWords), ...(left > 0 ? [`And ${left} more: type words to narrow them, or a number.`] : [])];
}

type OpenMenu = Overlay & {readonly kind: 'menu'};

/** What was typed into the field of a menu, and what it leaves or chooses. */
export function queryLines(state: State, {query, name, index}: OpenMenu): readonly string[] {
	const items = menuItems(state);
	if (items.length === 0) return [`${query.text}: ${noMatchWords(state, name, query.text)}.`];
	const number = typedNumber(state);
	if (number !== null) return [`Number ${choiceWords(items[index]!, index)}. Enter chooses it.`];
	return [`${query.text.trim() || 'Nothing typed'}: ${items.length} ${items.length === 1 ? 'choice' : 'choices'}.`, ...choicesLines(state)];
}

const askLines = (state: State, overlay: Overlay & {readonly kind: 'ask'}): readonly string[] => [
	`Question: ${overlayTitle(state)}`,
	askHelp(overlay, state),
	overlay.query.text === ''
		? 'Type an answer, then enter; escape leaves it.'
		: `Now: ${answerWords(overlay)}. Typing replaces it, enter keeps it, escape leaves it.`,
];

/** The answer as typed; of a secret only how long it is. */
export function answerWords(overlay: Overlay & {readonly kind: 'ask'}): string {
	const {text} = overlay.query;
	if (text !== '' && isSecretAsk(overlay)) return `${text.length} ${text.length === 1 ? 'character' : 'characters'}, not shown`;
	return text === '' ? 'empty' : text;
}

/** All that an overlay says of itself when it is opened. */
export function overlayLines(state: State): readonly string[] {
	const {overlay} = state;
	if (overlay?.kind === 'pages') return [`${overlayTitle(state)}.`, ...pageWords(state, overlay.offset, overlay.offset + pageRows(state))];
	if (overlay?.kind === 'menu') {
		const count = menuItems(state).length;
		const now = overlay.index > 0 ? [`Now at ${choiceWords(menuItems(state)[overlay.index]!, overlay.index)}.`] : [];
		return [
			`${overlayTitle(state).replace(/(?<![.?!])$/, '.')} ${count} ${count === 1 ? 'choice' : 'choices'}.`,
			...choicesLines(state),
			...now,
			'A number and enter choose, letters search, escape closes.',
		];
	}
	return overlay ? askLines(state, overlay) : [];
}

/** Where in an overlay the cursor is. */
export function overlayPosition(state: State): readonly string[] {
	const {overlay} = state;
	if (overlay?.kind === 'menu') {
		const items = menuItems(state);
		const item = items[overlay.index];
		return item
			? [`${overlay.index + 1} of ${items.length}: ${choiceWords(item, overlay.index).replace(/^\S+\. /, '')}`]
			: queryLines(state, overlay);
	}
	return overlayLines(state);
}
