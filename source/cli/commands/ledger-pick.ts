import {Failure} from '../../domain/failure.js';
import {markPick} from '../../services/bake-off.js';
import type {CommandRecord} from '../command.js';
import {openLedger} from '../ledger-filter.js';

export const ledgerPickCommand: CommandRecord = {
	name: 'pick',
	summary: 'Mark one answer of a comparison as the best and the others as rejected.',
	args: [
		{spec: '<best>', help: 'Id of the best completion.'},
		{spec: '<others...>', help: 'Ids of the others.'},
	],
	options: [{flags: '--note <text>', help: 'Why; recorded beside the marks.'}],
	examples: [
		["stillroom ask MODEL 'Prompt' --also OTHER --json | jq -r '.[].ledgerId'", 'the ids of a comparison'],
		['stillroom ledger pick 01JD8Z… 01JD90… --note "answers in one sentence"', 'a pair for preference tuning'],
	],
	async run({args, options}, session) {
		const ids = args.flat().map((id) => String(id).toUpperCase());
		const ledger = await openLedger(session);
		const missing = ids.find((id) => ledger.readCompletion(id) === null);
		if (missing !== undefined) {
			throw new Failure('failed', `The ledger has no completion "${missing}".`, {next: 'stillroom ledger list shows the ids.'});
		}
		const [winnerId = '', ...loserIds] = ids;
		const group = await markPick(await session.context(), {winnerId, loserIds, note: (options.note as string | undefined) ?? null});
		session.diagnostics.note(`${winnerId} is picked, ${loserIds.length} rejected (group ${group}).`);
		return 0;
	},
};
