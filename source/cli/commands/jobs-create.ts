import {cleanText} from '../../domain/clean-text.js';
import type {Dataset} from '../../domain/dataset.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import {type TuningService, tuningServiceNames} from '../../domain/job.js';
import type {JobCreateEvent, JobCreateRequest, JobPlan} from '../../services/jobs/job-event.js';
import {jobPlanLines} from '../../view/job-plan-lines.js';
import {createProgressWords, type ProgressTeller} from '../../view/progress-words.js';
import {widthOfOutput} from '../check-options.js';
import type {CommandInput, CommandRecord, Session} from '../command.js';
import {confirm} from '../confirm.js';
import {parameterOptions, readHyperparameters} from '../job-options.js';
import {paintLines} from '../paint-lines.js';
import {openProgress, quietOption} from '../progress.js';

const stepWords: Readonly<Record<(JobCreateEvent & {type: 'progress'})['step'], string>> = {
	write: 'making the files',
	upload: 'uploading',
	wait: 'waiting until the service has read the file',
	create: 'creating the job',
	reconcile: 'looking for a job whose answer was lost',
};

function words({step, file, done, total}: JobCreateEvent & {type: 'progress'}, tell: ProgressTeller): () => string {
	if (step === 'reconcile') return () => `${stepWords[step]}, look ${done}`;
	if (step === 'write' && file === null) return tell({verb: 'reading', done, total: null, unit: 'row'});
	const verb = file === null ? stepWords[step] : `${stepWords[step]} ${file}`;
	return total === null ? () => verb : tell({verb: `${verb},`, done, total});
}

export type Created = Extract<JobCreateEvent, {type: 'created'}>;

/** Iterates to the end with a line of progress on stderr. */
async function follow(
	session: Session,
	request: JobCreateRequest,
	options: CommandInput['options'],
): Promise<{readonly plan: JobPlan; readonly created: Created | null}> {
	const {createJob} = await import('../../services/jobs/create-job.js');
	const progress = openProgress(session, options);
	const tell = createProgressWords('byte');
	let plan: JobPlan | null = null;
	let created: Created | null = null;
	let step = '';
	try {
		for await (const event of createJob(await session.context(), request, session.signal)) {
			if (event.type === 'planned') plan = event.plan;
			else if (event.type === 'created') created = event;
			else {
				if (event.step !== step && (event.step === 'reconcile' || (event.step === 'create' && event.done > 1))) {
					progress.clear();
					session.diagnostics.note(
						event.step === 'reconcile'
							? 'No answer came to the request for the job: it is looked for at the service before anything else is done. Stopping is safe: the same command goes on.'
							: 'The service does not have the job: it is asked for once more, under the same key.',
					);
				}
				step = event.step;
				progress.show(words(event, tell));
			}
		}
	} finally {
		progress.clear();
	}
	return {plan: plan!, created};
}

export async function readJobRequest(
	session: Session,
	{args, options}: CommandInput,
	isDryRun: boolean,
): Promise<{readonly request: JobCreateRequest; readonly dataset: Dataset}> {
	const {findDataset} = await import('../../services/dataset/find-dataset.js');
	const dataset = await findDataset(await session.context(), String(args[0]), session.signal);
	const {tuner, baseModel} = dataset.destination;
	const service = (options.on as TuningService | undefined) ?? (tuner === 'own' ? null : tuner);
	if (service === null)
		throw new Failure('usage', 'Where is it trained?', {
			why: `${dataset.name}@${dataset.version} is for machines of your own.`,
			next: 'Pack it (stillroom dataset pack), or name an OpenAI-shaped service of your own with --on compatible.',
		});
	const request: JobCreateRequest = {
		dataset: {name: dataset.name, version: dataset.version},
		service,
		baseModel: ((options.base as string | undefined) ?? baseModel).trim(),
		suffix: (options.suffix as string | undefined)?.trim() || null,
		seed: (options.seed as number | undefined) ?? null,
		hyperparameters: readHyperparameters(options),
		usesValidation: options.validation !== false,
		packFolder: (options.pack as string | undefined) ?? null,
		isDryRun,
		isNew: options.new === true,
	};
	return {request, dataset};
}

