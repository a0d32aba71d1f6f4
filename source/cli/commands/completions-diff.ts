import type {CommandRecord} from '../command.js';
import {resolveId} from '../completion-ids.js';
import {openLedger} from '../ledger-filter.js';
import {paintLines} from '../paint-lines.js';

const pipeWidth = 120;

export const completionsDiffCommand: CommandRecord = {
	name: 'diff',
	summary: 'Compare two answers word by word.',
	args: [
		{spec: '<first>', help: 'Id of a completion.'},
		{spec: '<second>', help: 'Id of another.'},
	],
	options: [{flags: '--json', help: 'The pieces of text as one JSON object, each with the side that has it.'}],
	outputs: [{flags: '--json', schema: 'completions-diff'}],
	examples: [['stillroom completions diff 01JD8Z… 01JD90…', '[-only the first-] and {+only the second+}']],
	notes: () => 'The edited answer counts where there is one. Answers to different prompts can be compared too; it is said then.',
	async run({args, options}, session) {
		const ledger = await openLedger(session);
		const [first, second] = args.map((id) => ledger.readRun(resolveId(ledger, String(id)))!);
		const {compareAnswers} = await import('../../services/completions/compare-answers.js');
		const diff = await compareAnswers(first!, second!);
		const {output} = session;
		if (options.json) {
			await output.write(`${JSON.stringify(diff, null, 2)}\n`);
			return 0;
		}
		const {diffLines} = await import('../../view/diff-lines.js');
		await output.writeLines(paintLines(diffLines(diff, output.columns ?? pipeWidth), await session.paint()));
		return 0;
	},
};
