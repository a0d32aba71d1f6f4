import {evalFilterKeys, evalSortKeys} from '../../../domain/filter-evals.js';
import {evalColumns} from '../../../view/eval-columns.js';
import {evalLines, evalRowsLines} from '../../../view/eval-lines.js';
import {jsonLines} from '../../../view/json-lines.js';
import {type Line, span} from '../../../view/line.js';
import {cellsOf} from '../../../view/spoken.js';
import {layoutOf} from '../../layout.js';
import {legendOf} from '../../legend-of.js';
import type {State} from '../../state/state.js';
import type {Screen} from '../screen.js';
import {evalCopies, evalFacets} from './eval-menus.js';
import {evalsBindings} from './keys.js';
import {
	complete,
	noResultLines,
	reduceEvals,
	selectAll,
	selectChosen,
	selectDetail,
	selectIsRanked,
	selectProblems,
	selectRows,
	selectView,
} from './state.js';
import {whyEmpty} from './why-empty.js';

const waiting: readonly Line[] = [[span('reading …', 'dim')]];
const titled = (words: string) => (state: State) => `${words} · ${selectChosen(state)?.name ?? ''}`;

export const evalsScreen: Screen = {
	id: 'evals',
	title: 'Evaluations',
	about: 'Student against base against teacher on the same held-out questions, with intervals, costs and the answers behind every number.',
	digit: '7',
	parent: 'jobs',
	bindings: evalsBindings,
	reduce: reduceEvals,
	filterKeys: evalFilterKeys,
	facets: evalFacets,
	copies: evalCopies,
	pages: {
		rows: {
			title: titled('Where they differ'),
			lines(state, width) {
				const detail = selectDetail(state);
				return detail ? evalRowsLines(detail.rows, detail.summary.definition, width) : waiting;
			},
		},
		policy: {
			title: titled('Results'),
			lines(state, width) {
				const result = selectChosen(state)?.result;
				return result ? evalLines(result, width, 't') : noResultLines(state);
			},
		},
		raw: {
			title: titled('JSON'),
			lines: (state, width) => jsonLines(selectChosen(state)?.result ?? selectChosen(state)?.definition ?? null, width),
		},
	},
	detail(state, width) {
		const result = selectChosen(state)?.result;
		return result ? evalLines(result, width, 't') : noResultLines(state);
	},
	notice: ({screens: {evals}}) => evals.problem ?? '',
	legend: (state) =>
		selectRows(state).length === 0
			? []
			: legendOf(
					state.size.columns,
					'Intervals are 95 %; a difference whose interval holds 0 shows nothing',
					'Intervals are 95 %; one that holds 0 shows nothing',
				),
	list: {
		read: (state) => state.screens.evals.list,
		write: (state, list) => ({...state, screens: {...state.screens, evals: {...state.screens.evals, list}}}),
		view: (state) => selectView(state, layoutOf(state).listRows),
		noun: ['evaluation', 'evaluations'],
		cells(state, index) {
			const summary = selectRows(state)[index];
			return summary ? cellsOf(evalColumns, summary) : null;
		},
		whyEmpty,
		count: (state) => selectRows(state).length,
		total: (state) => selectAll(state).length,
		sortKeys: evalSortKeys,
		isRanked: selectIsRanked,
		problems: selectProblems,
		complete,
	},
};
