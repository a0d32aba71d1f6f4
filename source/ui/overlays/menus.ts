import {rateMenu} from '../screens/completions/completion-menus.js';
import type {MenuName, Overlay, OverlayAction} from '../state/overlay.js';
import type {State} from '../state/state.js';
import {chooseMenu} from './choose.js';
import {copyMenu} from './copy.js';
import {facetsMenu} from './facets.js';
import type {Menu, MenuItem} from './menu.js';
import {paletteMenu} from './palette.js';
import {alternativesMenu, historyMenu, parametersMenu} from './prompt-menus.js';
import {sortMenu} from './sort.js';
import {themeMenu} from './theme-menu.js';

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
	theme: themeMenu,
};

export const menuTitle = (state: State, name: MenuName): string => menus[name].title(state);

/** What stands in a menu in which nothing matches what was typed. */
export const noMatchWords = (state: State, name: MenuName, query: string): string =>
	menus[name].noMatch?.(state, query) ?? 'nothing matches';

type OpenMenu = Overlay & {readonly kind: 'menu'};

const openMenuOf = ({overlay}: State): OpenMenu | null => (overlay?.kind === 'menu' ? overlay : null);

function itemsFor(state: State, name: MenuName, query: string): readonly MenuItem[] {
	const menu = menus[name];
	if (menu.isRanked) return menu.items(state, query);
	const words = query.toLowerCase().split(/\s+/).filter(Boolean);
	return menu.items(state, query).filter(({label, detail}) => {
		const text = `${label} ${detail?.text ?? ''}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
}

/**
 * Where choices are read aloud they are numbered: a number, alone or behind words, is the choice of that number among what the words leave. A
 * number that no choice has is searched for like any other text.
 */
function splitNumber(state: State, {name, query}: OpenMenu): {readonly words: string; readonly number: number | null} {
	const [, words = '', digits] = (state.reader && /^(.*\s)?(\d{1,4})$/.exec(query.text)) || [];
	const number = Number(digits ?? 0);
	return number >= 1 && number <= itemsFor(state, name, words).length ? {words, number} : {words: query.text, number: null};
}

/** The number that was typed to choose by; null where it is none of the choices'. */
export function typedNumber(state: State): number | null {
	const menu = openMenuOf(state);
	return menu && splitNumber(state, menu).number;
}

/** The items of the open menu that match what was typed: every typed word must occur. */
export function menuItems(state: State): readonly MenuItem[] {
	const menu = openMenuOf(state);
	return menu ? itemsFor(state, menu.name, splitNumber(state, menu).words) : [];
}

/** The state with the choice of the typed number under the cursor, after an action that may have typed one. */
export function withNumberedChoice(state: State, {type}: OverlayAction): State {
	const menu = type === 'overlay/typed' || type === 'overlay/edited' ? openMenuOf(state) : null;
	const number = menu && typedNumber(state);
	return menu && number !== null ? {...state, overlay: {...menu, index: number - 1}} : state;
}
