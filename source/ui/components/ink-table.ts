// ink-table 3 is CommonJS and requires ink, which Node refuses to require because ink is ESM with top-level await. So the ink that this
// module already imported is put into Node's CommonJS cache first. The bundle does without: see scripts/build.mjs.
import Module, {createRequire} from 'node:module';
import * as ink from 'ink';
import type InkTable from 'ink-table';

const require = createRequire(import.meta.url);
const inkPath = createRequire(require.resolve('ink-table')).resolve('ink');
if (!require.cache[inkPath]) {
	const shim = new Module(inkPath);
	shim.filename = inkPath;
	shim.loaded = true;
	shim.exports = ink;
	require.cache[inkPath] = shim;
}

const inkTable = require('ink-table') as typeof InkTable & {default: typeof InkTable};

/** The one ink-table, on the one ink. */
export const Table = inkTable.default;
