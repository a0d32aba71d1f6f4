import {cleanText} from '../../domain/clean-text.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import type {RemoveProgress} from '../../services/completions/change-remote.js';
import {formatCount, formatNumber} from '../../view/format.js';
import {createProgressWords} from '../../view/progress-words.js';
import type {CommandInput, CommandRecord, Session} from '../command.js';
import {filterOption, idsArgument, readRunIds, resolveId} from '../completion-ids.js';
import {confirm} from '../confirm.js';
import {openLedger} from '../ledger-filter.js';
import {openProgress, quietOption} from '../progress.js';
import {parsePair} from '../prompt-options.js';

/** Rows that were not deleted are named up to here; the rest is counted. */
const namedRows = 20;

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** What would be deleted, and why the rest would not. */
async function sayPlan(session: Session, ids: readonly string[], {options}: CommandInput): Promise<void> {
	const ledger = await openLedger(session);
	const context = await session.context();
	const [{findRemote}, {createPause}] = await Promise.all([
		import('../../services/completions/change-remote.js'),
		import('../../services/dataset/pause.js'),
	]);
	const pause = createPause();
	const plan: {readonly run: string; readonly remoteId: string | null; readonly reason: string | null}[] = [];
	for (const id of ids) {
		const waiting = pause();
		if (waiting !== null) await waiting;
		if (session.signal.aborted) throw new Failure('interrupted', 'Stopped.');
		const found = findRemote(context, ledger, id, context.baseUrls.openai);
		plan.push(typeof found === 'string' ? {run: id, remoteId: null, reason: found} : {run: id, remoteId: found.remote.id, reason: null});
	}
	if (options.json) await session.output.write(`${JSON.stringify(plan, null, 2)}\n`);
	else if (options.ndjson) await session.output.writeLines(plan.map((row) => JSON.stringify(row)));
	else await session.output.writeLines(plan.map(({run, remoteId, reason}) => `${run}  ${remoteId ?? `not deleted: ${reason}`}`));
	const count = plan.filter(({remoteId}) => remoteId !== null).length;
	session.diagnostics.note(
		`${formatCount(count, 'copy', 'copies')} of ${formatNumber(ids.length)} would be deleted at OpenAI; nothing was.`,
	);
}

