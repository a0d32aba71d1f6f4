import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Failure} from '../domain/failure.js';

/** A folder of the package, such as `schemas`, looked for upward from this module. Throws Failure where it was not installed. */
export function packageFolder(name: string, knownBy: string): string {
	for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
		const candidate = path.join(folder, name);
		if (existsSync(path.join(candidate, knownBy))) return candidate;
		if (folder === path.dirname(folder))
			throw new Failure('failed', `The folder ${name} of stillroom is not there.`, {next: 'Install stillroom anew.'});
	}
}

/** The text of a page of docs/; throws Failure where it was not installed. */
export const readPage = (name: string): string => readFileSync(path.join(packageFolder('docs', name), name), 'utf8');
