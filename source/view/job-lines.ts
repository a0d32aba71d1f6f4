import {cleanText} from '../domain/clean-text.js';
import {isEnded, type JobCheckpoint, type JobEvent, type JobMetrics, type TuningJob, tuningServiceNames} from '../domain/job.js';
import type {JobDetail, JobRow} from '../domain/job-row.js';
import type {Tone} from './cell.js';
import {type ChartPoint, type ChartSeries, chartLines} from './chart-lines.js';
import {absent, formatAgo, formatDateTime, formatTokens, formatUsd} from './format.js';
import {jobDataset, jobProgressCell, jobStatusCell} from './job-columns.js';
import {emptyLine, type Line, labelled, line, paragraph, span, wrapLines} from './line.js';

const chartHeight = 8;
/** Checkpoints and events that are shown; the page scrolls, and a storm of events must not make it endless. */
const shownCheckpoints = 20;
const shownEvents = 200;

/** A job with everything that is known of it: how it stands, what it was made from, its curves, checkpoints and events, newest last. */
export function jobLines(detail: JobDetail, width: number, now: Date): readonly Line[] {
	const {row, events, eventCount, metrics, checkpoints, problems} = detail;
	const blocks: readonly (readonly Line[])[] = [
		headLines(detail, width, now),
		problems.flatMap((problem) => paragraph(`! ${cleanText(problem)}`, width, 'warn')),
		curveLines(metrics, width),
		checkpointLines(checkpoints, width),
		madeOfLines(row, width),
		eventLines(events, eventCount, width),
	];
	const shown = blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : [emptyLine, ...block]));
	return wrapLines(shown, width);
}

function headLines({row, metrics, events}: JobDetail, width: number, now: Date): readonly Line[] {
	const {job, seenAt, isStale, goneAt, estimatedCostUsd} = row;
	const status = jobStatusCell(job);
	const last = metrics.at(-1);
	const newest = events.at(-1);
	const progress = jobProgressCell(job.progress === null && last !== undefined ? {...job, progress: last} : job);
	const own = cleanText(job.statusWord);
	const cost = job.costUsd === null ? null : formatUsd(job.costUsd);
	const estimate =
		estimatedCostUsd === null ? 'not known' : `~${formatUsd(estimatedCostUsd)}, an estimate by rows, epochs and a dated price`;
	return [
		line(
			...(goneAt === null ? [] : [span('gone at the service', 'unknown'), span('  was ', 'dim')]),
			span(status.text, status.tone),
			span(own !== '' && own !== status.text ? `  (${own})` : '', 'dim'),
			span(job.state === 'succeeded' || progress.text === absent ? '' : `  ${progress.text}`),
			span(goneAt === null || job.finishedAt !== null ? sayTimes(job, now) : '', 'dim'),
		),
		...(goneAt === null
			? []
			: paragraph(
					`Not found at ${tuningServiceNames[job.service]} since ${formatDateTime(goneAt)}. What stands here it told ${formatAgo(seenAt, now)}.`,
					width,
					'unknown',
				)),
		...(isStale ? paragraph(`As it was ${formatAgo(seenAt, now)}: the service could not be asked since.`, width, 'unknown') : []),
		...(job.error === null
			? job.state === 'failed'
				? labelled('Error', `${tuningServiceNames[job.service]} does not say why; its events may.`, {width, tone: 'bad'})
				: []
			: labelled('Error', cleanText([job.error.code, job.error.message].filter(Boolean).join(': ')), {width, tone: 'bad'})),
		...labelled('Job', `${cleanText(job.id)} at ${tuningServiceNames[job.service]}`, {width}),
		...labelled('Base', cleanText(job.baseModel) || 'not said', {width}),
		...(job.fineTunedModel === null ? [] : labelled('Model', cleanText(job.fineTunedModel), {width, tone: 'good'})),
		...labelled('Data set', sayDataset(row), {width, tone: row.link === null ? 'dim' : 'plain'}),
		...labelled(
			'Created',
			`${formatDateTime(job.createdAt)}${job.finishedAt === null ? '' : `, ended ${formatDateTime(job.finishedAt)}`}`,
			{
				width,
			},
		),
		...(job.trainedTokens === null ? [] : labelled('Trained', `${formatTokens(job.trainedTokens)} tokens`, {width})),
		...labelled('Cost', cost ?? estimate, {width, tone: cost === null && estimatedCostUsd === null ? 'unknown' : 'plain'}),
		...(newest === undefined || isEnded(job.state)
			? []
			: labelled('Newest', cleanText(newest.message), {width, tone: levelTones[newest.level]})),
	];
}