export const jobsCreateCommand: CommandRecord = {
	name: 'create',
	whatStays: 'The same command goes on: files that are whole stay, and the job is looked for before it is asked for again.',
	summary: 'Upload a frozen data set and train a student on it: exactly one job, whatever happens on the way.',
	args: [{spec: '<dataset>', help: 'A data set, or one version of it: NAME or NAME@VERSION.'}],
	options: [
		...parameterOptions,
		{flags: '--pack <folder>', help: 'Upload the files of this pack instead of making them anew.'},
		{flags: '--dry-run', help: 'Say what would be uploaded and asked for, and stop.'},
		{flags: '--yes', help: 'Do not ask first.'},
		{flags: '--new', help: 'Another job on purpose, also where one was asked for whose answer never came.'},
		{flags: '--json', help: 'The job and what it was made from as one JSON object; with --dry-run the plan.'},
		quietOption,
	],
	outputs: [
		{flags: '--json', schema: 'jobs-create'},
		{flags: '--json --dry-run', schema: 'jobs-plan'},
	],
	examples: [
		['stillroom jobs create triage --dry-run', 'rows, tokens, cost, gate, duties, and what speaks against it'],
		['stillroom jobs create triage@3 --on openai --base gpt-4.1-mini-2025-04-14 --suffix triage --yes', 'without being asked'],
	],
	notes: () =>
		`The ledger is told before the service is asked. When the answer is lost, or this program is killed, the job is looked for at the service
by its metadata; it is asked for once more only when it is not there. So the same command can be given again at any time.
Exit codes: 3 when the gate or a duty forbids it, 4 without a key, 5 when it is not known whether the job exists.`,
	async run(input, session) {
		const {options} = input;
		const isDryRun = options.dryRun === true;
		const {output, diagnostics} = session;
		const {request, dataset} = await readJobRequest(session, input, isDryRun);
		const {plan} = await follow(session, {...request, isDryRun: true}, options);
		const lines = paintLines(jobPlanLines(plan, widthOfOutput(session)), await session.paint());
		if (isDryRun) {
			if (options.json) await output.write(`${JSON.stringify(plan, null, 2)}\n`);
			else await output.writeLines(lines);
			return plan.blockers.length === 0 ? 0 : exitCodes.failed;
		}
		if (plan.blockers.length === 0 && options.yes !== true) {
			// Where nobody can be asked this throws, and a summary would only be in the way.
			if (session.io.stdin.isTTY === true) diagnostics.write(lines.join('\n'));
			const where = tuningServiceNames[request.service];
			const isSure = await confirm(session, `Upload ${dataset.name}@${dataset.version} to ${where} and create the job?`, false);
			if (!isSure) {
				diagnostics.note('Nothing was uploaded, and no job was created.');
				return 0;
			}
		}
		const {created} = await follow(session, request, options);
		const {job, link, isFoundAgain} = created!;
		if (options.json) await output.write(`${JSON.stringify({job, link, isFoundAgain}, null, 2)}\n`);
		else await output.writeLines([cleanText(job.id)]);
		diagnostics.note(
			isFoundAgain
				? `The answer was lost, and the job was found at ${tuningServiceNames[job.service]}: there is one, not two.`
				: `Created at ${tuningServiceNames[job.service]}: ${cleanText(job.statusWord)}.`,
		);
		for (const notice of plan.notices) diagnostics.warn(notice);
		diagnostics.note(`Follow it: stillroom jobs follow ${cleanText(job.id)}`);
		return 0;
	},
};

export const jobsEstimateCommand: CommandRecord = {
	name: 'estimate',
	summary: 'Say what training on a data set would take and cost; nothing is uploaded.',
	args: [{spec: '<dataset>', help: 'A data set, or one version of it: NAME or NAME@VERSION.'}],
	options: [...parameterOptions, {flags: '--json', help: 'The plan as one JSON object.'}, quietOption],
	whatStays: 'Nothing was changed.',
	outputs: [{flags: '--json', schema: 'jobs-plan'}],
	examples: [['stillroom jobs estimate triage --epochs 3', 'with so many epochs']],
	notes: () => 'The service decides how many epochs auto is; prices are dated, and the setting tunerPrices takes your own.',
	async run(input, session) {
		const {request} = await readJobRequest(session, input, true);
		const {plan} = await follow(session, request, input.options);
		if (input.options.json) await session.output.write(`${JSON.stringify(plan, null, 2)}\n`);
		else await session.output.writeLines(paintLines(jobPlanLines(plan, widthOfOutput(session)), await session.paint()));
		return 0;
	},
};
