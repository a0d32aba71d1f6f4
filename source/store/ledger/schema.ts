import {genesisHash} from '../../domain/ledger-entry.js';
import type {StoreLayout} from '../sqlite.js';
import {ledgerWords} from './sqlite.js';

/** `STIL` in ASCII: tells our file from any other SQLite file. */
const applicationId = 0x5354_494c;

/**
 * One step for each version of the layout; a step that was released is never changed.
 *
 * - `entry` is the log, `head` its end. `run` is the sequence number of the entry that started the run.
 * - `text` holds prompts and answers by content hash; a deleted one stays as a row without body that names the entry of its deletion.
 * - `completion`, `tally` and `search` are derived from the log and can be rebuilt. `pending` lists the completions that `search` does not
 *   hold yet as they are now: indexing many at a time costs a fraction of indexing each with its append.
 * - `search` holds no text of its own; its `facets` are one word for each property that can be filtered by, so that any combination of
 *   words and properties is one walk through the index, newest first.
 * - Step 2: a completion also knows where it was read, what people said of it, and the copy at the service. `label` holds tags and the
 *   metadata of that copy, one row each; `batch` what was curated together, with its first and last entry.
 * - Step 3: `is_timed` is 0 for what was read without a word on when it was asked for.
 */
const steps: readonly string[] = [
	`
CREATE TABLE entry (
	seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run INTEGER, hash BLOB NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX entry_run ON entry(run) WHERE run IS NOT NULL;
CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL) STRICT;
INSERT INTO head VALUES (1, 0, '${genesisHash}', '');

CREATE TABLE text (
	hash BLOB NOT NULL UNIQUE, bytes INTEGER NOT NULL, codec TEXT NOT NULL, body BLOB, deleted_by INTEGER
) STRICT;

CREATE TABLE completion (
	seq INTEGER PRIMARY KEY, id TEXT NOT NULL, status TEXT NOT NULL, gateway TEXT NOT NULL, model TEXT NOT NULL, served_model TEXT,
	provider TEXT, proof TEXT NOT NULL, grade TEXT, verdict TEXT NOT NULL, level TEXT NOT NULL, warnings TEXT NOT NULL, cost_usd REAL,
	prompt_tokens REAL, completion_tokens REAL, reasoning_tokens REAL, latency_ms REAL, finish_reason TEXT, error TEXT,
	created_at TEXT NOT NULL, completed_at TEXT, dataset TEXT, task TEXT, tags TEXT NOT NULL, mark TEXT NOT NULL, mark_group TEXT,
	response_id TEXT, messages_hash BLOB NOT NULL, text_hash BLOB, reasoning_hash BLOB, idempotency_key TEXT
) STRICT;
CREATE INDEX completion_created ON completion(created_at);
CREATE INDEX completion_key ON completion(idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE tally (
	gateway TEXT, model TEXT, served_model TEXT, provider TEXT, status TEXT, grade TEXT, verdict TEXT,
	runs INTEGER NOT NULL, nano_usd INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
	PRIMARY KEY (gateway, model, served_model, provider, status, grade, verdict)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5(
	prompt, answer, facets, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE search_word USING fts5vocab(search, instance);
CREATE TABLE pending (seq INTEGER PRIMARY KEY) STRICT;
`,
	`
DROP TABLE completion;
CREATE TABLE completion (
	seq INTEGER PRIMARY KEY, gateway TEXT NOT NULL, source TEXT NOT NULL, status TEXT NOT NULL, grade TEXT, verdict TEXT NOT NULL,
	level TEXT NOT NULL, proof TEXT NOT NULL, mark TEXT NOT NULL, rating INTEGER, remote_state TEXT, expires_at INTEGER, cost_usd REAL,
	prompt_tokens REAL, completion_tokens REAL, latency_ms REAL, model TEXT NOT NULL, served_model TEXT, provider TEXT, dataset TEXT,
	task TEXT, warnings TEXT NOT NULL, edited_hash BLOB, id TEXT NOT NULL, source_ref TEXT, reasoning_tokens REAL, finish_reason TEXT,
	error TEXT, created_at TEXT NOT NULL, completed_at TEXT, tags TEXT NOT NULL, mark_group TEXT, note TEXT, remote TEXT, response_id TEXT,
	messages_hash BLOB NOT NULL, text_hash BLOB, reasoning_hash BLOB, tool_calls_hash BLOB, idempotency_key TEXT
) STRICT;
CREATE INDEX completion_created ON completion(created_at);
CREATE INDEX completion_key ON completion(idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX completion_response ON completion(response_id) WHERE response_id IS NOT NULL;
CREATE INDEX completion_source ON completion(source, source_ref) WHERE source_ref IS NOT NULL;
CREATE INDEX completion_messages ON completion(messages_hash);

CREATE TABLE label (
	kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (kind, name, value, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE batch (id TEXT PRIMARY KEY, undoes TEXT, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`,
	'ALTER TABLE completion ADD COLUMN is_timed INTEGER NOT NULL DEFAULT 1',
];

/** The file of the ledger. */
export const ledgerLayout: StoreLayout = {
	applicationId,
	steps,
	words: ledgerWords,
	article: 'a ledger',
	whenForeign: 'Move it away to begin a new ledger, or choose another folder with --home. It was left as it is.',
};
