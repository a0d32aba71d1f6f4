import {editField, emptyField, type FieldEdit, fieldOf, insertText, selectedField, type TextField} from './text-field.js';

export type Sort = {readonly by: string; readonly descending: boolean};

/** Filter, cursor, marks and order of any list. The cursor is kept by id; the index only says where to look first. */
export type ListState = {
	readonly filter: TextField;
	readonly isFiltering: boolean;
	readonly cursorId: string | null;
	readonly cursorIndex: number;
	/** Index of the first visible row. */
	readonly offset: number;
	readonly marks: ReadonlySet<string>;
	/** Where a range of marks begins; null when none is open. */
	readonly rangeFrom: string | null;
	readonly sort: Sort;
	/** Was the sort chosen after the filter was typed? Then it wins over how well rows match. */
	readonly isSortChosen: boolean;
};

export type Step = number | 'page-up' | 'page-down' | 'half-up' | 'half-down' | 'first' | 'last';

export type ListAction =
	| {readonly type: 'list/moved'; readonly step: Step}
	| {readonly type: 'list/filter-opened'}
	| {readonly type: 'list/filter-typed'; readonly text: string}
	| {readonly type: 'list/filter-edited'; readonly edit: FieldEdit}
	| {readonly type: 'list/filter-closed'}
	| {readonly type: 'list/filter-set'; readonly text: string; readonly cursor?: number}
	| {readonly type: 'list/marked'}
	| {readonly type: 'list/range-marked'}
	| {readonly type: 'list/range-left'}
	| {readonly type: 'list/all-marked'}
	| {readonly type: 'list/unmarked'}
	| {readonly type: 'list/sorted'; readonly sort: Sort};

/** What the reducer must know of the rows as they are drawn. */
export type ListView = {
	readonly ids: readonly string[] | ((index: number) => string | undefined);
	readonly count: number;
	readonly height: number;
	readonly indexOf: (id: string) => number;
};

export const initialList = (sort: Sort): ListState => ({
	filter: emptyField,
	isFiltering: false,
	cursorId: null,
	cursorIndex: 0,
	offset: 0,
	marks: new Set(),
	rangeFrom: null,
	sort,
	isSortChosen: false,
});

/** The rows in their order: words put the best match first, until a sort is chosen for what they found. */
export function arrange<Row>(
	rows: readonly Row[],
	{sort, isSortChosen}: Pick<ListState, 'sort' | 'isSortChosen'>,
	filterRows: (rows: readonly Row[]) => readonly Row[],
	sortRows: (rows: readonly Row[], by: string, descending: boolean) => readonly Row[],
): readonly Row[] {
	const sorted = (unsorted: readonly Row[]) => sortRows(unsorted, sort.by, sort.descending);
	return isSortChosen ? sorted(filterRows(rows)) : filterRows(sorted(rows));
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));

/** The row under the cursor after rows came, left or changed places. */
export function cursorIndexOf(list: ListState, view: ListView): number {
	if (list.cursorId === null) return clamp(list.cursorIndex, view.count - 1);
	const index = view.indexOf(list.cursorId);
	return index >= 0 ? index : clamp(list.cursorIndex, view.count - 1);
}

/** The first visible row such that the cursor is on screen and no room is left empty. */
export function offsetOf(offset: number, cursor: number, {count, height}: {readonly count: number; readonly height: number}): number {
	const shown = Math.max(1, height);
	const near = cursor < offset ? cursor : cursor >= offset + shown ? cursor - shown + 1 : offset;
	return clamp(near, Math.max(0, count - shown));
}

function stepBy(step: Step, height: number, count: number): number {
	if (typeof step === 'number') return step;
	const page = Math.max(1, height - 1);
	const half = Math.max(1, Math.floor(height / 2));
	return {'page-up': -page, 'page-down': page, 'half-up': -half, 'half-down': half, first: -count, last: count}[step];
}

const idAt = ({ids}: ListView, index: number): string | null => (typeof ids === 'function' ? ids(index) : ids[index]) ?? null;

function moveTo(list: ListState, index: number, view: ListView): ListState {
	const cursorIndex = clamp(index, view.count - 1);
	return {...list, cursorIndex, cursorId: idAt(view, cursorIndex), offset: offsetOf(list.offset, cursorIndex, view)};
}

/** After the filter changed the best match is on top, so the cursor goes there. */
const filtered = (list: ListState, filter: TextField): ListState => ({
	...list,
	filter,
	isSortChosen: false,
	cursorId: null,
	cursorIndex: 0,
	offset: 0,
});

function markRange(list: ListState, view: ListView): ListState {
	const cursor = cursorIndexOf(list, view);
	const here = idAt(view, cursor);
	if (list.rangeFrom === null) return {...list, rangeFrom: here};
	const from = view.indexOf(list.rangeFrom);
	const marks = new Set(list.marks);
	for (let index = Math.min(from, cursor); from >= 0 && index <= Math.max(from, cursor); index++) {
		const id = idAt(view, index);
		if (id !== null) marks.add(id);
	}
	return {...list, marks, rangeFrom: null};
}

function toggleMark(list: ListState, view: ListView): ListState {
	const cursor = cursorIndexOf(list, view);
	const id = idAt(view, cursor);
	if (id === null) return list;
	const marks = new Set(list.marks);
	if (!marks.delete(id)) marks.add(id);
	return moveTo({...list, marks}, cursor + 1, view);
}

export function reduceList(list: ListState, action: ListAction, view: ListView): ListState {
	switch (action.type) {
		case 'list/moved':
			return view.count === 0 ? list : moveTo(list, cursorIndexOf(list, view) + stepBy(action.step, view.height, view.count), view);
		case 'list/filter-opened':
			return {...list, isFiltering: true, filter: selectedField(list.filter.text)};
		case 'list/filter-typed':
			return filtered(list, insertText(list.filter, action.text));
		case 'list/filter-edited': {
			const filter = editField(list.filter, action.edit);
			return filter.text === list.filter.text ? {...list, filter} : filtered(list, filter);
		}
		case 'list/filter-closed':
			return {...list, isFiltering: false, filter: fieldOf(list.filter.text)};
		case 'list/filter-set':
			return filtered(list, {text: action.text, cursor: action.cursor ?? action.text.length});
		case 'list/marked':
			return toggleMark(list, view);
		case 'list/range-marked':
			return markRange(list, view);
		case 'list/range-left':
			return {...list, rangeFrom: null};
		case 'list/all-marked':
			return {...list, marks: new Set(Array.from({length: view.count}, (_, index) => idAt(view, index)).filter((id) => id !== null))};
		case 'list/unmarked':
			return {...list, marks: new Set(), rangeFrom: null};
		case 'list/sorted':
			return {...list, sort: action.sort, isSortChosen: list.filter.text !== '', offset: 0, cursorIndex: 0, cursorId: null};
	}
}
