import {screenIds, screens} from '../screens/index.js';
import type {State} from '../state/state.js';
import {appBindings} from './app-keys.js';
import type {Binding, BindingGroup} from './binding.js';
import {fieldBindings} from './field-keys.js';
import {filterBindings} from './filter-keys.js';
import {listBindings} from './list-keys.js';
import {menuBindings, pagesBindings, searchBindings} from './overlay-keys.js';

const listFields = fieldBindings('filter', (edit) => ({type: 'list/filter-edited', edit}));
const overlayFields = fieldBindings('search', (edit) => ({type: 'overlay/edited', edit}));

const filterGroup: BindingGroup = {title: 'Filter line', bindings: [...filterBindings, ...listFields]};
const pagesGroup: BindingGroup = {title: 'Text overlays', bindings: pagesBindings};
const searchGroup: BindingGroup = {title: 'Search field', bindings: [...searchBindings, ...overlayFields]};
const menuGroup: BindingGroup = {title: 'Menus', bindings: [...menuBindings, ...overlayFields]};
const listGroup: BindingGroup = {title: 'Lists', bindings: listBindings};
const appGroup: BindingGroup = {title: 'Everywhere', bindings: appBindings};
const screenGroup = Object.fromEntries(screenIds.map((id) => [id, {title: screens[id].title, bindings: screens[id].bindings}]));

/** Every key record of the program, in the order of help, `stillroom keys` and the README. */
export const allGroups: readonly BindingGroup[] = [
	...screenIds.map((id) => screenGroup[id]!),
	listGroup,
	appGroup,
	filterGroup,
	pagesGroup,
	searchGroup,
	menuGroup,
];

/** Where typed letters go: to a text field, or nowhere. */
export const isTyping = ({overlay, screen, screens: slices}: State): boolean =>
	overlay ? overlay.kind === 'menu' || overlay.isSearching : slices[screen].list.isFiltering;

/** The groups that have the keyboard now, the innermost first. */
export function groupsInReach(state: State): readonly BindingGroup[] {
	const {overlay, screen} = state;
	if (overlay?.kind === 'menu') return [menuGroup];
	if (overlay?.kind === 'pages') return overlay.isSearching ? [searchGroup] : [pagesGroup];
	if (isTyping(state)) return [filterGroup];
	return [screenGroup[screen]!, ...(screens[screen].list ? [listGroup] : []), appGroup];
}

/** The keys of a binding after the user's rebinding. */
export const keysOf = (state: Pick<State, 'keys'>, {id, keys}: Binding): readonly string[] => state.keys[id] ?? keys;
