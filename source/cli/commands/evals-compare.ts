import {cleanText} from '../../domain/clean-text.js';
import type {EvalSummary} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import {formatScore} from '../../view/eval-columns.js';
import {evalLines} from '../../view/eval-lines.js';
import {formatMilliseconds, formatUsd} from '../../view/format.js';
import {emptyLine, type Line, line, span} from '../../view/line.js';
import {fitText} from '../../view/width.js';
import {widthOfOutput, writeCells} from '../check-options.js';
import type {CommandRecord} from '../command.js';

/** One candidate of one evaluation, for a table over several. */
function tableOf(summaries: readonly EvalSummary[], width: number): readonly Line[] {
	const nameWidth = Math.max(16, Math.min(40, width - 58));
	const head = `${fitText('Candidate', nameWidth)} ${fitText('passes', 20)} ${fitText('items', 6, 'right')} ${fitText('per 1000', 10, 'right')} ${fitText('median', 7, 'right')}`;
	return [
		[span(head, 'strong')],
		...summaries.flatMap(({name, result}): readonly Line[] => [
			[span(cleanText(name), 'accent')],
			...(result?.candidates ?? []).map(({label, passRate, costUsdPerThousand, latencyMillisecondsMedian}) => {
				const rate =
					passRate === null ? '-' : `${formatScore(passRate.value)} [${formatScore(passRate.low)}, ${formatScore(passRate.high)}]`;
				return line(
					span(`${fitText(cleanText(label), nameWidth)} ${fitText(rate, 20)} `),
					span(`${fitText(String(passRate?.count ?? 0), 6, 'right')} `, 'dim'),
					span(
						`${fitText(formatUsd(costUsdPerThousand), 10, 'right')} ${fitText(formatMilliseconds(latencyMillisecondsMedian), 7, 'right')}`,
					),
				);
			}),
		]),
		emptyLine,
		[span('Different test sets or graders: the numbers do not compare item by item. --extend makes one comparison.', 'dim')],
	];
}

export const evalsCompareCommand: CommandRecord = {
	name: 'compare',
	summary: 'Compare the candidates of one evaluation, or several evaluations side by side.',
	args: [{spec: '<ids...>', help: 'Ids, beginnings of ids, names, or last.'}],
	options: [{flags: '--json', help: 'An array of differences, or with several evaluations of results.'}],
	outputs: [
		{flags: '--json', schema: 'evals-compare'},
		{flags: '--json ID ID', schema: 'evals-compare.several'},
	],
	examples: [['stillroom evals compare last', 'paired differences with their intervals']],
	async run({args, options}, session) {
		const context = await session.context();
		const {findEval} = await import('../../services/evals/find-eval.js');
		const summaries: EvalSummary[] = [];
		for (const id of args[0] as readonly string[]) summaries.push(await findEval(context, id));
		const empty = summaries.find(({result}) => result === null);
		if (empty !== undefined)
			throw new Failure('failed', `Nothing of ${cleanText(empty.name)} was summed up yet.`, {
				next: `stillroom evals run --extend ${empty.id} goes on.`,
			});
		const [first] = summaries;
		const {result} = first!;
		if (options.json) {
			const label = (index: number) => result!.candidates[index]?.label ?? null;
			const value =
				summaries.length === 1
					? result!.differences.map((difference) => ({...difference, oneLabel: label(difference.one), otherLabel: label(difference.other)}))
					: summaries.map(({id, name, result: each}) => ({id, name, candidates: each!.candidates, differences: each!.differences}));
			await session.output.write(`${JSON.stringify(value, null, 2)}\n`);
			return 0;
		}
		const width = widthOfOutput(session);
		await writeCells(session, summaries.length === 1 ? evalLines(result!, width) : tableOf(summaries, width));
		return 0;
	},
};
