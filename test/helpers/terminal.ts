import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {stripVTControlCharacters} from 'node:util';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {findProgram} from './built-program.js';
import {bytesOf} from './keys.js';

/** The screen is drawn and read as it stands, or it is read aloud and what was said counts. */
export const modes = ['screen', 'reader'] as const;
export type Mode = (typeof modes)[number];

export type TerminalOptions = {
	/** `screen` when left out. */
	readonly mode?: Mode;
	readonly columns?: number;
	readonly rows?: number;
	/** On top of an environment that holds nothing of ours but PATH. */
	readonly env?: Readonly<Record<string, string>>;
	/** The home folder of stillroom; a new one, removed at the end, when left out. */
	readonly home?: string;
	/** Before the program: options of Node. */
	readonly node?: readonly string[];
	/** A program other than stillroom, e.g. a shell. */
	readonly file?: string;
	readonly cwd?: string;
};

type Pattern = string | RegExp | ((text: string) => boolean);
/** What is waited for, in each mode where they differ. */
export type Wanted = Pattern | Readonly<Record<Mode, Pattern>>;

const isByMode = (wanted: Wanted): wanted is Readonly<Record<Mode, Pattern>> =>
	typeof wanted === 'object' && !(wanted instanceof RegExp) && 'screen' in wanted;

const matches = (wanted: Pattern, text: string): boolean =>
	typeof wanted === 'string' ? text.includes(wanted) : typeof wanted === 'function' ? wanted(text) : wanted.test(text);

/** An environment as a user's shell has it: no CI, which would keep Ink from drawing, and none of our keys. */
export const cleanEnvironment = (): Record<string, string> => ({
	PATH: process.env.PATH ?? '',
	HOME: tmpdir(),
	LANG: 'C.UTF-8',
	TERM: 'xterm-256color',
});

/**
 * Starts the built program in a real pseudo-terminal whose screen is read through a terminal emulator. Whatever waits here waits for what
 * the screen shows; when that does not come, the error holds the last screen. In the reader's mode it waits for what was said since the last key.
 */
export function openTerminal(args: readonly string[] = [], options: TerminalOptions = {}) {
	const {columns = 120, rows = 36, env = {}, node = [], file, cwd, mode = 'screen'} = options;
	const ownHome = options.home === undefined ? mkdtempSync(join(tmpdir(), 'stillroom-home-')) : null;
	const home = options.home ?? ownHome!;
	const screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 200});
	const [program, argv] = file === undefined ? [process.execPath, [...node, findProgram(), ...args]] : [file, [...args]];
	const child = pty.spawn(program, argv, {
		name: env.TERM ?? 'xterm-256color',
		cols: columns,
		rows,
		...(cwd === undefined ? {} : {cwd}),
		env: {...cleanEnvironment(), STILLROOM_HOME: home, ...(mode === 'reader' ? {INK_SCREEN_READER: 'true'} : {}), ...env},
	});
	const waiting = new Set<() => void>();
	let received = '';
	/** How much of it the emulator has drawn: it takes data a turn later than it comes. */
	let drawn = 0;
	let end: {readonly code: number; readonly signal: number} | null = null;
	const wake = (): void => {
		for (const check of [...waiting]) check();
	};
	const exited = new Promise<{readonly code: number; readonly signal: number}>((resolve) =>
		child.onExit(({exitCode, signal}) => {
			end = {code: exitCode, signal: signal ?? 0};
			// What was still on its way is on the screen first.
			screen.write('', () => {
				wake();
				resolve(end!);
			});
		}),
	);
	child.onData((data) => {
		received += data;
		const until = received.length;
		screen.write(data, () => {
			drawn = until;
			wake();
		});
	});
	// The emulator answers the questions that a program asks its terminal.
	screen.onData((data) => child.write(data));
	const lines = (): string[] => {
		const {active} = screen.buffer;
		return Array.from({length: screen.rows}, (_, y) => active.getLine(active.viewportY + y)?.translateToString(true) ?? '');
	};
	/** Where in what was received the last key was pressed. */
	let pressedAt = 0;
	const said = (from = 0): string => stripVTControlCharacters(received.slice(from)).replaceAll('\r', '');
	const text = (): string => (mode === 'reader' ? said(pressedAt) : lines().join('\n'));
	/** Between the two marks of a synchronized update the screen is half the old and half the new one. */
	const isWhole = (): boolean => {
		const shown = received.slice(0, drawn);
		return shown.lastIndexOf('\u001B[?2026h') <= shown.lastIndexOf('\u001B[?2026l');
	};
	const send = (bytes: string): void => {
		if (end === null) child.write(bytes);
	};

	return {
		home,
		mode,
		pid: child.pid,
		exited,
		lines,
		text,
		/** Everything the program wrote, escape sequences included. */
		received: () => received,
		/** All lines so far, without escape sequences. */
		said: () => said(),
		isAlternate: () => screen.buffer.active.type === 'alternate',
		isCursorVisible: () => received.lastIndexOf('\u001B[?25h') >= received.lastIndexOf('\u001B[?25l'),
		/** Resolves with the screen as soon as it shows what is wanted; fails when the program ends or when 10 seconds pass before. */
		waitFor(given: Wanted, milliseconds = 10_000): Promise<string> {
			const wanted = isByMode(given) ? given[mode] : given;
			return new Promise((resolve, reject) => {
				const fail = (why: string) => reject(new Error(`${why} before the screen showed ${wanted}; it shows:\n${text()}`));
				const stop = (): void => {
					clearTimeout(timer);
					waiting.delete(check);
				};
				const check = (): void => {
					if (isWhole() && matches(wanted, text())) {
						stop();
						resolve(text());
					} else if (end !== null) {
						stop();
						fail(`the program ended (${JSON.stringify(end)})`);
					}
				};
				const timer = setTimeout(() => {
					waiting.delete(check);
					fail(`${milliseconds} ms passed`);
				}, milliseconds);
				waiting.add(check);
				check();
			});
		},
		/** Writes keys (`enter`, `ctrl+c`, `/`, or text), each by itself. */
		press(...keys: readonly string[]): void {
			pressedAt = received.length;
			for (const key of keys) send(bytesOf(key));
		},
		resize(newColumns: number, newRows: number): void {
			screen.resize(newColumns, newRows);
			child.resize(newColumns, newRows);
		},
		signal: (name: NodeJS.Signals) => child.kill(name),
		async [Symbol.asyncDispose](): Promise<void> {
			if (end === null) child.kill('SIGKILL');
			await exited;
			screen.dispose();
			if (ownHome !== null) rmSync(ownHome, {recursive: true, force: true});
		},
	};
}

export type OpenTerminal = ReturnType<typeof openTerminal>;
