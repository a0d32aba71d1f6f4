import {exitCodes} from '../../domain/failure.js';
import type {SyncEvent, SyncProgress} from '../../services/completions/sync-event.js';
import {formatDate} from '../../view/format.js';
import {createProgressWords, type ProgressTeller, sayDuration} from '../../view/progress-words.js';
import type {CommandRecord} from '../command.js';
import {parseLimit} from '../list-options.js';
import {openProgress} from '../progress.js';

/** Rows that were skipped are named up to here; the rest is counted. */
const namedRows = 20;

const counted = (...parts: readonly (readonly [number, string])[]): readonly string[] =>
	parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);

function toFacts({listed, added, changed, skipped, reachedAt, pausedSeconds}: SyncProgress): Parameters<ProgressTeller>[0] {
	return {
		done: listed,
		total: null,
		instead: pausedSeconds > 0 ? `paused ${pausedSeconds} s: OpenAI is limiting requests` : null,
		more: [
			`${added} new`,
			...counted([changed, 'changed'], [skipped, 'skipped']),
			...(reachedAt === null ? [] : [`back to ${formatDate(reachedAt)}`]),
		],
	};
}

const endings = {
	done: 'Synced',
	limit: 'Stopped at the limit; the next sync goes on',
	interrupted: 'Interrupted; the next sync goes on',
	failed: 'Stopped; the next sync goes on',
} as const;

function summaryLine({reason, progress}: Extract<SyncEvent, {type: 'stopped'}>): string {
	const {listed, added, changed, vanished, skipped, seconds} = progress;
	return [
		`${endings[reason]}: ${added} new`,
		...counted([changed, 'changed'], [vanished, 'vanished'], [skipped, 'skipped']),
		`${listed} listed`,
		sayDuration(seconds),
	].join(' · ');
}

export const completionsSyncCommand: CommandRecord = {
	name: 'sync',
	summary: "Mirror OpenAI's stored completions into the ledger: what is new, what changed, what is gone.",
	args: [],
	options: [
		{flags: '--full', help: 'Walk through the whole list, which also finds what is gone; once a day it is done anyway.'},
		{flags: '--limit <n>', help: 'At most this many new ones; the next sync goes on behind them.', parse: parseLimit},
		{flags: '--json', help: 'The summary as one JSON object.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'Every event as one JSON object, the summary last.'},
		{flags: '--quiet', help: 'No progress and no summary on stderr.'},
	],
	outputs: [
		{flags: '--json', schema: 'completions-sync'},
		{flags: '--ndjson', schema: 'completions-sync.line'},
	],
	examples: [
		['stillroom completions sync', 'what is new since the last time'],
		['stillroom completions sync --full --json | jq .vanished', 'how many are gone'],
	],
	notes: () => `OpenAI keeps a completion for 30 days; here it stays. What was stopped or killed goes on where it was, and nothing is
written twice. Completions that were sent from here with --store are not doubled. Exit code 6 when rows were skipped.`,
	async run({options}, session) {
		const {output, diagnostics, signal} = session;
		const isQuiet = options.quiet === true;
		const progress = openProgress(session, options);
		const tell = createProgressWords('completion');
		const limit = options.limit as number | undefined;
		const {syncStored} = await import('../../services/completions/sync-stored.js');
		let skipped = 0;
		let end: Extract<SyncEvent, {type: 'stopped'}> | null = null;
		for await (const event of syncStored(
			await session.context(),
			{isFull: options.full === true, ...(limit === undefined ? {} : {limit})},
			signal,
		)) {
			if (event.type === 'stopped') end = event;
			else if (options.ndjson) await output.write(`${JSON.stringify(event)}\n`);
			if (event.type === 'progress') progress.show(tell(toFacts(event.progress)));
			else if (event.type === 'skipped' && ++skipped <= namedRows) {
				progress.clear();
				diagnostics.warn(event.message);
			} else if (event.type === 'notice') {
				progress.clear();
				diagnostics.warn(event.message);
			} else if (event.type === 'started' && event.isResumed && !isQuiet) diagnostics.note('Going on where the last sync stopped.');
		}
		progress.clear();
		if (skipped > namedRows) diagnostics.warn(`... and ${skipped - namedRows} more were skipped.`);
		if (end === null) return exitCodes.interrupted;
		const {listed, added, changed, vanished, seconds, isFull} = end.progress;
		const counts = {listed, added, changed, vanished, skipped: end.progress.skipped, isFull, seconds: Number(seconds.toFixed(3))};
		const summary = {reason: end.reason, ...counts, problem: end.failure?.toLine() ?? null};
		if (options.json) await output.write(`${JSON.stringify(summary, null, 2)}\n`);
		else if (options.ndjson) await output.write(`${JSON.stringify({type: 'stopped', ...summary})}\n`);
		const hasDone = end.reason !== 'failed' || listed > 0;
		if (!isQuiet && hasDone) diagnostics.note(summaryLine(end));
		if (!isQuiet && end.reason === 'done' && end.progress.skipped > 0)
			diagnostics.note('What was skipped is asked for again by the next walk through the whole list: --full, or a day later.');
		if (end.failure !== null) throw end.failure;
		return end.progress.skipped > 0 ? exitCodes.partial : 0;
	},
};
