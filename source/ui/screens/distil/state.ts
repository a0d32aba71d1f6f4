import {datasetRef} from '../../../domain/filter-datasets.js';
import {formOffset} from '../../components/form-layout.js';
import type {Action} from '../../state/action.js';
import {type FormValues, formProblem} from '../../state/form.js';
import type {State} from '../../state/state.js';
import {distilFields} from './distil-form.js';
import {besideLines} from './distil-lines.js';
import type {DistilSlice} from './distil-slice.js';

const slice = (state: State): DistilSlice => state.screens.distil;

export const selectFields = (state: State) => distilFields(slice(state).datasets, slice(state).services, slice(state).values);

/** True when a job can be created, else what is missing. */
export function whenCreatable(state: State): true | string {
	const {plan, planning, problem, values} = slice(state);
	if (state.work) return `${state.work.title} is under way: esc ends it`;
	const wrong = formProblem(selectFields(state), values) ?? problem;
	if (wrong !== null) return wrong;
	if (plan === null || planning !== null) return 'the job is still being planned';
	return plan.blockers[0] ?? true;
}

/** Another data set brings its own service and base model along. */
function withDataset({values, datasets, services}: DistilSlice, ref: string): FormValues {
	if (ref === values.dataset) return values;
	const tuner = datasets.find((one) => datasetRef(one) === ref)?.destination.tuner;
	const service = services.find((one) => one === tuner) ?? values.service ?? '';
	return {...values, dataset: ref, service, base: ''};
}

function withChoices(distil: DistilSlice, {datasets, services}: Extract<Action, {type: 'distil/choices-received'}>): DistilSlice {
	const {asked} = distil;
	const wanted = [asked, distil.values.dataset].find((ref) => datasets.some((one) => datasetRef(one) === ref));
	const first = datasets[0];
	const values = withDataset({...distil, datasets, services}, wanted ?? (first ? datasetRef(first) : ''));
	const service = services.find((one) => one === values.service) ?? services[0] ?? '';
	return {...distil, datasets, services, asked: null, values: {...values, service}};
}

function reduceSlice(distil: DistilSlice, action: Action): DistilSlice {
	switch (action.type) {
		case 'distil/opened':
			return {...distil, asked: action.ref, plan: null, problem: null, planning: 'planning', index: 0, offset: 0};
		case 'distil/choices-received':
			return withChoices(distil, action);
		case 'form/moved':
			return {
				...distil,
				index: Math.max(0, Math.min(distilFields(distil.datasets, distil.services, distil.values).length - 1, distil.index + action.by)),
			};
		case 'form/set':
			return {
				...distil,
				values: action.field === 'dataset' ? withDataset(distil, action.value) : {...distil.values, [action.field]: action.value},
			};
		case 'distil/planning':
			return {...distil, planning: action.words, problem: null};
		case 'distil/planned':
			return {...distil, plan: action.plan, problem: action.problem, planning: null};
		default:
			return distil;
	}
}

function scrolled(state: State, by: number): DistilSlice {
	const fieldCount = selectFields(state).length;
	return {...slice(state), offset: formOffset(state, fieldCount, (width) => besideLines(state, width).length, slice(state).offset, by)};
}

export function reduceDistil(state: State, action: Action): State {
	if (action.type.startsWith('form/') && state.screen !== 'distil') return state;
	const distil = action.type === 'form/scrolled' ? scrolled(state, action.by) : reduceSlice(slice(state), action);
	if (action.type === 'distil/opened') {
		const from = state.screen === 'distil' ? distil.from : state.screen;
		return {...state, screen: 'distil', screens: {...state.screens, distil: {...distil, from}}};
	}
	return distil === slice(state) ? state : {...state, screens: {...state.screens, distil}};
}
