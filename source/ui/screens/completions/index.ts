import {completeCompletionFilter, completionFilterKeys, completionFilterSyntax} from '../../../domain/filter-completions.js';
import {cellsOf} from '../../../view/spoken.js';
import {layoutOf} from '../../layout.js';
import {legendOf} from '../../legend-of.js';
import type {Screen, ScreenWord} from '../screen.js';
import {completionCopies, completionFacets} from './completion-menus.js';
import {completionPages} from './completion-pages.js';
import {selectColumns} from './completions-frame.js';
import {completionsBindings, readingGroup} from './keys.js';
import {reduceCompletions, selectProblems, selectSeqs, selectView, sortKeys} from './state.js';
import {whyEmpty} from './why-empty.js';

const completionWords: readonly ScreenWord[] = [
	['A B', 'good', 'Grade: a pinned route answered, by the word of the service that routed it; A: signed as well'],
	['C', 'plain', 'Grade: who served it is known'],
	['D', 'warn', 'Grade: only the model is known; or imported, and the service has a record of it'],
	['E', 'bad', 'Grade: nothing but the imported file says where it came from'],
	[
		'NO',
		'bad',
		"Policy: not for training any model; a data set is judged again for where it is trained, and OpenAI's answers may pass for its own models there",
	],
	['!', 'bad', 'behind the grade: another model or provider answered than was asked for'],
	['+ x', 'accent', 'Rate: accepted, rejected; a number is the rating from 1 to 5'],
	['29d', 'plain', 'Left: days until OpenAI drops its copy; gone: it is not listed any more; del.: deleted from here'],
];

export const completionsScreen: Screen = {
	id: 'completions',
	title: 'Completions',
	about:
		'Every answer that was collected, imported or fetched, with the proof of where it came from. Read, rate and tag here; what you keep becomes a data set.',
	digit: '4',
	parent: 'models',
	bindings: completionsBindings,
	reduce: reduceCompletions,
	filterKeys: completionFilterKeys,
	filterSyntax: completionFilterSyntax,
	words: completionWords,
	facets: completionFacets,
	copies: completionCopies,
	pages: completionPages,
	pageGroups: {completion: readingGroup},
	markedWords: 'm rates them, T tags them, a makes a data set of them',
	detail: (state, width) => completionPages.completion!.lines(state, width),
	notice: ({screens: {completions}}) => completions.problem ?? '',
	legend: ({size}) =>
		legendOf(
			size.columns,
			'Grade A to E: proof of origin   Policy: when recorded, on training any model; a data set judges again for its destination',
			'Grade A to E: proof of origin   Policy: any training; a data set judges anew',
			'Grade: proof of origin   Policy: for any training',
		),
	list: {
		read: (state) => state.screens.completions.list,
		write: (state, list) => ({...state, screens: {...state.screens, completions: {...state.screens.completions, list}}}),
		view: (state) => selectView(state, layoutOf(state).listRows),
		noun: ['completion', 'completions'],
		cells(state, index) {
			const seq = selectSeqs(state)[index];
			const row = seq === undefined ? undefined : state.screens.completions.rows.get(seq);
			return row ? cellsOf(selectColumns(state), {seq: row.seq, row}) : null;
		},
		whyEmpty,
		count: (state) => selectSeqs(state).length,
		total: (state) => state.screens.completions.total,
		sortKeys,
		isRanked: () => false,
		problems: selectProblems,
		complete(state) {
			const {list, known} = state.screens.completions;
			return completeCompletionFilter(
				list.filter.text,
				list.filter.cursor,
				(wanted) => known?.find(({facet}) => facet === wanted)?.counts ?? [],
			);
		},
	},
};