/** `  4 min so far, about 9 min left`. */
function sayTimes({state, createdAt, finishedAt, estimatedFinishAt}: TuningJob, now: Date): string {
	const seconds = (from: string, to: string | Date) => Math.max(0, (new Date(to).getTime() - Date.parse(from)) / 1000);
	if (finishedAt !== null) return `  took ${sayDuration(seconds(createdAt, finishedAt))}`;
	if (isEnded(state) || state === 'paused') return '';
	const left = estimatedFinishAt === null ? '' : `, about ${sayDuration(seconds(now.toISOString(), estimatedFinishAt))} left`;
	return `  ${sayDuration(seconds(createdAt, now))} so far${left}`;
}

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function sayDuration(seconds: number): string {
	if (!Number.isFinite(seconds)) return 'not known';
	if (seconds < 90) return `${Math.round(seconds)} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 90) return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return `${hours} h ${minutes % 60} min`;
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function sayDataset(row: JobRow): string {
	const dataset = jobDataset(row);
	if (dataset === null) return 'not known: it was not created here';
	return row.link === null ? `${cleanText(dataset)}, says its metadata` : dataset;
}

/** What it was made from and how, down to the ledger. */
const madeOfLines = (row: JobRow, width: number): readonly Line[] => [
	...settingLines(row.job, width),
	...(row.link === null
		? []
		: [
				...labelled('Rows', row.link.rowsHash, {width, tone: 'dim'}),
				...labelled('Ledger', `asked for under ${row.link.key}, behind ${row.link.ledgerHead}`, {width, tone: 'dim'}),
			]),
];

function settingLines(
	{method, hyperparameters, seed, suffix, trainingFile, validationFile, resultFiles}: TuningJob,
	width: number,
): readonly Line[] {
	const settings = Object.entries(hyperparameters).map(([name, value]) => `${cleanText(name)} ${cleanText(String(value))}`);
	const all = [method === 'unknown' ? '' : method, ...settings, seed === null ? '' : `seed ${seed}`].filter(Boolean);
	const files = [
		trainingFile === null ? '' : `training ${cleanText(trainingFile)}`,
		validationFile === null ? '' : `validation ${cleanText(validationFile)}`,
		...resultFiles.map((file) => `result ${cleanText(file)}`),
	].filter(Boolean);
	return [
		...(all.length === 0 ? [] : labelled('Settings', all.join(', '), {width})),
		...(suffix === null ? [] : labelled('Suffix', cleanText(suffix), {width})),
		...(files.length === 0 ? [] : labelled('Files', files.join(', '), {width, tone: 'dim'})),
	];
}

type MetricName = Exclude<keyof JobMetrics, 'step' | 'totalSteps'>;

/** Tens of thousands of points are drawn once for each width, not for each frame. */
const drawn = new WeakMap<readonly JobMetrics[], Map<number, readonly Line[]>>();

/** Loss and accuracy of training and validation. */
export function curveLines(metrics: readonly JobMetrics[], width: number): readonly Line[] {
	const known = drawn.get(metrics) ?? new Map<number, readonly Line[]>();
	drawn.set(metrics, known);
	const lines = known.get(width) ?? drawCurves(metrics, width);
	known.set(width, lines);
	return lines;
}

function drawCurves(metrics: readonly JobMetrics[], width: number): readonly Line[] {
	const series = (name: string, tone: Tone, field: MetricName): ChartSeries => {
		const points: ChartPoint[] = [];
		for (const point of metrics) {
			const y = point[field];
			if (y !== null) points.push({x: point.step, y});
		}
		return {name, tone, points};
	};
	const chart = (yUnit: string, lines: readonly ChartSeries[]) =>
		chartLines({series: lines, width, height: chartHeight, xUnit: 'steps', yUnit});
	const loss = chart('Loss', [
		series('training', 'accent', 'trainLoss'),
		series('validation', 'warn', 'validLoss'),
		series('whole validation', 'good', 'fullValidLoss'),
	]);
	const accuracy = chart('Accuracy, share of tokens', [
		series('training', 'accent', 'trainAccuracy'),
		series('validation', 'warn', 'validAccuracy'),
		series('whole validation', 'good', 'fullValidAccuracy'),
	]);
	return loss.length > 0 && accuracy.length > 0 ? [...loss, emptyLine, ...accuracy] : [...loss, ...accuracy];
}

const sayNumber = (name: string, value: number | null | undefined): string =>
	value == null ? '' : `${name} ${Number(value.toPrecision(4))}`;

export function checkpointLines(checkpoints: readonly JobCheckpoint[], width: number): readonly Line[] {
	if (checkpoints.length === 0) return [];
	const shown = checkpoints.slice(-shownCheckpoints);
	return [
		[
			span('Checkpoints', 'strong'),
			span(shown.length < checkpoints.length ? `  the last ${shown.length} of ${checkpoints.length}` : '', 'dim'),
		],
		...shown.flatMap(({id, model, step, metrics}) => {
			const numbers = [
				sayNumber('training', metrics?.trainLoss),
				sayNumber('validation', metrics?.fullValidLoss ?? metrics?.validLoss),
				sayNumber('accuracy', metrics?.fullValidAccuracy ?? metrics?.validAccuracy ?? metrics?.trainAccuracy),
			].filter(Boolean);
			const head = step === null ? '' : `step ${step}  `;
			return paragraph(`${head}${cleanText(model ?? id)}${numbers.length === 0 ? '' : `  ${numbers.join('  ')}`}`, width, 'plain', 2);
		}),
	];
}

const levelTones: Readonly<Record<JobEvent['level'], Tone>> = {info: 'plain', warn: 'warn', error: 'bad'};

/** One event in a line: time in UTC, level where it is more than information, message. */
export function eventLine({at, level, message}: JobEvent): Line {
	const time = at.slice(11, 19);
	return [span(`${time}  `, 'dim'), span(`${level === 'info' ? '' : `${level}  `}${cleanText(message)}`, levelTones[level])];
}

function eventLines(events: readonly JobEvent[], count: number, width: number): readonly Line[] {
	if (events.length === 0) return [];
	const shown = events.slice(-shownEvents);
	const more = count - shown.length;
	let day = '';
	return [
		[
			span('Events', 'strong'),
			span(
				`  ${more > 0 ? `the newest ${shown.length} of ${count.toLocaleString('en')}` : count.toLocaleString('en')}, newest last, UTC`,
				'dim',
			),
		],
		...shown.flatMap((event): readonly Line[] => {
			const isNewDay = event.at.slice(0, 10) !== day;
			day = event.at.slice(0, 10);
			const [time, text] = eventLine(event);
			const lines = paragraph(text!.text, Math.max(20, width - 12), text!.tone).map(
				(cells, index): Line => [index === 0 ? span(`  ${time!.text}`, 'dim') : span(' '.repeat(12)), ...cells],
			);
			return isNewDay ? [[span(`  ${day}`, 'dim')], ...lines] : lines;
		}),
	];
}
