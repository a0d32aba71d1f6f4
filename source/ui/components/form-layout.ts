import {layoutOf, wideColumns} from '../layout.js';
import type {State} from '../state/state.js';

/** Where a form of so many lines stands and what follows from it: beside it where there is room, else below; in terminal cells. */
export type FormLayout = {
	readonly isBeside: boolean;
	readonly formWidth: number;
	readonly formHeight: number;
	/** Of what the line under the cursor is for: under the form. */
	readonly helpHeight: number;
	/** Of what follows from the values. */
	readonly width: number;
	readonly height: number;
};

export function formLayout(state: State, fieldCount: number): FormLayout {
	const {bodyRows, columns} = layoutOf(state);
	const isBeside = columns >= wideColumns;
	const isLow = bodyRows < 16;
	const formWidth = isBeside ? Math.min(76, Math.floor(columns * 0.5)) : columns - 1;
	const helpHeight = isBeside ? 6 : isLow ? 1 : 2;
	const formRows = isBeside ? bodyRows - 2 - helpHeight : Math.max(6, Math.floor(bodyRows * 0.5));
	// A last line takes no more room than the words that it is below.
	const formHeight = fieldCount === formRows + 1 && !isBeside && !isLow ? fieldCount : Math.min(fieldCount, formRows);
	return {
		isBeside,
		formWidth,
		formHeight,
		helpHeight,
		width: isBeside ? columns - formWidth - 3 : columns - 3,
		height: Math.max(1, isBeside ? bodyRows - 1 : bodyRows - formHeight - helpHeight - (isLow ? 1 : 2)),
	};
}

/** How far what follows from the values is scrolled after `by` lines more: never further than it is long. */
export function formOffset(state: State, fieldCount: number, lineCount: (width: number) => number, offset: number, by: number): number {
	const {width, height} = formLayout(state, fieldCount);
	const most = Math.max(0, lineCount(width) - height);
	return Math.max(0, Math.min(most, Math.min(most, offset) + by));
}
