import {cleanText} from '../domain/clean-text.js';
import {isEnded, type JobState, type TuningJob, tuningServiceNames} from '../domain/job.js';
import type {JobRow} from '../domain/job-row.js';
import type {Cell, Column, Tone} from './cell.js';
import {absent, formatDateTime, formatTokens, formatUsd} from './format.js';

const tones: Readonly<Record<JobState, Tone>> = {
	waiting: 'dim',
	running: 'accent',
	paused: 'warn',
	succeeded: 'good',
	failed: 'bad',
	cancelled: 'warn',
	unknown: 'unknown',
};

/** The state in a word, and the service's own where it is another one: nobody has to know what a status means. */
export function jobStatusCell({state, statusWord}: TuningJob): Cell {
	const own = cleanText(statusWord)
		.replace(/^JOB_STATE_/, '')
		.replace(/^validating_files$/, 'validating')
		.toLowerCase();
	if (state === 'unknown') return {text: own === '' ? 'unknown' : own, tone: tones.unknown};
	return {text: state === 'waiting' && own !== '' ? own : state, tone: tones[state]};
}

/** The state of a row: `gone` where its service does not have it any more, with ? where it could not be asked. */
export function rowStatusCell({job, isStale, goneAt}: JobRow): Cell {
	if (goneAt !== null) return {text: 'gone', tone: 'unknown'};
	const cell = jobStatusCell(job);
	return isStale ? {text: `${cell.text} ?`, tone: 'unknown'} : cell;
}

/** `412/980 42%`; the share alone where the service tells percents, nothing where it tells neither. */
export function jobProgressCell({progress, state}: TuningJob): Cell {
	if (state === 'succeeded') return {text: 'done', tone: 'dim'};
	if (progress === null) return {text: absent, tone: 'dim'};
	const {step, totalSteps} = progress;
	if (totalSteps === null || totalSteps <= 0) return {text: `step ${step.toLocaleString('en')}`, tone: 'plain'};
	const share = `${Math.floor((Math.min(step, totalSteps) / totalSteps) * 100)}%`;
	return {text: totalSteps === 100 ? share : `${step}/${totalSteps} ${share}`, tone: isEnded(state) ? 'dim' : 'plain'};
}

/** What the service says it costs, else the estimate behind `~`. */
export function jobCostCell({job, estimatedCostUsd}: JobRow): Cell {
	if (job.costUsd !== null) return {text: formatUsd(job.costUsd), tone: 'plain'};
	return estimatedCostUsd === null ? {text: absent, tone: 'dim'} : {text: `~${formatUsd(estimatedCostUsd)}`, tone: 'dim'};
}

/** `triage@3`: as it was made here, else as the job's metadata says. */
export const jobDataset = ({job, link}: JobRow): string | null =>
	link === null ? (job.metadata.stillroom_dataset ?? null) : `${link.dataset}@${link.datasetVersion}`;

/** The columns of every list of jobs. Status, job, where and progress never leave. */
export const jobColumns: ReadonlyArray<Column<JobRow>> = [
	{
		id: 'status',
		title: 'Status',
		said: [''],
		width: 13,
		cell: rowStatusCell,
	},
	{id: 'id', title: 'Job', width: 16, isFlexible: true, most: 60, said: [''], cell: ({job}) => ({text: cleanText(job.id), tone: 'strong'})},
	{
		id: 'service',
		title: 'Where',
		said: ['at'],
		width: 9,
		cell: ({job}) => ({text: tuningServiceNames[job.service].split(' ')[0]!, tone: 'plain'}),
	},
	{id: 'base', title: 'Base model', width: 24, dropOrder: 4, cell: ({job}) => ({text: cleanText(job.baseModel) || absent, tone: 'plain'})},
	{
		id: 'dataset',
		title: 'Data set',
		width: 16,
		dropOrder: 5,
		cell(row) {
			const dataset = jobDataset(row);
			return {text: dataset === null ? absent : cleanText(dataset), tone: row.link === null ? 'dim' : 'plain'};
		},
	},
	{id: 'progress', title: 'Progress', width: 14, cell: ({job}) => jobProgressCell(job)},
	{
		id: 'tokens',
		title: 'Trained',
		said: ['trained', 'tokens'],
		width: 7,
		align: 'right',
		dropOrder: 2,
		cell: ({job}) => ({text: formatTokens(job.trainedTokens), tone: job.trainedTokens === null ? 'dim' : 'plain'}),
	},
	{id: 'cost', title: 'Cost', width: 9, align: 'right', dropOrder: 3, cell: jobCostCell},
	{id: 'created', title: 'Created', width: 17, dropOrder: 1, cell: ({job}) => ({text: formatDateTime(job.createdAt), tone: 'dim'})},
];
