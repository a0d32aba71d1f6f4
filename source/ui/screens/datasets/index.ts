import {completeDatasetFilter, datasetFilterKeys, datasetSortKeys} from '../../../domain/filter-datasets.js';
import {datasetColumns} from '../../../view/dataset-columns.js';
import {datasetLines} from '../../../view/dataset-lines.js';
import {cellsOf} from '../../../view/spoken.js';
import {layoutOf} from '../../layout.js';
import {legendOf} from '../../legend-of.js';
import type {Screen, ScreenWord} from '../screen.js';
import {datasetCopies, datasetFacets} from './dataset-menus.js';
import {datasetPages} from './dataset-pages.js';
import {datasetsBindings} from './keys.js';
import {reduceDatasets, selectAll, selectChosen, selectIsRanked, selectProblems, selectRows, selectView} from './state.js';
import {whyEmpty} from './why-empty.js';

const datasetWords: readonly ScreenWord[] = [
	['route', 'good', 'Gate: the route that served is known, and its terms allow'],
	['model', 'warn', "Gate: the model's layers allow and none forbids; the route may be unrecorded"],
	['2 open', 'warn', 'Duties: what licences and terms ask for and is not done yet; violated: it is broken'],
	['12', 'warn', 'Refused: completions that the gate left out'],
	['3', 'bad', 'Overr.: rows that are in although the gate refused them; the reason stands in the card'],
];

export const datasetsScreen: Screen = {
	id: 'datasets',
	title: 'Datasets',
	about: 'Frozen training sets. The gate judged every row for the place where it will be trained; check, pack, verify and train from here.',
	digit: '5',
	parent: 'completions',
	bindings: datasetsBindings,
	reduce: reduceDatasets,
	filterKeys: datasetFilterKeys,
	words: datasetWords,
	facets: datasetFacets,
	copies: datasetCopies,
	pages: datasetPages,
	detail(state, width) {
		const chosen = selectChosen(state);
		return chosen ? datasetLines(chosen, width) : [];
	},
	markedWords: 'marks do nothing here yet',
	notice: ({screens: {datasets}}) => datasets.problem ?? '',
	legend: ({size}) =>
		legendOf(
			size.columns,
			'Frozen rows never change: another choice is a new version',
			'Frozen rows never change; n makes the next version',
		),
	list: {
		read: (state) => state.screens.datasets.list,
		write: (state, list) => ({...state, screens: {...state.screens, datasets: {...state.screens.datasets, list}}}),
		view: (state) => selectView(state, layoutOf(state).listRows),
		noun: ['data set', 'data sets'],
		cells(state, index) {
			const dataset = selectRows(state)[index];
			return dataset ? cellsOf(datasetColumns, dataset) : null;
		},
		whyEmpty,
		count: (state) => selectRows(state).length,
		total: (state) => selectAll(state).length,
		sortKeys: datasetSortKeys,
		isRanked: selectIsRanked,
		problems: selectProblems,
		complete(state) {
			const {text, cursor} = state.screens.datasets.list.filter;
			return completeDatasetFilter(text, cursor, selectAll(state));
		},
	},
};
