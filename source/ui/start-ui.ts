import process from 'node:process';
import {render} from 'ink';
import {createElement} from 'react';
import {loadCatalogue} from '../services/catalogue.js';
import type {Context} from '../services/context.js';
import {App} from './app.js';
import {createTerminal, type TerminalControls} from './create-terminal.js';
import {createStore} from './state/create-store.js';
import {createInitialState} from './state/initial-state.js';
import {type Theme, type ThemeName, themes} from './theme/theme.js';

export type UiOptions = {
	readonly isColor: boolean;
	/** Start without what was kept of the last run. */
	readonly isFresh: boolean;
	/** `keys`: binding id → chords with commas between; `theme`: a name of `themes`. */
	readonly settings?: {readonly values: {readonly keys?: Readonly<Record<string, string>>; readonly theme?: string; readonly color?: string}};
};

const toChords = (keys: Readonly<Record<string, string>> = {}): Readonly<Record<string, readonly string[]>> =>
	Object.fromEntries(
		Object.entries(keys).map(([id, chords]) => [
			id,
			chords
				.split(',')
				.map((chord) => chord.trim())
				.filter(Boolean),
		]),
	);

const themeOf = ({isColor, settings}: UiOptions): Theme =>
	isColor ? (themes[settings?.values.theme as ThemeName] ?? themes.default) : themes.none;

/** Opens the dashboard and resolves with the exit code when the user leaves. Throws what broke a drawing, after the terminal is restored. */
export async function startUi(context: Context, options: UiOptions): Promise<number> {
	const catalogue = loadCatalogue(context);
	const size = {columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24};
	const initial = createInitialState(context, catalogue, {
		...size,
		keys: toChords(options.settings?.values.keys),
		isFresh: options.isFresh,
	});
	const controls: TerminalControls = {exit() {}, suspend: (run) => run()};
	const terminal = createTerminal(context.homeFolder, controls);
	const store = createStore(context, terminal, initial);
	const theme = themeOf(options);
	const app = render(createElement(App, {store, theme, controls}), {
		alternateScreen: true,
		exitOnCtrlC: false,
		concurrent: true,
		maxFps: 60,
		incrementalRendering: true,
	});
	setTimeout(() => store.dispatch({type: 'app/started'}), 0);
	try {
		await app.waitUntilExit();
		return 0;
	} finally {
		store.stop();
	}
}
