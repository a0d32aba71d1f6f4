import type {CommandRecord} from '../command.js';
import {completionListOptions, writeCompletions} from '../completion-list.js';
import {ledgerFilterArgument, ledgerFilterNotes, readCriteria} from '../ledger-filter.js';
import {listOutputs} from '../outputs.js';

export const ledgerListCommand: CommandRecord = {
	name: 'list',
	summary: 'List completions, newest first.',
	args: [ledgerFilterArgument],
	options: completionListOptions,
	outputs: [
		...listOutputs('completions', 'completions.line'),
		{flags: '--json --texts', schema: 'completions.texts'},
		{flags: '--ndjson --texts', schema: 'completions.texts-line'},
	],
	examples: [
		['stillroom ledger list', 'the newest'],
		["stillroom ledger list 'copper still grade:b,c since:7d'", 'whose texts hold both words, well proven, of the last week'],
		["stillroom ledger list status:failed --json | jq '.[].error'", 'why prompts failed'],
	],
	notes: ledgerFilterNotes,
	async run(input, session) {
		const criteria = await readCriteria(session, input);
		return typeof criteria === 'number' ? criteria : writeCompletions(session, criteria, input);
	},
};
