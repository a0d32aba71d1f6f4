import {rateMenu} from '../screens/completions/completion-menus.js';
import type {MenuName} from '../state/overlay.js';
import type {State} from '../state/state.js';
import {chooseMenu} from './choose.js';
import {copyMenu} from './copy.js';
import {facetsMenu} from './facets.js';
import type {Menu, MenuItem} from './menu.js';
import {paletteMenu} from './palette.js';
import {alternativesMenu, historyMenu, parametersMenu} from './prompt-menus.js';
import {sortMenu} from './sort.js';

const menus: Readonly<Record<MenuName, Menu>> = {
	palette: paletteMenu,
	sort: sortMenu,
	facets: facetsMenu,
	copy: copyMenu,
	parameters: parametersMenu,
	history: historyMenu,
	alternatives: alternativesMenu,
	rate: rateMenu,
	choose: chooseMenu,
};

export const menuTitle = (state: State, name: MenuName): string => menus[name].title(state);

/** What stands in a menu in which nothing matches what was typed. */
export const noMatchWords = (state: State, name: MenuName, query: string): string =>
	menus[name].noMatch?.(state, query) ?? 'nothing matches';

/** The items of the open menu that match what was typed: every typed word must occur. */
export function menuItems(state: State): readonly MenuItem[] {
	if (state.overlay?.kind !== 'menu') return [];
	const {name, query} = state.overlay;
	const menu = menus[name];
	if (menu.isRanked) return menu.items(state, query.text);
	const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
	return menu.items(state, query.text).filter(({label, detail}) => {
		const text = `${label} ${detail?.text ?? ''}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
}
