import {cleanText} from '../../../domain/clean-text.js';
import {formatCount} from '../../../view/format.js';
import type {Binding, BindingGroup} from '../../keys/binding.js';
import {layoutOf} from '../../layout.js';
import {writeMetadata} from '../../overlays/metadata-text.js';
import type {Action} from '../../state/action.js';
import {openAsk, openMenu, openPages} from '../../state/overlay.js';
import type {State} from '../../state/state.js';
import {curated} from './completion-menus.js';
import {selectChosen, selectCursorSeq, selectRun, selectSeqs, selectTargets} from './state.js';

const slice = (state: State) => state.screens.completions;
const whenNarrow = (state: State) => (layoutOf(state).detailColumns > 0 ? 'the preview stands beside the list' : true);
const nothingWords = (state: State): string =>
	slice(state).total === 0
		? 'there are no completions yet: F fetches, I imports, 3 asks'
		: 'no completion passes the filter: ctrl+x clears it';
const hasRow = (state: State) => (selectCursorSeq(state) === null ? nothingWords(state) : true);
const isFree = (state: State) => (state.work ? `${state.work.title} is under way: esc ends it` : true);
const whenFree = (state: State) => (hasRow(state) === true ? isFree(state) : hasRow(state));
const remoteKey = (state: State) => (state.hasKey.openai ? isFree(state) : 'OpenAI needs a key: K sets it up, or start with --sandbox');

/** The first source that a layer of the verdict names. */
const sourceOf = (state: State): string | undefined =>
	selectRun(state)?.record.policy.layers.find(({sourceUrl}) => sourceUrl !== null)?.sourceUrl ?? undefined;

function whenRemote(state: State): true | string {
	if (remoteKey(state) !== true) return remoteKey(state);
	if (hasRow(state) !== true) return hasRow(state);
	return selectChosen(state)?.remote?.state === 'stored' ? true : 'OpenAI keeps no copy of this one that is known of';
}

const whenDeletable = (state: State) => (slice(state).list.marks.size > 0 ? remoteKey(state) : whenRemote(state));

/** What the note or the metadata are now, to be changed in a field of one line. */
const toField = (text: string | null): string => cleanText(text ?? '');

const askDelete = (state: State): Action => openAsk('delete-remote', String(selectTargets(state).length));

const curation: readonly Binding[] = [
	{
		id: 'completions.rate',
		keys: ['m'],
		label: 'rate, accept, reject',
		short: 'rate',
		hint: 12,
		when: whenFree,
		act: () => openMenu('rate'),
	},
	{
		id: 'completions.accept',
		keys: ['+'],
		label: 'accept',
		when: whenFree,
		act: (state) => curated(state, {mark: 'picked'}, 'accepted'),
	},
	{
		id: 'completions.reject',
		keys: ['x'],
		label: 'reject',
		when: whenFree,
		act: (state) => curated(state, {mark: 'rejected'}, 'rejected'),
	},
	{
		id: 'completions.tag',
		keys: ['T'],
		label: 'tag',
		hint: 14,
		when: whenFree,
		act: (state) => openAsk('tag', String(selectTargets(state).length)),
	},
	{
		id: 'completions.note',
		keys: ['w'],
		label: 'write a note',
		when: whenFree,
		act: (state) => openAsk('note', String(selectTargets(state).length), toField(selectChosen(state)?.note ?? null)),
	},
	{
		id: 'completions.edit',
		keys: ['e'],
		label: 'edit the answer in $EDITOR; the original is kept',
		when: (state) => (selectRun(state) ? isFree(state) : hasRow(state)),
		act: () => ({type: 'completions/edit-asked'}),
	},
	{
		id: 'completions.undo',
		keys: ['u'],
		label: 'undo the last rating, tag, note or edit',
		when: isFree,
		act: () => ({type: 'completions/undo-asked'}),
	},
];

const remote: readonly Binding[] = [
	{
		id: 'completions.sync',
		keys: ['F'],
		label: "fetch OpenAI's stored completions",
		short: 'fetch stored',
		hint: 22,
		when: remoteKey,
		act: () => ({type: 'completions/sync-asked', isFull: false}),
	},
	{
		id: 'completions.sync-full',
		keys: ['ctrl+r'],
		label: 'fetch all of them again, and find what is gone there',
		when: remoteKey,
		act: () => ({type: 'completions/sync-asked', isFull: true}),
	},
	{
		id: 'completions.import',
		keys: ['I'],
		label: 'import a file: JSON Lines, or the log of llm',
		short: 'import',
		hint: 45,
		when: isFree,
		act: () => openAsk('import-file', ''),
	},
	{
		id: 'completions.metadata',
		keys: ['M'],
		label: 'change the metadata at OpenAI',
		when: whenRemote,
		act: (state) => openAsk('metadata', selectChosen(state)?.id ?? '', writeMetadata(selectChosen(state)?.remote?.metadata ?? {})),
	},
	{id: 'completions.delete', keys: ['X'], label: 'delete the copy at OpenAI', when: whenDeletable, act: askDelete},
];

