// How fast the ledger appends, against bare SQLite inserts of the same bytes, and how fast it searches a million completions.
// Run: node bench/ledger.mjs [completions to search, 1000000]
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {pathToFileURL} from 'node:url';
import {build} from 'rolldown';

const searched = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'stillroom-bench-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));

const bundle = join(folder, 'ledger.mjs');
await build({
	input: new URL('../source/store/ledger/open-ledger.ts', import.meta.url).pathname,
	platform: 'node',
	logLevel: 'warn',
	output: {file: bundle, format: 'esm', codeSplitting: false},
});
const {openLedger} = await import(pathToFileURL(bundle).href);

// A vocabulary of 40,000 invented words whose frequencies fall as those of a language do; the same at every run.
let seed = 7;
const random = () => {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
	return seed / 2 ** 32;
};
const syllables = ['ka', 're', 'mi', 'to', 'lu', 'sa', 'ne', 'di', 'vo', 'pa', 'shi', 'gor', 'ten', 'ble', 'ing', 'tion', 'er', 'al', 'con', 'pre'];
const vocabulary = Array.from({length: 40_000}, (_, index) =>
	Array.from({length: 1 + Math.floor(random() * 3) + (index > 200 ? 1 : 0)}, () => syllables[Math.floor(random() * syllables.length)]).join(''),
);
const word = () => vocabulary[Math.floor(vocabulary.length ** random()) - 1] ?? vocabulary[0];
const sentence = (length) => Array.from({length}, word).join(' ');

const verdict = {
	status: 'allowed',
	conflict: false,
	reasons: ['openrouter-list', 'nanogpt-model', 'licence-register', 'nanogpt-provider'].map((layer) => ({
		layer,
		status: 'allowed',
		basis: 'permissive-open-weights',
		label: 'Recorded as allowed',
		sourceUrl: 'https://licences.example/apache-2.0',
		note: null,
		readFrom: 'openrouter:/models?distillable=true',
		fetchedAt: '2026-11-21T09:00:00.000Z',
	})),
	duties: [{kind: 'notice', text: 'Keep the notice of the licence with the model.', sourceUrl: null}],
};

function createStart(id, index) {
	const model = `author-${index % 12}/model-${index % 40}`;
	return {
		kind: 'run-started',
		id,
		requestedAt: '2026-11-21T09:00:00.000Z',
		gateway: index % 5 ? 'openrouter' : 'nanogpt',
		baseUrl: 'https://gateway.example/api/v1',
		model: {requested: model},
		body: {
			model,
			messages: [
				{role: 'system', content: 'Answer in one paragraph.'},
				{role: 'user', content: sentence(30)},
			],
			max_tokens: 512,
			provider: {only: ['copper/fp8'], allow_fallbacks: false, enforce_distillable_text: true},
		},
		verdict,
		pin: [{tag: 'copper/fp8', provider: 'Copper AI'}],
		enforcement: {level: 'route', state: 'on: flag and pin to 1 route'},
		tool: 'stillroom@bench',
		dataset: `dataset-${index % 7}`,
		idempotencyKey: `row ${index}`,
	};
}

function createFinish(run, index) {
	return {
		kind: 'run-finished',
		run,
		outcome: index % 97 ? 'finished' : 'failed',
		completedAt: '2026-11-21T09:00:02.000Z',
		responseId: `gen-${index}`,
		servedModel: `author-${index % 12}/model-${index % 40}`,
		servedProvider: index % 3 ? 'Copper AI' : null,
		proof: index % 3 ? 'openrouter_metadata' : 'none',
		text: sentence(70),
		finishReason: 'stop',
		promptTokens: 42,
		completionTokens: 96,
		costUsd: 0.00002,
		latencyMilliseconds: 900,
	};
}

/** The bytes of a ledger, as rows to insert: what any program would have to write to keep the same data. */
function readRows(home) {
	const database = new DatabaseSync(join(home, 'ledger.sqlite'));
	const entries = database.prepare('SELECT id, body FROM entry ORDER BY seq').all();
	const texts = database.prepare('SELECT hash, body FROM text ORDER BY rowid').all();
	database.close();
	return {entries, texts};
}

