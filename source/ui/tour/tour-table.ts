import {allGroups} from '../keys/groups.js';
import {tourSteps} from './tour-steps.js';

/** A step of the tour for the command line: its keys as they are without rebinding, and words as they are typed. */
export type TourRow = {
	readonly step: number;
	readonly id: string;
	readonly title: string;
	readonly text: string;
	readonly keys: readonly string[];
};

const keyOf = (id: string): string => allGroups.flatMap(({bindings}) => bindings).find((one) => one.id === id)?.keys[0] ?? '';

/** Every step of the tour, for `stillroom tour --list`; loads neither Ink nor React. */
export function tourTable(): readonly TourRow[] {
	return tourSteps.map(({id, title, text, moves}, index) => ({
		step: index + 1,
		id,
		title,
		text: text.replace('{folder}', 'a folder of its own'),
		keys: moves.flatMap((move) => {
			if ('press' in move) return [keyOf(move.press)];
			return 'type' in move ? [`"${typeof move.type === 'string' ? move.type : move.type('FOLDER')}"`] : [];
		}),
	}));
}
