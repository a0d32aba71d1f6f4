import type {EvalSummary} from '../../domain/evaluation.js';
import {evalFilterKeys, filterEvals, parseEvalFilter} from '../../domain/filter-evals.js';
import {evalColumns, sayTestSet} from '../../view/eval-columns.js';
import {toEvalSummaryJson} from '../../view/json.js';
import type {CommandRecord} from '../command.js';
import {type ListShape, writeList} from '../list-format.js';
import {failFilter, formatOptions, limitItems, parseLimit, toFormat} from '../list-options.js';
import {listOutputs} from '../outputs.js';

const shape: ListShape<EvalSummary> = {
	columns: evalColumns,
	toJson: toEvalSummaryJson,
	csvHeader: ['id', 'name', 'createdAt', 'testSet', 'candidates', 'graders', 'samples', 'expected', 'passRates', 'costUsd', 'isComplete'],
	toCsv: ({id, name, createdAt, definition, samples, expected, costUsd, result}) => ({
		id,
		name,
		createdAt,
		testSet: sayTestSet(definition.testSet),
		candidates: definition.candidates.map(({label}) => label).join(' '),
		graders: definition.graders.map((grader) => grader.name).join(' '),
		samples,
		expected,
		passRates: result?.candidates.map(({passRate}) => passRate?.value ?? '').join(' ') ?? null,
		costUsd,
		isComplete: result?.isComplete ?? false,
	}),
};

export const evalsListCommand: CommandRecord = {
	name: 'list',
	summary: 'List evaluations, newest first.',
	args: [{spec: '[filter...]', help: 'Filter language for evaluations; quote it for the shell.'}],
	options: [...formatOptions, {flags: '--limit <n>', help: 'At most this many.', parse: parseLimit}],
	outputs: listOutputs('evals', 'evals.line'),
	examples: [['stillroom evals list', 'with pass rates in the order of the candidates']],
	async run({args, options}, session) {
		const text = ((args[0] ?? []) as readonly string[]).join(' ');
		const {filter, problems} = parseEvalFilter(text);
		if (problems.length > 0)
			return failFilter(
				session,
				text,
				problems,
				evalFilterKeys.map(({key}) => key),
			);
		const all = (await (await session.context()).evals()).list();
		const found = filterEvals(all, filter);
		if (found.length === 0)
			session.diagnostics.note(
				all.length === 0 ? 'Nothing was evaluated yet: stillroom evals run' : `None of ${all.length} evaluations matches.`,
			);
		await writeList(
			session.output,
			limitItems(session, found, options.limit, 'evaluations'),
			shape,
			toFormat(options),
			await session.paint(),
		);
		return 0;
	},
};
