import process from 'node:process';
import {Writable} from 'node:stream';
import {render} from 'ink';
import {createElement} from 'react';
import {linearWidth} from '../../view/linear.js';
import {useKeyboard} from '../app.js';
import type {TerminalControls} from '../create-terminal.js';
import type {Store} from '../state/create-store.js';
import type {Reader} from './create-reader.js';

type ListenerProps = {readonly store: Store; readonly controls: TerminalControls; readonly reader: Reader};

/** Keys without a picture. While another program has the terminal nothing is said. */
function Listener({store, controls, reader}: ListenerProps) {
	useKeyboard(store, controls, reader.press);
	const {suspend} = controls;
	controls.suspend = async (run) => {
		reader.hold();
		try {
			await suspend(run);
		} finally {
			reader.go();
		}
	};
	return null;
}

const bracketedPaste = /\u001B\[\?2004[hl]/g;

/** What Ink writes to: nothing of it reaches the terminal but that pastes are bracketed. Of one that knows nothing Ink is told that it is no terminal. */
function createQuietOutput(): NodeJS.WriteStream {
	const quiet = new Writable({
		write(chunk, _, done) {
			const modes = String(chunk).match(bracketedPaste);
			if (modes) process.stdout.write(modes.join(''));
			done();
		},
	});
	return Object.assign(quiet, {isTTY: process.env.TERM !== 'dumb', columns: linearWidth, rows: 1}) as unknown as NodeJS.WriteStream;
}

/** Listens until the program exits. `onListening` is called once Ink listens to signals, as `runApp` does. */
export async function runReader(store: Store, reader: Reader, controls: TerminalControls, onListening: () => void): Promise<void> {
	const follow = (): void => store.dispatch({type: 'app/resized', columns: linearWidth, rows: process.stdout.rows ?? 24});
	const app = render(createElement(Listener, {store, controls, reader}), {
		stdout: createQuietOutput(),
		exitOnCtrlC: false,
		interactive: true,
		patchConsole: false,
		isScreenReaderEnabled: false,
	});
	onListening();
	process.stdout.on('resize', follow);
	try {
		await app.waitUntilRenderFlush();
		store.dispatch({type: 'app/started'});
		await app.waitUntilExit();
	} finally {
		process.stdout.off('resize', follow);
		reader.stop();
	}
}
