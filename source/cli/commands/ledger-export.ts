import type {CommandRecord} from '../command.js';
import {ledgerFilterArgument, ledgerFilterNotes, openLedger, readCriteria, untilStopped} from '../ledger-filter.js';

export const ledgerExportCommand: CommandRecord = {
	name: 'export',
	summary: 'Write completion-provenance/v1 records, oldest first, one a line.',
	args: [ledgerFilterArgument],
	options: [{flags: '--ndjson', help: 'One JSON object a line: the only format, so it may be left out.'}],
	outputs: [{flags: '--ndjson', schema: 'ledger-export.line'}],
	examples: [
		['stillroom ledger export > provenance.jsonl', 'the whole ledger'],
		["stillroom ledger export 'dataset:triage status:finished grade:b'", 'the records of one data set'],
	],
	notes: () => `A record holds no text, only the hash of each: it may be handed on where a text may not.\n\n${ledgerFilterNotes()}`,
	async run(input, session) {
		const criteria = await readCriteria(session, input);
		if (typeof criteria === 'number') return criteria;
		const ledger = await openLedger(session);
		let count = 0;
		function* lines(): Generator<string> {
			for (const record of untilStopped(ledger.records(criteria as Exclude<typeof criteria, number>), session.signal)) {
				count++;
				yield JSON.stringify(record);
			}
		}
		await session.output.writeLines(lines());
		session.diagnostics.note(`${count} ${count === 1 ? 'record' : 'records'} written.`);
		return 0;
	},
};
