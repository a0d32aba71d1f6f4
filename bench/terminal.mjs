// A real pty whose screen is read through a terminal emulator; measures from a key written to the end of the frame it causes.
import process from 'node:process';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const frameEnd = '\u001B[?2026l';

/** Starts a program in a pty of the given size. CI is taken out of its environment, because Ink draws nothing there. */
export function openTerminal(file, args, {columns = 120, rows = 40, env = {}} = {}) {
	const {CI, CONTINUOUS_INTEGRATION, NO_COLOR, ...rest} = process.env;
	const screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
	const startedAt = performance.now();
	const child = pty.spawn(file, args, {name: 'xterm-256color', cols: columns, rows, env: {...rest, FORCE_COLOR: '1', ...env}});
	const waiting = [];
	let tail = '';
	let bytes = 0;
	let isGone = false;
	const exited = new Promise((resolve) =>
		child.onExit(({exitCode}) => {
			isGone = true;
			for (const wake of waiting.splice(0)) wake();
			resolve(exitCode);
		}),
	);
	let frames = 0;
	child.onData((data) => {
		bytes += Buffer.byteLength(data);
		screen.write(data);
		const text = tail + data;
		frames += text.split(frameEnd).length - 1;
		tail = text.slice(text.lastIndexOf(frameEnd) + 1).slice(-frameEnd.length + 1);
		for (const wake of waiting.splice(0)) wake();
	});
	const next = () => new Promise((resolve) => waiting.push(resolve));
	const text = () => Array.from({length: rows}, (_, y) => screen.buffer.active.getLine(y)?.translateToString(true) ?? '').join('\n');
	return {
		startedAt,
		exited,
		text,
		get bytes() {
			return bytes;
		},
		pid: child.pid,
		write: (keys) => child.write(keys),
		kill: () => child.kill('SIGKILL'),
		/** Resolves with the milliseconds since the start at which the screen first showed `pattern`. */
		async waitFor(pattern) {
			for (;;) {
				await new Promise((resolve) => screen.write('', resolve));
				if (pattern.test(text())) return performance.now() - startedAt;
				if (isGone) throw new Error(`the program ended before it showed ${pattern}:\n${text()}`);
				await next();
			}
		},
		/** Writes a key and resolves with the milliseconds until the next whole frame. */
		async keyToFrame(key) {
			const before = frames;
			const from = performance.now();
			child.write(key);
			while (frames === before && !isGone) await next();
			return performance.now() - from;
		},
	};
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The value below which a share of the sorted values lies. */
export function quantile(values, share) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const median = (values) => quantile(values, 0.5);
