import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** A row of a fixture table; an empty cell is the empty string. */
export type TableRow = Readonly<Record<string, string>>;

/**
 * The folder `fixtures`, looked for upward from this module: it lies at the package root, and the module is two folders below it in
 * source/ and one in the bundle.
 */
export function findFixtures(from = dirname(fileURLToPath(import.meta.url))): string {
	for (let folder = from; ; ) {
		const candidate = join(folder, 'fixtures');
		if (existsSync(join(candidate, 'openrouter', 'models.tsv'))) return candidate;
		const parent = dirname(folder);
		if (parent === folder) throw new Error(`The sandbox found no folder named fixtures above ${from}. Reinstall stillroom.`);
		folder = parent;
	}
}

/** Reads a table of tab-separated cells under one header line; lines that start with `# ` are remarks. */
export function readTable(path: string): TableRow[] {
	const [header, ...lines] = readFileSync(path, 'utf8')
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('# '));
	const columns = header!.split('\t');
	return lines.map((line) => {
		const cells = line.split('\t');
		return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
	});
}

/** Calls `load` once, on first use. */
export function lazy<Value>(load: () => Value): () => Value {
	let kept: {readonly value: Value} | undefined;
	return () => {
		kept ??= {value: load()};
		return kept.value;
	};
}
