import {cleanText} from '../../domain/clean-text.js';
import {screenIds, screens} from '../screens/index.js';
import type {ScreenId} from '../screens/screen.js';
import type {Action} from '../state/action.js';
import type {State} from '../state/state.js';
import {appBindings} from './app-keys.js';
import type {Binding, BindingGroup} from './binding.js';
import {fieldBindings} from './field-keys.js';
import {filterBindings} from './filter-keys.js';
import {formBindings} from './form-keys.js';
import {listBindings} from './list-keys.js';
import {askBindings, menuBindings, pagesBindings, searchBindings} from './overlay-keys.js';
import {paletteBindings} from './palette-keys.js';
import {readerBindings} from './reader-keys.js';
import {tourBindings} from './tour-keys.js';

const listFields = fieldBindings('filter', (edit) => ({type: 'list/filter-edited', edit}));
const overlayFields = fieldBindings('search', (edit) => ({type: 'overlay/edited', edit}));

const filterGroup: BindingGroup = {title: 'Filter line', bindings: [...filterBindings, ...listFields]};
const pagesGroup: BindingGroup = {title: 'Text overlays', bindings: pagesBindings};
const askGroup: BindingGroup = {title: 'Questions', bindings: [...askBindings, ...overlayFields]};
const searchGroup: BindingGroup = {title: 'Search field', bindings: [...searchBindings, ...overlayFields]};
const paletteGroup: BindingGroup = {title: 'Commands', bindings: paletteBindings};
const menuGroup: BindingGroup = {title: 'Menus', bindings: [...menuBindings, ...overlayFields]};
const listGroup: BindingGroup = {title: 'Lists', bindings: listBindings};
const formGroup: BindingGroup = {title: 'Forms', bindings: formBindings};
const readerGroup: BindingGroup = {title: 'Screen-reader mode', bindings: readerBindings};
const tourGroup: BindingGroup = {title: 'Guided tour', bindings: tourBindings};
const appGroup: BindingGroup = {title: 'Everywhere', bindings: appBindings};
const screenGroup = Object.fromEntries(screenIds.map((id) => [id, {title: screens[id].title, bindings: screens[id].bindings}]));

const pageGroupsOf = (id: ScreenId): readonly BindingGroup[] => Object.values(screens[id].pageGroups ?? {});

/** What the page that is open has beside the keys of every text. */
function pageGroupOf({overlay, screen}: State): readonly BindingGroup[] {
	const own =
		overlay?.kind === 'pages'
			? (screens[screen].pageGroups as Readonly<Record<string, BindingGroup>> | undefined)?.[overlay.name]
			: undefined;
	return own ? [own] : [];
}

/** Every key record of the program, in the order of help, `stillroom bindings` and the README. */
export const allGroups: readonly BindingGroup[] = [
	...screenIds.flatMap((id) => [screenGroup[id]!, ...(screens[id].field ? [screens[id].field.group] : []), ...pageGroupsOf(id)]),
	listGroup,
	formGroup,
	appGroup,
	filterGroup,
	pagesGroup,
	searchGroup,
	paletteGroup,
	menuGroup,
	askGroup,
	readerGroup,
	tourGroup,
];

const isFiltering = (state: State): boolean => screens[state.screen].list?.read(state).isFiltering ?? false;
const isInField = (state: State): boolean => screens[state.screen].field?.isActive(state) ?? false;

/** The guided tour has the keyboard, but not while help lies over it. */
export const isTouring = ({tour, overlay}: State): boolean => tour !== null && overlay?.name !== 'help';

/** Turns typed or pasted text into an action of the field that has the keyboard; null when none has. */
export function typedInto(state: State, text: string): Action | null {
	const {overlay, screen} = state;
	if (isTouring(state)) return null;
	if (overlay) return overlay.kind !== 'pages' || overlay.isSearching ? {type: 'overlay/typed', text: toOneLine(text)} : null;
	if (isInField(state)) return screens[screen].field!.typed(text);
	return isFiltering(state) ? {type: 'list/filter-typed', text: toOneLine(text)} : null;
}

/** Pasted text may hold line breaks and what would steer the terminal. */
const toOneLine = (text: string): string => cleanText(text, {isOneLine: false}).replaceAll(/\s+/g, ' ');

/** The groups that have the keyboard now, the innermost first. */
export function groupsInReach(state: State): readonly BindingGroup[] {
	const {overlay, screen} = state;
	if (isTouring(state)) return [...(state.reader ? [readerGroup] : []), tourGroup];
	if (overlay?.kind === 'menu') return overlay.name === 'palette' ? [paletteGroup, menuGroup] : [menuGroup];
	const aloud = state.reader ? [readerGroup] : [];
	if (overlay?.kind === 'pages') return overlay.isSearching ? [searchGroup] : [...aloud, ...pageGroupOf(state), pagesGroup];
	if (overlay?.kind === 'ask') return [askGroup];
	if (isInField(state)) return [screens[screen].field!.group];
	if (isFiltering(state)) return [filterGroup];
	return [
		...aloud,
		screenGroup[screen]!,
		...(screens[screen].list ? [listGroup] : []),
		...(screens[screen].form ? [formGroup] : []),
		appGroup,
	];
}

/** A place where the keyboard can be: the groups that have it there, the innermost first; with `isText`, what types text goes into a field before any of them. */
export type Reach = {readonly where: string; readonly groups: readonly BindingGroup[]; readonly isText: boolean};

/** Every place where the keyboard can be. */
export function reaches(): readonly Reach[] {
	const onScreens = screenIds.map((id) => ({
		where: screens[id].title,
		groups: [readerGroup, screenGroup[id]!, ...(screens[id].list ? [listGroup] : []), ...(screens[id].form ? [formGroup] : []), appGroup],
		isText: false,
	}));
	const inFields = screenIds.flatMap((id) => {
		const {field} = screens[id];
		return field ? [{where: field.group.title, groups: [field.group], isText: true}] : [];
	});
	const onPages = screenIds.flatMap((id) =>
		pageGroupsOf(id).map((group) => ({where: group.title, groups: [readerGroup, group, pagesGroup], isText: false})),
	);
	const over: readonly (readonly [readonly BindingGroup[], boolean])[] = [
		[[filterGroup], true],
		[[readerGroup, pagesGroup], false],
		[[searchGroup], true],
		[[paletteGroup, menuGroup], true],
		[[menuGroup], true],
		[[askGroup], true],
		[[readerGroup, tourGroup], false],
	];
	return [
		...onScreens,
		...inFields,
		...onPages,
		...over.map(([groups, isText]) => ({where: groups.at(isText ? 0 : -1)!.title, groups, isText})),
	];
}

/** The keys of a binding after the user's rebinding. */
export const keysOf = (state: Pick<State, 'keys'>, {id, keys}: Binding): readonly string[] => state.keys[id] ?? keys;
