import type {Filter, FilterKey, FilterTerm, KeyTable, NumberOperator, NumberValue} from './filter.js';
import {bestScore, letterMask, scoreWord} from './fuzzy.js';
import {printTerm} from './print.js';

/** What a kind of item offers to text conditions: the id, and further names joined by tabs. Both are compared without case. */
export type FilterText<Item> = {readonly readId: (item: Item) => string; readonly readNames: (item: Item) => string};

type Prepared = {
	/** Lower-case names joined by tabs, the id first. */
	readonly texts: readonly string[];
	readonly idLengths: Uint16Array;
	readonly masks: Int32Array;
	/** The newest answer, to start from when the text only grew. */
	last: {readonly terms: readonly string[]; readonly words: readonly boolean[]; readonly found: Int32Array} | null;
};

const longestId = 0xffff;

function prepare<Item>(items: readonly Item[], text: FilterText<Item>): Prepared {
	const texts = new Array<string>(items.length);
	const idLengths = new Uint16Array(items.length);
	const masks = new Int32Array(items.length);
	for (let index = 0; index < items.length; index++) {
		const item = items[index]!;
		const id = text.readId(item);
		const lowered = `${id}\t${text.readNames(item)}`.toLowerCase();
		texts[index] = lowered;
		idLengths[index] = Math.min(id.length, longestId);
		masks[index] = letterMask(lowered);
	}

	return {texts, idLengths, masks, last: null};
}

type Test<Item> = (item: Item, index: number) => boolean;

function compareNumber(value: number, operator: NumberOperator, wanted: NumberValue): boolean {
	const from = wanted.from!;
	switch (operator) {
		case '>': {
			return value > from;
		}
		case '>=': {
			return value >= from;
		}
		case '<': {
			return value < from;
		}
		case '<=': {
			return value <= from;
		}
		case '=': {
			return wanted.to === null ? value === from : value >= from && value <= wanted.to;
		}
	}
}

/** `*` stands for any text. */
function createValueTest(wanted: string, match: 'equals' | 'contains'): (value: string) => boolean {
	if (wanted.includes('*')) {
		const parts = wanted.split('*');
		return (value) => fitsParts(value, parts, match);
	}

	return match === 'equals' ? (value) => value === wanted : (value) => value.includes(wanted);
}

/** Greedy and so linear: each part is looked for after the one before. */
function fitsParts(value: string, parts: readonly string[], match: 'equals' | 'contains'): boolean {
	let at = 0;
	const isAnchored = match === 'equals';
	for (const [index, part] of parts.entries()) {
		const isLast = index === parts.length - 1;
		if (isAnchored && isLast && part !== '') {
			return value.length - part.length >= at && value.endsWith(part);
		}

		const found = value.indexOf(part, at);
		if (found === -1 || (isAnchored && index === 0 && found !== 0)) {
			return false;
		}

		at = found + part.length;
	}

	return true;
}

function createWordsTest<Item>(key: Extract<FilterKey<Item>, {kind: 'words'}>, values: readonly string[]): (item: Item) => boolean {
	const wantsUnknown = !key.isClosed && values.includes('?');
	const tests = values.filter((value) => key.isClosed || value !== '?').map((value) => createValueTest(value, key.match));
	const {some} = key;
	if (some !== undefined && !wantsUnknown) {
		const test = tests.length === 1 ? tests[0]! : (value: string) => tests.some((one) => one(value));
		return (item) => some(item, test);
	}

	return (item) => {
		const read = key.read(item);
		if (read === null || read.length === 0) return wantsUnknown;
		return typeof read === 'string' ? tests.some((test) => test(read)) : read.some((value) => tests.some((test) => test(value)));
	};
}

function createNumberTest<Item>(
	key: Extract<FilterKey<Item>, {kind: 'number'}>,
	term: Extract<FilterTerm, {kind: 'number'}>,
	now: number,
): (item: Item) => boolean {
	const wantsUnknown = term.values.some(({from}) => from === null);
	const wanted = term.values.filter(({from}) => from !== null);
	return (item) => {
		const value = key.read(item, now);
		return value === null ? wantsUnknown : wanted.some((number) => compareNumber(value, term.operator, number));
	};
}

/** The test of one condition without its negation; null for a key that this kind of item does not have. */
function createTest<Item>(term: FilterTerm, table: KeyTable<Item>, prepared: () => Prepared, now: number): Test<Item> | null {
	switch (term.kind) {
		case 'phrase':
		case 'word': {
			const {texts} = prepared();
			return (_, index) => texts[index]!.includes(term.text);
		}
		case 'regex': {
			const {texts} = prepared();
			return (_, index) => texts[index]!.split('\t').some((name) => term.regex.test(name.slice(0, 300)));
		}
		default: {
			const key = table.byName.get(term.key);
			if (term.kind === 'flag') return key?.kind === 'flag' ? key.read : null;
			if (term.kind === 'words') return key?.kind === 'words' ? createWordsTest(key, term.values) : null;
			return key?.kind === 'number' ? createNumberTest(key, term, now) : null;
		}
	}
}

