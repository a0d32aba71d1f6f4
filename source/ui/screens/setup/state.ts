import {partyNames} from '../../../domain/service.js';
import {keyUnlocks} from '../../../domain/service-key.js';
import type {Column} from '../../../view/cell.js';
import {type KeyRow, keyPlaceWords, keyStateCell} from '../../../view/key-lines.js';
import {type Line, line, span} from '../../../view/line.js';
import type {Action} from '../../state/action.js';
import {cursorIndexOf, type ListView, type Sort} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';
import type {SetupSlice} from './setup-slice.js';

export const setupColumns: ReadonlyArray<Column<KeyRow>> = [
	{id: 'service', title: 'Service', width: 13, cell: ({state}) => span(partyNames[state.party], 'strong')},
	{id: 'key', title: 'Key', width: 15, cell: keyStateCell},
	{id: 'from', title: 'From', width: 11, cell: ({state}) => span(state.place ?? '-')},
	{id: 'unlocks', title: 'Unlocks', width: 20, isFlexible: true, cell: ({state}) => span(keyUnlocks[state.party], 'dim')},
];

export const setupSortKeys = [
	{id: 'order', title: 'Order'},
	{id: 'service', title: 'Service'},
	{id: 'key', title: 'Key'},
] as const;

const textOf = (row: KeyRow): string =>
	[partyNames[row.state.party], row.state.party, keyStateCell(row).text, keyPlaceWords(row.state), keyUnlocks[row.state.party]]
		.join(' ')
		.toLowerCase();

const sortText: Readonly<Record<string, (row: KeyRow) => string>> = {
	service: ({state}) => partyNames[state.party].toLowerCase(),
	key: (row) => keyStateCell(row).text,
};

function sortRows(rows: readonly KeyRow[], {by, descending}: Sort): readonly KeyRow[] {
	const text = sortText[by];
	const sorted = text ? rows.toSorted((one, two) => text(one).localeCompare(text(two))) : rows;
	return descending ? sorted.toReversed() : sorted;
}

const selectSorted = memoizeLast(
	(states: SetupSlice['states'], tests: SetupSlice['tests'], testing: SetupSlice['testing'], sort: Sort, filter: string) => {
		const rows = states.map((state): KeyRow => ({state, test: tests[state.party] ?? null, isTesting: testing === state.party}));
		const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
		return sortRows(rows, sort).filter((row) => words.every((word) => textOf(row).includes(word)));
	},
);

const slice = (state: State): SetupSlice => state.screens.setup;

export function selectRows(state: State): readonly KeyRow[] {
	const {states, tests, testing, list} = slice(state);
	return selectSorted(states, tests, testing, list.sort, list.filter.text);
}

export function selectView(state: State, height: number): ListView {
	const rows = selectRows(state);
	return {
		ids: (index) => rows[index]?.state.party,
		count: rows.length,
		height,
		indexOf: (id) => rows.findIndex(({state: {party}}) => party === id),
	};
}

export function selectChosen(state: State): KeyRow | undefined {
	return selectRows(state)[cursorIndexOf(slice(state).list, selectView(state, 1))];
}

export const whyEmpty = (state: State): readonly Line[] => [
	line('No service passes the filter ', span(slice(state).list.filter.text, 'accent'), '.'),
	[],
	[span('ctrl+x clears it.', 'dim')],
];

const withSetup = (state: State, part: Partial<SetupSlice>): State => ({
	...state,
	screens: {...state.screens, setup: {...slice(state), ...part}},
});

export function reduceSetup(state: State, action: Action): State {
	switch (action.type) {
		case 'setup/opened':
			return action.from === 'setup' ? state : {...withSetup(state, {from: action.from}), screen: 'setup'};
		case 'keys/changed':
			return {...withSetup(state, {states: action.states}), hasKey: action.hasKey};
		case 'setup/testing':
			return withSetup(state, {testing: action.party});
		case 'setup/tested':
			return withSetup(state, {tests: {...slice(state).tests, [action.party]: action.test ?? undefined}, testing: null});
		case 'work/ended':
			return slice(state).testing === null ? state : withSetup(state, {testing: null});
		default:
			return state;
	}
}
