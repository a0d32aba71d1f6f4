import {layoutOf, wideColumns} from '../../layout.js';
import type {State} from '../../state/state.js';
import type {PromptField} from './prompt-slice.js';

/** Where the composer and the answers stand, in terminal cells. */
export type PromptLayout = {
	/** Composer and one answer side by side; else the composer stands above. */
	readonly isBeside: boolean;
	readonly composerColumns: number;
	readonly composerRows: number;
	readonly systemRows: number;
	readonly userRows: number;
	readonly answerColumns: number;
	readonly answerRows: number;
};

/** Labels of the two texts, a line of parameters and one of the plan. */
const composerFrame = 5;

export function promptLayout(state: State): PromptLayout {
	const {columns} = state.size;
	const {bodyRows} = layoutOf(state);
	const {field, isEditing, system, runs} = state.screens.prompt;
	const isBeside = columns >= wideColumns && runs.length < 2;
	const composerColumns = isBeside ? Math.floor(columns * 0.42) : columns;
	const composerRows = isBeside ? bodyRows : Math.min(bodyRows - 6, Math.max(8, Math.floor(bodyRows * (isEditing ? 0.5 : 0.35))));
	const textRows = Math.max(2, composerRows - composerFrame);
	const isSystemOpen = (isEditing && field === 'system') || system.text !== '';
	const systemRows = isSystemOpen ? Math.max(1, Math.min(Math.floor(textRows / 3), 8)) : 1;
	return {
		isBeside,
		composerColumns,
		composerRows,
		systemRows,
		userRows: Math.max(1, textRows - systemRows),
		answerColumns: isBeside ? columns - composerColumns - 2 : columns,
		answerRows: isBeside ? bodyRows : bodyRows - composerRows,
	};
}

/** Margin before the text of the composer. */
export const composerMargin = 3;

/** The room in which a text is edited. */
export function composerSize(state: State, field: PromptField): {readonly width: number; readonly height: number} {
	const {composerColumns, systemRows, userRows} = promptLayout(state);
	return {width: composerColumns - composerMargin - 1, height: field === 'system' ? systemRows : userRows};
}
