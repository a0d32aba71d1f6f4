import type {Line} from '../../view/line.js';
import {widthOf} from '../../view/width.js';
import {hintLine} from '../components/foot.js';
import {formLayout} from '../components/form-layout.js';
import {titleLine} from '../components/head.js';
import {resolveKey} from '../keys/resolve-key.js';
import {layoutOf} from '../layout.js';
import {menuItems} from '../overlays/menus.js';
import {pageRows} from '../overlays/pages.js';
import {screenIds, screens} from '../screens/index.js';
import type {ScreenList} from '../screens/screen.js';
import type {Action} from '../state/action.js';
import {cursorIndexOf, offsetOf} from '../state/list.js';
import type {State} from '../state/state.js';
import type {MouseEvent} from './read-mouse.js';

/** Lines that one notch of the wheel is worth, as in most terminals. */
const notch = 3;
/** Title, filter line and the titles of the columns. */
const listTop = 3;
/** Title, what is typed, and an empty line. */
const menuTop = 3;

type Place = Pick<MouseEvent, 'x' | 'y'>;

/** The piece of a line that lies at a cell; -1 when none does. */
function pieceAt(line: Line, x: number): number {
	let end = 0;
	return line.findIndex(({text}) => {
		end += widthOf(text);
		return x < end;
	});
}

/** What a key does that is named somewhere on the screen. */
const pressed = (state: State, chord: string): readonly Action[] =>
	resolveKey(state, {chord, text: [...chord].length === 1 ? chord : chord === 'space' ? ' ' : ''});

/** A number in the title opens its screen. */
function onTitle(state: State, x: number): readonly Action[] {
	const line = titleLine(state);
	const digit = /^[ []*(\d) /.exec(line[pieceAt(line, x)]?.text ?? '')?.[1];
	const id = screenIds.find((one) => screens[one].digit === digit);
	return digit === undefined || id === undefined ? [] : pressed(state, digit);
}

/** A key in the last line, or what it says beside it, presses that key. */
function onHint(state: State, x: number): readonly Action[] {
	const line = hintLine(state);
	const at = pieceAt(line, x);
	const piece = line[at];
	const key = piece?.tone === 'accent' ? piece : piece?.tone === 'dim' ? line[at - 1] : undefined;
	return key?.tone === 'accent' ? pressed(state, key.text) : [];
}

function onMenu(state: State, overlay: State['overlay'] & {kind: 'menu'}, y: number): readonly Action[] {
	const count = menuItems(state).length;
	const height = pageRows(state) - 1;
	const index = offsetOf(0, overlay.index, {count, height}) + y - menuTop;
	if (y < menuTop || y >= menuTop + height || index >= count) return [];
	return [{type: 'overlay/moved', by: index - overlay.index}, {type: 'overlay/chosen'}];
}

/** Where the rows of the list are on the screen. */
function placeRows(state: State, list: ScreenList) {
	const view = list.view(state);
	const current = list.read(state);
	const cursor = cursorIndexOf(current, view);
	return {view, cursor, offset: offsetOf(current.offset, cursor, view)};
}

/** A row is chosen; the row that is chosen already opens as enter does. */
function onList(state: State, list: ScreenList, {x, y}: Place): readonly Action[] {
	const layout = layoutOf(state);
	if (y < listTop || y >= listTop + layout.listRows || x >= layout.listColumns) return [];
	const {view, cursor, offset} = placeRows(state, list);
	const index = offset + y - listTop;
	if (index >= view.count) return [];
	// While the filter has the keyboard, enter only leaves it.
	if (index === cursor && !list.read(state).isFiltering) return pressed(state, 'enter');
	return [{type: 'list/moved', step: index - cursor}];
}

/** A line of a form is gone to; the line that is chosen already changes as enter does. */
function onForm(state: State, {x, y}: Place): readonly Action[] {
	const form = screens[state.screen].form!;
	const count = form.fields(state).length;
	const {formWidth, formHeight} = formLayout(state, count);
	const index = form.index(state);
	const from = Math.max(0, Math.min(index - Math.floor(formHeight / 2), count - formHeight));
	const wanted = from + y - listTop;
	if (y < listTop || y >= listTop + formHeight || x >= formWidth || wanted >= count) return [];
	return wanted === index ? pressed(state, 'enter') : [{type: 'form/moved', by: wanted - index}];
}

/** What lies under the pointer moves; the cursor of a list or of a menu goes along. */
function onWheel(state: State, by: number, {x, y}: Place): readonly Action[] {
	const {overlay} = state;
	if (overlay?.kind === 'pages') return [{type: 'overlay/scrolled', by}];
	if (overlay?.kind === 'menu') return [{type: 'overlay/moved', by: Math.sign(by)}];
	if (overlay) return [];
	const {list, form} = screens[state.screen];
	if (list) return list.count(state) === 0 ? [] : [{type: 'list/moved', step: by}];
	if (form) {
		const {isBeside, formWidth, formHeight} = formLayout(state, form.fields(state).length);
		const isOverForm = isBeside ? x < formWidth : y < listTop + formHeight;
		return isOverForm ? [{type: 'form/moved', by: Math.sign(by)}] : [{type: 'form/scrolled', by}];
	}
	return state.screen === 'prompt' ? [{type: 'prompt/scrolled', by: -by}] : [];
}

/** What the mouse means now; nothing where it hits nothing. Pure. */
export function mouseActions(state: State, event: MouseEvent): readonly Action[] {
	if (layoutOf(state).isTooSmall) return [];
	if (event.kind !== 'click') return onWheel(state, event.kind === 'wheel-up' ? -notch : notch, event);
	if (event.y === state.size.rows - 1) return onHint(state, event.x);
	const {overlay} = state;
	if (overlay) return overlay.kind === 'menu' ? onMenu(state, overlay, event.y) : [];
	if (event.y === 0) return onTitle(state, event.x);
	const {list, form} = screens[state.screen];
	if (list) return onList(state, list, event);
	return form ? onForm(state, event) : [];
}
