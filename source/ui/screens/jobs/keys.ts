import {isEnded} from '../../../domain/job.js';
import type {Binding} from '../../keys/binding.js';
import {openAsk, openMenu, openPages} from '../../state/overlay.js';
import type {State} from '../../state/state.js';
import {selectChosen, selectDetail} from './state.js';

const hasRow = (state: State) => (selectChosen(state) ? true : 'no job is chosen: n creates one from a data set');
const isFree = (state: State) => (state.work ? `${state.work.title} is under way: esc ends it` : true);

function whenMoving(state: State): true | string {
	const row = selectChosen(state);
	if (!row) return 'no job is chosen: n creates one from a data set';
	if (row.goneAt !== null) return 'this job is gone at the service';
	return isEnded(row.job.state) ? `this job has ended: ${row.job.statusWord}` : isFree(state);
}

function whenTrained(state: State): true | string {
	const row = selectChosen(state);
	if (!row) return 'no job is chosen: n creates one from a data set';
	if (row.job.fineTunedModel !== null) return true;
	return isEnded(row.job.state)
		? `this job made no model: it ${row.job.state === 'cancelled' ? 'was cancelled' : row.job.state}`
		: 'this job has no model yet';
}

export const jobsBindings: readonly Binding[] = [
	{
		id: 'jobs.new',
		keys: ['n'],
		label: 'new',
		hint: 5,
		when: isFree,
		act: ({screens: {datasets}}) => ({type: 'distil/opened', ref: datasets.list.cursorId}),
	},
	{id: 'jobs.read', keys: ['enter'], label: 'read', hint: 10, when: hasRow, act: () => openPages('job')},
	{
		id: 'jobs.evaluate',
		keys: ['e'],
		label: 'evaluate',
		hint: 14,
		when: whenTrained,
		act: (state) => ({type: 'evaluation/opened', job: selectChosen(state)!}),
	},
	{
		id: 'jobs.cancel',
		keys: ['X'],
		label: 'cancel',
		hint: 30,
		when: whenMoving,
		act: (state) => openAsk('cancel-job', selectChosen(state)!.job.id),
	},
	{
		id: 'jobs.pause',
		keys: ['z'],
		label: 'pause or resume',
		when: whenMoving,
		act: (state) =>
			openAsk('pause-job', `${selectChosen(state)!.job.state === 'paused' ? 'resume' : 'pause'} ${selectChosen(state)!.job.id}`),
	},
	{id: 'jobs.result', keys: ['R'], label: 'the result file', when: hasRow, act: () => ({type: 'jobs/result-asked'})},
	{
		id: 'jobs.dataset',
		keys: ['d'],
		label: 'its data set',
		when: (state) => (selectChosen(state)?.link ? true : 'this job was not created here'),
		act: (state) => {
			const {dataset, datasetVersion} = selectChosen(state)!.link!;
			return [{type: 'datasets/frozen', ref: `${dataset}@${datasetVersion}`}];
		},
	},
	{id: 'jobs.raw', keys: ['i'], label: 'the job as JSON', when: hasRow, act: () => openPages('raw')},
	{
		id: 'jobs.copy',
		keys: ['y'],
		label: 'copy id',
		hint: 50,
		when: hasRow,
		act: (state) => ({type: 'copy/asked', what: 'job id', text: selectChosen(state)!.job.id}),
	},
	{
		id: 'jobs.copy-as',
		keys: ['Y'],
		label: 'copy model, checkpoints, events …',
		when: (state) => (selectDetail(state) ? true : hasRow(state)),
		act: () => openMenu('copy'),
	},
	{id: 'jobs.preview', keys: ['p'], label: 'larger preview', act: () => ({type: 'app/preview-toggled'})},
];
