import {cleanText} from '../../domain/clean-text.js';
import {gateways} from '../../domain/service.js';
import type {State} from '../state/state.js';
import {formPart, planPart} from './form-part.js';
import {listPart} from './list-part.js';
import {flashPart, noticePart, servicesPart, serviceWords, workPart} from './news-parts.js';
import {askPart, menuPart, pagesPart} from './overlay-part.js';
import type {Part} from './part.js';
import {screenLines} from './place.js';
import {askedPart, placePart} from './place-part.js';
import {answersPart, bulkPart, columnPart, targetPart, writingPart} from './prompt-parts.js';
import {tourPart} from './tour-part.js';

/** Everything that is spoken of, in the order in which it is said. */
export const parts: readonly Part[] = [
	servicesPart,
	workPart,
	flashPart,
	placePart,
	pagesPart,
	menuPart,
	askPart,
	formPart,
	listPart,
	writingPart,
	columnPart,
	targetPart,
	answersPart,
	bulkPart,
	planPart,
	noticePart,
	askedPart,
	tourPart,
];

/** Lines safe to print: no escape sequence, no line break of its own, none empty. */
const safe = (lines: readonly string[]): readonly string[] => lines.map((line) => cleanText(line)).filter((line) => line !== '');

export const sayPart = (part: Part, heard: State, now: State): readonly string[] => safe(part.say(heard, now));

/** What changed between what was heard last and what is true now, in words; nothing where nothing did. Pure. */
export const speak = (heard: State, now: State): readonly string[] =>
	parts.flatMap((part) => (part.wait(heard, now) === null ? [] : sayPart(part, heard, now)));

/** What is said before the first key: what this is, how the services are, the screen. */
export const opening = (state: State): readonly string[] =>
	safe([
		`stillroom${state.isSandbox ? ', sandbox: nothing leaves this machine' : ''}. Screen-reader mode: lines are appended, nothing is drawn over. Question mark lists the keys, q quits.`,
		...gateways.map((gateway) => serviceWords(state, gateway)),
		'YES is recorded as allowed, NO as restricted; unknown is not recorded and never counts as a yes.',
		...screenLines(state),
		...(state.flash ? flashPart.say(state, state) : []),
		...(state.tour ? tourPart.say({...state, tour: null}, state) : []),
	]);