export const completionsBindings: readonly Binding[] = [
	{id: 'completions.read', keys: ['enter'], label: 'read', hint: 10, when: hasRow, act: () => openPages('completion')},
	...curation,
	{
		id: 'completions.dataset',
		keys: ['a'],
		label: 'make a data set',
		short: 'data set',
		hint: 16,
		when: (state) => (selectSeqs(state).length > 0 ? true : nothingWords(state)),
		act: (state) => ({
			type: 'draft/opened',
			seqs: slice(state).list.marks.size > 0 ? selectTargets(state) : null,
			filter: slice(state).list.filter.text,
		}),
	},
	{id: 'completions.policy', keys: ['P'], label: 'evidence', hint: 18, when: hasRow, act: () => openPages('policy')},
	...remote,
	{
		id: 'completions.compare',
		keys: ['c'],
		label: 'compare two answers',
		short: 'compare',
		hint: 70,
		when: (state) =>
			slice(state).list.marks.size === 2 || (slice(state).list.marks.size === 0 && selectRun(state))
				? true
				: 'compare takes two marked answers, or none: then another answer to the same prompt',
		act: () => ({type: 'completions/compare-asked'}),
	},
	{
		id: 'completions.duplicates',
		keys: ['d'],
		label: 'find duplicates',
		when: isFree,
		act: () => ({type: 'completions/duplicates-asked', isNear: false}),
	},
	{
		id: 'completions.near-duplicates',
		keys: ['N'],
		label: 'find near duplicates',
		when: isFree,
		act: () => ({type: 'completions/duplicates-asked', isNear: true}),
	},
	{id: 'completions.raw', keys: ['i'], label: 'the provenance record as JSON', when: hasRow, act: () => openPages('raw')},
	{
		id: 'completions.copy',
		keys: ['y'],
		label: 'copy the answer',
		when: (state) => (selectRun(state) ? true : hasRow(state)),
		act(state) {
			const run = selectRun(state)!;
			return {type: 'copy/asked', what: 'answer', text: run.editedText ?? run.text ?? JSON.stringify(run.toolCalls)};
		},
	},
	{id: 'completions.copy-as', keys: ['Y'], label: 'copy id, messages, JSON, evidence …', when: hasRow, act: () => openMenu('copy')},
	{
		id: 'completions.open-source',
		keys: ['O'],
		label: 'open the policy source',
		when: (state) => (sourceOf(state) ? true : 'no layer names a source for this completion'),
		act: (state) => ({type: 'page/asked', url: sourceOf(state)!}),
	},
	{id: 'completions.preview', keys: ['p'], label: 'larger preview', when: whenNarrow, act: () => ({type: 'app/preview-toggled'})},
];

/** The page reads one answer: with several marked, a rating would go to those instead. */
const whenRead = (state: State) => {
	const marked = slice(state).list.marks.size;
	return marked > 0
		? `${formatCount(marked, 'answer')} ${marked === 1 ? 'is' : 'are'} marked and would be rated instead: U on the list clears the marks`
		: whenFree(state);
};

const turned = (step: 1 | -1) => (): readonly Action[] => [
	{type: 'list/moved', step},
	{type: 'overlay/scrolled', by: 'first'},
];

const judged =
	(mark: 'picked' | 'rejected', words: string) =>
	(state: State): readonly Action[] => [...curated(state, {mark}, words), {type: 'overlay/scrolled', by: 'first'}];

/** Keys of the page on which an answer is read: on to the next one, and a judgement that goes on by itself. */
export const readingGroup: BindingGroup = {
	title: 'Reading an answer',
	bindings: [
		{
			id: 'reading.accept',
			keys: ['+'],
			label: 'accept, and on to the next',
			short: 'accept',
			hint: 2,
			when: whenRead,
			act: judged('picked', 'accepted'),
		},
		{
			id: 'reading.reject',
			keys: ['x'],
			label: 'reject, and on to the next',
			short: 'reject',
			hint: 3,
			when: whenRead,
			act: judged('rejected', 'rejected'),
		},
		{id: 'reading.next', keys: [']', 'right'], label: 'next answer', short: 'next', hint: 4, when: hasRow, act: turned(1)},
		{id: 'reading.previous', keys: ['[', 'left'], label: 'answer before', short: 'before', hint: 5, when: hasRow, act: turned(-1)},
	],
};
