import {toLine} from '../carry-out.js';
import type {Binding} from '../keys/binding.js';
import {allGroups, groupsInReach, keysOf, typedInto} from '../keys/groups.js';
import {resolveKey} from '../keys/resolve-key.js';
import {type Action, flash} from '../state/action.js';
import type {Effect, EffectInput} from '../state/effects.js';
import type {State} from '../state/state.js';
import type {Move, Wait} from './move.js';
import {tourSteps} from './tour-steps.js';

/** How often the state is looked at while something is waited for. */
const lookMilliseconds = 40;
/** From then on the user may go on without what is waited for. */
const lateMilliseconds = 8000;

/** What the tour must not do on somebody's machine. */
const outside: readonly Action['type'][] = ['copy/asked', 'page/asked'];

/** The state as it is for the keys of the dashboard, which the tour holds back from the user. */
const played = (state: State): State => ({...state, tour: null});

const nameOf = (chord: string): string => (chord === ' ' ? 'space' : chord);

/** Does another action have this key, by rebinding? */
function isTaken(state: State, binding: Binding, chord: string): boolean {
	if (Object.keys(state.keys).length === 0) return false;
	const winner = groupsInReach(state)
		.flatMap(({bindings}) => bindings)
		.find((one) => keysOf(state, one).includes(chord) && (one.when?.(state) ?? true) === true);
	return winner !== undefined && winner.id !== binding.id;
}

/** Presses the key of a binding, or says why it does nothing. An action whose key the settings took, or gave to another, is done by its name, as from the palette. */
function* press(getState: () => State, id: string): Generator<Action, string | null> {
	const binding = allGroups.flatMap(({bindings}) => bindings).find((one) => one.id === id);
	if (binding === undefined) return `there is no action "${id}"`;
	const chord = keysOf(getState(), binding)[0];
	if (chord === undefined || isTaken(played(getState()), binding, chord)) {
		yield {type: 'tour/pressed', key: `:${id}`};
		const verdict = binding.when?.(played(getState())) ?? true;
		if (verdict !== true) return `${id}: ${verdict}`;
		for (const action of [binding.act(played(getState()))].flat()) if (!outside.includes(action.type)) yield action;
		return null;
	}
	yield {type: 'tour/pressed', key: nameOf(chord)};
	const text = [...chord].length === 1 ? chord : '';
	const actions = resolveKey(played(getState()), {chord, text});
	const [first] = actions;
	if (first === undefined) return `${chord} does nothing here`;
	if (actions.length === 1 && first.type === 'app/flashed' && first.tone === 'warn') return `${chord}: ${first.text}`;
	for (const action of actions) if (!outside.includes(action.type)) yield action;
	return null;
}

function* type(getState: () => State, text: string): Generator<Action, string | null> {
	const action = typedInto(played(getState()), text);
	if (action === null) return 'nothing takes text here';
	yield {type: 'tour/pressed', key: `"${text}"`};
	yield action;
	return null;
}

/** Waits until the state is as wanted; what went wrong meanwhile, or null. */
async function* wait(input: EffectInput, {until, words, fails}: Wait, since: State): AsyncGenerator<Action, string | null> {
	const {context, getState, signal} = input;
	const isReached = () => until(getState(), since);
	if (isReached()) return null;
	yield {type: 'tour/waited', awaited: words};
	const began = context.clock.now().getTime();
	const before = getState().flash;
	while (!isReached()) {
		const {flash, tour} = getState();
		const problem = fails?.(getState()) ?? (flash !== before && flash?.tone === 'bad' ? flash.text : null);
		if (problem !== null) return problem;
		if (tour?.isLate === false && context.clock.now().getTime() - began > lateMilliseconds) yield {type: 'tour/delayed'};
		await context.clock.sleep(lookMilliseconds, signal);
		if (signal.aborted) return null;
	}
	return null;
}

/** A step begins on the bare screen, unless its own first key closes what the last one opened. */
function* clear(getState: () => State, [first]: readonly Move[]): Generator<Action> {
	const closes = first !== undefined && 'press' in first && first.press === 'text.close';
	if (getState().overlay && !closes) yield {type: 'overlay/closed'};
}

async function* play(input: EffectInput): AsyncGenerator<Action> {
	const {context, getState, signal} = input;
	if (getState().tour?.folder === '') yield {type: 'tour/placed', folder: context.homeFolder};
	const step = tourSteps[getState().tour?.at ?? -1];
	if (!step) return;
	yield* clear(getState, step.moves);
	let since = getState();
	for (const move of step.moves) {
		if (signal.aborted || getState().tour === null) return;
		if ('press' in move && move.unless?.(getState())) continue;
		if ('press' in move) since = getState();
		const problem =
			'press' in move
				? yield* press(getState, move.press)
				: 'type' in move
					? yield* type(getState, typeof move.type === 'string' ? move.type : move.type(getState().tour!.folder))
					: yield* wait(input, move, since);
		if (signal.aborted || getState().tour === null) return;
		if (problem !== null) return yield {type: 'tour/failed', problem};
	}
	yield {type: 'tour/stepped'};
}

const playStep: Effect = {
	on: ['app/started', 'tour/began', 'tour/next-asked', 'tour/left'],
	async *run(input) {
		if (input.getState().tour === null) return;
		if (input.action.type === 'tour/next-asked' && (input.getState().tour?.at ?? 0) >= tourSteps.length) {
			yield {type: 'tour/left'};
			yield flash('the tour is over: this is the sandbox, look around; q quits', 'good');
			return;
		}
		try {
			yield* play(input);
		} catch (error) {
			yield {type: 'tour/failed', problem: toLine(error)};
		}
	},
};

export const tourEffects: readonly Effect[] = [playStep];
