import {editField, emptyField, type FieldEdit, insertText, selectedField, type TextField} from './text-field.js';

/** Overlays that show text to scroll and search. */
export type PagesName = 'help' | 'policy' | 'raw' | 'compare' | 'log' | 'plan' | 'report' | 'completion' | 'drops' | 'rows' | 'job';
/** Overlays that offer a choice. */
export type MenuName = 'palette' | 'sort' | 'facets' | 'copy' | 'parameters' | 'history' | 'alternatives' | 'rate' | 'choose' | 'theme';
/** Overlays that ask for one value. */
export type AskName =
	| 'override'
	| 'variable'
	| 'parameter'
	| 'bulk-file'
	| 'bulk-budget'
	| 'tag'
	| 'note'
	| 'metadata'
	| 'delete-remote'
	| 'import-file'
	| 'form-field'
	| 'pack-folder'
	| 'verify-folder'
	| 'cancel-job'
	| 'pause-job'
	| 'create-job'
	| 'export-eval'
	| 'run-eval'
	| 'service-key'
	| 'remove-key';

/** What lies over the screen; one at a time. */
export type Overlay =
	| {
			readonly kind: 'pages';
			readonly name: PagesName;
			readonly offset: number;
			readonly query: TextField;
			readonly isSearching: boolean;
			/** The line of the match that was gone to. */
			readonly match?: number;
			/** It stands at the end of its text, and stays there when more comes. */
			readonly isFollowing?: boolean;
			/** What comes back when this closes: help lies over whatever it was asked for on. */
			readonly under?: Overlay;
	  }
	/** `walked` counts the commands of the palette that were gone back through; it holds while the query is that command. */
	| {readonly kind: 'menu'; readonly name: MenuName; readonly index: number; readonly query: TextField; readonly walked?: number}
	/** `subject` is what is asked about, such as the name of a variable; `problem` is what was wrong with the last answer. */
	| {readonly kind: 'ask'; readonly name: AskName; readonly subject: string; readonly query: TextField; readonly problem: string | null};

type PagesOverlay = Overlay & {readonly kind: 'pages'};

export type Scroll = number | 'page-down' | 'page-up' | 'first' | 'last';

export type OverlayAction =
	| {readonly type: 'overlay/opened'; readonly overlay: Overlay}
	/** Opens help over what is open. */
	| {readonly type: 'overlay/help-asked'}
	| {readonly type: 'overlay/closed'}
	| {readonly type: 'overlay/scrolled'; readonly by: Scroll}
	| {readonly type: 'overlay/jumped'; readonly direction: -1 | 1}
	| {readonly type: 'overlay/search-opened'}
	| {readonly type: 'overlay/search-closed'}
	| {readonly type: 'overlay/typed'; readonly text: string}
	| {readonly type: 'overlay/edited'; readonly edit: FieldEdit}
	| {readonly type: 'overlay/moved'; readonly by: number}
	/** Carries out the item under the cursor; the store expands it into the item's own actions. */
	| {readonly type: 'overlay/chosen'}
	/** The answer to a question; expanded by the store as well. */
	| {readonly type: 'overlay/answered'}
	| {readonly type: 'overlay/answer-refused'; readonly problem: string};

export const openPages = (name: PagesName): OverlayAction => ({
	type: 'overlay/opened',
	overlay: {kind: 'pages', name, offset: 0, query: emptyField, isSearching: false},
});

export const openMenu = (name: MenuName, index = 0): OverlayAction => ({
	type: 'overlay/opened',
	overlay: {kind: 'menu', name, query: emptyField, index},
});

export const openAsk = (name: AskName, subject: string, value = ''): OverlayAction => ({
	type: 'overlay/opened',
	overlay: {kind: 'ask', name, subject, query: selectedField(value), problem: null},
});

/** How much an overlay holds as it is drawn now. */
export type OverlayExtent = {
	/** Lines of text, or items of a menu. */
	readonly count: number;
	/** Lines that are visible at once. */
	readonly height: number;
	/** Lines that match the search, ascending. */
	readonly matches: (query: string) => readonly number[];
};

const clamp = (value: number, most: number): number => Math.max(0, Math.min(Math.max(0, most), value));

