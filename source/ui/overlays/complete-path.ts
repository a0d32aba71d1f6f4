import {readdirSync} from 'node:fs';
import {basename, dirname, sep} from 'node:path';
import {toPath} from './to-path.js';

/** What tab does to a path: the part to add to it, and the names that begin so, folders with a slash at their end. */
export type PathCompletion = {readonly added: string; readonly names: readonly string[]};

function commonStart(names: readonly string[]): string {
	let start = names[0] ?? '';
	for (const name of names) while (!name.startsWith(start)) start = start.slice(0, -1);
	return start;
}

/**
 * Completes the last part of a path as a shell does: as far as all names agree; hidden names only where the dot is typed. A folder that cannot be
 * read has no names.
 */
export function completePath(text: string): PathCompletion {
	const path = toPath(text.trimStart());
	const isInside = path === '' || /[/\\]$/.test(path);
	const folder = isInside ? path || '.' : dirname(path);
	const begun = isInside ? '' : basename(path);
	try {
		const names = readdirSync(folder, {withFileTypes: true})
			.filter(({name}) => name.startsWith(begun) && (begun.startsWith('.') || !name.startsWith('.')))
			.map((entry) => (entry.isDirectory() ? `${entry.name}${sep}` : entry.name))
			.toSorted();
		return {added: commonStart(names).slice(begun.length), names};
	} catch {
		return {added: '', names: []};
	}
}
