import type {DatabaseSync} from 'node:sqlite';
import type {StoreLayout, StoreWords} from '../sqlite.js';

export const evalWords: StoreWords = {
	noun: 'store of evaluations',
	whenDamaged: 'Put a backup in its place, or move the file away: the ledger still holds every answer. It was left as it is.',
};

/**
 * The layout of `evals.sqlite`; a step that was released is never changed.
 *
 * - `evaluation` has one row for each, with how many samples it has and what they cost; `result` is the newest summing up, `result_hash` what the
 *   ledger was told of it.
 * - `item` holds the test set as it was read, so that a candidate that is added later gets the very same questions.
 * - `sample` holds which run answered what and how it was graded; `cost` in USD, judges included.
 * - Step 2: `samples` and `cost` of an evaluation, where the file does not have them.
 */
export const evalLayout: StoreLayout = {
	/** `STEV` in ASCII. */
	applicationId: 0x5354_4556,
	words: evalWords,
	article: 'one',
	whenForeign: 'Move it away to begin anew, or choose another folder with --home. It was left as it is.',
	steps: [
		`
CREATE TABLE evaluation (
	key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at TEXT NOT NULL, definition TEXT NOT NULL,
	expected INTEGER NOT NULL, samples INTEGER NOT NULL, cost REAL NOT NULL, result TEXT, result_hash TEXT
) STRICT;

CREATE TABLE item (
	evaluation INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (evaluation, position),
	UNIQUE (evaluation, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
	evaluation INTEGER NOT NULL, item INTEGER NOT NULL, candidate INTEGER NOT NULL, run TEXT, cost REAL, latency REAL, prompt_tokens INTEGER,
	completion_tokens INTEGER, error TEXT, grades TEXT NOT NULL, total_cost REAL NOT NULL, PRIMARY KEY (evaluation, item, candidate)
) STRICT, WITHOUT ROWID;
`,
		countSamples,
	],
};

/** Files of the first days do not say how many samples an evaluation has and what they cost: it is counted once. */
function countSamples(database: DatabaseSync): void {
	const columns = database.prepare("SELECT name FROM pragma_table_info('evaluation')").all();
	if (columns.some(({name}) => name === 'samples')) return;
	database.exec(`
CREATE TABLE counted (
	key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at TEXT NOT NULL, definition TEXT NOT NULL,
	expected INTEGER NOT NULL, samples INTEGER NOT NULL, cost REAL NOT NULL, result TEXT, result_hash TEXT
) STRICT;
INSERT INTO counted SELECT key, id, name, created_at, definition, expected,
	(SELECT count(*) FROM sample WHERE sample.evaluation = evaluation.key),
	(SELECT total(total_cost) FROM sample WHERE sample.evaluation = evaluation.key), result, result_hash FROM evaluation;
DROP TABLE evaluation;
ALTER TABLE counted RENAME TO evaluation;
`);
}
