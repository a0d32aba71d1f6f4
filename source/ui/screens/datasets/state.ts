import type {Dataset} from '../../../domain/dataset.js';
import {datasetRef, filterDatasets, parseDatasetFilter, sortDatasets} from '../../../domain/filter-datasets.js';
import type {Action} from '../../state/action.js';
import {arrange, cursorIndexOf, type ListView} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';
import type {DatasetsSlice} from './datasets-slice.js';

const none: readonly Dataset[] = [];
const slice = (state: State): DatasetsSlice => state.screens.datasets;
export const selectAll = (state: State): readonly Dataset[] => slice(state).datasets ?? none;

const selectParsed = memoizeLast((text: string) => parseDatasetFilter(text));
const selectSorted = memoizeLast((datasets: readonly Dataset[], by: string, descending: boolean) =>
	sortDatasets(datasets, {by, descending}),
);
const selectFiltered = memoizeLast((datasets: readonly Dataset[], text: string) =>
	text.trim() === '' ? datasets : filterDatasets(datasets, selectParsed(text).filter),
);

export function selectRows(state: State): readonly Dataset[] {
	const {list} = slice(state);
	return arrange(selectAll(state), list, (datasets) => selectFiltered(datasets, list.filter.text), selectSorted);
}

export const selectProblems = (state: State) => selectParsed(slice(state).list.filter.text).problems.map(({message}) => message);
export const selectIsRanked = (state: State): boolean =>
	!slice(state).list.isSortChosen &&
	selectParsed(slice(state).list.filter.text).filter.terms.some(({kind, negated}) => kind === 'word' && !negated);

export function selectView(state: State, height: number): ListView {
	const rows = selectRows(state);
	return {
		ids: (index) => rows[index] && datasetRef(rows[index]),
		count: rows.length,
		height,
		indexOf: (id) => rows.findIndex((dataset) => datasetRef(dataset) === id),
	};
}

/** The data set under the cursor. */
export function selectChosen(state: State): Dataset | undefined {
	return selectRows(state)[cursorIndexOf(slice(state).list, selectView(state, 1))];
}

/** Its rows and drops; null while they are being read. */
export function selectDetail(state: State) {
	const chosen = selectChosen(state);
	const {detail} = slice(state);
	return chosen && detail?.ref === datasetRef(chosen) ? detail : null;
}

function reduceSlice(datasets: DatasetsSlice, action: Action): DatasetsSlice {
	switch (action.type) {
		case 'datasets/received':
			return {...datasets, datasets: action.datasets, problem: null};
		case 'datasets/failed':
			return {...datasets, problem: action.message};
		case 'datasets/detail-received':
			return {...datasets, detail: action.detail, excerpts: new Map()};
		case 'datasets/excerpts-received':
			return {...datasets, excerpts: new Map([...datasets.excerpts, ...action.excerpts])};
		case 'datasets/frozen':
			return {...datasets, list: {...datasets.list, filter: {text: '', cursor: 0}, cursorId: action.ref}};
		default:
			return datasets;
	}
}

export function reduceDatasets(state: State, action: Action): State {
	const datasets = reduceSlice(slice(state), action);
	const screen = action.type === 'datasets/frozen' ? 'datasets' : state.screen;
	return datasets === slice(state) && screen === state.screen ? state : {...state, screen, screens: {...state.screens, datasets}};
}
