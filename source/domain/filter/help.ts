import type {FilterKeyInfo, KeyTable} from './filter.js';

/** How the language is written, one line each: an example and what it does. */
export const filterSyntax: ReadonlyArray<{readonly example: string; readonly help: string}> = [
	{example: 'qwen3 235', help: 'words, fuzzy, best match first'},
	{example: '"llama 3"', help: 'this text as it stands'},
	{example: '!free', help: 'all but these'},
	{example: '/r1(-0528)?$/', help: 'a regular expression on id or name'},
	{example: 'author:qwen,deepseek', help: 'any of the values; * stands for any text'},
	{example: 'ctx>=128k', help: 'numbers with > >= < <= =, and k, M; unknown never fits'},
	{example: 'in:0.1..0.5', help: 'a range, both ends included'},
	{example: 'in:?', help: 'where it is not known'},
];

/** The keys of a table without their readers, for documentation and errors. */
export function describeKeys<Item>(table: KeyTable<Item>): readonly FilterKeyInfo[] {
	return table.keys.map((entry) => {
		const {key, aliases, help, example, kind, values, isClosed, hasPath} = entry;
		return {key, aliases, help, example, kind, values, isClosed, hasPath, ...(entry.kind === 'number' && {unit: entry.unit})};
	});
}

/** The language as plain text: syntax first, then every key with its example and meaning. */
export function formatHelp<Item>(table: KeyTable<Item>): string {
	const rows = [
		...filterSyntax.map(({example, help}) => [example, help] as const),
		...table.keys.map((key) => [key.example, key.kind === 'number' ? `${key.help}, ${key.unit}` : key.help] as const),
	];
	const width = Math.max(...rows.map(([example]) => example.length));
	return rows.map(([example, help]) => `${example.padEnd(width)}  ${help}`).join('\n');
}
