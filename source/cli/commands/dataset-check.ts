import {type DatasetDrop, dropSteps} from '../../domain/dataset.js';
import {dropLines, dropWords} from '../../view/dataset-lines.js';
import {type Line, span} from '../../view/line.js';
import {checkOptions, runCheck, toExitCode, widthOfOutput, writeCells, writeReport} from '../check-options.js';
import type {CommandRecord} from '../command.js';

/** Completions of each step that are named; the counts tell how many there are. */
const namedDrops = 10;

export const datasetCheckCommand: CommandRecord = {
	name: 'check',
	whatStays: 'Nothing was changed.',
	summary: 'Check a frozen data set before it is packed: rules, tokens, cost, and what was dropped and why.',
	args: [{spec: '<name>', help: 'A data set, or one version of it: NAME or NAME@VERSION.'}],
	options: checkOptions,
	outputs: [{flags: '--json', schema: 'dataset-check'}],
	examples: [
		['stillroom dataset check triage', 'the newest version'],
		['stillroom dataset check triage@2 --epochs 2 --json', 'an older one, as JSON'],
	],
	notes: () => 'Exit codes: 0 fine (warnings allowed), 1 errors, 3 the gate refuses a row now, or a duty is violated.',
	async run({args, options}, session) {
		const [{checkDataset}, {findDataset}] = await Promise.all([
			import('../../services/dataset/check-dataset.js'),
			import('../../services/dataset/find-dataset.js'),
		]);
		const context = await session.context();
		const dataset = await findDataset(context, args[0] as string, session.signal);
		const report = await runCheck(
			session,
			options,
			checkDataset(
				context,
				dataset,
				{epochs: options.epochs as number | undefined, countsTokens: options.tokens !== false},
				session.signal,
			),
		);
		const store = await context.datasets();
		const {dropped} = dataset.counts;
		const steps = dropSteps.filter((step) => dropped[step] > 0);
		const drops = steps.flatMap((step) => take(store.drops(dataset.name, dataset.version, step), namedDrops));
		if (options.json) await session.output.write(`${JSON.stringify({...report, dropped, drops}, null, 2)}\n`);
		else {
			await writeReport(session, report);
			const counts = steps.map((step): Line => [span(String(dropped[step]).padStart(8), 'strong'), span(`  ${dropWords[step]}`)]);
			if (steps.length > 0)
				await writeCells(session, [[], [span('Dropped', 'strong')], ...counts, [], ...dropLines(drops, widthOfOutput(session), dropped)]);
		}
		return toExitCode([report], options.strict === true);
	},
};

function take(drops: Iterable<DatasetDrop>, most: number): readonly DatasetDrop[] {
	const taken: DatasetDrop[] = [];
	for (const drop of drops) {
		if (taken.length === most) break;
		taken.push(drop);
	}
	return taken;
}
