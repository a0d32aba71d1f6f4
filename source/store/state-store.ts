import path from 'node:path';
import type {StateStore} from '../services/context.js';
import {readText, writeWhole} from './write-file.js';

/**
 * What screens remember between runs: one small JSON file per name, so that two stillrooms never lose each other's part. A file that cannot
 * be read counts as nothing remembered, and what cannot be written is lost without a word.
 */
export function openStateStore(stateFolder: string): StateStore {
	const fileOf = (name: string) => path.join(stateFolder, `${name.replaceAll(/[^\w.-]/g, '_')}.json`);
	return {
		read(name) {
			try {
				const text = readText(fileOf(name));
				return text === null ? undefined : (JSON.parse(text) as unknown);
			} catch {
				return undefined;
			}
		},
		save(name, value) {
			try {
				writeWhole(fileOf(name), `${JSON.stringify(value)}\n`);
			} catch {
				// Remembering is a convenience: without a writable home the next run starts afresh.
			}
		},
	};
}
