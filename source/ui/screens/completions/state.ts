import {parseCompletionFilter} from '../../../domain/filter-completions.js';
import type {CompletionCriteria, CompletionRow, CompletionSelection, CompletionSort} from '../../../domain/ledger.js';
import type {Action} from '../../state/action.js';
import {cursorIndexOf, type ListView} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';
import {type CompletionsSlice, initialCompletions} from './completions-slice.js';

const noSeqs: CompletionSelection = new Float64Array();

export const sortKeys: readonly {readonly id: CompletionSort['by']; readonly title: string}[] = [
	{id: 'created', title: 'sent'},
	{id: 'grade', title: 'grade'},
	{id: 'policy', title: 'policy'},
	{id: 'rating', title: 'rating'},
	{id: 'model', title: 'model'},
	{id: 'provider', title: 'provider'},
	{id: 'tokens', title: 'tokens'},
	{id: 'cost', title: 'cost'},
	{id: 'latency', title: 'took'},
	{id: 'expires', title: 'days left'},
	{id: 'status', title: 'status'},
	{id: 'source', title: 'source'},
];

/** Ages in a filter count from the minute, so that typing is not read anew with every tick. */
const selectParsed = memoizeLast((text: string, minute: number) => parseCompletionFilter(text, new Date(minute * 60_000)));

const slice = (state: State): CompletionsSlice => state.screens.completions;
export const selectCriteria = (state: State): CompletionCriteria =>
	selectParsed(slice(state).list.filter.text, Math.floor(state.now / 60_000)).criteria;
export const selectProblems = (state: State): readonly string[] =>
	selectParsed(slice(state).list.filter.text, Math.floor(state.now / 60_000)).problems.map(({message}) => message);
export const selectSort = (state: State): CompletionSort => slice(state).list.sort as CompletionSort;
export const selectSeqs = (state: State): CompletionSelection => slice(state).seqs ?? noSeqs;

/** Index of a completion among those selected; -1 when the filter leaves it out. */
function indexOfSeq(seqs: CompletionSelection, id: string, near: number): number {
	const seq = Number(id);
	return seqs[near] === seq ? near : seqs.indexOf(seq);
}

export function selectView(state: State, height: number): ListView {
	const seqs = selectSeqs(state);
	return {
		ids: (index) => (seqs[index] === undefined ? undefined : String(seqs[index])),
		count: seqs.length,
		height,
		indexOf: (id) => indexOfSeq(seqs, id, slice(state).list.cursorIndex),
	};
}

/** Sequence number under the cursor; null when there is no row. */
export function selectCursorSeq(state: State): number | null {
	return selectSeqs(state)[cursorIndexOf(slice(state).list, selectView(state, 1))] ?? null;
}

/** The completion under the cursor; undefined while it is being read. */
export function selectChosen(state: State): CompletionRow | undefined {
	const seq = selectCursorSeq(state);
	return seq === null ? undefined : slice(state).rows.get(seq);
}

/** The whole completion under the cursor; null while it is being read. */
export function selectRun(state: State) {
	const {run} = slice(state);
	return run !== null && run.completion.seq === selectCursorSeq(state) ? run : null;
}

/** What a key acts on: the marked completions, else the one under the cursor. */
export function selectTargets(state: State): readonly number[] {
	const {marks} = slice(state).list;
	if (marks.size > 0) return [...marks].map(Number);
	const seq = selectCursorSeq(state);
	return seq === null ? [] : [seq];
}

/** Rows kept in memory at most; what is not near the cursor is read again when it comes into sight. */
const keptRows = 2000;

function withRows({rows: before}: CompletionsSlice, rows: readonly CompletionRow[], isReset: boolean): ReadonlyMap<number, CompletionRow> {
	const map = new Map(isReset || before.size > keptRows ? [] : before);
	for (const row of rows) map.set(row.seq, row);
	return map;
}

function reduceSlice(completions: CompletionsSlice, action: Action): CompletionsSlice {
	switch (action.type) {
		case 'completions/selected':
			return {...completions, seqs: action.seqs, total: action.total, problem: null, facets: null};
		case 'completions/rows-received':
			return {...completions, rows: withRows(completions, action.rows, action.isReset)};
		case 'completions/run-received':
			return {...completions, run: action.run};
		case 'completions/counted':
			return {...completions, facets: action.facets};
		case 'completions/values-counted':
			return {...completions, known: action.known};
		case 'completions/changed':
			return completions.known === null ? completions : {...completions, known: null};
		case 'completions/compared':
			return {...completions, compared: action.diff, comparedPrompt: action.prompt};
		case 'completions/failed':
			return {...completions, seqs: completions.seqs ?? initialCompletions.seqs, problem: action.message};
		default:
			return completions;
	}
}

export function reduceCompletions(state: State, action: Action): State {
	const completions = reduceSlice(slice(state), action);
	return completions === slice(state) ? state : {...state, screens: {...state.screens, completions}};
}
