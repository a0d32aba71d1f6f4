import process from 'node:process';
import {render} from 'ink';
import {createElement, type ReactNode, useEffect} from 'react';
import {App} from './app.js';
import type {TerminalControls} from './create-terminal.js';
import {createInput} from './mouse/create-input.js';
import {mouseActions} from './mouse/mouse-actions.js';
import type {Store} from './state/create-store.js';
import type {TerminalModes} from './terminal-modes.js';

/** The modes last as long as what is drawn: Ink takes it down at every end, also at a signal and after an error. */
function WithModes({modes, children}: {readonly modes: TerminalModes; readonly children?: ReactNode}) {
	useEffect(() => {
		modes.enter();
		return modes.leave;
	}, [modes]);
	return children;
}

/** A stop that was not asked for here leaves a terminal that the shell has changed: it is taken over anew. */
function takeOverAfterStop(controls: TerminalControls): () => void {
	const takeOver = (): void => {
		if (!controls.isHandedOver) void controls.suspend(async () => {});
	};
	process.on('SIGCONT', takeOver);
	return () => process.off('SIGCONT', takeOver);
}

/**
 * Draws the program until it exits. Rejects with what broke a drawing, after Ink has restored the terminal. `onListening` is called once Ink
 * listens to signals: whoever did so before must not stop earlier, because a signal that nobody listens to for a moment is lost.
 */
export async function runApp(store: Store, controls: TerminalControls, onListening: () => void): Promise<void> {
	const input = createInput(process.stdin, (event) => {
		if (store.getState().look.hasMouse) for (const action of mouseActions(store.getState(), event)) store.dispatch(action);
	});
	const app = render(createElement(WithModes, {modes: controls.modes}, createElement(App, {store, controls})), {
		stdin: input,
		alternateScreen: true,
		exitOnCtrlC: false,
		concurrent: true,
		maxFps: 60,
		incrementalRendering: true,
	});
	onListening();
	const stopFollowing = store.subscribe(controls.modes.follow);
	const stopTakingOver = takeOverAfterStop(controls);
	try {
		await app.waitUntilRenderFlush();
		store.dispatch({type: 'app/started'});
		await app.waitUntilExit();
	} finally {
		stopFollowing();
		stopTakingOver();
	}
}
