import {cleanText} from '../domain/clean-text.js';
import {workTitle} from '../view/progress-words.js';
import {screens} from './screens/index.js';
import type {State} from './state/state.js';
import {drawable} from './theme/glyphs.js';
import {themeOf} from './theme/theme-of.js';

/** Presses, releases and the wheel, in the form that has no limit of columns: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const mouseOn = '\u001B[?1000h\u001B[?1006h';
const mouseOff = '\u001B[?1006l\u001B[?1000l';
const saveTitle = '\u001B[22;0t';
const restoreTitle = '\u001B[23;0t';
const setTitle = (title: string): string => `\u001B]2;${title}\u0007`;

/** A title that follows long work changes no more often. */
const titleMilliseconds = 1000;
const longestTitle = 120;

/** What the window is called: the program, the screen, the sandbox, and what is under way. */
export function windowTitle(state: State): string {
	const {work, look} = state;
	const doing = work ? [look.isAnimated ? `${workTitle(work.title, work.words)} ${work.words}` : work.title] : [];
	const parts = ['stillroom', ...doing, screens[state.screen].title, ...(state.isSandbox ? ['sandbox'] : [])];
	return drawable(cleanText(parts.join(' · ')).slice(0, longestTitle), themeOf(state).glyphs);
}

/** What the terminal does beside drawing, taken back whenever somebody else has it. */
export type TerminalModes = {
	readonly enter: () => void;
	readonly leave: () => void;
	/** Brings the terminal to what the state says. */
	readonly follow: () => void;
};

/** The mouse and the title of the window; `write` takes escape sequences. */
export function createModes(
	getState: () => State,
	{write, hasTitle, now = Date.now}: {readonly write: (text: string) => void; readonly hasTitle: boolean; readonly now?: () => number},
): TerminalModes {
	let isIn = false;
	let hasMouse = false;
	let title = '';
	let titledAt = 0;
	let timer: NodeJS.Timeout | undefined;

	function mouse(isWanted: boolean): void {
		if (isWanted === hasMouse) return;
		hasMouse = isWanted;
		write(isWanted ? mouseOn : mouseOff);
	}

	function name(): void {
		const wanted = windowTitle(getState());
		if (wanted === title) return;
		const rest = titledAt + titleMilliseconds - now();
		clearTimeout(timer);
		// The screen is named at once; only what counts up has to wait.
		if (rest > 0 && getState().work !== null) {
			timer = setTimeout(follow, rest);
			timer.unref();
			return;
		}
		title = wanted;
		titledAt = now();
		write(setTitle(wanted));
	}

	function follow(): void {
		if (!isIn) return;
		mouse(getState().look.hasMouse);
		if (hasTitle) name();
	}

	return {
		enter() {
			isIn = true;
			title = '';
			titledAt = 0;
			if (hasTitle) write(saveTitle);
			follow();
		},
		leave() {
			if (!isIn) return;
			isIn = false;
			clearTimeout(timer);
			mouse(false);
			if (hasTitle) write(restoreTitle);
		},
		follow,
	};
}
