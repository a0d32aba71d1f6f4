import type {DatabaseSync} from 'node:sqlite';
import type {Json} from '../../domain/canonical-json.js';
import type {Completion} from '../../domain/completion.js';
import {type CompletionRecord, toCompletionRecord} from '../../domain/completion-record.js';
import {Failure} from '../../domain/failure.js';
import type {CompletionCount, CompletionCriteria, CompletionPage, CompletionRow, LedgerRun, LedgerTotal} from '../../domain/ledger.js';
import {readMessagesText} from '../../domain/ledger-drafts.js';
import type {LedgerEntry} from '../../domain/ledger-entry.js';
import {type CompletionTable, fromRow} from './completions.js';
import type {SearchIndex} from './search-index.js';
import {type FindNames, parseTypedText, toCompletedExpression, toFacetExpression} from './search-query.js';
import {bytesToHash, type TextTable} from './texts.js';

/** Completions are counted up to here. */
const countLimit = 10_000;
/** An unfinished word is completed to at most so many words. */
const completionLimit = 64;
const excerptLength = 240;
/** Completions indexed before a search at most; the rest follows when the program is idle. */
const catchUpLimit = 5000;
const chunkSize = 500;

type Range = {readonly from: number; readonly to: number};

/** Reads the ledger: lists, counts, runs, and the log itself. */
export function openReader(database: DatabaseSync, completions: CompletionTable, texts: TextTable, index: SearchIndex) {
	const entriesOfRun = database.prepare('SELECT seq, hash, body FROM entry WHERE run = ? ORDER BY seq');
	const entriesFrom = database.prepare('SELECT seq, hash, body FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?');
	const createdFrom = database.prepare('SELECT seq FROM completion WHERE created_at >= ? ORDER BY created_at, seq LIMIT 1');
	const newest = database.prepare('SELECT * FROM completion WHERE seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?');
	const oldest = database.prepare('SELECT * FROM completion WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?');
	const countRange = database.prepare('SELECT count(*) AS count FROM (SELECT 1 FROM completion WHERE seq >= ? AND seq < ? LIMIT ?)');
	const countAll = database.prepare('SELECT coalesce(sum(runs), 0) AS count FROM tally');
	const search = (order: 'DESC' | 'ASC') =>
		database.prepare(
			`SELECT completion.* FROM search CROSS JOIN completion ON completion.seq = search.rowid
			WHERE search MATCH ? AND search.rowid >= ? AND search.rowid < ? ORDER BY search.rowid ${order} LIMIT ?`,
		);
	const [searchNewest, searchOldest] = [search('DESC'), search('ASC')];
	const countMatches = database.prepare(
		'SELECT count(*) AS count FROM (SELECT 1 FROM search WHERE search MATCH ? AND rowid >= ? AND rowid < ? LIMIT ?)',
	);
	const hasMatch = database.prepare('SELECT 1 FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1');
	const nextWord = database.prepare('SELECT term FROM search_word WHERE term >= ? AND term < ? LIMIT 1');
	const names = {
		model: database.prepare("SELECT model AS name FROM tally UNION SELECT served_model FROM tally WHERE served_model <> ''"),
		provider: database.prepare("SELECT DISTINCT provider AS name FROM tally WHERE provider <> ''"),
	};

	const findNames: FindNames = (kind, part) => {
		const all = names[kind].all().map(({name}) => String(name));
		const found = all.filter((name) => name.toLowerCase().includes(part.toLowerCase()));
		return kind === 'model' && found.length === all.length && all.length > 0 ? null : found;
	};

	/** Words that begin so, found by leaping from one to the next, however often each occurs. */
	const completeWord = (beginning: string): readonly string[] => {
		const words: string[] = [];
		const end = `${beginning}\u{10FFFF}`;
		for (let from = beginning; words.length < completionLimit; ) {
			const word = nextWord.get(from, end)?.term;
			if (word === undefined) break;
			words.push(String(word));
			from = `${word}\u0001`;
		}
		return words;
	};

	/** The criteria as an expression of the index; null when nothing can match, `all` when nothing is asked for. */
	const toExpression = (criteria: CompletionCriteria): {readonly expression: string} | 'all' | null => {
		const facets = toFacetExpression(criteria, findNames);
		if (facets === 'none') return null;
		const typed = parseTypedText(criteria.text ?? '');
		let words = typed.expression;
		if (typed.unfinished && words !== null && !hasMatch.get(words)) {
			const completed = completeWord(typed.unfinished.beginning);
			if (completed.length === 0) return null;
			words = toCompletedExpression(typed.unfinished.rest, completed);
		}
		const parts = [words, facets === 'all' ? null : facets.expression].filter((part) => part !== null);
		return parts.length === 0 ? 'all' : {expression: parts.join(' AND ')};
	};

	const toRange = ({since, until}: CompletionCriteria): Range => {
		const end = Number.MAX_SAFE_INTEGER;
		const firstFrom = (time: string) => Number(createdFrom.get(toTime(time))?.seq ?? end);
		return {from: since === undefined ? 0 : firstFrom(since), to: until === undefined ? end : firstFrom(until)};
	};

	const find = (criteria: CompletionCriteria, {from, to}: Range, order: 'newest' | 'oldest', limit: number): readonly Completion[] => {
		const expression = toExpression(criteria);
		if (expression === null) return [];
		const rows =
			expression === 'all'
				? (order === 'newest' ? newest : oldest).all(from, to, limit)
				: (order === 'newest' ? searchNewest : searchOldest).all(expression.expression, from, to, limit);
		return rows.map(fromRow);
	};

	const toEntry = (row: Readonly<Record<string, unknown>>): LedgerEntry => ({
		...(JSON.parse(String(row.body)) as LedgerEntry),
		hash: bytesToHash(row.hash),
	});

	const readEntries = (seq: number): readonly LedgerEntry[] => entriesOfRun.all(seq).map(toEntry);

	const readJson = (hash: string | null): Json => {
		const text = hash === null ? null : texts.read(hash);
		return text === null ? null : (JSON.parse(text) as Json);
	};

	const toExcerptRow = (completion: Completion): CompletionRow => {
		const messages = texts.readBeginning(completion.messagesHash);
		const answer = completion.textHash === null ? '' : texts.readBeginning(completion.textHash);
		return {...completion, promptExcerpt: messages && toPromptExcerpt(messages), answerExcerpt: answer?.slice(0, excerptLength) ?? null};
	};

	return {
		list(
			criteria: CompletionCriteria,
			{limit = 50, after = null}: {readonly limit?: number; readonly after?: string | null} = {},
		): CompletionPage {
			index.catchUp(catchUpLimit);
			const {from, to} = toRange(criteria);
			const found = find(criteria, {from, to: after === null ? to : Math.min(to, Number(after))}, 'newest', limit + 1);
			const rows = found.slice(0, limit);
			return {rows: rows.map(toExcerptRow), next: found.length > limit ? String(rows.at(-1)?.seq) : null};
		},
		count(criteria: CompletionCriteria): CompletionCount {
			index.catchUp(catchUpLimit);
			const {from, to} = toRange(criteria);
			const expression = toExpression(criteria);
			if (expression === null) return {count: 0, isExact: true};
			const isEverything = expression === 'all' && criteria.since === undefined && criteria.until === undefined;
			if (isEverything) return {count: Number(countAll.get()?.count), isExact: true};
			const row =
				expression === 'all' ? countRange.get(from, to, countLimit + 1) : countMatches.get(expression.expression, from, to, countLimit + 1);
			const count = Number(row?.count);
			return {count: Math.min(count, countLimit), isExact: count <= countLimit};
		},
		totals(): readonly LedgerTotal[] {
			return database.prepare('SELECT * FROM tally WHERE runs > 0').all().map(toTotal);
		},
		readRun(id: string): LedgerRun | null {
			const completion = completions.find(id);
			if (completion === null) return null;
			const entries = readEntries(completion.seq);
			const finish = entries.findLast((entry) => entry.kind === 'run-finished');
			return {
				completion,
				entries,
				messages: readJson(completion.messagesHash),
				text: completion.textHash === null ? null : texts.read(completion.textHash),
				reasoning: completion.reasoningHash === null ? null : texts.read(completion.reasoningHash),
				toolCalls: readJson(finish?.response.tool_calls_hash ?? null),
				record: toCompletionRecord(entries)!,
			};
		},
		*entries(fromSeq = 1): Generator<LedgerEntry> {
			for (let from = fromSeq; ; ) {
				const rows = entriesFrom.all(from, chunkSize);
				yield* rows.map(toEntry);
				if (rows.length < chunkSize) return;
				from = Number(rows.at(-1)?.seq) + 1;
			}
		},
		*records(criteria: CompletionCriteria): Generator<CompletionRecord> {
			index.catchUp();
			const {from, to} = toRange(criteria);
			for (let start = from; ; ) {
				const found = find(criteria, {from: start, to}, 'oldest', chunkSize);
				for (const completion of found) yield toCompletionRecord(readEntries(completion.seq))!;
				if (found.length < chunkSize) return;
				start = found.at(-1)!.seq + 1;
			}
		},
	};
}

function toTime(time: string): string {
	const date = new Date(time);
	if (Number.isNaN(date.getTime()))
		throw new Failure('usage', `${JSON.stringify(time)} is not a time.`, {next: 'Write it as 2026-11-21 or 2026-11-21T09:30:00Z.'});
	return date.toISOString();
}

/** The last message that was sent, from the beginning of all of them; their raw beginning when they are too long to read. */
function toPromptExcerpt(messages: string): string {
	try {
		const parsed = JSON.parse(messages) as Json;
		return readMessagesText(Array.isArray(parsed) ? parsed.slice(-1) : parsed).slice(0, excerptLength);
	} catch {
		return messages.slice(0, excerptLength);
	}
}

function toTotal(row: Readonly<Record<string, unknown>>): LedgerTotal {
	return {
		gateway: row.gateway,
		model: row.model,
		servedModel: row.served_model || null,
		provider: row.provider || null,
		status: row.status,
		grade: row.grade || null,
		verdict: row.verdict,
		runs: row.runs,
		costUsd: Number(row.nano_usd) / 1e9,
		promptTokens: row.prompt_tokens,
		completionTokens: row.completion_tokens,
	} as LedgerTotal;
}
