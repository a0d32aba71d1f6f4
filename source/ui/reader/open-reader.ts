import process from 'node:process';
import type {Store} from '../state/create-store.js';
import {createReader, type Pace, type Reader} from './create-reader.js';

/** Appends lines to what the terminal shows; it wraps them by itself. */
const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

const pace: Pace = {
	now: () => performance.now(),
	after(milliseconds, run) {
		const timer = setTimeout(run, milliseconds);
		return () => clearTimeout(timer);
	},
};

/** Begins to read aloud on standard output, at once: Ink, which hears the keys, is loaded meanwhile. */
export function openReader(store: Store): Reader {
	const reader = createReader(store, print, pace);
	reader.open();
	return reader;
}
