import type {State} from '../state/state.js';

/** Works something out once for each state: what was heard and what is true now are compared again and again. */
export function oncePerState<Result>(compute: (state: State) => Result): (state: State) => Result {
	const known = new WeakMap<State, {readonly result: Result}>();
	return (state) => {
		const found = known.get(state) ?? {result: compute(state)};
		known.set(state, found);
		return found.result;
	};
}
