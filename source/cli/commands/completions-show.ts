import {toRunJson} from '../../view/run-json.js';
import type {CommandRecord} from '../command.js';
import {resolveId} from '../completion-ids.js';
import {openLedger} from '../ledger-filter.js';
import {paintLines} from '../paint-lines.js';

const pipeWidth = 120;

export const completionsShowCommand: CommandRecord = {
	name: 'show',
	summary: 'Show one completion whole: messages, answer, reasoning, tool calls, what was said of it, the evidence.',
	args: [{spec: '<id>', help: "Id of the completion, OpenAI's id of it, or last."}],
	options: [{flags: '--json', help: 'One JSON object: the provenance record, the texts, and what was said of it.'}],
	outputs: [{flags: '--json', schema: 'completions-show'}],
	examples: [
		['stillroom completions show last', 'the newest one'],
		['stillroom completions show chatcmpl-AyPN… --json | jq .completion.remote', 'what OpenAI says of its copy'],
	],
	async run({args, options}, session) {
		const ledger = await openLedger(session);
		const run = ledger.readRun(resolveId(ledger, String(args[0])))!;
		const {output} = session;
		if (options.json) {
			await output.write(`${JSON.stringify(toRunJson(run), null, 2)}\n`);
			return 0;
		}
		const {completionLines} = await import('../../view/completion-lines.js');
		const {clock} = await session.context();
		await output.writeLines(paintLines(completionLines(run, output.columns ?? pipeWidth, clock.now()), await session.paint()));
		return 0;
	},
};
