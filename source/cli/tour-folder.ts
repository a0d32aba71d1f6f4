import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {GlobalOptions} from './command.js';

/** Runs the tour on the embedded server in a folder that goes afterwards; in `--home` where that is given, and then everything stays. */
export async function withTourFolder(global: GlobalOptions, run: (global: GlobalOptions) => Promise<number>): Promise<number> {
	const folder = global.home === undefined ? mkdtempSync(path.join(tmpdir(), 'stillroom-tour-')) : null;
	// A job that takes its time would be waited for.
	const sandboxSet = ['jobs=instant', ...(global.sandboxSet ?? [])];
	try {
		return await run({...global, sandbox: true, sandboxSet, home: global.home ?? folder!});
	} finally {
		if (folder !== null) rmSync(folder, {recursive: true, force: true});
	}
}
