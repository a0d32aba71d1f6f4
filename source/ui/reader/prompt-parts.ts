import {cleanText} from '../../domain/clean-text.js';
import type {Run} from '../screens/prompt/prompt-slice.js';
import type {State} from '../state/state.js';
import {atOnce, moving, type Part, typing, type Wait} from './part.js';
import {isSamePlace} from './place-part.js';
import {bulkWords, characterWords, endLines, isOtherLine, planWords, promptPosition, subheadWords, textPosition} from './prompt-words.js';

const slice = (state: State) => state.screens.prompt;
const isHere = (heard: State, now: State): boolean => now.overlay === null && now.screen === 'prompt' && isSamePlace(heard, now);

/** The text that is being written. */
export const writingPart: Part = {
	isOfPlace: true,
	wait(heard, now) {
		if (!isHere(heard, now)) return null;
		const [before, after] = [slice(heard), slice(now)];
		if (before.isEditing !== after.isEditing || before.field !== after.field) return after.isRunning ? null : atOnce;
		const [old, text] = [before[after.field], after[after.field]];
		if (old.text !== text.text) return typing;
		return after.isEditing && old.cursor !== text.cursor ? moving : null;
	},
	say(heard, now) {
		const [before, after] = [slice(heard), slice(now)];
		const [old, text] = [before[after.field], after[after.field]];
		if (before.isEditing !== after.isEditing || before.field !== after.field) return promptPosition(now);
		if (old.text !== text.text) {
			const added = text.text.length - old.text.length;
			return [...(added > 500 ? [`${text.text.length.toLocaleString('en')} characters now.`] : []), textPosition(text)];
		}
		return [isOtherLine(old, text) ? textPosition(text) : characterWords(text)];
	},
};

const settled: Wait = {rest: 300};

/** Where the prompt goes, how it is held to allowed routes, and what it costs at most. */
export const targetPart: Part = {
	isOfPlace: true,
	wait: (heard, now) =>
		isHere(heard, now) && !slice(now).isRunning && (subheadWords(heard) !== subheadWords(now) || planWords(heard) !== planWords(now))
			? settled
			: null,
	say: (heard, now) => [
		...(subheadWords(heard) === subheadWords(now) ? [] : [`${subheadWords(now)}.`]),
		...(planWords(heard) === planWords(now) || planWords(now) === ''
			? []
			: [`${planWords(now).replace(/^./, (letter) => letter.toUpperCase())}.`]),
	],
};

/** A piece without any end of a sentence is said when it is longer than this. */
const longPiece = 300;

/** Up to here a text that is still coming consists of whole sentences, lines, or long pieces. */
export function spokenLength(text: string): number {
	const ends = [...text.matchAll(/[.!?](?=\s)|\n/g)];
	const last = ends.at(-1);
	const sentence = last === undefined ? 0 : last.index + 1;
	const left = text.length - sentence;
	return left < longPiece ? sentence : text.lastIndexOf(' ', sentence + Math.floor(left / longPiece) * longPiece) + 1;
}

const isOver = ({status}: Run): boolean => status === 'done' || status === 'refused';
const spokenUntil = (run: Run): number => (isOver(run) ? run.text.length : spokenLength(run.text));

function piece(before: Run | undefined, after: Run): string {
	const isOfSame = before !== undefined && after.text.startsWith(before.text) && before.startedAt === after.startedAt;
	return after.text.slice(isOfSame ? spokenUntil(before) : 0, spokenUntil(after));
}

function runLines(heard: State, now: State, index: number): readonly string[] {
	const [before, after] = [slice(heard).runs[index], slice(now).runs[index]!];
	const who = slice(now).runs.length > 1 ? `${after.target.modelId}: ` : '';
	const isAnew = before?.status !== after.status;
	const lines = cleanText(piece(before, after), {isOneLine: false})
		.split('\n')
		.map((line) => line.trim())
		.filter(Boolean);
	return [
		...(isAnew && after.status === 'sending' ? [`Sending to ${after.target.modelId} …`] : []),
		...lines.map((line) => `${who}${line}`),
		...(isAnew && isOver(after) ? [`${who}${after.status === 'done' ? 'The answer ends.' : 'Not sent.'}`, ...endLines(now, after)] : []),
	];
}

const isRunSpoken = (before: Run | undefined, after: Run): boolean =>
	before !== after &&
	((before?.status !== after.status && after.status !== 'idle' && after.status !== 'streaming') || piece(before, after) !== '');

/** Sentences of what comes are said together. */
const flowing: Wait = {within: 250};

/** Answers in whole sentences as they come, then how each ended. */
export const answersPart: Part = {
	wait(heard, now) {
		if (now.screen !== 'prompt' || heard.screen !== 'prompt') return null;
		const [before, after] = [slice(heard).runs, slice(now).runs];
		if (before === after || !after.some((run, index) => isRunSpoken(before[index], run))) return null;
		return after.some((run, index) => isOver(run) && before[index]?.status !== run.status) ? atOnce : flowing;
	},
	say: (heard, now) =>
		slice(now).runs.flatMap((run, index) => (isRunSpoken(slice(heard).runs[index], run) ? runLines(heard, now, index) : [])),
};

/** The answer that the keys act on. */
export const columnPart: Part = {
	isOfPlace: true,
	wait: (heard, now) => (isHere(heard, now) && slice(heard).column !== slice(now).column ? moving : null),
	say: (_, now) => promptPosition(now),
};

const progress: Wait = {every: 5000};

/** A job of many prompts. */
export const bulkPart: Part = {
	wait(heard, now) {
		const [before, after] = [slice(heard).bulk, slice(now).bulk];
		if (after === null || before === after || now.screen !== 'prompt') return null;
		const isChanged = before === null || after.stopped !== before.stopped || after.invalid !== before.invalid;
		return isChanged ? atOnce : progress;
	},
	say: (_, now) => bulkWords(now),
};
