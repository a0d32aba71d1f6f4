import type {FilterKey, KeyTable} from './filter.js';

/** What Tab offers: the part of the text from `start` to `end` may become any of the options. */
export type Completion = {readonly start: number; readonly end: number; readonly options: readonly string[]};

const most = 50;

/** Offers keys and flags at the start of a condition, and known values after `key:`. Values come from the key's list and from the items. */
export function completeWith<Item>(text: string, cursor: number, items: readonly Item[], table: KeyTable<Item>): Completion {
	const at = Math.max(0, Math.min(cursor, text.length));
	const end = at + (/^[^\s]*/.exec(text.slice(at))?.[0].length ?? 0);
	const begun = /\S*$/.exec(text.slice(0, at))![0];
	const nots = /^!*/.exec(begun)![0].length;
	const word = begun.slice(nots).toLowerCase();
	const condition = /^([a-z][a-z0-9]*)(!?[:=])(.*)$/s.exec(word);
	const key = condition === null ? undefined : table.byName.get(condition[1]!);
	if (condition === null || key === undefined) {
		return {start: at - word.length, end, options: condition === null ? completeKey(word, table) : []};
	}

	const value = condition[3]!.split(',').at(-1)!;
	const typed = value.replace(/^"/, '');
	const options = valuesOf(key, items).filter((option) => option.startsWith(typed) && option !== typed);
	return {
		start: at - value.length,
		end,
		options: options.slice(0, most).map((option) => (/[\s,"]/.test(option) ? JSON.stringify(option) : option)),
	};
}

const operators = {words: ':', number: '>=', flag: ''} as const;

function completeKey<Item>(word: string, table: KeyTable<Item>): readonly string[] {
	return word === '' || !/^[a-z0-9]+$/.test(word)
		? word === ''
			? table.keys.map((key) => key.key + operators[key.kind])
			: []
		: table.keys
				.filter(({key, aliases}) => [key, ...(aliases ?? [])].some((name) => name.startsWith(word)))
				.map((key) => key.key + operators[key.kind])
				.filter((option) => option !== word);
}

/** The key's own values, else those of the items: the most frequent first. */
function valuesOf<Item>(key: FilterKey<Item>, items: readonly Item[]): readonly string[] {
	if (key.values !== undefined) {
		return key.values;
	}

	if (key.kind === 'flag') {
		return ['yes', 'no'];
	}

	if (key.kind === 'number') {
		return [];
	}

	const counts = new Map<string, number>();
	for (const item of items) {
		const read = key.read(item);
		for (const value of typeof read === 'string' ? [read] : (read ?? [])) counts.set(value, (counts.get(value) ?? 0) + 1);
	}

	return [...counts.entries()].toSorted((a, b) => b[1] - a[1]).map(([value]) => value);
}
