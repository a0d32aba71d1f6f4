import type {StoreLayout, StoreWords} from '../sqlite.js';

export const jobWords: StoreWords = {
	noun: 'store of jobs',
	whenDamaged: 'Move the file away: what it held is read again from the ledger and from the services. It was left as it is.',
};

/**
 * The layout of `jobs.sqlite`; a step that was released is never changed.
 *
 * - `ask` is what the ledger says of jobs that were asked for here, read up to the entry that `mark` names.
 * - `job` is what a service last said of a job, with where to go on with its events; `event` holds them in order, with their numbers.
 * - `upload` are files that a service has, by the hash of their bytes.
 * - `claim` is work that one process does at a time.
 * - Step 2: `gone_at` is when the service was first found not to have a job any more.
 */
export const jobLayout: StoreLayout = {
	/** `STJB` in ASCII. */
	applicationId: 0x5354_4a42,
	words: jobWords,
	article: 'one',
	whenForeign: 'Move it away to begin anew, or choose another folder with --home. It was left as it is.',
	steps: [
		`
CREATE TABLE mark (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE ask (
	key TEXT PRIMARY KEY, number INTEGER NOT NULL, dataset TEXT NOT NULL, version INTEGER NOT NULL, service TEXT NOT NULL,
	base_model TEXT NOT NULL, link TEXT NOT NULL, request TEXT NOT NULL, asked_at TEXT NOT NULL, attempt INTEGER NOT NULL, job TEXT, outcome TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ask_what ON ask(dataset, version, service, base_model);
CREATE INDEX ask_job ON ask(service, job) WHERE job IS NOT NULL;

CREATE TABLE job (
	key INTEGER PRIMARY KEY, site TEXT NOT NULL, service TEXT NOT NULL, id TEXT NOT NULL, body TEXT, created_at TEXT NOT NULL, seen_at TEXT NOT NULL,
	next TEXT, checkpoints TEXT, UNIQUE (site, service, id)
) STRICT;

CREATE TABLE event (
	job INTEGER NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL,
	step INTEGER, total_steps INTEGER, train_loss REAL, valid_loss REAL, full_valid_loss REAL, train_accuracy REAL, valid_accuracy REAL,
	full_valid_accuracy REAL, PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX event_id ON event(job, id);

CREATE TABLE upload (
	site TEXT NOT NULL, service TEXT NOT NULL, hash TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (site, service, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, touched_at INTEGER NOT NULL) STRICT;
`,
		'ALTER TABLE job ADD COLUMN gone_at TEXT',
	],
};
