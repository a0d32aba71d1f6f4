/** Where a term stands in the text: offsets of UTF-16 units, the end excluded. */
type Place = {readonly start: number; readonly end: number};

export type NumberOperator = '=' | '>' | '>=' | '<' | '<=';

/** A number asked for: exactly `from`, a range when `to` is set, and items without the number when `from` is null (`ctx:?`). */
export type NumberValue = {readonly from: number | null; readonly to: number | null};

/** One condition of a filter. Conditions are joined by "and"; the values of one condition by "or". */
export type FilterTerm = Place & {readonly negated: boolean} & (
		| {readonly kind: 'word' | 'phrase'; readonly text: string}
		| {readonly kind: 'regex'; readonly source: string; readonly regex: RegExp}
		| {readonly kind: 'flag'; readonly key: string}
		| {readonly kind: 'words'; readonly key: string; readonly values: readonly string[]}
		| {readonly kind: 'number'; readonly key: string; readonly operator: NumberOperator; readonly values: readonly NumberValue[]}
	);

export type Filter = {readonly terms: readonly FilterTerm[]};

/** What is wrong with a part of the text. A part with a problem does not filter. */
export type FilterProblem = Place & {
	readonly message: string;
	/** The keys that exist, or the values, where the problem is an unknown one. */
	readonly keys?: readonly string[];
};

/** What every key says of itself, for help, errors and completion. */
export type FilterKeyInfo = {
	readonly key: string;
	readonly aliases?: readonly string[];
	readonly help: string;
	/** What a number counts, such as `USD per million tokens`. */
	readonly unit?: string;
	readonly example: string;
	readonly kind: 'words' | 'number' | 'flag';
	/** The values to offer; no others are taken when `isClosed`. */
	readonly values?: readonly string[];
	readonly isClosed?: boolean;
	/** A name of the user's own may follow after a dot, as in `meta.task:triage`; its case counts. */
	readonly hasPath?: boolean;
};

type WordsKey<Item> = {
	readonly kind: 'words';
	/** `equals` takes `*` as a wildcard; `contains` looks anywhere in the value. */
	readonly match: 'equals' | 'contains';
	/** Values keep the case they were typed in, where the case counts. */
	readonly isCased?: boolean;
	/** Other spellings of a value, to the one that `read` gives. */
	readonly synonyms?: Readonly<Record<string, string>>;
	/** Lower-case values of the item; null or empty when it is not known. */
	readonly read: (item: Item) => readonly string[] | string | null;
	/** The same question without making a list, for keys with many values: does the test hold for any value? */
	readonly some?: (item: Item, test: (value: string) => boolean) => boolean;
};

type NumberKey<Item> = {
	readonly kind: 'number';
	readonly unit: string;
	readonly read: (item: Item, now: number) => number | null;
};

type FlagKey<Item> = {readonly kind: 'flag'; readonly read: (item: Item) => boolean};

/** One key of the filter language for one kind of item. */
export type FilterKey<Item> = FilterKeyInfo & (WordsKey<Item> | NumberKey<Item> | FlagKey<Item>);

/** The keys of one kind of item by every name they have. */
export type KeyTable<Item> = {
	readonly keys: ReadonlyArray<FilterKey<Item>>;
	readonly byName: ReadonlyMap<string, FilterKey<Item>>;
	/** Names that only another kind of item has, to its plural: a better answer than "there is no such key". */
	readonly elsewhere: ReadonlyMap<string, string>;
};

export function createKeyTable<Item>(
	keys: ReadonlyArray<FilterKey<Item>>,
	others: {readonly noun: string; readonly names: readonly string[]},
): KeyTable<Item> {
	const byName = new Map(keys.flatMap((key) => [key.key, ...(key.aliases ?? [])].map((name): [string, FilterKey<Item>] => [name, key])));
	return {keys, byName, elsewhere: new Map(others.names.map((name) => [name, others.noun]))};
}

/** Every name that can stand before an operator, flags included. */
export function keyNames<Item>(table: KeyTable<Item>): readonly string[] {
	return table.keys.map(({key}) => key);
}
