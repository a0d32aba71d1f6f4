import {cleanText} from '../../../domain/clean-text.js';
import {completeEvalFilter, filterEvals, parseEvalFilter, sortEvals} from '../../../domain/filter-evals.js';
import type {EvalSummary} from '../../../services/evals/eval-event.js';
import {type Line, span} from '../../../view/line.js';
import type {Action} from '../../state/action.js';
import {arrange, cursorIndexOf, type ListView} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';
import type {EvalsSlice} from './evals-slice.js';

const none: readonly EvalSummary[] = [];
const slice = (state: State): EvalsSlice => state.screens.evals;
export const selectAll = (state: State): readonly EvalSummary[] => slice(state).evals ?? none;

const selectParsed = memoizeLast((text: string) => parseEvalFilter(text));
const selectSorted = memoizeLast((evals: readonly EvalSummary[], by: string, descending: boolean) => sortEvals(evals, {by, descending}));
const selectFiltered = memoizeLast((evals: readonly EvalSummary[], text: string) =>
	text.trim() === '' ? evals : filterEvals(evals, selectParsed(text).filter),
);

export function selectRows(state: State): readonly EvalSummary[] {
	const {list} = slice(state);
	return arrange(selectAll(state), list, (evals) => selectFiltered(evals, list.filter.text), selectSorted);
}

export const selectProblems = (state: State) => selectParsed(slice(state).list.filter.text).problems.map(({message}) => message);
export const selectIsRanked = (state: State): boolean =>
	!slice(state).list.isSortChosen &&
	selectParsed(slice(state).list.filter.text).filter.terms.some(({kind, negated}) => kind === 'word' && !negated);
export const complete = (state: State) => {
	const {text, cursor} = slice(state).list.filter;
	return completeEvalFilter(text, cursor, selectAll(state));
};

export function selectView(state: State, height: number): ListView {
	const rows = selectRows(state);
	return {ids: (index) => rows[index]?.id, count: rows.length, height, indexOf: (id) => rows.findIndex((one) => one.id === id)};
}

/** The evaluation under the cursor. */
export function selectChosen(state: State): EvalSummary | undefined {
	return selectRows(state)[cursorIndexOf(slice(state).list, selectView(state, 1))];
}

/** The whole of it; null while it is being read. */
export function selectDetail(state: State) {
	const {detail} = slice(state);
	return detail?.summary.id === selectChosen(state)?.id ? detail : null;
}

/** Instead of a result that there is not yet. */
export function noResultLines(state: State): readonly Line[] {
	const one = selectChosen(state);
	const models = (one?.definition.candidates ?? []).map(({label}) => cleanText(label)).join(', ');
	const isRunning = state.work?.title === 'evaluating';
	return [
		[
			span(
				isRunning ? 'Being asked and graded: the result stands here when it ends.' : 'Not every answer is there yet: t goes on.',
				'strong',
			),
		],
		[span(`${one?.expected ?? 0} answers of ${models}.`, 'dim')],
	];
}

function reduceSlice(evals: EvalsSlice, action: Action): EvalsSlice {
	switch (action.type) {
		case 'evals/received':
			return {...evals, evals: action.evals, problem: null};
		case 'evals/detail-received':
			return {...evals, detail: action.detail};
		case 'evals/failed':
			return {...evals, problem: action.message};
		case 'evals/began':
			return {...evals, list: {...evals.list, filter: {text: '', cursor: 0}, cursorId: action.id}};
		default:
			return evals;
	}
}

export function reduceEvals(state: State, action: Action): State {
	const evals = reduceSlice(slice(state), action);
	const screen = action.type === 'evals/began' ? 'evals' : state.screen;
	return evals === slice(state) && screen === state.screen ? state : {...state, screen, screens: {...state.screens, evals}};
}
