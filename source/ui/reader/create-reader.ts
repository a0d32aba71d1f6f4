import {keyWords} from '../../view/spoken.js';
import type {Press} from '../keys/chord.js';
import {resolveKey} from '../keys/resolve-key.js';
import type {Store} from '../state/create-store.js';
import type {State} from '../state/state.js';
import {flashPart} from './news-parts.js';
import {askPart} from './overlay-part.js';
import type {Part, Wait} from './part.js';
import {placeOf, positionLines, returnLines} from './place.js';
import {isReturn, placePart} from './place-part.js';
import {opening, parts, sayPart} from './speak.js';

/** However long a key is held or somebody types: after so many milliseconds where it has come to is said. */
const longestRest = 2000;

/** After another program had the terminal, what it changed comes within this. */
const returning = 300;

/** Time and timers, in milliseconds; a test hands in its own. */
export type Pace = {
	readonly now: () => number;
	/** Calls back once after so long; returns how to take that back. */
	readonly after: (milliseconds: number, run: () => void) => () => void;
};

const noFurther = (state: State): readonly string[] =>
	state.overlay?.kind === 'pages' ? ['No further in this text.'] : ['No further.', ...positionLines(state).slice(0, 1)];

type Tracked = {
	readonly part: Part;
	/** The state as it was when this was spoken of last. */
	heard: State;
	/** When what is new is to be said; null while nothing is. */
	due: number | null;
	/** Since when there is something new. */
	since: number;
	saidAt: number;
};

function dueAt({since, saidAt}: Tracked, wait: Wait, now: number): number {
	if ('rest' in wait) return Math.min(now + wait.rest, since + longestRest);
	return 'within' in wait ? since + wait.within : Math.max(now, saidAt + wait.every);
}

/**
 * Follows the store and says what changes, as whole lines. Each kind of thing has its own pace: of a held key only the last place is said, of
 * progress only what is true every few seconds. A message is never left out.
 */
export function createReader(store: Store, say: (lines: readonly string[]) => void, pace: Pace) {
	const first = store.getState();
	const tracked = parts.map((part): Tracked => ({part, heard: first, due: null, since: 0, saidAt: Number.NEGATIVE_INFINITY}));
	let stopTimer = (): void => {};
	let isSilent = true;
	/** How often something was said. */
	let spoken = 0;

	/** Says all of these in one go; a line that several of them have is said once, where it comes last. */
	function tell(these: readonly Tracked[], state: State): void {
		const lines: string[] = [];
		for (const one of these) {
			lines.push(...sayPart(one.part, one.heard, state));
			one.heard = state;
			one.due = null;
			one.saidAt = pace.now();
		}
		const once = lines.filter((line, index) => !lines.includes(line, index + 1));
		spoken++;
		if (once.length > 0) say(once);
	}

	const isPending = ({due}: Tracked): boolean => due !== null;

	/** Another place says all that is there; whoever comes back to a place hears at once all that is new in it. */
	function tellDue(): void {
		const now = pace.now();
		const state = store.getState();
		const place = tracked.find(({part, due}) => part === placePart && due !== null && due <= now);
		if (place && !isReturn(place.heard, state))
			for (const one of tracked) if (one.part.isOfPlace) Object.assign(one, {heard: state, due: null});
		tell(
			tracked.filter((one) => isPending(one) && (place !== undefined || one.due! <= now)),
			state,
		);
		plan();
	}

	/** Wakes when the next thing is due. */
	function plan(): void {
		stopTimer();
		const due = tracked.reduce<number>((soonest, one) => Math.min(soonest, one.due ?? soonest), Number.POSITIVE_INFINITY);
		if (Number.isFinite(due) && !isSilent) stopTimer = pace.after(Math.max(0, due - pace.now()), tellDue);
	}

	let previous = first;
	function follow(): void {
		const state = store.getState();
		const now = pace.now();
		for (const one of tracked) {
			// A message that another one takes the place of is said before.
			if (one.part === flashPart && one.due !== null && state.flash !== previous.flash && !isSilent) tell([one], previous);
			const wait = one.part.wait(one.heard, state);
			if (wait === null) {
				one.heard = state;
				one.due = null;
				continue;
			}
			if (one.due === null) one.since = now;
			one.due = dueAt(one, wait, now);
		}
		previous = state;
		plan();
	}

	const unsubscribe = store.subscribe(follow);

	return {
		/** Says what this is and where it begins; from then on whatever changes. */
		open(): void {
			say(opening(store.getState()));
			isSilent = false;
			for (const one of tracked) one.heard = store.getState();
		},
		/** A key was pressed: an answer that was typed is said before it is given, and a key that does nothing says so. */
		press(press: Press): void {
			const before = store.getState();
			const asked = tracked.find(({part}) => part === askPart)!;
			if (press.chord === 'enter' && asked.due !== null) tell([asked], before);
			const actions = resolveKey(before, press);
			store.press(press);
			const now = store.getState();
			const areAll = (types: RegExp): boolean => actions.length > 0 && actions.every(({type}) => types.test(type));
			if (actions.length === 0) say([`${keyWords(press.chord)}: no key here. Question mark lists the keys.`]);
			else if (areAll(/^app\/screen-opened$/) && placeOf(before) === placeOf(now)) say(returnLines(now));
			else if (areAll(/^(?:list\/moved|overlay\/(?:moved|scrolled|jumped)|form\/moved)$/) && !tracked.some(isPending)) say(noFurther(now));
		},
		/** While another program has the terminal nothing is said; what happened is said afterwards. */
		hold(): void {
			isSilent = true;
			stopTimer();
		},
		go(): void {
			isSilent = false;
			plan();
			// What came of it is said by itself; where nothing did, where one is.
			const before = spoken;
			pace.after(returning, () => {
				if (spoken === before && !isSilent) say(returnLines(store.getState()));
			});
		},
		/** Says what is left to say, and ends. */
		stop(): void {
			unsubscribe();
			stopTimer();
			if (!isSilent) tell(tracked.filter(isPending), store.getState());
			isSilent = true;
		},
	};
}

export type Reader = ReturnType<typeof createReader>;
