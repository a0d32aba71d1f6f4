import {type Line, lineWidth, span, truncateLine} from '../../view/line.js';
import {wrap} from '../../view/width.js';
import {keysOf} from '../keys/groups.js';
import {tourBindings} from '../keys/tour-keys.js';
import {tourRows} from '../layout.js';
import type {State} from '../state/state.js';
import type {TourState} from '../state/tour.js';
import {spread} from '../theme/paint.js';
import {tourSteps} from './tour-steps.js';

/** The text of the step that is read, as one string; also for those who hear it. */
export const tourText = ({tour}: Pick<State, 'tour'>): string =>
	(tour && tourSteps[tour.shown]?.text.replace('{folder}', tour.folder || 'a folder of its own')) ?? '';

/** `step 4 of 14 · Keep the safe routes`. */
export const tourTitle = ({tour}: Pick<State, 'tour'>): string =>
	tour ? `step ${tour.shown + 1} of ${tourSteps.length} · ${tourSteps[tour.shown]?.title ?? ''}` : '';

/** The keys of the last step, as many of the newest as fit. */
function pressedLine({pressed, shown, at}: TourState, room: number): Line {
	if (pressed.length === 0 || shown !== at) return [];
	let words = pressed;
	const width = () => lineWidth([span(`pressed ${words.join(' ')} `)]);
	while (words.length > 1 && width() > room) words = ['…', ...words.slice(words[0] === '…' ? 2 : 1)];
	return truncateLine([span('pressed ', 'dim'), span(`${words.join(' ')} `, 'accent')], Math.max(0, room));
}

/** The beginning of a sentence; a single letter is a key of its own when it is a capital. */
const capital = (key: string): string => (key.length > 1 ? `${key[0]!.toUpperCase()}${key.slice(1)}` : key);

/** The key that goes on, as the settings leave it. */
function nextKey(state: State): string {
	const next = tourBindings.find(({id}) => id === 'tour.next');
	return (next && keysOf(state, next)[0]) ?? '(no key)';
}

/** What is going on: what is waited for, what failed, what was said, or that it goes on. */
export function tourStatus(state: State): Line {
	const {tour, flash, work} = state;
	if (tour === null) return [];
	const key = nextKey(state);
	if (tour.shown < tour.at) return [span(`read back: ${key} goes forward again`, 'dim')];
	if (tour.phase === 'failed')
		return [span(`this step did not come to its end: ${tour.problem}. ${capital(key)} goes on all the same`, 'bad')];
	if (tour.phase === 'waiting' && tour.isLate) return [span(`${tour.awaited} takes longer than usual: ${key} goes on without it`, 'warn')];
	if (tour.phase === 'waiting') {
		const words = `waiting for ${tour.awaited} …`;
		return flash?.tone === 'warn' ? [span(flash.text, 'warn')] : [span(words, 'accent'), span(work ? `  ${work.title}` : '', 'dim')];
	}
	if (tour.phase === 'playing' && flash?.tone === 'bad') return [flash];
	if (tour.phase === 'playing') return [span('pressing the keys of this step …', 'accent')];
	// What was said of a key that came too early is over with what was waited for.
	return flash && !flash.text.startsWith('not yet') ? [flash] : [span(`done: ${key} goes on`, 'good')];
}

/** The panel at the bottom, without the line of keys: always as many lines, so that nothing above it moves. */
export function tourPanel(state: State): readonly Line[] {
	const {tour, size} = state;
	if (tour === null) return [];
	const title: Line = [span(` ${tourTitle(state)}`, 'strong')];
	const head = spread(title, pressedLine(tour, size.columns - lineWidth(title) - 2), size.columns);
	const height = tourRows(size.columns) - 3;
	const text = wrap(tourText(state), size.columns - 2).map((line): Line => [span(` ${line}`)]);
	const filled = [...text, ...Array<Line>(Math.max(0, height - text.length)).fill([])].slice(0, height);
	return [head, ...filled, [span(' '), ...tourStatus(state)]];
}
