import process from 'node:process';
import {loadCatalogue} from '../services/catalogue.js';
import type {Context} from '../services/context.js';
import {linearWidth} from '../view/linear.js';
import {createTerminal, type TerminalControls} from './create-terminal.js';
import {firstFrame} from './first-frame.js';
import {keyTable} from './keys/key-table.js';
import {createStore} from './state/create-store.js';
import {createInitialState} from './state/initial-state.js';
import {type Theme, type ThemeName, themeNames, themes} from './theme/theme.js';

export type UiOptions = {
	readonly isColor: boolean;
	/** Start without what was kept of the last run. */
	readonly isFresh: boolean;
	/** The name of a theme that a flag gave; null leaves it to the settings. */
	readonly theme: string | null;
	/** Lines that are appended, without a screen. */
	readonly isScreenReader: boolean;
	readonly hasMouse: boolean;
	readonly isAnimated: boolean;
	/** Play the guided tour. */
	readonly isTour: boolean;
	/** `keys`: binding id → chords with commas between; `theme`: a name of `themes`. */
	readonly settings?: {
		/** Sentences about what is wrong with the settings file. */
		readonly problems?: readonly string[];
		readonly values: {
			readonly keys?: Readonly<Record<string, string>>;
			readonly theme?: string;
			readonly themes?: Readonly<Record<string, {readonly base?: string; readonly colors: Readonly<Record<string, string>>}>>;
			readonly color?: string;
			/** The terminal's bell when a job ends. */
			readonly bell?: boolean;
			readonly defaults?: {readonly filter?: string; readonly sort?: string};
		};
	};
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

/** Names in the settings that no key record has. */
function unknownBindings(keys: Readonly<Record<string, string>> = {}): readonly string[] {
	const known = new Set(keyTable().map(({id}) => id));
	return Object.keys(keys)
		.filter((id) => !known.has(id))
		.map((id) => `The settings rebind "${id}", which is no action: stillroom keys lists them.`);
}

/** A theme that there is not. */
const unknownTheme = (theme: string | undefined): readonly string[] =>
	theme === undefined || theme in themes ? [] : [`The settings name the theme "${theme}"; there are ${themeNames.join(', ')}.`];

const themeOf = ({isColor, settings}: UiOptions): Theme =>
	isColor ? (themes[settings?.values.theme as ThemeName] ?? themes.default) : themes.none;

/** The alternate screen without a cursor, begun and ended as one frame; Ink enters it again with its own first frame and leaves it at the end. */
const enterScreen = '\u001B[?1049h\u001B[?25l\u001B[H';
const leaveScreen = '\u001B[?25h\u001B[?1049l';

/** Until Ink runs and restores the terminal itself, a signal must not leave the first frame behind. Returns how to end that. */
function restoreOnSignal(isEntered: () => boolean): () => void {
	const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
	const restore = (signal: NodeJS.Signals): void => {
		stop();
		if (isEntered()) process.stdout.write(leaveScreen);
		if (process.stdin.isTTY) process.stdin.setRawMode(false);
		process.kill(process.pid, signal);
	};
	const stop = (): void => {
		for (const signal of signals) process.off(signal, restore);
	};
	for (const signal of signals) process.on(signal, restore);
	return stop;
}

/** Opens the dashboard and resolves with the exit code when the user leaves. Throws what broke a drawing, after the terminal is restored. */
export async function startUi(context: Context, options: UiOptions): Promise<number> {
	let frame: string | null = null;
	const stopRestoring = restoreOnSignal(() => frame !== null);
	// What is typed from here on must not be echoed over the first frame; Ink reads it when it runs.
	if (process.stdin.isTTY) process.stdin.setRawMode(true);
	const catalogue = loadCatalogue(context);
	const size = {columns: options.isScreenReader ? linearWidth : (process.stdout.columns ?? 80), rows: process.stdout.rows ?? 24};
	const initial = createInitialState(context, catalogue, {
		...size,
		keys: toChords(options.settings?.values.keys),
		isFresh: options.isFresh,
		isReader: options.isScreenReader,
		hasBell: options.settings?.values.bell ?? false,
		defaults: options.settings?.values.defaults,
		problems: [
			...(options.settings?.problems ?? []),
			...unknownBindings(options.settings?.values.keys),
			...unknownTheme(options.settings?.values.theme),
		],
	});
	const controls: TerminalControls = {exit() {}, suspend: (run) => run()};
	const terminal = createTerminal(context.homeFolder, controls);
	const store = createStore(context, terminal, initial);
	const theme = themeOf(options);
	const reader = options.isScreenReader ? (await import('./reader/open-reader.js')).openReader(store) : null;
	frame = process.stdout.isTTY && !reader ? firstFrame(initial, theme) : null;
	if (frame !== null) process.stdout.write(`${enterScreen}${frame}\u001B[H`);
	const leave = (error: unknown): void => controls.exit(error);
	process.once('uncaughtException', leave);
	process.once('unhandledRejection', leave);
	try {
		if (reader) await (await import('./reader/run-reader.js')).runReader(store, reader, controls, stopRestoring);
		else await (await import('./run-app.js')).runApp(store, theme, controls, stopRestoring);
		return 0;
	} catch (error) {
		if (frame !== null) process.stdout.write(leaveScreen);
		throw error;
	} finally {
		stopRestoring();
		process.off('uncaughtException', leave);
		process.off('unhandledRejection', leave);
		await store.stop();
	}
}
