import {span} from '../../view/line.js';
import {flash} from '../state/action.js';
import type {State} from '../state/state.js';
import type {Menu} from './menu.js';

const words: Readonly<Record<string, string>> = {
	default: "the terminal's own colours",
	dark: 'chosen for a dark background',
	light: 'chosen for a light background',
	'high-contrast': 'bright words on black, whatever the background',
	ansi: "the terminal's own 16 colours, nothing faint",
	none: 'no colours',
};

/** What a flag or the settings say comes back at the next start. */
function chosenWords({look: {fixed}}: State, name: string): string {
	if (fixed === null || fixed.theme === name) return `theme ${name}`;
	return fixed.by === 'flag'
		? `theme ${name} for now: --theme says ${fixed.theme}`
		: `theme ${name} for now: the settings say ${fixed.theme}, and the next start does as they say`;
}

/** The themes; the one under the cursor is drawn at once. */
export const themeMenu: Menu = {
	title: () => 'Theme: esc keeps the one there was',
	items: (state) =>
		[...state.look.themes.keys()].map((name) => ({
			label: name,
			detail: span(
				`${words[name] ?? 'of the settings'}${name === state.look.theme ? '  (now)' : ''}`,
				name === state.look.theme ? 'accent' : 'dim',
			),
			actions: [{type: 'look/theme-chosen', theme: name}, flash(chosenWords(state, name), 'good')],
		})),
};
