import {linesWords, type TitledCell} from '../../view/spoken.js';
import type {State} from '../state/state.js';
import {oncePerState} from './once-per-state.js';
import {atOnce, moving, type Part, typedWait, type Wait} from './part.js';
import {
	changedCells,
	countOf,
	countWords,
	cursorId,
	cursorOf,
	filterWords,
	legendWords,
	listOf,
	rowLines,
	sayCells,
	sentence,
	sortWords,
	spokenCells,
	summaryWords,
} from './place.js';
import {isSamePlace} from './place-part.js';

const isSpoken = (heard: State, now: State): boolean => now.overlay === null && listOf(now) !== undefined && isSamePlace(heard, now);

/** What of a list is not as it was heard. */
type Change = 'typed' | 'filter' | 'editing' | 'sort' | 'summary' | 'marks' | 'range' | 'moved' | 'count' | 'row' | 'empty' | 'legend';

/** Why there is no row, whatever it counts. */
const whyWords = oncePerState((state): string =>
	linesWords(listOf(state)!.whyEmpty(state))
		.join()
		.replaceAll(/[\d,]+/g, ''),
);

function changesOf(heard: State, now: State): ReadonlySet<Change> {
	const changes = new Set<Change>();
	const list = listOf(now)!;
	const [before, after] = [list.read(heard), list.read(now)];
	if (before.isFiltering !== after.isFiltering) changes.add('editing');
	if (before.filter.text !== after.filter.text) changes.add(after.isFiltering ? 'typed' : 'filter');
	if (before.sort !== after.sort) changes.add('sort');
	if (summaryWords(heard) !== summaryWords(now)) changes.add('summary');
	if (before.marks !== after.marks && (before.marks.size > 0 || after.marks.size > 0)) changes.add('marks');
	if (before.rangeFrom !== after.rangeFrom && after.rangeFrom !== null) changes.add('range');
	if (countWords(heard) !== countWords(now)) changes.add('count');
	const isAnyRow = countOf(now) > 0;
	if (isAnyRow && legendWords(heard) !== legendWords(now) && legendWords(now) !== '') changes.add('legend');
	if (!isAnyRow) {
		const isWhy = countOf(heard) > 0 || whyWords(heard) !== whyWords(now);
		return isWhy ? changes.add('empty') : changes;
	}
	if (countOf(heard) === 0 || cursorId(heard) !== cursorId(now)) changes.add('moved');
	else if (cursorOf(heard) !== cursorOf(now) && changes.has('sort')) changes.add('moved');
	else if (changedCells(heard, now).length > 0) changes.add('row');
	return changes;
}

/** Rows that are being read come soon. */
const reading: Wait = {within: 800};
/** What comes by itself is said when more of it has come. */
const settling: Wait = {within: 150};
/** What is read of a row behind the list. */
const arriving: Wait = {within: 300};
/** A row goes on changing while something is under way. */
const changing: Wait = {every: 5000};
const isProgress = (cells: readonly TitledCell[]): boolean =>
	cells.every(({column: {id}}) => id === 'progress' || id === 'tokens' || id === 'samples');

function waitFor(changes: ReadonlySet<Change>, heard: State, now: State): Wait | null {
	if (changes.size === 0) return null;
	if (changes.has('typed') && !changes.has('editing')) return typedWait(listOf(now)!.read(now).filter.text);
	if (['editing', 'sort', 'marks', 'range'].some((change) => changes.has(change as Change))) return atOnce;
	if (changes.has('moved')) return spokenCells(now) === null ? reading : moving;
	if (changes.size === 1 && changes.has('count') && now.work !== null) return changing;
	if (['filter', 'summary', 'empty', 'count', 'legend'].some((change) => changes.has(change as Change))) return settling;
	return isProgress(changedCells(heard, now)) ? changing : arriving;
}

function marksWords(heard: State, now: State): string {
	const list = listOf(now)!;
	const [before, after] = [list.read(heard).marks, list.read(now).marks];
	if (after.size === 0) return 'Nothing is marked any more.';
	const added = [...after].filter((id) => !before.has(id)).length;
	const taken = [...before].filter((id) => !after.has(id)).length;
	const words = [
		added > 0 ? `${added === 1 ? '' : `${added} `}marked` : '',
		taken > 0 ? `${taken === 1 ? '' : `${taken} `}unmarked` : '',
	].filter(Boolean);
	return `${words.join(', ').replace(/^./, (letter) => letter.toUpperCase())}: ${after.size.toLocaleString('en')} marked now.`;
}

/** Cursor, marks, filter, order and rows of a list. */
export const listPart: Part = {
	isOfPlace: true,
	wait: (heard, now) => (isSpoken(heard, now) ? waitFor(changesOf(heard, now), heard, now) : null),
	say(heard, now) {
		const changes = changesOf(heard, now);
		const {isFiltering} = listOf(now)!.read(now);
		const has = (...wanted: readonly Change[]): boolean => wanted.some((change) => changes.has(change));
		const isCounted = has('typed', 'filter', 'editing', 'summary', 'count');
		const isFilterOpened = has('editing') && isFiltering && !has('typed');
		if (isFilterOpened) return [`Filter: ${filterWords(now)}. Type; tab completes, enter keeps it.`];
		const filter = has('typed', 'filter', 'editing')
			? `${isFiltering ? 'Filter' : has('editing') ? 'Filter kept' : 'Filter'}: ${filterWords(now).replace(/^filter /, '')}, `
			: '';
		return [
			...(has('sort') ? [`${sortWords(now).replace(/^./, (letter) => letter.toUpperCase())}.`] : []),
			...(has('marks') ? [marksWords(heard, now)] : []),
			...(has('range') ? ['A range is open: move, then v again closes it.'] : []),
			...(isCounted ? [`${has('summary') && summaryWords(now) !== '' ? `${summaryWords(now)}, ` : ''}${filter}${countWords(now)}.`] : []),
			...(has('legend') ? [sentence(legendWords(now))] : []),
			...(has('moved', 'empty', 'typed', 'filter') || (has('editing', 'sort') && !isFiltering) ? rowLines(now) : []),
			...(has('row') && !has('moved', 'editing', 'sort', 'typed', 'filter') ? [`Now: ${sayCells(changedCells(heard, now))}.`] : []),
		];
	},
};
