import {formOffset} from '../../components/form-layout.js';
import type {Action} from '../../state/action.js';
import {formProblem} from '../../state/form.js';
import type {State} from '../../state/state.js';
import {draftFields} from './draft-form.js';
import {besideLines} from './draft-lines.js';
import type {DraftSlice} from './draft-slice.js';

const slice = (state: State): DraftSlice => state.screens.draft;

/** True when it can be frozen, else what is missing. */
export function whenFreezable(state: State): true | string {
	const {form, plan, problem, planning} = slice(state);
	if (state.work) return `${state.work.title} is under way: esc ends it`;
	const wrong = formProblem(draftFields, form) ?? problem;
	if (wrong !== null) return wrong;
	if (plan === null || planning !== null) return 'the rows are still being judged';
	return plan.counts.train + plan.counts.valid > 0 ? true : 'no row is left: d shows why each was dropped';
}

function reduceSlice(draft: DraftSlice, action: Action): DraftSlice {
	switch (action.type) {
		case 'draft/opened':
			return {
				...draft,
				seqs: action.seqs,
				filter: action.filter,
				plan: null,
				problem: null,
				planning: 'judging the rows',
				index: 0,
				offset: 0,
			};
		case 'form/moved':
			return {...draft, index: Math.max(0, Math.min(draftFields.length - 1, draft.index + action.by))};
		case 'form/set':
			return {...draft, form: {...draft.form, [action.field]: action.value}};
		case 'draft/planning':
			return {...draft, planning: action.words, problem: null};
		case 'draft/planned':
			return {...draft, plan: action.plan ?? draft.plan, problem: action.problem, planning: null};
		case 'draft/named':
			return draft.plan ? {...draft, plan: {...draft.plan, name: action.name, version: action.version}} : draft;
		default:
			return draft;
	}
}

/** What stands beside the form scrolls no further than it is long. */
function scrolled(state: State, by: number): DraftSlice {
	const lineCount = (width: number) => besideLines(state, width).length;
	return {...slice(state), offset: formOffset(state, draftFields.length, lineCount, slice(state).offset, by)};
}

export function reduceDraft(state: State, action: Action): State {
	if (action.type.startsWith('form/') && state.screen !== 'draft') return state;
	const draft = action.type === 'form/scrolled' ? scrolled(state, action.by) : reduceSlice(slice(state), action);
	if (action.type === 'draft/opened') {
		const from = state.screen === 'datasets' ? 'datasets' : 'completions';
		return {...state, screen: 'draft', screens: {...state.screens, draft: {...draft, from}}};
	}
	return draft === slice(state) ? state : {...state, screens: {...state.screens, draft}};
}