export const completionsDeleteCommand: CommandRecord = {
	name: 'delete',
	whatStays: 'What was deleted there stays deleted; the same command deletes the rest.',
	summary: "Delete OpenAI's copies of completions; the completions stay in the ledger.",
	args: [idsArgument],
	options: [
		filterOption,
		{flags: '--yes', help: 'Do not ask.'},
		{flags: '--dry-run', help: 'Say what would be deleted.'},
		{flags: '--json', help: 'The counts as one JSON object.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'One JSON object for each completion.'},
		quietOption,
	],
	outputs: [
		{flags: '--json', schema: 'completions-delete'},
		{flags: '--ndjson', schema: 'completions-delete.line'},
		{flags: '--json --dry-run', schema: 'completions-delete.dry-run'},
		{flags: '--ndjson --dry-run', schema: 'completions-delete.dry-run-line'},
	],
	examples: [
		['stillroom completions delete chatcmpl-AyPN…', 'asks, then deletes one'],
		["stillroom completions delete --filter 'mark:rejected remote:stored' --dry-run", 'what would go'],
		["stillroom completions delete --filter 'mark:rejected remote:stored' --yes", 'and gone it is'],
	],
	notes: () => 'What OpenAI has deleted cannot be brought back there. Exit code 6 when some could not be deleted.',
	async run(input, session) {
		const {options} = input;
		const ids = await readRunIds(session, textsOf(input.args[0]), input);
		if (typeof ids === 'number') return ids;
		if (options.dryRun) {
			await sayPlan(session, ids, input);
			return 0;
		}
		const {diagnostics, output, signal} = session;
		if (ids.length === 0) {
			const none: RemoveProgress = {done: 0, total: 0, deleted: 0, gone: 0, skipped: 0, failed: 0};
			if (options.json) await output.write(`${JSON.stringify(none)}\n`);
			diagnostics.note('No completion matches.');
			return 0;
		}
		const question = `Delete ${ids.length === 1 ? "OpenAI's copy of 1 completion" : `OpenAI's copies of ${formatNumber(ids.length)} completions`}?`;
		if (!(await confirm(session, question, options.yes === true))) {
			diagnostics.note('Nothing was deleted.');
			return 0;
		}
		const {removeStored} = await import('../../services/completions/change-remote.js');
		const progress = openProgress(session, options);
		const tell = createProgressWords('copy');
		let count: RemoveProgress = {done: 0, total: ids.length, deleted: 0, gone: 0, skipped: 0, failed: 0};
		let stopped: Failure | null = null;
		let untold = 0;
		for await (const event of removeStored(await session.context(), ids, signal)) {
			if (event.type !== 'row') count = event.progress;
			if (event.type === 'stopped') stopped = event.failure;
			else if (event.type === 'progress') progress.show(tell({done: count.done, total: count.total, more: [`${count.deleted} deleted`]}));
			else if (options.ndjson) await output.write(`${JSON.stringify(event)}\n`);
			else if (event.state === 'skipped' || event.state === 'failed') {
				progress.clear();
				if (count.skipped + count.failed < namedRows) diagnostics.warn(event.message ?? `${event.run}: not deleted.`);
				else untold++;
			}
		}
		progress.clear();
		if (untold > 0) diagnostics.warn(`... and ${formatCount(untold, 'more completion')} not deleted.`);
		if (options.json) await output.write(`${JSON.stringify(count)}\n`);
		const words = [`${count.deleted} deleted`, `${count.gone} gone already`, `${count.skipped} left out`, `${count.failed} failed`];
		const numbers = [count.deleted, count.gone, count.skipped, count.failed];
		diagnostics.note(`${words.filter((_, index) => index === 0 || numbers[index]! > 0).join(', ')}; all are kept in the ledger.`);
		if (stopped !== null) throw stopped;
		return count.failed > 0 || count.skipped > 0 ? exitCodes.partial : 0;
	},
};

export const completionsMetadataCommand: CommandRecord = {
	name: 'metadata',
	summary: "Change the metadata of OpenAI's copy of a completion.",
	args: [
		{spec: '<id>', help: "Id of the completion, or OpenAI's id of it."},
		{spec: '[pairs...]', help: 'KEY=VALUE; what is not named stays.'},
	],
	options: [
		{flags: '--remove <key>', help: 'Take this key away (may be repeated).', isRepeatable: true},
		{flags: '--yes', help: 'Do not ask.'},
		{flags: '--dry-run', help: 'Say what the metadata would be.'},
		{flags: '--json', help: 'The metadata as one JSON object.'},
	],
	outputs: [{flags: '--json', schema: 'completions-metadata'}],
	examples: [
		['stillroom completions metadata chatcmpl-AyPN… reviewed=yes', 'asks, then adds or changes one'],
		['stillroom completions metadata chatcmpl-AyPN… --remove draft --yes', 'takes one away'],
	],
	notes: () => 'At most 16 pairs, keys of 64 and values of 512 characters. The metadata is read anew at OpenAI before it is changed.',
	async run({args, options}, session) {
		const removed = ((options.remove ?? []) as readonly string[]).map((key) => [key, null] as const);
		const pairs = textsOf(args[1]).map((text) => {
			try {
				return parsePair(text);
			} catch {
				throw new Failure('usage', `"${text}" is not KEY=VALUE.`);
			}
		});
		if (pairs.length === 0 && removed.length === 0)
			throw new Failure('usage', 'What shall change?', {next: 'Give KEY=VALUE, or --remove KEY.'});
		const ledger = await openLedger(session);
		const id = resolveId(ledger, String(args[0]));
		const changes = Object.fromEntries([...removed, ...pairs]);
		const isDryRun = options.dryRun === true;
		const words = [...pairs.map(([key, value]) => `${key}=${value}`), ...removed.map(([key]) => `without ${key}`)].join(', ');
		const question = cleanText(`Change the metadata of OpenAI's copy of ${args[0]}: ${words}?`);
		if (!isDryRun && !(await confirm(session, question, options.yes === true))) {
			session.diagnostics.note('Nothing was changed.');
			return 0;
		}
		const {changeMetadata} = await import('../../services/completions/change-remote.js');
		const {metadata} = await changeMetadata(await session.context(), id, changes, session.signal, {isDryRun});
		if (options.json) await session.output.write(`${JSON.stringify(metadata, null, 2)}\n`);
		else {
			await session.output.writeLines(Object.entries(metadata).map(([key, value]) => cleanText(`${key}=${value}`)));
		}
		session.diagnostics.note(isDryRun ? 'So it would be; nothing was changed.' : 'Changed at OpenAI and mirrored in the ledger.');
		return 0;
	},
};
