import {cleanText} from '../../domain/clean-text.js';
import {exitCodes} from '../../domain/failure.js';
import {filterJobs, jobFilterKeys, parseJobFilter} from '../../domain/filter-jobs.js';
import {type TuningService, tuningServiceNames} from '../../domain/job.js';
import type {JobRow} from '../../domain/job-row.js';
import {jobColumns, jobDataset} from '../../view/job-columns.js';
import {jobLines} from '../../view/job-lines.js';
import {widthOfOutput} from '../check-options.js';
import type {CommandRecord} from '../command.js';
import {serviceOption} from '../job-options.js';
import {type ListShape, writeList} from '../list-format.js';
import {failFilter, formatOptions, limitItems, parseLimit, toFormat} from '../list-options.js';
import {type JobShowOutput, listOutputs} from '../outputs.js';
import {paintLines} from '../paint-lines.js';

const jobShape: ListShape<JobRow> = {
	columns: jobColumns,
	toJson: (row) => row,
	csvHeader: [
		'service',
		'id',
		'state',
		'status',
		'baseModel',
		'fineTunedModel',
		'dataset',
		'createdAt',
		'finishedAt',
		'trainedTokens',
		'costUsd',
		'estimatedCostUsd',
		'isStale',
		'goneAt',
	],
	toCsv(row) {
		const {service, id, state, statusWord, baseModel, fineTunedModel, createdAt, finishedAt, trainedTokens, costUsd} = row.job;
		const {estimatedCostUsd, isStale, goneAt} = row;
		const own = {service, id, state, status: statusWord, baseModel, fineTunedModel, createdAt, finishedAt, trainedTokens, costUsd};
		return {...own, dataset: jobDataset(row), estimatedCostUsd, isStale, goneAt};
	},
};

export const jobsListCommand: CommandRecord = {
	name: 'list',
	summary: 'List the jobs of every tuning service that is set up, newest first.',
	args: [{spec: '[filter...]', help: 'Filter language for jobs; quote it for the shell.'}],
	options: [serviceOption, ...formatOptions, {flags: '--limit <n>', help: 'At most this many.', parse: parseLimit}],
	outputs: listOutputs('jobs', 'jobs.line'),
	examples: [
		['stillroom jobs list', 'all of them'],
		["stillroom jobs list state:running --json | jq -r '.[].job.id'", 'the ids of those that run'],
	],
	notes: () =>
		'Costs behind ~ are estimates. A status with ? is what was known before: its service could not be asked (exit code 6). `gone`: the service does not have the job any more; jobs show tells what was known.',
	async run({args, options}, session) {
		const text = ((args[0] ?? []) as readonly string[]).join(' ');
		const {filter, problems} = parseJobFilter(text);
		if (problems.length > 0)
			return failFilter(
				session,
				text,
				problems,
				jobFilterKeys.map(({key}) => key),
			);
		const context = await session.context();
		const service = options.service as TuningService | undefined;
		const services = service === undefined ? context.tuners : [service];
		if (services.length === 0) {
			session.diagnostics.note('No tuning service is set up: stillroom info names the variables.');
			return exitCodes.auth;
		}
		const {listJobs} = await import('../../services/jobs/list-jobs.js');
		const read = await listJobs(context, session.signal, services);
		// One service that cannot be asked is told in full; of many the others are shown.
		if (read.problems.length === services.length && read.rows.length === 0) throw read.problems[0]!.failure;
		const byJob = new Map(read.rows.map((row) => [row.job, row]));
		const found = filterJobs([...byJob.keys()], filter).map((job) => byJob.get(job)!);
		const names = services.map((one) => tuningServiceNames[one]).join(', ');
		if (found.length === 0)
			session.diagnostics.note(read.rows.length === 0 ? `No job yet at ${names}.` : `None of ${read.rows.length} jobs matches.`);
		const rows = limitItems(session, found, options.limit, 'jobs');
		await writeList(session.output, rows, jobShape, toFormat(options), await session.paint());
		for (const problem of read.problems) session.diagnostics.warn(`${tuningServiceNames[problem.service]}: ${problem.failure.toLine()}`);
		return read.problems.length > 0 ? exitCodes.partial : 0;
	},
};

export const jobsShowCommand: CommandRecord = {
	name: 'show',
	summary: 'Show a job: how it stands, what it was made from, loss and accuracy, checkpoints, events.',
	args: [{spec: '<id>', help: 'A job id, at whichever service has it; SERVICE/ID asks only there.'}],
	options: [{flags: '--json', help: 'Everything as one JSON object.'}],
	outputs: [{flags: '--json', schema: 'job'}],
	examples: [['stillroom jobs show ftjob-abc123', 'with its curves']],
	async run({args, options}, session) {
		const [{findJob}, {readJobDetail}] = await Promise.all([
			import('../../services/jobs/find-job.js'),
			import('../../services/jobs/read-job-detail.js'),
		]);
		const context = await session.context();
		const job = await findJob(context, String(args[0]), session.signal, {isGoneFine: true});
		const detail = await readJobDetail(context, job.service, job.id, session.signal);
		if (options.json) {
			const {row, ...rest} = detail;
			const shown: JobShowOutput = {...row, ...rest};
			await session.output.write(`${JSON.stringify(shown, null, 2)}\n`);
		} else {
			const lines = jobLines(detail, widthOfOutput(session), context.clock.now());
			await session.output.writeLines(paintLines(lines, await session.paint()));
		}
		for (const problem of options.json ? detail.problems : []) session.diagnostics.warn(cleanText(problem));
		return detail.problems.length > 0 ? exitCodes.partial : 0;
	},
};
