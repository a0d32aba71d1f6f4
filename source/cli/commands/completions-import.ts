import {existsSync} from 'node:fs';
import {cleanText} from '../../domain/clean-text.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import type {ImportProgress, ImportReport} from '../../domain/import-report.js';
import type {ImportEvent} from '../../services/import/import-completions.js';
import {importLines} from '../../view/import-lines.js';
import {createProgressWords, type ProgressTeller} from '../../view/progress-words.js';
import type {CommandRecord} from '../command.js';
import {destinationOptions, readDestination} from '../dataset-options.js';
import {paintLines} from '../paint-lines.js';
import {openProgress, quietOption} from '../progress.js';

const isGeneration = (name: string): boolean => /^gen-[\w-]+$/.test(name) && !existsSync(name);

export const completionsImportCommand: CommandRecord = {
	name: 'import',
	whatStays: 'What was read is in the ledger; the same command adds what is missing.',
	summary: 'Import answers that were collected elsewhere; say which may be used, and why not the rest.',
	args: [{spec: '<file...>', help: 'Chat JSONL, a logs.db of llm, a list of generation ids; or ids (gen-…) themselves.'}],
	options: [
		{flags: '--dry-run', help: 'Read, judge and report; write nothing.'},
		{flags: '--look-up', help: 'Ask OpenRouter about rows that carry a generation id.'},
		{flags: '--generations', help: 'The files are lists of generation ids, one a line.'},
		...destinationOptions,
		{flags: '--json', help: 'The report as one JSON object.'},
		quietOption,
	],
	outputs: [{flags: '--json', schema: 'completions-import'}],
	examples: [
		['stillroom completions import old-answers.jsonl --dry-run', 'what may be used, without writing anything'],
		['stillroom completions import old-answers.jsonl --look-up', 'with the provider as OpenRouter recorded it'],
		['stillroom completions import "$(llm logs path)" --for openai --base gpt-4.1-mini --release internal', 'a log of llm'],
		['stillroom completions import batch-input.jsonl batch-output.jsonl', "a batch's answers with their prompts"],
		['stillroom completions import --generations ids.txt', 'generations that OpenRouter still has'],
	],
	notes: () => `Shapes of a line, told apart one by one: {"messages": […]} with an answer at the end, {"request": …, "response": …},
lines of a batch output, {"prompt", "completion"}, {"instruction", "output"}, {"conversations": […]}. Beside them may stand
model, provider, gateway (or base_url), id or generation_id, created, usage, metadata.

What only a file says is graded E, and a service that it does not name stays unknown. With --look-up the route can be proven (D), and where
OpenRouter still has the very text, all of it (C). A row without a time counts as asked for when it was imported. Importing the same file
again adds nothing. Without --for, the report is for machines of one's own. Exit code 6 when lines were unreadable or it ended early, 1 when nothing could be read.`,
	async run({args, options}, session) {
		const {output, diagnostics, signal} = session;
		const names = args[0] as readonly string[];
		const hasDestination = ['for', 'base', 'release', 'student'].some((name) => options[name] !== undefined);
		const destination = hasDestination ? readDestination(options).destination : null;
		const progress = openProgress(session, options);
		const {importCompletions} = await import('../../services/import/import-completions.js');
		const request = {
			files: names.filter((name) => !isGeneration(name)),
			generationIds: names.filter(isGeneration),
			isList: options.generations === true,
			isLookUp: options.lookUp === true,
			isDryRun: options.dryRun === true,
			destination,
			level: options.level === 'model' ? ('model' as const) : ('route' as const),
		};
		const tell = createProgressWords('row');
		let end: Extract<ImportEvent, {type: 'report'}> | null = null;
		for await (const event of importCompletions(await session.context(), request, signal)) {
			if (event.type === 'report') end = event;
			else progress.show(tell(toFacts(event.progress)));
		}
		progress.clear();
		const {report, failure} = end!;
		if (options.json) await output.write(`${JSON.stringify({...report, failure: failure?.toLine() ?? null}, null, 2)}\n`);
		else if (report.sources.length > 0) await output.writeLines(paintLines(importLines(report, output.columns), await session.paint()));
		return toExitCode(report, failure, (sentence) => diagnostics.warn(sentence));
	},
};

function toExitCode(report: ImportReport, failure: Failure | null, warn: (sentence: string) => void): number {
	if (failure !== null) throw failure;
	if (report.rows === 0 && report.problemCount > 0) {
		const why = report.problems[0]!.message;
		throw new Failure('failed', 'Nothing could be imported.', {
			why,
			next: 'See `stillroom completions import --help` for what can be read.',
		});
	}
	if (report.problemCount === 0) return 0;
	if (report.unreadable > 0) warn(`${report.unreadable} ${report.unreadable === 1 ? 'row is' : 'rows are'} unreadable; the rest was read.`);
	const isCut = report.sources.some(({kind}) => kind === 'unreadable') || report.problems.some(({place}) => place === '');
	return report.unreadable > 0 || isCut ? exitCodes.partial : 0;
}

function toFacts({source, rows, added, known, unreadable, lookedUp, done, total}: ImportProgress): Parameters<ProgressTeller>[0] {
	return {
		done: rows,
		total: null,
		share: total === null || total === 0 ? null : done / total,
		more: [
			`${added} new`,
			...(known > 0 ? [`${known} known`] : []),
			...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
			...(lookedUp > 0 ? [`${lookedUp} looked up`] : []),
			cleanText(source),
		],
	};
}
