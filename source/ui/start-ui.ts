import process from 'node:process';
import {Failure} from '../domain/failure.js';
import {loadCatalogue} from '../services/catalogue.js';
import type {Context} from '../services/context.js';
import {linearWidth} from '../view/linear.js';
import {createTerminal, type TerminalControls} from './create-terminal.js';
import {firstFrame} from './first-frame.js';
import {checkBindings, toChords} from './keys/check-bindings.js';
import {createStore} from './state/create-store.js';
import {createInitialState} from './state/initial-state.js';
import {reduce} from './state/reduce.js';
import {refuseDumb, type TerminalFacts, terminalFacts} from './terminal-facts.js';
import {createModes} from './terminal-modes.js';
import {createLook} from './theme/look.js';
import {themeOf} from './theme/theme-of.js';

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
	/** Draw nothing but ASCII by itself, or everything; what the terminal can is looked up when left out. */
	readonly glyphs?: 'auto' | 'ascii' | 'unicode';
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
			/** Name the window; true where it is not said. */
			readonly title?: boolean;
			/** The terminal's bell when a job ends. */
			readonly bell?: boolean;
			readonly defaults?: {readonly filter?: string; readonly sort?: string};
		};
	};
};

/** The look that was asked for. Throws Failure for a theme on the command line that there is not; of the settings it is said on the screen. */
function lookOf({theme, hasMouse, isAnimated, settings}: UiOptions, facts: TerminalFacts): ReturnType<typeof createLook> {
	const made = createLook(facts, {
		flagTheme: theme,
		settingsTheme: settings?.values.theme,
		customThemes: settings?.values.themes,
		hasMouse,
		isAnimated,
	});
	if (theme !== null && !made.look.themes.has(theme))
		throw new Failure('usage', `There is no theme "${theme}".`, {next: `There are ${[...made.look.themes.keys()].join(', ')}.`});
	return made;
}

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

/**
 * Opens the dashboard and resolves with the exit code when the user leaves, or with what is to begin next: the sandbox, or the tour on it.
 * Throws what broke a drawing, after the terminal is restored.
 */
export async function startUi(context: Context, options: UiOptions): Promise<number | 'sandbox' | 'tour'> {
	const {env, platform} = process;
	if (!options.isScreenReader) refuseDumb(env, platform);
	const facts = terminalFacts(env, platform, options);
	const {look, problems: lookProblems} = lookOf(options, facts);
	let frame: string | null = null;
	const stopRestoring = restoreOnSignal(() => frame !== null);
	// What is typed from here on must not be echoed over the first frame; Ink reads it when it runs.
	if (process.stdin.isTTY) process.stdin.setRawMode(true);
	const catalogue = loadCatalogue(context);
	const size = {columns: options.isScreenReader ? linearWidth : (process.stdout.columns ?? 80), rows: process.stdout.rows ?? 24};
	const first = createInitialState(context, catalogue, {
		...size,
		keys: toChords(options.settings?.values.keys),
		isFresh: options.isFresh || options.isTour,
		isReader: options.isScreenReader,
		hasBell: options.settings?.values.bell ?? false,
		defaults: options.settings?.values.defaults,
		problems: [
			...(options.settings?.problems ?? []),
			...checkBindings(options.settings?.values.keys).map(({text}) => text),
			...lookProblems,
		],
		look,
	});
	const initial = options.isTour ? reduce(first, {type: 'tour/began'}) : first;
	const hasTitle = facts.hasTitle && options.settings?.values.title !== false;
	const modes = createModes(() => store.getState(), {write: (text) => void process.stdout.write(text), hasTitle});
	const controls: TerminalControls = {exit() {}, suspend: (run) => run(), modes, isHandedOver: false};
	const terminal = createTerminal(context.homeFolder, controls);
	const store = createStore(context, terminal, initial);
	const reader = options.isScreenReader ? (await import('./reader/open-reader.js')).openReader(store) : null;
	frame = process.stdout.isTTY && !reader ? firstFrame(initial, themeOf(initial)) : null;
	if (frame !== null) process.stdout.write(`${enterScreen}${frame}\u001B[H`);
	const leave = (error: unknown): void => controls.exit(error);
	process.once('uncaughtException', leave);
	process.once('unhandledRejection', leave);
	try {
		if (reader) await (await import('./reader/run-reader.js')).runReader(store, reader, controls, stopRestoring);
		else await (await import('./run-app.js')).runApp(store, controls, stopRestoring);
		return store.getState().leavesFor ?? 0;
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
