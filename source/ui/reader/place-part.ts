import type {State} from '../state/state.js';
import {overlayLines} from './overlay-words.js';
import {atOnce, type Part} from './part.js';
import {detailLines, placeOf, positionLines, returnLines, screenLines} from './place.js';

export const isSamePlace = (heard: State, now: State): boolean => placeOf(heard) === placeOf(now);

/** Back to a screen from what lay over it. */
export const isReturn = (heard: State, now: State): boolean =>
	now.overlay === null && heard.overlay !== null && placeOf({...heard, overlay: null}) === placeOf(now);

/** Another screen, something that opened over it, or back from there. */
export const placePart: Part = {
	wait: (heard, now) => (isSamePlace(heard, now) ? null : atOnce),
	say(heard, now) {
		if (now.overlay) return overlayLines(now);
		return isReturn(heard, now) ? returnLines(now) : screenLines(now);
	},
};

/** What the user asked to hear again. */
export const askedPart: Part = {
	wait: (heard, now) => (heard.reader?.times === now.reader?.times ? null : atOnce),
	say: (_, now) => (now.reader?.asked === 'detail' ? detailLines(now) : positionLines(now)),
};
