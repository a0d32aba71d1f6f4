import {parseDatasetRef} from '../../domain/dataset.js';
import type {DriftReport} from '../../domain/drift.js';
import {exitCodes} from '../../domain/failure.js';
import {findDrift} from '../../services/find-drift.js';
import {driftLines, sourceWords} from '../../view/drift-lines.js';
import {createProgressWords} from '../../view/progress-words.js';
import type {CommandRecord} from '../command.js';
import {ledgerFilterArgument, ledgerFilterNotes, readCriteria} from '../ledger-filter.js';
import {openProgress, quietOption} from '../progress.js';

function parseRef(text: string): {readonly name: string; readonly version: number | null} {
	const ref = parseDatasetRef(text);
	if (ref === null) throw new Error('It is the name of a data set, with or without a version: triage or triage@2.');
	return ref;
}

export const driftCommand: CommandRecord = {
	name: 'drift',
	whatStays: 'Nothing was changed.',
	summary: 'Find completions that were collected under a policy that has changed since.',
	args: [ledgerFilterArgument],
	options: [
		{flags: '--dataset <name[@version]>', help: 'Only the rows of a data set; without a version, its newest.', parse: parseRef},
		{flags: '--offline', help: 'Compare with the register and with what was saved after the rows were collected; no network.'},
		{flags: '--exit-code', help: 'Exit with 3 when something changed.'},
		{flags: '--json', help: 'The report as one JSON object.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'One JSON object for each row whose policy changed, then the report.'},
		quietOption,
	],
	outputs: [
		{flags: '--json', schema: 'drift'},
		{flags: '--ndjson', schema: 'drift.line'},
	],
	examples: [
		['stillroom drift', 'every completion, by layer, with the old and the new word and both dates'],
		['stillroom drift --dataset triage@2 --exit-code', 'for CI: 3 when a policy behind the data set changed'],
		["stillroom drift 'model:qwen since:30d' --ndjson | jq -r 'select(.type==\"row\").row.run'", 'ids of the rows'],
	],
	notes: () =>
		`A layer that cannot be read now is told as not asked, failed or gone, never as unchanged. Exit code 6 when a service could not be read
and nothing else decides.

${ledgerFilterNotes()}`,
	async run(input, session) {
		const criteria = await readCriteria(session, input);
		if (typeof criteria === 'number') return criteria;
		const {options} = input;
		const dataset = options.dataset as ReturnType<typeof parseRef> | undefined;
		if (dataset !== undefined && Object.keys(criteria).length > 0) {
			session.diagnostics.write('stillroom: A filter cannot stand beside --dataset: the rows of a data set are fixed.');
			return exitCodes.usage;
		}
		const progress = openProgress(session, options);
		const tell = createProgressWords('row');
		const request = {criteria, isOffline: options.offline === true, ...(dataset === undefined ? {} : {dataset})};
		let report: DriftReport | null = null;
		for await (const event of findDrift(await session.context(), request, session.signal)) {
			if (event.type === 'progress')
				progress.show(tell({verb: 'compared', done: event.done, total: event.total, more: [`${event.drifted} changed`]}));
			else if (event.type === 'source' && event.source.message !== null) {
				progress.clear();
				session.diagnostics.warn(`${sourceWords(event.source)}: ${event.source.message}`);
			} else if (event.type === 'report') report = event.report;
			else if (event.type === 'row' && options.ndjson) await session.output.write(`${JSON.stringify(event)}\n`);
		}
		progress.clear();
		const found = report!;
		if (options.ndjson) await session.output.write(`${JSON.stringify({type: 'report', report: found})}\n`);
		else if (options.json) await session.output.write(`${JSON.stringify(found, null, 2)}\n`);
		else {
			const paint = await session.paint();
			const lines = driftLines(found);
			await session.output.writeLines(lines.map((cells) => cells.map(({text, tone}) => paint(text, tone)).join('')));
		}
		if (options.exitCode && found.drifted > 0) return exitCodes.policy;
		return found.sources.some(({state}) => state === 'failed') ? exitCodes.partial : 0;
	},
};
