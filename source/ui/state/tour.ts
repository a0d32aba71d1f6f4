import type {Action} from './action.js';
import type {State} from './state.js';

/** The guided tour: how far it is, which step is shown, and what became of the one that was played last. */
export type TourState = {
	/** The step that was played last, from 0. */
	readonly at: number;
	/** The step whose text is read; earlier than `at` while somebody reads back. */
	readonly shown: number;
	readonly phase: 'playing' | 'waiting' | 'done' | 'failed';
	/** What is waited for. */
	readonly awaited: string;
	/** It takes long: one may go on without it. */
	readonly isLate: boolean;
	/** What went wrong in this step; empty when nothing. */
	readonly problem: string;
	/** Keys of this step as they were pressed, and words as they were typed. */
	readonly pressed: readonly string[];
	/** Where what the tour makes lies. */
	readonly folder: string;
};

export type TourAction =
	| {readonly type: 'tour/began'}
	| {readonly type: 'tour/next-asked'}
	/** To another step's text, without playing anything. */
	| {readonly type: 'tour/turned'; readonly by: -1 | 1}
	| {readonly type: 'tour/left'}
	| {readonly type: 'tour/placed'; readonly folder: string}
	| {readonly type: 'tour/pressed'; readonly key: string}
	| {readonly type: 'tour/waited'; readonly awaited: string}
	| {readonly type: 'tour/delayed'}
	| {readonly type: 'tour/stepped'}
	| {readonly type: 'tour/failed'; readonly problem: string};

const begun: TourState = {at: 0, shown: 0, phase: 'playing', awaited: '', isLate: false, problem: '', pressed: [], folder: ''};

export const isTourAction = (action: Action): action is TourAction => action.type.startsWith('tour/');

/** Where the tour stands after an action of its own. */
export function reduceTour(tour: TourState | null, action: TourAction): TourState | null {
	if (action.type === 'tour/began') return begun;
	if (tour === null || action.type === 'tour/left') return null;
	switch (action.type) {
		case 'tour/next-asked':
			return {...begun, folder: tour.folder, at: tour.at + 1, shown: tour.at + 1};
		case 'tour/turned':
			return {...tour, shown: Math.max(0, Math.min(tour.at, tour.shown + action.by))};
		case 'tour/placed':
			return {...tour, folder: action.folder};
		case 'tour/pressed':
			return {...tour, phase: 'playing', pressed: [...tour.pressed, action.key]};
		case 'tour/waited':
			return {...tour, phase: 'waiting', awaited: action.awaited, isLate: false};
		case 'tour/delayed':
			return {...tour, isLate: true};
		case 'tour/stepped':
			return {...tour, phase: 'done', isLate: false};
		case 'tour/failed':
			return {...tour, phase: 'failed', problem: action.problem};
	}
}

/** True when the next step may be played, else a sentence about what is waited for. */
export function whenNext({tour}: State): true | string {
	if (tour === null) return 'the tour is not running';
	if (tour.shown < tour.at || tour.phase === 'done' || tour.phase === 'failed' || tour.isLate) return true;
	return tour.awaited === '' ? 'not yet: the keys of this step are being pressed' : `not yet: waiting for ${tour.awaited}`;
}
