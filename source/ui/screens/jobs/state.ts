import {completeJobFilter, filterJobs, parseJobFilter, sortJobs} from '../../../domain/filter-jobs.js';
import type {TuningJob} from '../../../domain/job.js';
import type {JobDetail, JobRow, JobsEvent} from '../../../services/jobs/job-event.js';
import type {Action} from '../../state/action.js';
import {arrange, cursorIndexOf, type ListView} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';
import {type JobsSlice, jobKey} from './jobs-slice.js';

const none: readonly TuningJob[] = [];
const slice = (state: State): JobsSlice => state.screens.jobs;

const selectJobs = memoizeLast((rows: ReadonlyMap<string, JobRow> | null): readonly TuningJob[] =>
	rows === null ? none : [...rows.values()].map(({job}) => job),
);
const selectParsed = memoizeLast((text: string) => parseJobFilter(text));
const selectSorted = memoizeLast((jobs: readonly TuningJob[], by: string, descending: boolean) => sortJobs(jobs, {by, descending}));
const selectFiltered = memoizeLast((jobs: readonly TuningJob[], text: string) =>
	text.trim() === '' ? jobs : filterJobs(jobs, selectParsed(text).filter),
);

export const selectAll = (state: State): readonly TuningJob[] => selectJobs(slice(state).rows);

const selectRowsOf = memoizeLast((jobs: readonly TuningJob[], rows: ReadonlyMap<string, JobRow>): readonly JobRow[] =>
	jobs.map((job) => rows.get(jobKey(job))).filter((row) => row !== undefined),
);

export function selectRows(state: State): readonly JobRow[] {
	const {rows, list} = slice(state);
	if (rows === null) return [];
	return selectRowsOf(
		arrange(selectAll(state), list, (jobs) => selectFiltered(jobs, list.filter.text), selectSorted),
		rows,
	);
}

export const selectProblems = (state: State) => selectParsed(slice(state).list.filter.text).problems.map(({message}) => message);
export const selectIsRanked = (state: State): boolean =>
	!slice(state).list.isSortChosen &&
	selectParsed(slice(state).list.filter.text).filter.terms.some(({kind, negated}) => kind === 'word' && !negated);
export const complete = (state: State) => {
	const {text, cursor} = slice(state).list.filter;
	return completeJobFilter(text, cursor, selectAll(state));
};

export function selectView(state: State, height: number): ListView {
	const rows = selectRows(state);
	return {
		ids: (index) => rows[index] && jobKey(rows[index].job),
		count: rows.length,
		height,
		indexOf: (id) => rows.findIndex(({job}) => jobKey(job) === id),
	};
}

/** The job under the cursor. */
export function selectChosen(state: State): JobRow | undefined {
	return selectRows(state)[cursorIndexOf(slice(state).list, selectView(state, 1))];
}

const withRow = memoizeLast((detail: JobDetail, row: JobRow): JobDetail => (detail.row === row ? detail : {...detail, row}));

/** The whole of it, with the newest row; null while it is being read. */
export function selectDetail(state: State): JobDetail | null {
	const chosen = selectChosen(state);
	const {detail} = slice(state);
	return chosen && detail && jobKey(detail.row.job) === jobKey(chosen.job) ? withRow(detail, chosen) : null;
}

/** What the list says of a job, as long as nothing else is known of it. */
export const bareDetail = (row: JobRow): JobDetail => ({row, events: [], eventCount: 0, metrics: [], checkpoints: [], problems: []});

const withRows = (jobs: JobsSlice, rows: readonly JobRow[]): JobsSlice => {
	const map = new Map(jobs.rows ?? []);
	for (const row of rows) map.set(jobKey(row.job), row);
	return {...jobs, rows: map};
};

function happened(jobs: JobsSlice, event: JobsEvent): JobsSlice {
	switch (event.type) {
		case 'listed': {
			const problems = new Map(jobs.problems);
			problems.delete(event.service);
			return withRows({...jobs, problems}, event.rows);
		}
		case 'changed':
		case 'ended':
			return withRows(jobs, [event.row]);
		case 'failed': {
			const stale = new Map(
				[...(jobs.rows ?? [])].map(([key, row]) => [key, row.job.service === event.service ? {...row, isStale: true} : row]),
			);
			return {...jobs, rows: jobs.rows && stale, problems: new Map(jobs.problems).set(event.service, event.message)};
		}
		case 'events':
		case 'waiting':
			return jobs;
	}
}

function reduceSlice(jobs: JobsSlice, action: Action): JobsSlice {
	switch (action.type) {
		case 'jobs/services-known':
			return {...jobs, services: action.services};
		case 'jobs/loaded':
			return withRows({...jobs, problem: null}, action.rows);
		case 'jobs/happened':
			return happened(jobs, action.event);
		case 'jobs/detail-received':
			return {...withRows(jobs, [action.detail.row]), detail: action.detail};
		case 'jobs/ended':
			return {...jobs, told: new Set(jobs.told).add(jobKey(action.row.job))};
		case 'jobs/failed':
			return {...jobs, problem: action.message};
		case 'jobs/created':
			return {
				...withRows(jobs, [action.row]),
				list: {...jobs.list, filter: {text: '', cursor: 0}, cursorId: jobKey(action.row.job)},
			};
		default:
			return jobs;
	}
}

export function reduceJobs(state: State, action: Action): State {
	const jobs = reduceSlice(slice(state), action);
	const screen = action.type === 'jobs/created' ? 'jobs' : state.screen;
	return jobs === slice(state) && screen === state.screen ? state : {...state, screen, screens: {...state.screens, jobs}};
}
