import {jobFilterKeys, jobSortKeys} from '../../../domain/filter-jobs.js';
import {tuningServiceNames} from '../../../domain/job.js';
import {jobColumns} from '../../../view/job-columns.js';
import {jsonLines} from '../../../view/json-lines.js';
import {cellsOf} from '../../../view/spoken.js';
import {layoutOf} from '../../layout.js';
import {legendOf} from '../../legend-of.js';
import type {State} from '../../state/state.js';
import type {Screen} from '../screen.js';
import {jobCopies, jobFacets} from './job-menus.js';
import {selectDetailLines} from './job-pane.js';
import {jobsBindings} from './keys.js';
import {complete, reduceJobs, selectAll, selectChosen, selectIsRanked, selectProblems, selectRows, selectView} from './state.js';
import {whyEmpty} from './why-empty.js';

/** What a service that cannot be asked said; what is shown is what was known before. */
function noticeOf({screens: {jobs}}: State): string {
	const [first] = jobs.problems;
	return jobs.problem ?? (first ? `${tuningServiceNames[first[0]]}: ${first[1]}` : '');
}

export const jobsScreen: Screen = {
	id: 'jobs',
	title: 'Jobs',
	about: 'Fine-tuning jobs at every service that has a key: state, progress, curves, and the model that comes out.',
	digit: '6',
	parent: 'datasets',
	bindings: jobsBindings,
	reduce: reduceJobs,
	filterKeys: jobFilterKeys,
	facets: jobFacets,
	copies: jobCopies,
	pages: {
		job: {
			title: (state) => `Job · ${selectChosen(state)?.job.id ?? ''}`,
			lines: selectDetailLines,
		},
		raw: {
			title: (state) => `Job · ${selectChosen(state)?.job.id ?? ''}`,
			lines: (state, width) => jsonLines(selectChosen(state) ?? null, width),
		},
	},
	detail: selectDetailLines,
	notice: noticeOf,
	legend: (state) =>
		selectRows(state).length === 0
			? []
			: legendOf(
					state.size.columns,
					'Costs with ~ are estimates: rows, epochs and a dated price; the service decides',
					'Costs with ~ are estimates; the service decides',
				),
	list: {
		read: (state) => state.screens.jobs.list,
		write: (state, list) => ({...state, screens: {...state.screens, jobs: {...state.screens.jobs, list}}}),
		view: (state) => selectView(state, layoutOf(state).listRows),
		noun: ['job', 'jobs'],
		cells(state, index) {
			const row = selectRows(state)[index];
			return row ? cellsOf(jobColumns, row) : null;
		},
		whyEmpty,
		count: (state) => selectRows(state).length,
		total: (state) => selectAll(state).length,
		sortKeys: jobSortKeys,
		isRanked: selectIsRanked,
		problems: selectProblems,
		complete,
	},
};
