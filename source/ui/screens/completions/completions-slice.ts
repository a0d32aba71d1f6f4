import type {AnswerDiff} from '../../../domain/answer-diff.js';
import type {CompletionFacet, CompletionRow, CompletionSelection, FacetCount, LedgerRun} from '../../../domain/ledger.js';
import type {Curation} from '../../../services/completions/curate.js';
import {initialList, type ListState} from '../../state/list.js';

export type FacetCounts = readonly {readonly facet: CompletionFacet; readonly counts: readonly FacetCount[]}[];

export type CompletionsSlice = {
	/** Cursor and marks are sequence numbers as text. */
	readonly list: ListState;
	/** Everything that the filter leaves, in order; null while nothing was read. */
	readonly seqs: CompletionSelection | null;
	/** All completions of the ledger. */
	readonly total: number;
	/** Rows near the visible ones. */
	readonly rows: ReadonlyMap<number, CompletionRow>;
	/** The completion under the cursor, whole; it may lag behind the cursor. */
	readonly run: LedgerRun | null;
	readonly facets: FacetCounts | null;
	/** The values of all completions, for Tab in the filter line; null while they are not counted. */
	readonly known: FacetCounts | null;
	/** The last two answers that were compared. */
	readonly compared: AnswerDiff | null;
	/** What both of them, or else the first, were asked last. */
	readonly comparedPrompt: string;
	/** Why the ledger cannot be read. */
	readonly problem: string | null;
};

export const initialCompletions: CompletionsSlice = {
	list: initialList({by: 'created', descending: true}),
	seqs: null,
	total: 0,
	rows: new Map(),
	run: null,
	facets: null,
	known: null,
	compared: null,
	comparedPrompt: '',
	problem: null,
};

export type CompletionsAction =
	| {readonly type: 'completions/selected'; readonly seqs: CompletionSelection; readonly total: number}
	/** `isReset`: what was read before is stale. */
	| {readonly type: 'completions/rows-received'; readonly rows: readonly CompletionRow[]; readonly isReset: boolean}
	| {readonly type: 'completions/run-received'; readonly run: LedgerRun | null}
	| {readonly type: 'completions/counted'; readonly facets: FacetCounts}
	| {readonly type: 'completions/values-counted'; readonly known: FacetCounts}
	| {readonly type: 'completions/failed'; readonly message: string}
	/** Something in the ledger is not as it was read. */
	| {readonly type: 'completions/changed'}
	/** The marked completions, else the one under the cursor. `words` says what for the message line: `rated 5`. */
	| {readonly type: 'completions/curate-asked'; readonly change: Curation; readonly words: string}
	| {readonly type: 'completions/undo-asked'}
	| {readonly type: 'completions/edit-asked'}
	| {readonly type: 'completions/compare-asked'}
	| {readonly type: 'completions/compared'; readonly diff: AnswerDiff; readonly prompt: string}
	| {readonly type: 'completions/sync-asked'; readonly isFull: boolean}
	| {readonly type: 'completions/import-asked'; readonly file: string}
	| {readonly type: 'completions/delete-asked'}
	| {readonly type: 'completions/metadata-asked'; readonly metadata: Readonly<Record<string, string>>}
	| {readonly type: 'completions/duplicates-asked'; readonly isNear: boolean};
