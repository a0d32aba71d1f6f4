import {existsSync} from 'node:fs';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

/** The top of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The file that `stillroom` runs. Throws where the program could not be built. */
export function findProgram(): string {
	const problem = process.env.STILLROOM_BUILD_PROBLEM;
	if (problem) throw new Error(`The program cannot be built, so it cannot be tested: ${problem}`);
	const file = `${root}dist/stillroom.js`;
	if (!existsSync(file)) throw new Error(`There is no ${file}: npm run build makes it.`);
	return file;
}
