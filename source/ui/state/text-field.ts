import {cutMark, widthOf} from '../../view/width.js';

/** One line of text being edited; `cursor` counts UTF-16 units and stands between characters. */
export type TextField = {
	readonly text: string;
	readonly cursor: number;
	/** The whole text is selected: what is typed takes its place, any other key keeps it. */
	readonly isSelected?: boolean;
};

export const emptyField: TextField = {text: '', cursor: 0};
export const fieldOf = (text: string): TextField => ({text, cursor: text.length});
/** An old value offered for change. */
export const selectedField = (text: string): TextField => ({...fieldOf(text), isSelected: text !== ''});

export type FieldEdit = 'left' | 'right' | 'home' | 'end' | 'backspace' | 'delete' | 'delete-word' | 'delete-before' | 'delete-after';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const lastCharacterLength = (text: string): number => [...segmenter.segment(text)].at(-1)?.segment.length ?? 0;
const firstCharacterLength = (text: string): number => segmenter.segment(text)[Symbol.iterator]().next().value?.segment.length ?? 0;

/** The whole character under the cursor, however many UTF-16 units it has; empty at the end. */
export const characterAt = ({text, cursor}: TextField): string => text.slice(cursor, cursor + firstCharacterLength(text.slice(cursor)));

/** No character that is one cell wide has more UTF-16 units than this, but for what nobody writes. */
const mostUnits = 16;

/** A text that is longer than `width` cells, cut at its beginning so that the cursor stays in sight; `…` says so. */
export function scrollField(field: TextField, width: number): TextField {
	const {text, cursor} = field;
	const most = Math.max(2, width);
	const under = widthOf(characterAt(field) || ' ');
	if (widthOf(text.slice(0, cursor)) + under <= most) return field;
	// What was pasted may be very long: only what can be in sight is looked at.
	const from = Math.max(0, cursor - most * mostUnits);
	const before = [...segmenter.segment(text.slice(from, cursor))].slice(from > 0 ? 1 : 0);
	let room = most - 1 - under;
	let start = cursor;
	for (const {segment} of before.toReversed()) {
		room -= widthOf(segment);
		if (room < 0) break;
		start -= segment.length;
	}
	return {text: `${cutMark}${text.slice(start)}`, cursor: cursor - start + 1};
}

export function insertText({text, cursor, isSelected}: TextField, typed: string): TextField {
	if (isSelected) return fieldOf(typed);
	return {text: text.slice(0, cursor) + typed + text.slice(cursor), cursor: cursor + typed.length};
}

export function editField(selected: TextField, edit: FieldEdit): TextField {
	const {isSelected, ...field} = selected;
	if (isSelected && (edit === 'backspace' || edit.startsWith('delete'))) return emptyField;
	const before = field.text.slice(0, field.cursor);
	const after = field.text.slice(field.cursor);
	switch (edit) {
		case 'left':
			return {...field, cursor: field.cursor - lastCharacterLength(before)};
		case 'right':
			return {...field, cursor: field.cursor + firstCharacterLength(after)};
		case 'home':
			return {...field, cursor: 0};
		case 'end':
			return {...field, cursor: field.text.length};
		case 'backspace':
			return fieldFrom(before.slice(0, before.length - lastCharacterLength(before)), after);
		case 'delete':
			return fieldFrom(before, after.slice(firstCharacterLength(after)));
		case 'delete-word':
			return fieldFrom(before.replace(/\S*\s*$/, ''), after);
		case 'delete-before':
			return fieldFrom('', after);
		case 'delete-after':
			return fieldFrom(before, '');
	}
}

const fieldFrom = (before: string, after: string): TextField => ({text: before + after, cursor: before.length});
