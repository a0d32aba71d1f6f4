import {exitCodes, Failure} from '../../domain/failure.js';
import {howToSetUp} from '../../domain/service-key.js';
import {backfillRuns} from '../../services/backfill.js';
import {formatCount} from '../../view/format.js';
import {createProgressWords} from '../../view/progress-words.js';
import type {CommandRecord} from '../command.js';
import {parseLimit} from '../list-options.js';
import {openProgress, quietOption} from '../progress.js';

export const ledgerBackfillCommand: CommandRecord = {
	name: 'backfill',
	whatStays: 'What was looked up is kept; the same command goes on with the rest.',
	summary: 'Ask OpenRouter who served the answers whose provider is not proven, and record it.',
	args: [{spec: '[id]', help: 'Only this completion.'}],
	options: [
		{flags: '--limit <n>', help: 'At most this many look-ups, newest first.', parse: parseLimit},
		{flags: '--json', help: 'The counts as one JSON object.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'One JSON object for each look-up.'},
		quietOption,
	],
	outputs: [
		{flags: '--json', schema: 'ledger-backfill'},
		{flags: '--ndjson', schema: 'ledger-backfill.line'},
	],
	examples: [
		['stillroom ledger backfill', 'everything that is not proven yet'],
		['stillroom ledger backfill --limit 100', 'the newest hundred'],
	],
	notes: () => 'A provider that is known this way gives grade C. Exit code 6 when some look-ups failed.',
	async run({args, options}, session) {
		const context = await session.context();
		if (!context.hasKey.openrouter)
			throw new Failure('auth', 'OpenRouter tells who served an answer only to the key that asked for it.', {
				why: 'OPENROUTER_API_KEY is not set.',
				next: `${howToSetUp('openrouter')}.`,
			});
		const progress = openProgress(session, options);
		const tell = createProgressWords('answer');
		let count = {total: 0, done: 0, proven: 0, missing: 0, failed: 0};
		let stopped: Failure | null = null;
		const [id, limit] = [args[0] as string | undefined, options.limit as number | undefined];
		for await (const event of backfillRuns(context, session.signal, {...(id && {id}), ...(limit && {limit})})) {
			if (event.type === 'stopped') stopped = event.failure;
			else if (event.type === 'progress') {
				const {type: _, ...counts} = event;
				count = counts;
				progress.show(tell({verb: 'looked up', done: count.done, total: count.total, more: [`${count.proven} proven`]}));
			} else if (options.ndjson) await session.output.write(`${JSON.stringify(event)}\n`);
			else if (event.state === 'failed') {
				progress.clear();
				session.diagnostics.warn(`${event.id}: ${event.message ?? 'the look-up failed.'}`);
			}
		}
		progress.clear();
		if (options.json) await session.output.write(`${JSON.stringify(count)}\n`);
		if (stopped !== null) throw stopped;
		if (count.total === 0) session.diagnostics.note('Every answer of OpenRouter in the ledger names its provider already.');
		else {
			const missing = count.missing === 0 ? '' : `, ${count.missing} not known to OpenRouter (yet)`;
			const failed = count.failed === 0 ? '' : `, ${count.failed} failed`;
			session.diagnostics.note(`${formatCount(count.total, 'answer')} looked up: ${count.proven} proven${missing}${failed}.`);
		}
		return count.failed === 0 ? 0 : exitCodes.partial;
	},
};