const costs: Readonly<Record<FilterTerm['kind'], number>> = {flag: 0, number: 1, words: 2, phrase: 3, word: 4, regex: 5};

/** Is every condition of `before` at least as strict in `after`? Then what `before` refused need not be looked at again. */
function onlyGrew(before: NonNullable<Prepared['last']>, after: readonly string[], words: readonly boolean[]): boolean {
	return before.terms.every(
		(term, index) => after[index] === term || (before.words[index] === true && words[index] === true && after[index]!.startsWith(term)),
	);
}

/** Everything that answers filters over one kind of item; keeps what it prepared for as long as the array of items lives. */
export function createMatcher<Item extends object>(table: KeyTable<Item>, text: FilterText<Item>) {
	const preparedOf = new WeakMap<readonly Item[], Prepared>();
	const getPrepared = (items: readonly Item[]): Prepared => {
		let prepared = preparedOf.get(items);
		if (prepared === undefined) {
			prepared = prepare(items, text);
			preparedOf.set(items, prepared);
		}

		return prepared;
	};

	/** `now` in milliseconds since 1970, for ages. Ranked when the filter holds words, else in the given order. */
	return function filterItems(items: readonly Item[], filter: Filter, now: number = Date.now()): readonly Item[] {
		if (filter.terms.length === 0) {
			return items;
		}

		const terms = filter.terms.filter((term) => term.kind !== 'word' || term.negated).toSorted((a, b) => costs[a.kind] - costs[b.kind]);
		const tests = terms.flatMap((term): Array<Test<Item>> => {
			const test = createTest(term, table, () => getPrepared(items), now);
			return test === null ? [] : [term.negated ? (item, index) => !test(item, index) : test];
		});
		const words = filter.terms.flatMap((term) => (term.kind === 'word' && !term.negated ? [term.text] : []));
		return words.length === 0
			? items.filter((item, index) => tests.every((test) => test(item, index)))
			: rank(items, filter, words, tests, getPrepared(items));
	};
}

/** Finer than the score by the length of the id: of two ids that fit alike, the shorter comes first. */
const lengthSteps = 64;

function rank<Item>(
	items: readonly Item[],
	filter: Filter,
	words: readonly string[],
	tests: ReadonlyArray<Test<Item>>,
	prepared: Prepared,
): readonly Item[] {
	const printed = filter.terms.map(printTerm);
	const isWord = filter.terms.map((term) => term.kind === 'word' && !term.negated);
	const candidates = prepared.last !== null && onlyGrew(prepared.last, printed, isWord) ? prepared.last.found : null;
	const count = candidates === null ? items.length : candidates.length;
	const found = new Int32Array(count);
	const grades = new Uint16Array(count);
	const {texts, masks, idLengths} = prepared;
	const wordMask = words.reduce((mask, word) => mask | letterMask(word), 0);
	let size = 0;
	for (let position = 0; position < count; position++) {
		const index = candidates === null ? position : candidates[position]!;
		if ((masks[index]! & wordMask) !== wordMask) continue;
		const item = items[index]!;
		let isFit = true;
		for (let test = 0; isFit && test < tests.length; test++) isFit = tests[test]!(item, index);
		let sum = 0;
		for (let word = 0; isFit && word < words.length; word++) {
			const score = scoreWord(texts[index]!, words[word]!, idLengths[index]!);
			sum += score;
			isFit = score > 0;
		}

		if (!isFit) continue;
		found[size] = index;
		grades[size] = Math.round(sum / words.length) * 4 + lengthSteps - Math.min(lengthSteps, idLengths[index]!);
		size++;
	}

	prepared.last = {terms: printed, words: isWord, found: found.slice(0, size)};
	return inOrderOfGrade(items, found, grades, size);
}

/** Counting sort: best grade first, equal grades in the given order. */
function inOrderOfGrade<Item>(items: readonly Item[], found: Int32Array, grades: Uint16Array, size: number): readonly Item[] {
	const starts = new Int32Array(bestScore * 4 + lengthSteps + 2);
	const top = starts.length - 2;
	for (let position = 0; position < size; position++) starts[top - grades[position]! + 1]!++;
	for (let grade = 1; grade < starts.length; grade++) starts[grade]! += starts[grade - 1]!;
	const sorted = new Array<Item>(size);
	for (let position = 0; position < size; position++) sorted[starts[top - grades[position]!]!++] = items[found[position]!]!;
	return sorted;
}
