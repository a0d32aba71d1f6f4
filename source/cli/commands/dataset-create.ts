import type {Dataset} from '../../domain/dataset.js';
import {Failure} from '../../domain/failure.js';
import type {DatasetEvent, DatasetPlan, DatasetRequest} from '../../services/dataset/dataset-event.js';
import {datasetLines, planLines, refusalLines} from '../../view/dataset-lines.js';
import {formatCount} from '../../view/format.js';
import {createProgressWords} from '../../view/progress-words.js';
import {widthOfOutput, writeCells} from '../check-options.js';
import type {CommandInput, CommandRecord, Session} from '../command.js';
import {readRunIds} from '../completion-ids.js';
import {destinationOptions, readDestination, readShape, shapeOptions} from '../dataset-options.js';
import {ledgerFilterArgument, ledgerFilterNotes, readCriteria} from '../ledger-filter.js';
import {openProgress, type Progress, quietOption} from '../progress.js';

/** What is chosen, or the exit code after saying what is wrong with the filter. */
async function readSelection(
	session: Session,
	{args, options}: CommandInput,
): Promise<Pick<DatasetRequest, 'filter' | 'criteria' | 'runs'> | number> {
	const words = (args[1] ?? []) as readonly string[];
	const ids = options.ids as string | undefined;
	if (ids === undefined) {
		const criteria = await readCriteria(session, {args: [words], options});
		return typeof criteria === 'number' ? criteria : {filter: words.join(' '), criteria, runs: null};
	}
	if (words.length > 0) throw new Failure('usage', 'Both a filter and --ids were given.', {next: 'Give one of them.'});
	const runs = await readRunIds(
		session,
		ids.split(',').filter((id) => id.trim() !== ''),
		{options: {}},
	);
	return typeof runs === 'number' ? runs : {filter: null, criteria: null, runs};
}

function readOverride({allowRefused, reason}: Readonly<Record<string, unknown>>): DatasetRequest['override'] {
	const text = typeof reason === 'string' ? reason.trim() : '';
	if (allowRefused === true && text === '')
		throw new Failure('usage', 'Refused rows are taken only with a reason.', {
			next: 'Say why with --reason "...": it is recorded, and printed in the card.',
		});
	if (allowRefused !== true && text !== '')
		throw new Failure('usage', 'A reason is only for --allow-refused.', {next: 'Leave --reason out, or add --allow-refused.'});
	return allowRefused === true ? {reason: text, runs: 'all'} : null;
}

const stepWords = {read: 'judged', pair: 'paired', 'near-duplicates': 'compared', write: 'wrote'} as const;

/** Iterates to the end with a line of progress on stderr; the plan is there even when nothing could be frozen. */
async function follow(progress: Progress, events: AsyncIterable<DatasetEvent>, onEvent: (event: DatasetEvent) => Promise<void>) {
	let [plan, dataset]: [DatasetPlan | null, Dataset | null] = [null, null];
	const tell = createProgressWords('row');
	try {
		for await (const event of events) {
			if (event.type === 'planned') plan = event.plan;
			else if (event.type === 'frozen') dataset = event.dataset;
			else progress.show(tell({verb: stepWords[event.step], done: event.done, total: event.total}));
			await onEvent(event);
		}
	} catch (error) {
		if (!(error instanceof Failure) || error.kind !== 'policy') throw error;
		throw new Failure('policy', error.message, {
			...(error.why === null ? {} : {why: error.why}),
			next: 'Choose another destination or other completions, or take them all the same with --allow-refused --reason "...".',
		});
	} finally {
		progress.clear();
	}
	return {plan: plan!, dataset};
}

export const datasetCreateCommand: CommandRecord = {
	name: 'create',
	whatStays: 'Nothing was frozen.',
	summary: 'Freeze a selection of completions as a data set: judged by the gate for where it goes, shaped, split, versioned.',
	args: [{spec: '<name>', help: 'Name of the data set; the same name again makes its next version.'}, ledgerFilterArgument],
	options: [
		...destinationOptions,
		{flags: '--ids <ids>', help: 'Only these completions instead of a filter: ids joined by commas; - reads them from stdin, one a line.'},
		...shapeOptions,
		{flags: '--note <text>', help: 'For people: stands in the card.'},
		{flags: '--allow-refused', help: 'Take rows that the gate refuses all the same; they are flagged, and --reason is needed.'},
		{flags: '--reason <text>', help: 'Why refused rows are taken; recorded, and printed in the card.'},
		{flags: '--dry-run', help: 'Say what would be frozen, and freeze nothing.'},
		{flags: '--json', help: 'The data set, or with --dry-run the plan, as one JSON object.', conflicts: ['ndjson']},
		{flags: '--ndjson', help: 'Every step as a line of JSON.'},
		quietOption,
	],
	outputs: [
		{flags: '--json', schema: 'dataset-create'},
		{flags: '--ndjson', schema: 'dataset-create.line'},
		{flags: '--json --dry-run', schema: 'dataset-create.dry-run'},
	],
	examples: [
		[
			"stillroom dataset create triage 'task:triage rating>=4' --for openai --base gpt-4.1-mini --release internal --dry-run",
			'what would be in it',
		],
		["stillroom dataset create triage 'task:triage' --for own --base Qwen/Qwen3-1.7B --release weights --dedup near", 'freeze it'],
		[
			'stillroom completions list mark:picked --json | jq -r ".[].id" | stillroom dataset create best --ids - --for own --base Qwen/Qwen3-1.7B --release internal',
			'chosen by another program',
		],
	],
	notes: () => `Rows that the gate refuses are left out and counted, with the reasons. Exit code 3: the gate refused every row.
Rows that are nearly the same, answers to one prompt, and parts of one conversation are always on one side of the split.

${ledgerFilterNotes()}`,
	async run(input, session) {
		const {args, options} = input;
		const {destination, level} = readDestination(options);
		const [shape, override] = [await readShape(options), readOverride(options)];
		const selection = await readSelection(session, input);
		if (typeof selection === 'number') return selection;
		const isDryRun = options.dryRun === true;
		const note = ((options.note as string | undefined) ?? '').trim() || null;
		const {createDataset} = await import('../../services/dataset/create-dataset.js');
		const request = {name: String(args[0]), ...selection, destination, level, shape, override, note, isDryRun};
		const {output, diagnostics} = session;
		const events = createDataset(await session.context(), request, session.signal);
		const {plan, dataset} = await follow(openProgress(session, options), events, async (event) => {
			if (options.ndjson) await output.write(`${JSON.stringify(event)}\n`);
		});
		if (options.json) {
			const {refusals, notices} = plan;
			await output.write(`${JSON.stringify(dataset === null ? plan : {...dataset, refusals, notices}, null, 2)}\n`);
		} else if (!options.ndjson) {
			const width = widthOfOutput(session);
			await writeCells(
				session,
				dataset === null ? planLines(plan, width) : [...datasetLines(dataset, width), ...refusalLines(plan.refusals, width)],
			);
		}
		if (dataset !== null) for (const notice of plan.notices) diagnostics.warn(notice);
		const {gate} = plan.counts.dropped;
		if (gate > 0) diagnostics.note(`${formatCount(gate, 'row')} refused by the gate; --allow-refused --reason "..." would take them.`);
		return 0;
	},
};
