import {render} from 'ink';
import {createElement} from 'react';
import {App} from './app.js';
import type {TerminalControls} from './create-terminal.js';
import type {Store} from './state/create-store.js';
import type {Theme} from './theme/theme.js';

/**
 * Draws the program until it exits. Rejects with what broke a drawing, after Ink has restored the terminal. `onListening` is called once Ink
 * listens to signals: whoever did so before must not stop earlier, because a signal that nobody listens to for a moment is lost.
 */
export async function runApp(store: Store, theme: Theme, controls: TerminalControls, onListening: () => void): Promise<void> {
	const app = render(createElement(App, {store, theme, controls}), {
		alternateScreen: true,
		exitOnCtrlC: false,
		concurrent: true,
		maxFps: 60,
		incrementalRendering: true,
	});
	onListening();
	await app.waitUntilRenderFlush();
	store.dispatch({type: 'app/started'});
	await app.waitUntilExit();
}
