import type {EvalSummary} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import {evalLines, evalRowsLines} from '../../view/eval-lines.js';
import {emptyLine, type Line, span} from '../../view/line.js';
import {widthOfOutput, writeCells} from '../check-options.js';
import type {CommandRecord, Session} from '../command.js';
import {parseLimit} from '../list-options.js';

/** What stands on the screen of an evaluation that was begun and not summed up. */
const unfinished = ({id, samples, expected}: EvalSummary): readonly Line[] => [
	[span(`${samples} of ${expected} answers are there; nothing was summed up yet.`, 'warn')],
	[span(`stillroom evals run --extend ${id} goes on.`, 'dim')],
];

async function writeRows(session: Session, summary: EvalSummary, options: Readonly<Record<string, unknown>>): Promise<void> {
	const {readEvalRows} = await import('../../services/evals/read-eval-rows.js');
	const limit = (options.limit as number | undefined) ?? (options.json || options.ndjson ? Number.POSITIVE_INFINITY : 50);
	const all = await readEvalRows(await session.context(), summary.id, limit);
	const chosen = options.disagreements ? all.filter(({disagreement}) => disagreement > 0) : all;
	const rows = chosen.slice(0, limit);
	const {output, diagnostics} = session;
	if (options.json) await output.write(`${JSON.stringify(rows, null, 2)}\n`);
	else if (options.ndjson) await output.writeLines(rows.map((row) => JSON.stringify(row)));
	else {
		if (rows.length === 0) diagnostics.note(all.length === 0 ? 'Nothing was answered yet.' : 'The candidates differ on no item.');
		else await writeCells(session, evalRowsLines(rows, summary.definition, widthOfOutput(session)));
		if (chosen.length > rows.length) diagnostics.note(`${rows.length} of ${chosen.length} items shown; --limit shows more.`);
	}
}

export const evalsShowCommand: CommandRecord = {
	name: 'show',
	summary: 'Show an evaluation: candidates with intervals, differences, judges; or its answers side by side.',
	args: [{spec: '<id>', help: 'Id, the beginning of one, a name, or last.'}],
	options: [
		{flags: '--rows', help: 'Every item with the answers side by side, those on which they differ most first.', conflicts: ['csv']},
		{flags: '--disagreements', help: 'Only the items on which candidates differ.', conflicts: ['csv']},
		{flags: '--limit <n>', help: 'At most this many items; 50 on the screen when it is left out.', parse: parseLimit},
		{flags: '--csv', help: 'Every answer with its grades, cost, latency and run, as CSV.', conflicts: ['json', 'ndjson']},
		{
			flags: '--json',
			help: 'Everything as one JSON object: each number with the runs of the ledger that it is made of.',
			conflicts: ['ndjson'],
		},
		{flags: '--ndjson', help: 'With --rows or --disagreements: one JSON object an item.'},
	],
	outputs: [
		{flags: '--json', schema: 'eval'},
		{flags: '--json --rows', schema: 'eval.rows'},
		{flags: '--ndjson --rows', schema: 'eval.rows-line'},
		{flags: '--json --disagreements', schema: 'eval.rows'},
		{flags: '--ndjson --disagreements', schema: 'eval.rows-line'},
	],
	examples: [
		['stillroom evals show last', 'pass rates, differences, costs'],
		['stillroom evals show last --disagreements', 'where student and teacher differ'],
		[
			"stillroom evals show last --json | jq '.result.candidates[] | [.label, .passRate.value, (.runs | length)]'",
			'numbers and the runs behind them',
		],
	],
	async run({args, options}, session) {
		const context = await session.context();
		const {findEval} = await import('../../services/evals/find-eval.js');
		const summary = await findEval(context, String(args[0]));
		if (options.rows || options.disagreements) {
			await writeRows(session, summary, options);
			return 0;
		}
		if (options.ndjson)
			throw new Failure('usage', '--ndjson is for --rows and --disagreements.', {next: 'Use --json for the whole evaluation.'});
		if (options.csv || options.json) {
			const {exportEval} = await import('../../services/evals/export-eval.js');
			await session.output.write((await exportEval(context, summary.id, options.csv ? 'csv' : 'json')).text);
			return 0;
		}
		const width = widthOfOutput(session);
		await writeCells(session, summary.result === null ? [...unfinished(summary), emptyLine] : evalLines(summary.result, width));
		return 0;
	},
};
