import type {CompletionCriteria, Ledger} from '../../../domain/ledger.js';
import type {CurationChange} from '../../../domain/ledger-entry.js';
import {curate} from '../../../services/completions/curate.js';
import {contentText} from '../../../view/conversation-lines.js';
import {toLine} from '../../carry-out.js';
import {layoutOf} from '../../layout.js';
import {type Action, flash} from '../../state/action.js';
import type {Effect, EffectInput} from '../../state/effects.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import {openPages} from '../../state/overlay.js';
import type {State} from '../../state/state.js';
import {facetOrder} from './completion-menus.js';
import type {FacetCounts} from './completions-slice.js';
import {remoteEffects} from './remote-effects.js';
import {selectCriteria, selectCursorSeq, selectRun, selectSeqs, selectSort, selectTargets, selectView} from './state.js';

/** So long the hands must rest before a whole completion is read for the preview. */
const restMilliseconds = 30;
const isHere = (state: State): boolean => state.screen === 'completions';

async function openLedger({context}: EffectInput): Promise<Ledger | Action> {
	try {
		return await context.ledger();
	} catch (error) {
		return {type: 'completions/failed', message: toLine(error)};
	}
}

/** Everything that the filter leaves, read anew when the filter, the order or the ledger changed. */
const select: Effect = {
	on: [
		'app/screen-opened',
		'app/refresh-asked',
		'list/filter-typed',
		'list/filter-edited',
		'list/filter-set',
		'list/sorted',
		'completions/changed',
		'prompt/ended',
	],
	async *run(input) {
		const {action, context, signal, getState} = input;
		if (!isHere(getState())) return;
		// The typed letter is drawn first; letters that come faster than the ledger is searched are searched for together.
		if (action.type.startsWith('list/filter-')) await context.clock.sleep(0, signal);
		if (signal.aborted) return;
		const ledger = await openLedger(input);
		if ('type' in ledger) return yield ledger;
		try {
			const state = getState();
			const seqs = ledger.select(selectCriteria(state), selectSort(state));
			yield {type: 'completions/selected', seqs, total: ledger.count({}).count};
		} catch (error) {
			yield {type: 'completions/failed', message: toLine(error)};
		}
	},
};

/** Index of the first visible row and how many there are. */
function windowOf(state: State): {readonly from: number; readonly height: number} {
	const {list} = state.screens.completions;
	const {listRows: height} = layoutOf(state);
	const view = selectView(state, height);
	return {from: offsetOf(list.offset, cursorIndexOf(list, view), view), height};
}

const moves = ['list/moved', 'list/marked', 'app/resized', 'app/preview-toggled', 'completions/selected'] as const;

/** The visible rows and two pages around them, so that moving on finds them read. */
const readRows: Effect = {
	on: moves,
	async *run(input) {
		const {action, getState} = input;
		const state = getState();
		if (!isHere(state)) return;
		const isReset = action.type === 'completions/selected';
		const {from, height} = windowOf(state);
		const seqs = selectSeqs(state);
		const {rows} = state.screens.completions;
		const near = (pages: number): readonly number[] =>
			[...seqs.subarray(Math.max(0, from - pages * height), from + (pages + 1) * height)].filter((seq) => isReset || !rows.has(seq));
		if (!isReset && near(1).length === 0) return;
		const ledger = await openLedger(input);
		if ('type' in ledger) return yield ledger;
		yield {type: 'completions/rows-received', rows: ledger.rows(near(2)), isReset};
	},
};

/** The whole completion under the cursor, as soon as the cursor rests. */
const readRun: Effect = {
	on: moves,
	async *run(input) {
		const {action, context, getState, signal} = input;
		if (!isHere(getState())) return;
		if (action.type !== 'completions/selected') await context.clock.sleep(restMilliseconds, signal);
		const seq = selectCursorSeq(getState());
		if (signal.aborted || seq === null) return;
		if (action.type !== 'completions/selected' && selectRun(getState())) return;
		const ledger = await openLedger(input);
		if ('type' in ledger) return yield ledger;
		yield {type: 'completions/run-received', run: ledger.readRunAt(seq)};
	},
};

/** Counts facet after facet, so that keys are answered in between. */
async function* counting({context, signal}: EffectInput, ledger: Ledger, criteria: CompletionCriteria): AsyncGenerator<FacetCounts> {
	let facets: FacetCounts = [];
	for (const facet of facetOrder) {
		await context.clock.sleep(0, signal);
		if (signal.aborted) return;
		facets = [...facets, {facet, counts: ledger.facet(criteria, facet, 40)}];
		yield facets;
	}
}

