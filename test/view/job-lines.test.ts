import {expect, test} from 'vitest';
import type {JobMetrics} from '../../source/domain/job.js';
import type {JobDetail, JobRow} from '../../source/domain/job-row.js';
import {chartLines} from '../../source/view/chart-lines.js';
import {jobColumns} from '../../source/view/job-columns.js';
import {jobLines} from '../../source/view/job-lines.js';
import {type Line, lineText, lineWidth} from '../../source/view/line.js';
import {aJob, anEvent} from '../helpers/tuner-world.js';

const textOf = (lines: readonly Line[]) => lines.map(lineText).join('\n');
const now = new Date('2026-11-21T12:30:00.000Z');

const aRow = (part: Partial<JobRow> = {}): JobRow => ({
	job: aJob(),
	link: null,
	seenAt: '2026-11-21T12:00:00.000Z',
	goneAt: null,
	isStale: false,
	estimatedCostUsd: null,
	...part,
});

const metricsOf = (count: number): readonly JobMetrics[] =>
	Array.from({length: count}, (_, index) => ({
		step: index + 1,
		totalSteps: count,
		trainLoss: 0.5 + 2 * Math.exp(-index / (count / 5)),
		validLoss: index % 10 === 0 ? 0.7 + 2 * Math.exp(-index / (count / 5)) : null,
		fullValidLoss: null,
		trainAccuracy: 0.5,
		validAccuracy: null,
		fullValidAccuracy: null,
	}));

test.each([40, 80, 120, 200])('a chart says what its axes are and tells series apart without colour, %i wide', (width) => {
	const lines = chartLines({
		series: [
			{name: 'training', tone: 'accent', points: Array.from({length: 50_000}, (_, x) => ({x, y: 1 / (x + 1)}))},
			{
				name: 'validation',
				tone: 'warn',
				points: [
					{x: 0, y: 0.9},
					{x: 49_999, y: 0.3},
					{x: 3, y: Number.NaN},
				],
			},
		],
		width,
		height: 8,
		xUnit: 'steps',
		yUnit: 'Loss',
	});
	const text = textOf(lines);
	expect(text).toMatch(/^Loss {3}▄ training 1(\.0+)? → /);
	expect(text).toContain('o validation 0.9');
	expect(text).toContain('49,999 steps');
	expect(text).toMatch(/[▄▀]/);
	expect(text.split('\n').slice(-10, -2).join('')).toContain('o');
	expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(width);
	expect(lines.length).toBeLessThan(14);
});

test('a chart of nothing is nothing, and one point or a flat line is drawn', () => {
	const chart = (points: readonly {readonly x: number; readonly y: number}[]) =>
		textOf(chartLines({series: [{name: 'training', tone: 'accent', points}], width: 60, height: 5, xUnit: 'steps', yUnit: 'Loss'}));
	expect(chart([])).toBe('');
	expect(chart([{x: 4, y: 0.5}])).toMatch(/training 0\.5[\s\S]*[▀▄][\s\S]*4 steps/);
	expect(
		chart([
			{x: 1, y: 2},
			{x: 9, y: 2},
		]),
	).toMatch(/[▀▄]/);
});

test('columns: the status in a word, what is not said as such, estimates marked', () => {
	const cellsOf = (row: JobRow) => Object.fromEntries(jobColumns.map(({id, cell}) => [id, cell(row).text]));
	expect(
		cellsOf(aRow({job: aJob({state: 'running', statusWord: 'running', progress: {step: 412, totalSteps: 980}}), estimatedCostUsd: 3.1})),
	).toMatchObject({
		status: 'running',
		progress: '412/980 42%',
		cost: '~$3.10',
		dataset: '-',
		tokens: '-',
	});
	expect(cellsOf(aRow({job: aJob({state: 'unknown', statusWord: 'JOB_STATE_ODD_\u001b[31mRED'}), isStale: true}))).toMatchObject({
		status: 'odd_red ?',
	});
	expect(cellsOf(aRow({job: aJob({state: 'waiting', statusWord: 'validating_files', costUsd: 0.5})}))).toMatchObject({
		status: 'validating',
		cost: '$0.5',
	});
});

test('a job that failed without a reason says so', () => {
	const row = aRow({job: aJob({state: 'failed', statusWord: 'failed', error: null})});
	const text = textOf(jobLines({row, events: [], eventCount: 0, metrics: [], checkpoints: [], problems: []}, 120, now));
	expect(text).toContain('does not say why; its events may.');
});

test.each([40, 80, 120])('a whole job: head, link, curves, checkpoints, events newest last, %i wide', (width) => {
	const detail: JobDetail = {
		row: aRow({
			job: aJob({
				state: 'failed',
				statusWord: 'failed',
				finishedAt: '2026-11-21T12:25:00.000Z',
				error: {code: 'server_error', message: 'It broke.\u001b[2J', param: null},
			}),
			link: {
				key: '01JD8Z0000000000000000000A',
				dataset: 'triage',
				datasetVersion: 3,
				rowsHash: `sha256:${'ab'.repeat(32)}`,
				ledgerHead: `sha256:${'cd'.repeat(32)}`,
				trainingHash: '',
				validationHash: null,
			},
			isStale: true,
		}),
		events: Array.from({length: 300}, (_, index) => anEvent(49_700 + index)),
		eventCount: 50_000,
		metrics: metricsOf(500),
		checkpoints: [{id: 'ckpt-1', model: 'ft:own:ckpt-1', step: 100, at: null, metrics: null}],
		problems: ['The network is gone.'],
	};
	const lines = jobLines(detail, width, now);
	const text = textOf(lines);
	expect(text).toMatch(/^failed/);
	for (const word of [
		'took 25 min',
		'server_error: It broke.',
		'! The network is gone.',
		'triage@3',
		'Loss',
		'Accuracy',
		'Checkpoints',
		'ft:own:ckpt-1',
	])
		expect(text).toContain(word);
	expect(text).toContain('the newest 200 of 50,000');
	expect(text.trimEnd().endsWith('Event 49999')).toBe(true);
	expect(text).not.toContain('\u001b');
	expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(width);
});

test('a job that is gone at its service says since when, and keeps what was known', () => {
	const job = aJob({state: 'running', statusWord: 'running', progress: {step: 4, totalSteps: 40}});
	const row = aRow({job, goneAt: '2026-11-21T12:20:00.000Z'});
	expect(jobColumns[0]!.cell(row)).toEqual({text: 'gone', tone: 'unknown'});
	const text = textOf(jobLines({row, events: [anEvent(1)], eventCount: 1, metrics: [], checkpoints: [], problems: []}, 120, now));
	expect(text).toContain('gone at the service  was running  4/40 10%');
	expect(text).not.toContain('so far');
	expect(text).toContain('Not found at other (OpenAI-shaped) since 2026-11-21 12:20Z. What stands here it told 30 min ago.');
	expect(text).toContain('Event 1');
});
