import type {Action} from '../state/action.js';
import {flash} from '../state/action.js';
import type {State} from '../state/state.js';
import type {Binding} from './binding.js';
import type {Press} from './chord.js';
import {groupsInReach, isTyping, keysOf} from './groups.js';

/** What a key press means now: the innermost usable binding, else text for the field that has the keyboard, else why not. */
export function resolveKey(state: State, {chord, text}: Press): readonly Action[] {
	const isText = text !== '' && isTyping(state);
	let blocked: string | undefined;
	if (!isText) {
		for (const {bindings} of groupsInReach(state)) {
			for (const binding of bindings) {
				if (!keysOf(state, binding).includes(chord)) continue;
				const verdict = binding.when?.(state) ?? true;
				if (verdict === true) return [binding.act(state)].flat();
				blocked ??= verdict;
			}
		}
	}
	if (isText) return [{type: state.overlay ? 'overlay/typed' : 'list/filter-typed', text}];
	return blocked ? [flash(blocked, 'warn')] : [];
}

export type Hint = {readonly key: string; readonly label: string};

/** What the bottom line offers: usable now, the most useful first. */
export function hintsFor(state: State): readonly Hint[] {
	const usable = (binding: Binding): boolean => binding.hint !== undefined && (binding.when?.(state) ?? true) === true;
	return groupsInReach(state)
		.flatMap(({bindings}) => bindings.filter(usable))
		.sort((a, b) => a.hint! - b.hint!)
		.map((binding) => ({key: keysOf(state, binding)[0] ?? '', label: binding.label}))
		.filter(({key}) => key !== '');
}
