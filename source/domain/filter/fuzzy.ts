const tab = 9;

function isLetter(code: number): boolean {
	return (code >= 97 && code <= 122) || code > 127;
}

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

/** A part begins at `index`: after a separator, or where letters meet digits. */
function isBoundary(text: string, index: number): boolean {
	if (index <= 0 || index >= text.length) {
		return true;
	}

	const before = text.charCodeAt(index - 1);
	const here = text.charCodeAt(index);
	return isLetter(before) ? !isLetter(here) : isDigit(before) ? !isDigit(here) : true;
}

/** The bit of each character: letters have one each, digits share six, the rest has none. */
const bits = new Int32Array(0x10000);
for (let letter = 0; letter < 26; letter++) bits[97 + letter] = 1 << letter;
for (let digit = 0; digit < 10; digit++) bits[48 + digit] = 1 << (26 + (digit % 6));

/** Which letters and digits occur, as bits: a text can hold a word only if it holds the word's bits. */
export function letterMask(text: string): number {
	let mask = 0;
	for (let index = 0; index < text.length; index++) mask |= bits[text.charCodeAt(index)]!;
	return mask;
}

/** Best score of a word: the whole id. */
export const bestScore = 1000;
/** From the start of the name after the maker on, no later occurrence is worth looking for. */
const goodScore = 800;
/** Ids of models in a trusted execution environment: behind the model itself when both fit as well. */
const enclavePrefix = 'tee/';
const mostOccurrences = 4;
const mostGaps = 2;
const widestGap = 3;

/**
 * How well a lower-case word fits a text of an id, a tab, and further names: 0 when it does not, up to 1000 for the id itself.
 * It fits as a substring anywhere; or letter by letter from the start of a part, where every letter follows the last, or begins a later part,
 * or skips at most three letters, and that at most twice (`dpsk`, `gpt4o`, `claude46`). A longer word never fits where its beginning does not.
 */
export function scoreWord(text: string, word: string, idLength: number): number {
	const first = text.indexOf(word);
	return first === -1 ? scoreScattered(text, word, idLength) : scoreSubstring(text, word, idLength, first);
}

function scoreSubstring(text: string, word: string, idLength: number, first: number): number {
	let best = scoreAt(text, first, first + word.length, idLength);
	for (let tries = 1, at = first; tries < mostOccurrences && best < goodScore && at < idLength; tries++) {
		at = text.indexOf(word, at + 1);
		if (at === -1) break;
		best = Math.max(best, scoreAt(text, at, at + word.length, idLength));
	}

	return best;
}

function scoreAt(text: string, start: number, end: number, idLength: number): number {
	const isWholeEnd = end === idLength || isBoundary(text, end);
	if (end > idLength) {
		return (isBoundary(text, start) ? 480 : 380) + (isWholeEnd ? 20 : 0);
	}

	const isSlugStart = start > 0 && text.charCodeAt(start - 1) === 47;
	if (end === idLength && (start === 0 || isSlugStart)) {
		return start === 0 ? bestScore : text.startsWith(enclavePrefix) ? 940 : 960;
	}

	return (isSlugStart ? 800 : start === 0 ? 780 : isBoundary(text, start) ? 700 : 520) + (isWholeEnd ? 60 : 0);
}

function scoreScattered(text: string, word: string, idLength: number): number {
	const code = word.charCodeAt(0);
	const search: Search = {text, word, steps: 0, failed: null};
	for (let index = text.indexOf(word[0]!); index !== -1; index = text.indexOf(word[0]!, index + 1)) {
		if (text.charCodeAt(index) === code && isBoundary(text, index) && fitsFrom(search, index, 1, mostGaps)) {
			return index >= idLength ? 160 : isCompact(text, word, idLength) ? 340 : 260;
		}
	}

	return 0;
}

/** Would the word stand in the id if the id had no separators? */
function isCompact(text: string, word: string, idLength: number): boolean {
	return text
		.slice(0, idLength)
		.replaceAll(/[^a-z0-9]+/g, '')
		.includes(word);
}

type Search = {readonly text: string; readonly word: string; steps: number; failed: Set<number> | null};

/** From this many steps on, dead ends are remembered, so that no text makes the search take exponential time. */
const stepsBeforeMemory = 64;

/** Does the word fit from its letter `at` on, when the letter before it was found at `index`? */
function fitsFrom(search: Search, index: number, at: number, gaps: number): boolean {
	if (at === search.word.length) {
		return true;
	}

	if (++search.steps < stepsBeforeMemory) {
		return fitsNext(search, index, at, gaps);
	}

	search.failed ??= new Set();
	const state = (index * (search.word.length + 1) + at) * (mostGaps + 1) + gaps;
	if (search.failed.has(state)) {
		return false;
	}

	const fits = fitsNext(search, index, at, gaps);
	if (!fits) {
		search.failed.add(state);
	}

	return fits;
}

function fitsNext(search: Search, index: number, at: number, gaps: number): boolean {
	const {text, word} = search;
	const code = word.charCodeAt(at);
	if (text.charCodeAt(index + 1) === code && fitsFrom(search, index + 1, at + 1, gaps)) {
		return true;
	}

	for (let next = index + 1; next < text.length; next++) {
		const here = text.charCodeAt(next);
		if (here === tab) {
			return false;
		}

		if (here !== code) {
			continue;
		}

		const isPart = isBoundary(text, next);
		const isGap = gaps > 0 && next - index - 1 <= widestGap;
		if ((isPart || isGap) && fitsFrom(search, next, at + 1, isPart ? gaps : gaps - 1)) {
			return true;
		}
	}

	return false;
}
