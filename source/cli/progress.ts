import {truncate} from '../view/width.js';
import type {CliStream} from './cli-io.js';
import type {OptionRecord, Session} from './command.js';

/** How work goes on, for a person: one line that is redrawn on a terminal, else a line now and then. */
export type Progress = {
	/** Says where the work is; `line` is only called when it will be shown. */
	readonly show: (line: () => string) => void;
	/** Takes the line away, before something else is said and at the end. */
	readonly clear: () => void;
};

/** How seldom a line changes where nothing may move by itself, as on the dashboard; in milliseconds. */
const stillMilliseconds = 3000;

export type ProgressMood = {
	/** May a line move by itself? Else it changes every three seconds. */
	readonly isAnimated?: boolean;
	/** Lines are appended, as into a file: what is redrawn is read aloud again and again, or not at all. */
	readonly isAppended?: boolean;
};

/** At most five times a second on a terminal; every five seconds where stderr is a file or a pipe, or is read aloud. */
export function createProgress(
	stream: CliStream,
	now: () => number = () => performance.now(),
	mood: () => ProgressMood = () => ({}),
): Progress {
	const start = now();
	let last: number | null = null;
	let isShown = false;
	let waiting: (() => string) | null = null;
	let timer: NodeJS.Timeout | null = null;
	const write = (line: () => string, isRedrawn: boolean): void => {
		last = now();
		isShown = isRedrawn;
		stream.write(isRedrawn ? `\r\u001B[K${truncate(line(), (stream.columns ?? 80) - 1)}` : `stillroom: ${line()}\n`);
	};
	const stopWaiting = (): void => {
		if (timer !== null) clearTimeout(timer);
		[timer, waiting] = [null, null];
	};
	return {
		show(line) {
			const {isAnimated = true, isAppended = false} = mood();
			const isRedrawn = stream.isTTY === true && !isAppended;
			const interval = isRedrawn ? (isAnimated ? 200 : stillMilliseconds) : 5000;
			const left = interval - (now() - (last ?? (isRedrawn ? Number.NEGATIVE_INFINITY : start)));
			if (left <= 0) {
				stopWaiting();
				return write(line, isRedrawn);
			}
			// What comes too soon is shown after a while, unless something newer came: the step that takes long may say only that it begins.
			waiting = line;
			timer ??= setTimeout(() => {
				const newest = waiting;
				stopWaiting();
				if (newest !== null) write(newest, isRedrawn);
			}, left).unref();
		},
		clear() {
			stopWaiting();
			if (!isShown) return;
			stream.write('\r\u001B[K');
			isShown = false;
			if (mood().isAnimated !== false) last = null;
		},
	};
}

export const quietOption: OptionRecord = {flags: '--quiet', help: 'No progress on stderr.'};

const silent: Progress = {show() {}, clear() {}};

/** The progress of a command, or none with `--quiet`. */
export const openProgress = ({io, mood}: Pick<Session, 'io' | 'mood'>, {quiet}: Readonly<Record<string, unknown>>): Progress =>
	quiet === true ? silent : createProgress(io.stderr, undefined, mood);
