import {lineText} from '../../view/line.js';
import type {State} from '../state/state.js';
import type {TourState} from '../state/tour.js';
import {tourStatus, tourText, tourTitle} from '../tour/tour-lines.js';
import {atOnce, type Part} from './part.js';

const isSameStep = (heard: TourState | null, now: TourState | null): boolean => heard?.shown === now?.shown && heard?.at === now?.at;
const statusOf = ({tour}: State): string =>
	tour === null ? '' : `${tour.phase} ${tour.isLate} ${tour.phase === 'waiting' ? tour.awaited : ''}`;

/** The guided tour: each step with its text, then what it waits for, then which keys were pressed and that it goes on. */
export const tourPart: Part = {
	wait(heard, now) {
		if (now.tour === null) return null;
		if (!isSameStep(heard.tour, now.tour)) return atOnce;
		return now.tour.phase !== 'playing' && statusOf(heard) !== statusOf(now) ? atOnce : null;
	},
	say(heard, now) {
		if (now.tour === null) return [];
		const {phase, pressed, at, shown} = now.tour;
		const isOver = phase === 'done' || phase === 'failed';
		const title = tourTitle(now).replace(/^s/, 'S').replace(' · ', ': ');
		return [
			...(isSameStep(heard.tour, now.tour) ? [] : [`${title}.`, tourText(now)]),
			...(isOver && pressed.length > 0 && at === shown ? [`Keys pressed: ${pressed.join(', ')}.`] : []),
			...(phase === 'playing' ? [] : [lineText(tourStatus({...now, flash: null}))]),
		];
	},
};
