import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {GlobalOptions} from './command.js';

/**
 * Runs the tour on the embedded server in a folder that goes afterwards, with the user's own keys and colours (`settingsText`, null for none); in
 * `--home` where that is given, and then everything stays.
 */
export async function withTourFolder(
	global: GlobalOptions,
	settingsText: string | null,
	run: (global: GlobalOptions) => Promise<number>,
): Promise<number> {
	const folder = global.home === undefined ? mkdtempSync(path.join(tmpdir(), 'stillroom-tour-')) : null;
	// A job that takes its time would be waited for.
	const sandboxSet = ['jobs=instant', ...(global.sandboxSet ?? [])];
	try {
		if (folder !== null && settingsText !== null) writeFileSync(path.join(folder, 'settings.json'), settingsText, {mode: 0o600});
		return await run({...global, sandbox: true, sandboxSet, home: global.home ?? folder!});
	} finally {
		if (folder !== null) rmSync(folder, {recursive: true, force: true});
	}
}
