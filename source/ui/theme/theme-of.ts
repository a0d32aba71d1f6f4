import {menuItems} from '../overlays/menus.js';
import type {State} from '../state/state.js';
import type {Theme} from './theme.js';

/** The theme to draw with: in the menu of themes the one under the cursor, so that it can be seen before it is chosen. */
export function themeOf(state: State): Theme {
	const {look, overlay} = state;
	const previewed = overlay?.kind === 'menu' && overlay.name === 'theme' ? menuItems(state)[overlay.index]?.label : undefined;
	return look.themes.get(previewed ?? look.theme) ?? look.themes.get('default')!;
}
