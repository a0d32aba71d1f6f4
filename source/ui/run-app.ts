import {render} from 'ink';
import {createElement} from 'react';
import {App} from './app.js';
import type {TerminalControls} from './create-terminal.js';
import type {Store} from './state/create-store.js';
import type {Theme} from './theme/theme.js';

/** Draws the program until it exits. Rejects with what broke a drawing, after Ink has restored the terminal. */
export async function runApp(store: Store, theme: Theme, controls: TerminalControls): Promise<void> {
	const app = render(createElement(App, {store, theme, controls}), {
		alternateScreen: true,
		exitOnCtrlC: false,
		concurrent: true,
		maxFps: 60,
		incrementalRendering: true,
	});
	await app.waitUntilRenderFlush();
	store.dispatch({type: 'app/started'});
	await app.waitUntilExit();
}
