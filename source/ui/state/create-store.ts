import type {Context} from '../../services/context.js';
import type {Press} from '../keys/chord.js';
import {resolveKey} from '../keys/resolve-key.js';
import {askedActions} from '../overlays/asks.js';
import {menuItems} from '../overlays/menus.js';
import type {Terminal} from '../terminal.js';
import {type Action, flash} from './action.js';
import {type Effect, effects} from './effects.js';
import {reduce} from './reduce.js';
import type {State} from './state.js';

/** Holds the state and carries out effects. Draws nothing: a test can drive it without a screen. */
export function createStore(context: Context, terminal: Terminal, initial: State) {
	let state = initial;
	const listeners = new Set<() => void>();
	const stopping = new AbortController();
	const running = new Map<Effect, AbortController>();
	const underWay = new Set<Promise<void>>();

	/** Starting an effect again ends its last run: only the newest selection, the newest refresh counts. */
	async function perform(effect: Effect, action: Action): Promise<void> {
		running.get(effect)?.abort();
		const controller = new AbortController();
		running.set(effect, controller);
		const signal = AbortSignal.any([stopping.signal, controller.signal]);
		try {
			const work = effect.run({action, context, terminal, getState: () => state, signal, quitting: stopping.signal});
			if (work instanceof Promise) return await work;
			for await (const next of work) {
				if (stopping.signal.aborted) return;
				dispatch(next);
			}
		} catch (error) {
			if (!signal.aborted) dispatch(flash(error instanceof Error ? error.message : String(error), 'bad'));
		} finally {
			if (running.get(effect) === controller) running.delete(effect);
		}
	}

	function track(work: Promise<void>): void {
		underWay.add(work);
		void work.finally(() => underWay.delete(work));
	}

	function dispatch(action: Action): void {
		if (action.type === 'overlay/chosen' || action.type === 'overlay/answered') {
			if (action.type === 'overlay/chosen') choose();
			else answer();
			return;
		}
		state = reduce(state, action);
		for (const listener of listeners) listener();
		for (const effect of effects) if (effect.on.includes(action.type)) track(perform(effect, action));
	}

	/** A wrong answer keeps the question open and says what is wrong. */
	function answer(): void {
		if (state.overlay?.kind !== 'ask') return;
		const actions = askedActions(state, state.overlay);
		if (typeof actions === 'string') {
			dispatch({type: 'overlay/answer-refused', problem: actions});
			return;
		}
		dispatch({type: 'overlay/closed'});
		for (const action of actions) dispatch(action);
	}

	function choose(): void {
		const item = state.overlay?.kind === 'menu' ? menuItems(state)[state.overlay.index] : undefined;
		if (!item) return;
		if (item.blocked) {
			dispatch(flash(item.blocked, 'warn'));
			return;
		}
		const {actions, command} = item;
		dispatch({type: 'overlay/closed'});
		if (command !== undefined) dispatch({type: 'palette/used', command});
		for (const action of actions) dispatch(action);
	}

	/** Whatever a key does wrong must not take the program, and what was written in it, down. */
	function press(pressed: Press): void {
		try {
			for (const action of resolveKey(state, pressed)) dispatch(action);
		} catch (error) {
			dispatch(flash(`this key failed, nothing else was changed: ${error instanceof Error ? error.message : String(error)}`, 'bad'));
		}
	}

	return {
		dispatch,
		press,
		getState: (): State => state,
		subscribe(listener: () => void): () => void {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		/** Ends every effect and waits until each has put away what it holds; nothing is dispatched afterwards. */
		async stop(): Promise<void> {
			stopping.abort();
			await Promise.allSettled(underWay);
		},
	};
}

export type Store = ReturnType<typeof createStore>;
