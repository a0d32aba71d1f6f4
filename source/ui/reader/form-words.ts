import {cleanText} from '../../domain/clean-text.js';
import {screens} from '../screens/index.js';
import type {FormField} from '../state/form.js';
import type {State} from '../state/state.js';

/** The line of the form under the cursor. */
export function fieldOf(state: State): FormField | undefined {
	const form = screens[state.screen].form;
	return form?.fields(state)[form.index(state)];
}

/** `openai: OpenAI; no new jobs from 2027-01-06`, what stands for nothing where it is empty, and what is wrong with it. */
export function valueWords(state: State, {id, choices, empty, check}: FormField): string {
	const value = cleanText(screens[state.screen].form!.values(state)[id] ?? '');
	const meaning = choices?.find((choice) => choice.value === value)?.help ?? '';
	const wrong = check?.(value) ?? null;
	const shown = value === '' ? (empty && wrong === null ? `empty, which means ${empty}` : 'empty') : value;
	return [meaning === '' ? shown : `${shown}: ${meaning}`, wrong === null ? '' : `not right yet: ${wrong}`].filter(Boolean).join('; ');
}

const choiceWords = ({choices}: FormField): string =>
	choices ? ` Choices: ${choices.map(({value}) => value).join(', ')}.` : ' Typed: enter changes it.';

/** `2 of 12: trained at: openai. Choices: own, openai. The gate judges …`. */
export function fieldWords(state: State): string {
	const form = screens[state.screen].form!;
	const field = fieldOf(state);
	if (!field) return '';
	return `${form.index(state) + 1} of ${form.fields(state).length}: ${field.title}: ${valueWords(state, field)}.${choiceWords(field)} ${field.help}`;
}