const countFacets: Effect = {
	on: ['overlay/opened'],
	async *run(input) {
		const {action, getState} = input;
		if (!isHere(getState()) || action.type !== 'overlay/opened' || action.overlay.name !== 'facets') return;
		const ledger = await openLedger(input);
		if ('type' in ledger) return yield ledger;
		for await (const facets of counting(input, ledger, selectCriteria(getState()))) yield {type: 'completions/counted', facets};
	},
};

/** What Tab offers in the filter line are the values of all completions: what is typed must not take them away. */
const countValues: Effect = {
	on: ['list/filter-opened'],
	async *run(input) {
		const {getState} = input;
		if (!isHere(getState()) || getState().screens.completions.known?.length === facetOrder.length) return;
		const ledger = await openLedger(input);
		if ('type' in ledger) return yield ledger;
		for await (const known of counting(input, ledger, {})) yield {type: 'completions/values-counted', known};
	},
};

const answers = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'answer' : 'answers'}`;

const curateEffect: Effect = {
	on: ['completions/curate-asked'],
	async *run({action, context, getState}) {
		if (action.type !== 'completions/curate-asked') return;
		// The cursor goes on while the ledger is asked: what was meant is settled now.
		const targets = selectTargets(getState());
		const ledger = await context.ledger();
		const {runs} = await curate(context, ledger.ids(targets), action.change);
		yield {type: 'completions/changed'};
		yield runs.length === 0
			? flash(`${action.words}: it was so before`, 'dim')
			: flash(`${action.words}${runs.length === 1 ? '' : `: ${answers(runs.length)}`}; u takes it back`, 'good');
	},
};

const fieldWords: Readonly<Record<keyof CurationChange, string>> = {
	mark: 'mark',
	rating: 'rating',
	tags: 'tags',
	note: 'note',
	answer_hash: 'edit',
};

const undo: Effect = {
	on: ['completions/undo-asked'],
	async *run({context}) {
		yield flash('taking back …', 'dim');
		const undone = await (await context.ledger()).undoCuration();
		if (undone === null) return yield flash('there is nothing to take back: nothing was rated, tagged or edited', 'dim');
		yield {type: 'completions/changed'};
		yield flash(
			`taken back: ${undone.fields.map((field) => fieldWords[field]).join(', ') || 'nothing that still stood'} of ${answers(undone.runs.length)}`,
			'good',
		);
	},
};

const edit: Effect = {
	on: ['completions/edit-asked'],
	async *run({context, getState, terminal}) {
		const run = selectRun(getState());
		if (!run) return;
		const before = run.editedText ?? run.text ?? '';
		const edited = await terminal.edit(before);
		if (typeof edited !== 'string') return yield flash(edited.problem, 'warn');
		if (edited === before) return yield flash('nothing was changed', 'dim');
		const answer = edited === run.text ? null : edited;
		await curate(context, [run.completion.id], {answer});
		yield {type: 'completions/changed'};
		yield flash(answer === null ? 'the original answer stands again' : 'edited; the original is kept, u takes it back', 'good');
	},
};

/** What the user said last in a conversation; empty where nobody did. */
function lastPrompt(messages: unknown): string {
	const said = Array.isArray(messages) ? messages.findLast((message) => message?.role === 'user') : undefined;
	return said === undefined ? '' : contentText(said.content);
}

/** Two marked completions, or the one under the cursor and the newest other answer to the same prompt. */
const compare: Effect = {
	on: ['completions/compare-asked'],
	async *run({context, getState}) {
		const state = getState();
		const ledger = await context.ledger();
		const {marks} = state.screens.completions.list;
		const run = selectRun(state);
		const other = run && ledger.findByMessages(run.completion.messagesHash).find(({id}) => id !== run.completion.id);
		const seqs = marks.size === 2 ? [...marks].map(Number) : run && other ? [run.completion.seq, other.seq] : [];
		const runs = seqs.map((seq) => ledger.readRunAt(seq)).filter((found) => found !== null);
		if (runs.length < 2) return yield flash('no other answer to this prompt is kept: mark two completions to compare them', 'warn');
		const {compareAnswers} = await import('../../../services/completions/compare-answers.js');
		const diff = await compareAnswers(runs[0]!, runs[1]!);
		yield {type: 'completions/compared', diff, prompt: lastPrompt(runs[0]!.messages)};
		yield openPages('compare');
	},
};

export const completionsEffects: readonly Effect[] = [
	select,
	readRows,
	readRun,
	countFacets,
	countValues,
	curateEffect,
	undo,
	edit,
	compare,
	...remoteEffects,
];
