import {datasetRef} from '../../../domain/filter-datasets.js';
import type {JobRow} from '../../../services/jobs/job-event.js';
import {formOffset} from '../../components/form-layout.js';
import type {Action} from '../../state/action.js';
import {type FormValues, formProblem} from '../../state/form.js';
import type {State} from '../../state/state.js';
import {emptyEvaluation, evaluationFields, withTeacher} from './evaluation-form.js';
import {besideLines} from './evaluation-lines.js';
import type {EvaluationSlice} from './evaluation-slice.js';

const slice = (state: State): EvaluationSlice => state.screens.evaluation;

export const selectFields = (state: State) => evaluationFields(slice(state).datasets, slice(state).extended);

/** True when it can be run, else what is missing. */
export function whenRunnable(state: State): true | string {
	const {plan, planning, problem, values} = slice(state);
	if (state.work) return `${state.work.title} is under way: esc ends it`;
	const wrong = formProblem(selectFields(state), values) ?? problem;
	if (wrong !== null) return wrong;
	if (plan === null || planning !== null) return 'the evaluation is still being planned';
	return plan.answers + plan.judgements === 0 ? 'nothing is missing: name another model' : true;
}

const begun = {plan: null, problem: null, planning: 'planning', index: 0, offset: 0} as const;

const noCandidates: FormValues = {teacher: '', base: '', student: '', other: ''};

/** The student of a job against its base, on the held-out rows of its data set. */
function ofJob({values}: EvaluationSlice, {job, link}: JobRow): FormValues {
	return {
		set: link ? `${link.dataset}@${link.datasetVersion}` : (values.set ?? ''),
		base: `${job.service}:${job.baseModel}`,
		student: job.fineTunedModel ? `${job.service}:${job.fineTunedModel}` : '',
	};
}

/** The form for another purpose: as it was left, else with what is always wanted and `given`. */
function turnedTo(evaluation: EvaluationSlice, purpose: string, given: FormValues): EvaluationSlice {
	const left = new Map(evaluation.left).set(evaluation.purpose, evaluation.values);
	const {graders, judge, rubric, limit, budget, maxTokens, temperature, concurrency} = {...emptyEvaluation, ...evaluation.values};
	const alike = {graders, judge, rubric, limit, budget, maxTokens, temperature, concurrency} as FormValues;
	return {...evaluation, left, purpose, values: left.get(purpose) ?? {...emptyEvaluation, ...alike, ...given}};
}

function withField({values, datasets, extended}: EvaluationSlice, field: string, value: string): FormValues {
	const changed = {...values, [field]: value};
	return field === 'set' && extended === null ? withTeacher(changed, datasets, values.set ?? '') : changed;
}

function reduceSlice(evaluation: EvaluationSlice, action: Action): EvaluationSlice {
	switch (action.type) {
		case 'evaluation/opened': {
			const {job} = action;
			const opened = {...evaluation, ...begun, extended: null};
			return job ? turnedTo(opened, `job ${job.job.service}/${job.job.id}`, ofJob(evaluation, job)) : turnedTo(opened, 'new', {});
		}
		case 'evaluation/extended': {
			const {definition} = action.summary;
			return turnedTo({...evaluation, ...begun, extended: definition}, `more for ${definition.id}`, noCandidates);
		}
		case 'evals/began': {
			const said: FormValues = evaluation.extended ? noCandidates : {name: ''};
			return {...evaluation, values: {...evaluation.values, ...said}};
		}
		case 'evaluation/choices-received': {
			const {datasets} = action;
			if (evaluation.extended) return {...evaluation, datasets};
			const first = datasets.find(({counts}) => counts.valid > 0);
			const values = {...evaluation.values, set: evaluation.values.set || (first ? datasetRef(first) : '')};
			// A teacher that was taken out stays out, unless there never was a test set to take one from.
			const isNew = evaluation.values.set === '' || !evaluation.left.has(evaluation.purpose);
			return {...evaluation, datasets, values: isNew ? withTeacher(values, datasets, '') : values};
		}
		case 'form/moved':
			return {
				...evaluation,
				index: Math.max(0, Math.min(evaluationFields(evaluation.datasets, evaluation.extended).length - 1, evaluation.index + action.by)),
			};
		case 'form/set':
			return {...evaluation, values: withField(evaluation, action.field, action.value)};
		case 'evaluation/planning':
			return {...evaluation, planning: action.words, problem: null};
		case 'evaluation/planned':
			return {...evaluation, plan: action.plan, problem: action.problem, planning: null};
		default:
			return evaluation;
	}
}

function scrolled(state: State, by: number): EvaluationSlice {
	const fieldCount = selectFields(state).length;
	return {...slice(state), offset: formOffset(state, fieldCount, (width) => besideLines(state, width).length, slice(state).offset, by)};
}

export function reduceEvaluation(state: State, action: Action): State {
	if (action.type.startsWith('form/') && state.screen !== 'evaluation') return state;
	const evaluation = action.type === 'form/scrolled' ? scrolled(state, action.by) : reduceSlice(slice(state), action);
	if (action.type === 'evaluation/opened' || action.type === 'evaluation/extended') {
		const from = state.screen === 'evaluation' ? evaluation.from : state.screen;
		return {...state, screen: 'evaluation', screens: {...state.screens, evaluation: {...evaluation, from}}};
	}
	return evaluation === slice(state) ? state : {...state, screens: {...state.screens, evaluation}};
}
