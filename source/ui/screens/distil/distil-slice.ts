import type {Dataset} from '../../../domain/dataset.js';
import type {TuningService} from '../../../domain/job.js';
import type {JobPlan} from '../../../services/jobs/job-event.js';
import type {FormValues} from '../../state/form.js';
import type {ScreenId} from '../screen.js';
import {emptyDistil} from './distil-form.js';

export type DistilSlice = {
	readonly values: FormValues;
	/** The screen that esc goes back to. */
	readonly from: ScreenId;
	readonly index: number;
	/** The data set that it was opened for, until the frozen ones are known. */
	readonly asked: string | null;
	readonly datasets: readonly Dataset[];
	readonly services: readonly TuningService[];
	/** What would be uploaded and asked for; it may lag behind the form. */
	readonly plan: JobPlan | null;
	readonly planning: string | null;
	readonly problem: string | null;
	readonly offset: number;
};

export const initialDistil: DistilSlice = {
	values: emptyDistil,
	from: 'jobs',
	index: 0,
	asked: null,
	datasets: [],
	services: [],
	plan: null,
	planning: null,
	problem: null,
	offset: 0,
};

export type DistilAction =
	/** `ref` is the data set to begin with. */
	| {readonly type: 'distil/opened'; readonly ref: string | null}
	| {readonly type: 'distil/choices-received'; readonly datasets: readonly Dataset[]; readonly services: readonly TuningService[]}
	| {readonly type: 'distil/planning'; readonly words: string}
	| {readonly type: 'distil/planned'; readonly plan: JobPlan | null; readonly problem: string | null}
	| {readonly type: 'distil/create-asked'};
