import {stripVTControlCharacters} from 'node:util';
import {Text} from 'ink';
import {render} from 'ink-testing-library';
import type {GlobalOptions} from '../../source/cli/command.js';
import {openContext} from '../../source/create-context.js';
import {loadCatalogue} from '../../source/services/catalogue.js';
import {App} from '../../source/ui/app.js';
import type {Action} from '../../source/ui/state/action.js';
import {createStore} from '../../source/ui/state/create-store.js';
import {createInitialState} from '../../source/ui/state/initial-state.js';
import type {State} from '../../source/ui/state/state.js';
import type {Terminal} from '../../source/ui/terminal.js';
import type {Look} from '../../source/ui/theme/look.js';
import type {ThemeName} from '../../source/ui/theme/theme.js';
import {bytesOf} from './keys.js';
import {makeFolder} from './run-stillroom.js';

// ink-testing-library has 100 columns and no rows, and does not export its Stdout: its prototype is given a size once.
let size = {columns: 100, rows: 24};
const probe = render(<Text> </Text>);
Object.defineProperties(Object.getPrototypeOf(probe.stdout), {columns: {get: () => size.columns}, rows: {get: () => size.rows}});
probe.unmount();

export type MountOptions = {
	readonly columns?: number;
	readonly rows?: number;
	/** Base URLs of a server, as the sandbox gives them. */
	readonly urls: {readonly openrouter: string; readonly nanogpt: string; readonly openai: string};
	/** As with `--sandbox`: the server is the embedded one, and it is said so. */
	readonly isSandbox?: boolean;
	readonly env?: Readonly<Record<string, string>>;
	/** A new folder, removed at the end, when left out. */
	readonly home?: string;
	readonly theme?: ThemeName;
	/** Colours and signs of the terminal. */
	readonly look?: Look;
	readonly keys?: State['keys'];
	readonly isFresh?: boolean;
	/** Changes the state before the first frame. */
	readonly prepare?: (state: State) => State;
	/** False leaves the services unasked. */
	readonly isStarted?: boolean;
};

/** The whole dashboard in this process, with the real context, on a real server and a real folder; only the screen is made up. */
export async function mountApp(options: MountOptions) {
	const {columns = 120, rows = 36, urls, env = {}, theme, look, keys = {}, isFresh = false, prepare, isStarted = true} = options;
	const ownHome = options.home === undefined ? makeFolder() : null;
	const global: GlobalOptions = {
		home: options.home ?? ownHome!.path,
		...(options.isSandbox && {sandbox: true}),
		openrouterUrl: urls.openrouter,
		nanogptUrl: urls.nanogpt,
		openaiUrl: urls.openai,
	};
	const opened = await openContext(global, {
		env,
		version: '0.0.0',
		startSandbox: () =>
			options.isSandbox ? Promise.resolve({urls, close: async () => {}}) : Promise.reject(new Error('the server runs already')),
	});
	const {context} = opened;
	const copied: string[] = [];
	const pages: string[] = [];
	let isExited = false;
	const terminal: Terminal = {
		copy: async (text) => {
			copied.push(text);
			return 'copied';
		},
		open: async (url) => {
			pages.push(url);
			return true;
		},
		edit: async (text) => text,
		bell() {},
		redraw() {},
		suspend: async () => {},
		exit() {
			isExited = true;
		},
	};
	const made = createInitialState(context, loadCatalogue(context), {columns, rows, keys, isFresh, problems: [], look});
	const first: State = theme === undefined ? made : {...made, look: {...made.look, theme}};
	const store = createStore(context, terminal, prepare?.(first) ?? first);
	const controls = {exit() {}, suspend: (run: () => Promise<void>) => run()};
	size = {columns, rows};
	const waiting = new Set<() => void>();
	const wake = (): void => {
		for (const check of [...waiting]) check();
	};
	const app = render(<App store={store} controls={controls} />);
	const write = app.stdout.write;
	const drawn: (() => void)[] = [];
	app.stdout.write = (frame) => {
		write(frame);
		wake();
		for (const resolve of drawn.splice(0)) resolve();
	};
	const unsubscribe = store.subscribe(wake);
	const frame = (): string => app.lastFrame() ?? '';
	const text = (): string => stripVTControlCharacters(frame());

	/** Resolves with what `check` is true of; fails after 10 seconds with the last frame. */
	function until(check: () => boolean, what: string): Promise<string> {
		return new Promise((resolve, reject) => {
			const look = (): void => {
				if (!check()) return;
				clearTimeout(timer);
				waiting.delete(look);
				resolve(text());
			};
			const timer = setTimeout(() => {
				waiting.delete(look);
				reject(new Error(`10 seconds passed before ${what}; the last frame:\n${text()}`));
			}, 10_000);
			waiting.add(look);
			look();
		});
	}

	if (isStarted) store.dispatch({type: 'app/started'});
	return {
		store,
		context,
		copied,
		pages,
		frame,
		text,
		lines: () => text().split('\n'),
		isExited: () => isExited,
		/** Waits for text in a frame. */
		waitFor: (wanted: string | RegExp) =>
			until(() => (typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text())), `a frame showed ${wanted}`),
		waitForState: (wanted: (state: State) => boolean) => until(() => wanted(store.getState()), `the state was ${wanted}`),
		/** Dispatches, and resolves as soon as what follows is drawn: React draws a moment later. */
		async draw(...actions: readonly Action[]): Promise<void> {
			for (const action of actions) {
				const frame = new Promise<void>((resolve) => drawn.push(resolve));
				store.dispatch(action);
				await frame;
			}
		},
		/** Hands keys to Ink as a terminal would, each in a read of its own. */
		press(...pressed: readonly string[]) {
			for (const key of pressed) app.stdin.write(bytesOf(key));
		},
		resize(newColumns: number, newRows: number) {
			size = {columns: newColumns, rows: newRows};
			app.stdout.emit('resize');
		},
		async [Symbol.asyncDispose]() {
			unsubscribe();
			app.unmount();
			await store.stop();
			await opened.close();
			ownHome?.remove();
		},
	};
}

export type MountedApp = Awaited<ReturnType<typeof mountApp>>;
