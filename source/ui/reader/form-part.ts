import {linearWidth} from '../../view/linear.js';
import {linesWords} from '../../view/spoken.js';
import {screens} from '../screens/index.js';
import type {State} from '../state/state.js';
import {fieldOf, fieldWords, valueWords} from './form-words.js';
import {oncePerState} from './once-per-state.js';
import {atOnce, moving, type Part, type Wait} from './part.js';
import {isSamePlace} from './place-part.js';

const isForm = (heard: State, now: State): boolean =>
	now.overlay === null && screens[now.screen].form !== undefined && heard.screen === now.screen;

/** Lines of the form that have another value than was heard. */
function changedFields(heard: State, now: State) {
	const form = screens[now.screen].form!;
	const [before, after] = [form.values(heard), form.values(now)];
	return form.fields(now).filter(({id}) => before[id] !== after[id]);
}

/** The line under the cursor, and values that changed. */
export const formPart: Part = {
	isOfPlace: true,
	wait(heard, now) {
		if (!isForm(heard, now)) return null;
		if (changedFields(heard, now).length > 0) return atOnce;
		return isSamePlace(heard, now) && fieldOf(heard)?.id !== fieldOf(now)?.id ? moving : null;
	},
	say(heard, now) {
		// Where a question lay over the form, its line is said as a whole on the way back.
		const here = heard.overlay === null ? undefined : fieldOf(now)?.id;
		const changed = changedFields(heard, now).filter(({id}) => id !== here);
		const values = changed.map((field) => `${field.title}: ${valueWords(now, field)}.`);
		return fieldOf(heard)?.id === fieldOf(now)?.id ? values : [...values, fieldWords(now)];
	},
};

/** What is said of a plan at once; all of it is read when it is asked for. */
const mostLines = 5;

const known = oncePerState((state): readonly string[] =>
	linesWords(screens[state.screen].detail?.(state, linearWidth) ?? []).filter((line) => !line.endsWith('…')),
);

const settled: Wait = {rest: 400};

/** What follows from the form, where it changed. */
export const planPart: Part = {
	isOfPlace: true,
	wait: (heard, now) =>
		isForm(heard, now) && heard.screens[now.screen] !== now.screens[now.screen] && known(heard).join('\n') !== known(now).join('\n')
			? settled
			: null,
	say(heard, now) {
		const before = new Set(known(heard));
		const lines = known(now).filter((line) => !before.has(line));
		return lines.length > mostLines ? [...lines.slice(0, mostLines), `And ${lines.length - mostLines} more lines: p reads all.`] : lines;
	},
};
