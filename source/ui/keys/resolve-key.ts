import {menuItems} from '../overlays/menus.js';
import type {Action} from '../state/action.js';
import {flash} from '../state/action.js';
import type {State} from '../state/state.js';
import type {Binding} from './binding.js';
import type {Press} from './chord.js';
import {groupsInReach, isTouring, keysOf, typedInto} from './groups.js';
import {passedOn, tourBindings} from './tour-keys.js';

/** The item of a menu that this key chooses at once. */
const hotItem = (state: State, text: string) =>
	state.overlay?.kind === 'menu' && state.overlay.query.text === '' ? menuItems(state).find(({key}) => key === text) : undefined;

/**
 * What a key press means now: text for the field that has the keyboard, else the innermost usable binding, else why not. Ctrl+C quits even
 * where a rebinding left no key for that.
 */
export function resolveKey(state: State, {chord, text}: Press): readonly Action[] {
	if (isTouring(state)) return resolveOnTour(state, {chord, text});
	const hot = text === '' ? undefined : hotItem(state, text);
	if (hot) return hot.blocked ? [flash(hot.blocked, 'warn')] : [{type: 'overlay/closed'}, ...hot.actions];
	const typed = text === '' ? null : typedInto(state, text);
	if (typed) return [typed];
	return resolveBound(state, chord);
}

/** On the guided tour its own keys count, and those that only move or scroll what it shows. */
function resolveOnTour(state: State, {chord, text}: Press): readonly Action[] {
	const bound = resolveBound(state, chord);
	if (bound.length > 0) return bound;
	const bare = {...state, tour: null};
	if (passedOn.has(chord) && typedInto(bare, text || ' ') === null) return resolveBound(bare, chord);
	const keyOf = (id: string) => keysOf(state, tourBindings.find((binding) => binding.id === id)!)[0] ?? '(no key)';
	return [flash(`the tour presses the keys: ${keyOf('tour.next')} goes on, ${keyOf('tour.leave')} leaves it`, 'dim')];
}

function resolveBound(state: State, chord: string): readonly Action[] {
	let blocked: string | undefined;
	for (const {bindings} of groupsInReach(state)) {
		for (const binding of bindings) {
			if (!keysOf(state, binding).includes(chord)) continue;
			const verdict = binding.when?.(state) ?? true;
			if (verdict === true) return [binding.act(state)].flat();
			blocked ??= verdict;
		}
	}
	if (chord === 'ctrl+c') return [{type: 'app/quit-asked'}];
	return blocked ? [flash(blocked, 'warn')] : [];
}

export type Hint = {readonly key: string; readonly label: string; readonly isAlwaysShown: boolean};

/** Hints from this number on stand at the end of the line whatever else fits: quit and help. */
const alwaysShownFrom = 98;

/** What the bottom line offers: usable now, the most useful first. */
export function hintsFor(state: State): readonly Hint[] {
	const usable = (binding: Binding): boolean =>
		binding.hint !== undefined && (binding.hintWhen?.(state) ?? true) && (binding.when?.(state) ?? true) === true;
	return groupsInReach(state)
		.flatMap(({bindings}) => bindings.filter(usable))
		.sort((a, b) => a.hint! - b.hint!)
		.map((binding) => ({
			key: keysOf(state, binding)[0] ?? '',
			label: binding.short ?? binding.label,
			isAlwaysShown: binding.hint! >= alwaysShownFrom,
		}))
		.filter(({key}) => key !== '');
}
