import {completeFilter, filterKeys} from '../../../domain/filter-models.js';
import {sortKeys} from '../../../domain/sort-models.js';
import {span} from '../../../view/line.js';
import {cellsOf} from '../../../view/spoken.js';
import {layoutOf} from '../../layout.js';
import {withRouteCounts} from '../../route-counts.js';
import type {Screen} from '../screen.js';
import {modelsBindings} from './keys.js';
import {modelDetail} from './model-detail.js';
import {modelCopies, modelFacets} from './model-menus.js';
import {modelPages} from './model-pages.js';
import {selectColumns} from './models-frame.js';
import {distillWords, hasNoKey, reduceModels, selectChosen, selectFilterProblems, selectIsRanked, selectRows, selectView} from './state.js';
import {whyEmpty} from './why-empty.js';

export const modelsScreen: Screen = {
	id: 'models',
	title: 'Models',
	about:
		'Which models may be distilled, at which service, at what price. Every verdict names its source; what no source says stays unknown.',
	digit: '1',
	bindings: modelsBindings,
	reduce: reduceModels,
	filterKeys,
	facets: modelFacets,
	copies: modelCopies,
	pages: modelPages,
	detail(state, width) {
		const chosen = selectChosen(state);
		return chosen ? modelDetail(withRouteCounts(state, chosen), state.routeLists.get(chosen.id), width, new Date(state.now)) : [];
	},
	summary: (state) => `distillable ${distillWords[state.screens.models.distill]}`,
	legend(state) {
		if (!hasNoKey(state) || state.catalogue.models.length === 0) return null;
		const {columns} = state.size;
		const words =
			columns < 78
				? 'prompts, stored answers, training'
				: columns < 92
					? 'prompts and training; this list needs none'
					: 'prompts, stored answers, fine-tuning; this list needs none';
		return [span('No keys yet: ', 'dim'), span('K', 'accent'), span(` sets them up for ${words}`, 'dim')];
	},
	list: {
		read: (state) => state.screens.models.list,
		write: (state, list) => ({...state, screens: {...state.screens, models: {...state.screens.models, list}}}),
		view: (state) => selectView(state, layoutOf(state).listRows),
		noun: ['model', 'models'],
		cells(state, index) {
			const model = selectRows(state)[index];
			return model ? cellsOf(selectColumns(state), withRouteCounts(state, model)) : null;
		},
		whyEmpty,
		count: (state) => selectRows(state).length,
		total: (state) => state.catalogue.models.length,
		sortKeys,
		isRanked: selectIsRanked,
		problems: (state) => selectFilterProblems(state).map(({message}) => message),
		complete(state) {
			const {text, cursor} = state.screens.models.list.filter;
			return completeFilter(text, cursor, state.catalogue.models);
		},
	},
};
