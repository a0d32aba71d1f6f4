import {needsNoKey} from '../../../domain/service-key.js';
import {keyDetail} from '../../../view/key-lines.js';
import {span} from '../../../view/line.js';
import {cellsOf} from '../../../view/spoken.js';
import {layoutOf} from '../../layout.js';
import type {Screen} from '../screen.js';
import {setupBindings} from './keys.js';
import {reduceSetup, selectChosen, selectRows, selectView, setupColumns, setupSortKeys, whyEmpty} from './state.js';

export const setupScreen: Screen = {
	id: 'setup',
	title: 'Set up',
	about: `Keys of services: which are set, where each comes from, what it unlocks. ${needsNoKey}. A key is never shown.`,
	openedBy: 'K everywhere opens it',
	digit: null,
	parent: ({screens}) => screens.setup.from,
	subject: () => '› set up keys',
	bindings: setupBindings,
	reduce: reduceSetup,
	words: [
		['works', 'good', 'the service took the key in this run'],
		['set', 'good', 'there is a key, and it was not asked about in this run: t tests it'],
		['not set', 'dim', 'there is no key'],
		['refused', 'bad', 'the service did not take the key'],
		['set, not tested', 'warn', 'the service could not be asked'],
	],
	filterSyntax: [{example: 'file', help: 'services whose name, state or use holds the word; several words must all be there'}],
	detail(state, width) {
		const row = selectChosen(state);
		return row ? keyDetail(row, width) : [];
	},
	legend: ({size}) => [span(`${size.columns < 100 ? '' : `${needsNoKey}. `}The environment wins over what is kept here.`, 'dim')],
	list: {
		read: (state) => state.screens.setup.list,
		write: (state, list) => ({...state, screens: {...state.screens, setup: {...state.screens.setup, list}}}),
		view: (state) => selectView(state, layoutOf(state).listRows),
		noun: ['service', 'services'],
		cells(state, index) {
			const row = selectRows(state)[index];
			return row ? cellsOf(setupColumns, row) : null;
		},
		whyEmpty,
		count: (state) => selectRows(state).length,
		total: (state) => state.screens.setup.states.length,
		sortKeys: setupSortKeys,
		isRanked: () => false,
		problems: () => [],
		complete: (state) => ({start: state.screens.setup.list.filter.cursor, end: state.screens.setup.list.filter.cursor, options: []}),
	},
};
