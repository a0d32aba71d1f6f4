import {span} from '../../view/line.js';
import {screenIds, screens} from '../screens/index.js';
import type {ScreenId, ScreenList} from '../screens/screen.js';
import type {State} from '../state/state.js';
import {fieldOf} from '../state/text-field.js';
import type {MenuItem} from './menu.js';

/** Continuations of an argument that are offered at most. */
const mostOffered = 12;

const splitCommand = (text: string): readonly [name: string, argument: string] | null => {
	const [, name, argument] = /^\s*(\S+)\s+(.*)$/.exec(text) ?? [];
	return name === undefined || argument === undefined ? null : [name.toLowerCase(), argument];
};

/** The filter as it may go on, from the screen's own completion. */
function filterOptions(state: State, id: ScreenId, list: ScreenList, argument: string): readonly string[] {
	const there = {...state, screen: id, overlay: null};
	const {start, end, options} = list.complete(list.write(there, {...list.read(there), filter: fieldOf(argument)}));
	return options.slice(0, mostOffered).map((option) => argument.slice(0, start) + option + argument.slice(end));
}

function filterItem(id: ScreenId, argument: string, words: string): MenuItem {
	const command = argument === '' ? id : `${id} ${argument}`;
	return {
		label: command,
		command,
		detail: span(words, 'dim'),
		actions: [{type: 'app/screen-opened', screen: id}, ...(argument === '' ? [] : [{type: 'list/filter-set', text: argument} as const])],
	};
}

/** `models policy:yes` opens a screen with a filter; what the filter may go on with follows. */
function filterCommands(state: State, name: string, argument: string): readonly MenuItem[] {
	return screenIds
		.filter((id) => screens[id].digit !== null && (id === name || screens[id].title.toLowerCase() === name))
		.flatMap((id) => {
			const {list, whenOpen} = screens[id];
			if (!list || (whenOpen?.(state) ?? true) !== true) return [];
			return [
				filterItem(id, argument, 'opens the screen with this filter'),
				...filterOptions(state, id, list, argument)
					.filter((option) => option !== argument)
					.map((option) => filterItem(id, option, 'tab or enter')),
			];
		});
}

/** `theme dark` chooses a theme; without a name all that there are follow. */
function themeCommands({look}: State, name: string, argument: string): readonly MenuItem[] {
	if (name !== 'theme') return [];
	const wanted = argument.trim().toLowerCase();
	return [...look.themes.keys()]
		.filter((theme) => theme.toLowerCase().startsWith(wanted))
		.toSorted((a, b) => Number(b === wanted) - Number(a === wanted))
		.map((theme) => ({
			label: `theme ${theme}`,
			command: `theme ${theme}`,
			detail: span(theme === look.theme ? 'now' : 'colours of the dashboard', theme === look.theme ? 'accent' : 'dim'),
			actions: [{type: 'look/theme-chosen', theme}],
		}));
}

/** Commands that take words behind their name, with what these may be; empty where the text is no such command. */
export function argumentCommands(state: State, text: string): readonly MenuItem[] {
	const split = splitCommand(text);
	return split ? [...filterCommands(state, ...split), ...themeCommands(state, ...split)] : [];
}
