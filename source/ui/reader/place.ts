import {formatNumber} from '../../view/format.js';
import {layoutColumns} from '../../view/layout-columns.js';
import {linearWidth} from '../../view/linear.js';
import {keyWords, linesWords, lineWords, rowWords, type TitledCell, titledWords} from '../../view/spoken.js';
import {hintsFor} from '../keys/resolve-key.js';
import {screens} from '../screens/index.js';
import {cursorIndexOf} from '../state/list.js';
import type {State} from '../state/state.js';
import {fieldWords} from './form-words.js';
import {oncePerState} from './once-per-state.js';
import {overlayLines, overlayPosition} from './overlay-words.js';
import {promptLines, promptPosition} from './prompt-words.js';

/** Of a row as many columns are said as stand in a terminal of this width. */
const spokenWidth = 120;

/** Names where the keyboard is: another name is another place. */
export function placeOf({overlay, screen, ...state}: State): string {
	if (overlay) return `${overlay.kind} ${overlay.name} ${overlay.kind === 'ask' ? overlay.subject : ''}`;
	return `${screen} ${screens[screen].subject?.({overlay, screen, ...state}) ?? ''}`;
}

export const listOf = ({screen}: State) => screens[screen].list;

/** Index of the row under the cursor. */
export const cursorOf = oncePerState((state): number => {
	const list = listOf(state)!;
	return cursorIndexOf(list.read(state), list.view(state));
});

/** What identifies the row under the cursor; undefined where there is none. */
export const cursorId = oncePerState((state): string | undefined => {
	const {ids} = listOf(state)!.view(state);
	const index = cursorOf(state);
	return typeof ids === 'function' ? ids(index) : ids[index];
});

/** The cells of the row under the cursor that are said when the cursor comes to it; null while they are being read. */
export const spokenCells = oncePerState((state): readonly TitledCell[] | null => {
	const cells = listOf(state)!.cells(state, cursorOf(state));
	if (!cells) return null;
	const kept = new Set(
		layoutColumns(
			cells.map(({column}) => column),
			spokenWidth,
		).map(({column}) => column),
	);
	return cells.filter(({column}) => kept.has(column));
});

/** `3 of 86: YES, allowed. deepseek/deepseek-v3.2, …`; why there is none where the list is empty. */
export function rowLines(state: State): readonly string[] {
	const list = listOf(state)!;
	const count = countOf(state);
	if (count === 0) return linesWords(list.whyEmpty(state));
	const cells = spokenCells(state);
	const mark = list.read(state).marks.has(cursorId(state) ?? '') ? 'marked. ' : '';
	return [`${formatNumber(cursorOf(state) + 1)} of ${formatNumber(count)}: ${mark}${cells ? rowWords(cells) : 'still being read.'}`];
}

const countsOf = oncePerState((state) => ({count: listOf(state)!.count(state), total: listOf(state)!.total(state)}));

/** How many rows the filter leaves. */
export const countOf = (state: State): number => countsOf(state).count;

/** `12 of 86 models`. */
export function countWords(state: State): string {
	const list = listOf(state)!;
	const {count, total} = countsOf(state);
	const noun = list.noun[total === 1 ? 0 : 1];
	return count === total ? `${formatNumber(total)} ${noun}` : `${formatNumber(count)} of ${formatNumber(total)} ${noun}`;
}

export function sortWords(state: State): string {
	const list = listOf(state)!;
	const {sort} = list.read(state);
	if (list.isRanked(state)) return 'best match first';
	const title = list.sortKeys.find(({id}) => id === sort.by)?.title ?? sort.by;
	return `sorted by ${title}, ${sort.descending ? 'descending' : 'ascending'}`;
}

export const filterWords = (state: State): string => {
	const text = listOf(state)!.read(state).filter.text.trim();
	return text === '' ? 'no filter' : `filter ${text}`;
};

export const summaryWords = (state: State): string => (screens[state.screen].summary?.(state) ?? '').replace('YES + ?', 'YES or unknown');

const mostHints = 4;

/** `Keys: enter routes, t test prompt, question mark help.` */
export function hintWords(state: State): string {
	const hints = hintsFor(state);
	const shown = [
		...hints.filter(({isAlwaysShown}) => !isAlwaysShown).slice(0, mostHints),
		...hints.filter(({isAlwaysShown}) => isAlwaysShown),
	];
	return shown.length === 0 ? '' : `Keys: ${shown.map(({key, label}) => `${keyWords(key)} ${label}`).join(', ')}.`;
}

export function screenTitle(state: State): string {
	const {title, digit, subject} = screens[state.screen];
	const name = (subject?.(state) ?? '').replace(/^›\s*/, '').trim();
	return [digit === null ? title : `Screen ${digit}, ${title}`, name].filter(Boolean).join(', ');
}

/** What the rows add up to or mean; empty where there is nothing to say. */
export const legendWords = oncePerState((state): string => lineWords(screens[state.screen].legend?.(state) ?? []));

/** Ends as a sentence does. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** All that a screen says of itself when it is opened. */
export function screenLines(state: State): readonly string[] {
	const {list, form, subhead} = screens[state.screen];
	const explained = legendWords(state);
	if (list)
		return [
			`${[`${screenTitle(state)}: ${countWords(state)}`, sortWords(state), filterWords(state), summaryWords(state)].filter(Boolean).join(', ')}.`,
			...(countOf(state) > 0 && explained !== '' ? [sentence(explained)] : []),
			...rowLines(state),
			hintWords(state),
		];
	const head = subhead ? [lineWords(subhead(state))] : [];
	if (form) return [`${screenTitle(state)}: a form of ${form.fields(state).length} lines.`, ...head, fieldWords(state), hintWords(state)];
	return [`${screenTitle(state)}.`, ...head, ...promptLines(state), hintWords(state)];
}

/** The same place again, after something that lay over it: only its name and where the cursor is. */
export const returnLines = (state: State): readonly string[] => [`${screenTitle(state)}.`, ...positionLines(state)];

/** Where the cursor is, in full. */
export function positionLines(state: State): readonly string[] {
	if (state.overlay) return overlayPosition(state);
	const {list, form} = screens[state.screen];
	if (list) return rowLines(state);
	return form ? [fieldWords(state)] : promptPosition(state);
}

/** All about what is under the cursor. */
export function detailLines(state: State): readonly string[] {
	if (state.overlay) return overlayLines(state);
	const {detail, list} = screens[state.screen];
	const lines = detail ? linesWords(detail(state, linearWidth)) : [];
	if (lines.length > 0) return lines;
	return list ? rowLines(state) : screenLines(state);
}

/** What changed in a row that stays under the cursor. */
export function changedCells(heard: State, now: State): readonly TitledCell[] {
	const before = spokenCells(heard);
	const after = spokenCells(now) ?? [];
	return before === null ? after : after.filter(({cell}, index) => cell.text !== before[index]?.cell.text);
}

export const sayCells = (cells: readonly TitledCell[]): string =>
	cells
		.map((one) => (one.cell.text.trim() === '' ? '' : titledWords(one)))
		.filter(Boolean)
		.join(', ');
