import process from 'node:process';
import {buildIfChanged} from '../../scripts/build.mjs';

/**
 * Once for a whole test run: tests of the built program never meet an old or a half-written one. Where it cannot be built, only they fail;
 * see built-program.ts.
 */
export default async function buildBeforeTests(): Promise<void> {
	try {
		await buildIfChanged();
	} catch (error) {
		process.env.STILLROOM_BUILD_PROBLEM = error instanceof Error ? error.message : String(error);
	}
}