/** Entries a second of plain prepared inserts, `size` runs (two entries, two texts) in each transaction. */
function insertBare(rows, size) {
	const home = mkdtempSync(join(folder, 'bare-'));
	const database = new DatabaseSync(join(home, 'bare.sqlite'));
	database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
		CREATE TABLE entry (seq INTEGER PRIMARY KEY, id TEXT, body TEXT); CREATE TABLE text (hash BLOB, body BLOB);`);
	const entry = database.prepare('INSERT INTO entry (id, body) VALUES (?, ?)');
	const text = database.prepare('INSERT INTO text VALUES (?, ?)');
	const step = Math.max(1, size * 2);
	const begin = performance.now();
	for (let from = 0; from < rows.entries.length; from += step) {
		database.exec('BEGIN IMMEDIATE');
		for (const {id, body} of rows.entries.slice(from, from + step)) entry.run(id, body);
		for (const {hash, body} of rows.texts.slice(from, from + step)) text.run(hash, body);
		database.exec('COMMIT');
	}
	const seconds = (performance.now() - begin) / 1000;
	database.close();
	return rows.entries.length / seconds;
}

const table = [];
const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

/** Runs go as `append` says; `batch` runs belong together. Time with the text index: until everything can be searched. */
async function measureAppends(name, runs, batch, append) {
	const home = mkdtempSync(join(folder, 'ours-'));
	const ledger = await openLedger(home);
	const drafts = Array.from({length: runs}, (_, index) => {
		const id = ledger.createId();
		return [createStart(id, index), createFinish(id, index)];
	});
	const begin = performance.now();
	await append(ledger, drafts);
	const appended = performance.now();
	ledger.count({statuses: ['failed']});
	await ledger.close();
	const ended = performance.now();
	const limit = insertBare(readRows(home), batch);
	const [ours, indexed] = [(2 * runs * 1000) / (appended - begin), (2 * runs * 1000) / (ended - begin)];
	table.push([name, whole.format(ours), whole.format(limit), (limit / ours).toFixed(1), whole.format(indexed)]);
	rmSync(home, {recursive: true});
}

await measureAppends('one after another', 2000, 0.5, async (ledger, drafts) => {
	for (const pair of drafts) for (const draft of pair) await ledger.append(draft);
});
await measureAppends('64 workers', 5000, 32, async (ledger, drafts) => {
	let next = 0;
	const work = async () => {
		for (let pair = drafts[next++]; pair; pair = drafts[next++]) for (const draft of pair) await ledger.append(draft);
	};
	await Promise.all(Array.from({length: 64}, work));
});
await measureAppends('appendMany of 500 runs', 10_000, 500, async (ledger, drafts) => {
	for (let from = 0; from < drafts.length; from += 500) await ledger.appendMany(drafts.slice(from, from + 500).flat());
});
console.log('Appends, entries a second (a run is two entries and two texts)');
print([['way', 'ledger', 'bare inserts', 'times slower', 'with text index'], ...table]);

const ledger = await openLedger(join(folder, 'million'));
const begin = performance.now();
for (let from = 0; from < searched; from += 500) {
	const drafts = Array.from({length: Math.min(500, searched - from)}, (_, index) => {
		const id = ledger.createId();
		return [createStart(id, from + index), createFinish(id, from + index)];
	});
	await ledger.appendMany(drafts.flat());
	ledger.list({}, {limit: 1});
	if (from % 100_000 === 0) process.stderr.write(`\r${whole.format(from)} completions`);
}
process.stderr.write('\r');
const minutes = ((performance.now() - begin) / 60_000).toFixed(1);
const gigabytes = (statSync(join(folder, 'million', 'ledger.sqlite')).size / 1e9).toFixed(1);
console.log(`\nSearch, milliseconds, 50 rows with their excerpts, of ${whole.format(searched)} completions (${gigabytes} GB, written in ${minutes} minutes)`);

const models = (index) => `author-${index % 12}/model-${index % 40}`;
const searches = {
	'newest page': () => ({}),
	'any word': () => ({text: `${word()} `}),
	'one of the ten commonest': (index) => ({text: `${vocabulary[index % 10]} `}),
	'one of the rarest': (index) => ({text: `${vocabulary[39_000 + index]} `}),
	'two words': () => ({text: `${word()} ${word()} `}),
	'three words': () => ({text: `${word()} ${word()} ${word()} `}),
	'unfinished word': () => ({text: `${word()}x`.replace(/..$/, '')}),
	'word, model, failed': (index) => ({text: `${vocabulary[index % 500]} `, model: models(index), statuses: ['failed']}),
	'model': (index) => ({model: models(index)}),
	'failed, grade, dataset': (index) => ({statuses: ['failed'], grades: ['D'], dataset: `dataset-${index % 7}`}),
};
const times = (name, work) => {
	const taken = Array.from({length: 200}, (_, index) => {
		const start = performance.now();
		work(index);
		return performance.now() - start;
	}).sort((a, b) => a - b);
	return [name, ...[0.5, 0.95, 1].map((share) => taken[Math.ceil(share * taken.length) - 1].toFixed(1))];
};
print([
	['search', 'p50', 'p95', 'max'],
	...Object.entries(searches).map(([name, criteria]) => times(name, (index) => ledger.list(criteria(index)))),
	times('count of any word', () => ledger.count({text: `${word()} `})),
	times('sums', () => ledger.totals()),
]);

const verifying = performance.now();
const report = await ledger.verify();
console.log(`\nVerification: ${report.isIntact ? 'intact' : 'BROKEN'}, ${whole.format(report.entries)} entries in ${((performance.now() - verifying) / 1000).toFixed(1)} s, ${whole.format(process.memoryUsage().rss / 1e6)} MB resident`);
await ledger.close();

function print(rows) {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	for (const row of rows) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2))).join(''));
}
