import type {Cell} from '../../view/cell.js';
import type {Action} from '../state/action.js';
import type {MenuName} from '../state/overlay.js';
import type {State} from '../state/state.js';
import {copyMenu} from './copy.js';
import {facetsMenu} from './facets.js';
import {paletteMenu} from './palette.js';
import {alternativesMenu, historyMenu, parametersMenu} from './prompt-menus.js';
import {sortMenu} from './sort.js';

export type MenuItem = {
	readonly label: string;
	/** Said behind the label: a key, a count, a state. */
	readonly detail?: Cell;
	/** Why it cannot be chosen now. */
	readonly blocked?: string;
	readonly actions: readonly Action[];
};

/** An overlay that offers a choice. `items` sees what was typed; those whose label does not contain it are left out. */
export type Menu = {readonly title: (state: State) => string; readonly items: (state: State, query: string) => readonly MenuItem[]};

const menus: Readonly<Record<MenuName, Menu>> = {
	palette: paletteMenu,
	sort: sortMenu,
	facets: facetsMenu,
	copy: copyMenu,
	parameters: parametersMenu,
	history: historyMenu,
	alternatives: alternativesMenu,
};

export const menuTitle = (state: State, name: MenuName): string => menus[name].title(state);

/** The items of the open menu that match what was typed: every typed word must occur. */
export function menuItems(state: State): readonly MenuItem[] {
	if (state.overlay?.kind !== 'menu') return [];
	const {name, query} = state.overlay;
	const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
	return menus[name].items(state, query.text).filter(({label, detail}) => {
		const text = `${label} ${detail?.text ?? ''}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
}