function scrollTo(offset: number, by: Scroll, {count, height}: OverlayExtent): number {
	const page = Math.max(1, height - 1);
	const step = typeof by === 'number' ? by : {'page-down': page, 'page-up': -page, first: -count, last: count}[by];
	return clamp(offset + step, count - height);
}

/** The same page, told to stand still at the line that is at its top now. */
function held({isFollowing, ...overlay}: PagesOverlay, {count, height}: OverlayExtent): PagesOverlay {
	return isFollowing ? {...overlay, offset: clamp(count, count - height)} : overlay;
}

/** What was scrolled to its end stays at the end of a text that grows. */
function scrolled(overlay: PagesOverlay, by: Scroll, extent: OverlayExtent): PagesOverlay {
	const offset = scrollTo(overlay.offset, by, extent);
	const isAtEnd = offset >= extent.count - extent.height;
	return isAtEnd && (by === 'last' || offset > overlay.offset) ? {...overlay, offset, isFollowing: true} : {...overlay, offset};
}

/** The first line of a page that is shown, of so many lines in so many rows. */
export const pageOffset = ({offset, isFollowing}: PagesOverlay, count: number, height: number): number =>
	clamp(isFollowing ? count : offset, count - height);

function jump(overlay: PagesOverlay, direction: -1 | 1, extent: OverlayExtent): Overlay {
	const matches = extent.matches(overlay.query.text);
	const {offset, match} = overlay;
	// A match that was scrolled away from is left: the next one is looked for from what is on the screen.
	const isInSight = match !== undefined && match >= offset && match < offset + extent.height;
	const from = isInSight ? match : direction === 1 ? offset - 1 : offset;
	const next =
		direction === 1 ? (matches.find((line) => line > from) ?? matches[0]) : (matches.findLast((line) => line < from) ?? matches.at(-1));
	return next === undefined ? overlay : {...overlay, match: next, offset: clamp(next, extent.count - extent.height)};
}

function typed(overlay: Overlay, query: TextField, extent: OverlayExtent): Overlay {
	if (query.text === overlay.query.text) return {...overlay, query};
	if (overlay.kind === 'ask') return {...overlay, query, problem: null};
	if (overlay.kind === 'menu') return {...overlay, query, index: 0};
	const first = query.text === '' ? undefined : extent.matches(query.text)[0];
	const {match: _, ...rest} = held(overlay, extent);
	return first === undefined ? {...rest, query} : {...rest, query, match: first, offset: clamp(first, extent.count - extent.height)};
}

/** `extent` is computed from the state before the action. */
export function reduceOverlay(overlay: Overlay | null, action: OverlayAction, extent: () => OverlayExtent): Overlay | null {
	if (action.type === 'overlay/opened') return action.overlay;
	if (action.type === 'overlay/help-asked') {
		if (overlay?.kind === 'pages' && overlay.name === 'help') return overlay;
		return {kind: 'pages', name: 'help', offset: 0, query: emptyField, isSearching: false, ...(overlay ? {under: overlay} : {})};
	}
	if (overlay === null) return null;
	if (action.type === 'overlay/closed') return overlay.kind === 'pages' ? (overlay.under ?? null) : null;
	switch (action.type) {
		case 'overlay/typed':
			return typed(overlay, insertText(overlay.query, action.text), extent());
		case 'overlay/edited':
			return typed(overlay, editField(overlay.query, action.edit), extent());
		case 'overlay/moved':
			return overlay.kind === 'menu' ? {...overlay, index: clamp(overlay.index + action.by, extent().count - 1)} : overlay;
		case 'overlay/scrolled':
			return overlay.kind === 'pages' ? scrolled(held(overlay, extent()), action.by, extent()) : overlay;
		case 'overlay/jumped':
			return overlay.kind === 'pages' ? jump(held(overlay, extent()), action.direction, extent()) : overlay;
		case 'overlay/search-opened':
			return overlay.kind === 'pages' ? {...overlay, isSearching: true, query: emptyField} : overlay;
		case 'overlay/search-closed':
			return overlay.kind === 'pages' ? {...overlay, isSearching: false} : overlay;
		case 'overlay/answer-refused':
			return overlay.kind === 'ask' ? {...overlay, problem: action.problem} : overlay;
		case 'overlay/chosen':
		case 'overlay/answered':
			return overlay;
	}
}
