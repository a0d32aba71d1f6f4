import {cleanText} from '../../domain/clean-text.js';
import {csvLines} from '../../domain/csv.js';
import {exitCodes} from '../../domain/failure.js';
import {isEnded, type JobCheckpoint, type JobMetrics, tuningServiceNames} from '../../domain/job.js';
import type {Column} from '../../view/cell.js';
import {absent, formatDateTime} from '../../view/format.js';
import type {CommandRecord, OptionRecord} from '../command.js';
import {confirm} from '../confirm.js';
import {type ListShape, writeList} from '../list-format.js';
import {formatOptions, toFormat} from '../list-options.js';
import {type JobOutput, listOutputs} from '../outputs.js';

const idArgument = {spec: '<id>', help: 'A job id, at whichever service has it; SERVICE/ID asks only there.'};
const jsonOption: OptionRecord = {flags: '--json', help: 'The job as one JSON object.'};

type Verb = 'cancel' | 'pause' | 'resume';

const summaries: Readonly<Record<Verb, string>> = {
	cancel: 'Cancel a job: what was trained is lost, and may be billed.',
	pause: 'Pause a job, where the service can.',
	resume: 'Let a paused job go on.',
};

function control(verb: Verb): CommandRecord {
	return {
		name: verb,
		summary: summaries[verb],
		args: [idArgument],
		options: [{flags: '--yes', help: 'Do not ask first.'}, jsonOption],
		outputs: [{flags: '--json', schema: 'jobs-change'}],
		examples: [[`stillroom jobs ${verb} ftjob-abc123 --yes`, 'without being asked']],
		async run({args, options}, session) {
			const [{findJob}, jobs] = await Promise.all([
				import('../../services/jobs/find-job.js'),
				import('../../services/jobs/control-jobs.js'),
			]);
			const context = await session.context();
			const {service, id, statusWord} = await findJob(context, String(args[0]), session.signal);
			const what = `${verb[0]!.toUpperCase()}${verb.slice(1)} ${cleanText(id)} at ${tuningServiceNames[service]} (${cleanText(statusWord)})?`;
			if (!(await confirm(session, what, options.yes === true, {hasDryRun: false}))) {
				session.diagnostics.note('The job was left as it is.');
				return 0;
			}
			const change = {cancel: jobs.cancelJob, pause: jobs.pauseJob, resume: jobs.resumeJob}[verb];
			const job = await change(context, service, id, session.signal);
			if (options.json) {
				const changed: JobOutput = {job};
				await session.output.write(`${JSON.stringify(changed, null, 2)}\n`);
			} else await session.output.writeLines([`${cleanText(job.id)}  ${cleanText(job.statusWord)}`]);
			return 0;
		},
	};
}

export const jobsCancelCommand = control('cancel');
export const jobsPauseCommand = control('pause');
export const jobsResumeCommand = control('resume');

const sayNumber = (value: number | null | undefined): string => (value == null ? absent : String(Number(value.toPrecision(4))));

const number = (id: string, title: string, read: (metrics: JobMetrics) => number | null): Column<JobCheckpoint> => ({
	id,
	title,
	width: 10,
	align: 'right',
	cell: ({metrics}) => ({text: sayNumber(metrics === null ? null : read(metrics)), tone: 'plain'}),
});

const checkpointShape: ListShape<JobCheckpoint> = {
	columns: [
		{id: 'step', title: 'Step', width: 8, align: 'right', cell: ({step}) => ({text: step === null ? absent : String(step), tone: 'plain'})},
		{id: 'model', title: 'Model', width: 40, isFlexible: true, cell: ({model, id}) => ({text: cleanText(model ?? id), tone: 'strong'})},
		number('trainLoss', 'Loss', ({trainLoss}) => trainLoss),
		number('validLoss', 'Valid', ({fullValidLoss, validLoss}) => fullValidLoss ?? validLoss),
		number(
			'accuracy',
			'Accuracy',
			({fullValidAccuracy, validAccuracy, trainAccuracy}) => fullValidAccuracy ?? validAccuracy ?? trainAccuracy,
		),
		{id: 'at', title: 'At', width: 17, dropOrder: 1, cell: ({at}) => ({text: formatDateTime(at), tone: 'dim'})},
	],
	toJson: (checkpoint) => checkpoint,
	csvHeader: [
		'id',
		'model',
		'step',
		'at',
		'trainLoss',
		'validLoss',
		'fullValidLoss',
		'trainAccuracy',
		'validAccuracy',
		'fullValidAccuracy',
	],
	toCsv({id, model, step, at, metrics}) {
		const {step: _, totalSteps: __, ...numbers} = metrics ?? ({} as Partial<JobMetrics>);
		return {id, model, step, at, ...numbers};
	},
};

export const jobsCheckpointsCommand: CommandRecord = {
	name: 'checkpoints',
	summary: 'List the models that a job kept on its way.',
	args: [idArgument],
	options: [...formatOptions],
	outputs: listOutputs('jobs-checkpoints', 'jobs-checkpoints.line'),
	examples: [['stillroom jobs checkpoints ftjob-abc123', 'each can be asked like any model']],
	async run({args, options}, session) {
		const {findJob} = await import('../../services/jobs/find-job.js');
		const context = await session.context();
		const {service, id} = await findJob(context, String(args[0]), session.signal);
		const client = await context.tuner(service);
		const checkpoints = client.abilities.hasCheckpoints ? await client.checkpoints(id, session.signal) : [];
		if (checkpoints.length === 0)
			session.diagnostics.note(
				client.abilities.hasCheckpoints ? 'The job has kept no checkpoint (yet).' : `${tuningServiceNames[service]} keeps no checkpoints.`,
			);
		await writeList(session.output, checkpoints, checkpointShape, toFormat(options), await session.paint());
		return 0;
	},
};

const metricHeader = ['step', 'trainLoss', 'validLoss', 'fullValidLoss', 'trainAccuracy', 'validAccuracy', 'fullValidAccuracy'] as const;

export const jobsResultCommand: CommandRecord = {
	name: 'result',
	summary: 'Write the result file of a job: as the service wrote it, or its curve as CSV or JSON.',
	args: [idArgument],
	options: [
		{flags: '--csv', help: 'The curve as CSV with the same columns for every service.', conflicts: ['json']},
		{flags: '--json', help: 'The curve as a JSON array, one step a line.'},
	],
	outputs: [{flags: '--json', schema: 'jobs-result'}],
	examples: [['stillroom jobs result ftjob-abc123 --csv > curve.csv', 'for a spreadsheet']],
	async run({args, options}, session) {
		const [{findJob}, {readResult}] = await Promise.all([
			import('../../services/jobs/find-job.js'),
			import('../../services/jobs/control-jobs.js'),
		]);
		const context = await session.context();
		const {service, id, state} = await findJob(context, String(args[0]), session.signal);
		const result = await readResult(context, service, id, session.signal);
		if (result === null) {
			session.diagnostics.note(`${cleanText(id)} has no result file${isEnded(state) ? '' : ' yet'} (${state}).`);
			return exitCodes.failed;
		}
		const {text, metrics} = result;
		if (options.csv)
			await session.output.writeLines(
				csvLines(
					metricHeader,
					metrics.map(({totalSteps: _, ...point}) => point),
				),
			);
		else if (options.json)
			await session.output.writeLines(
				metrics.length === 0
					? ['[]']
					: metrics.map((point, index) => `${index === 0 ? '[' : ' '}${JSON.stringify(point)}${index === metrics.length - 1 ? ']' : ','}`),
			);
		else await session.output.write(text.endsWith('\n') ? text : `${text}\n`);
		return 0;
	},
};
