import type {EvalResult} from '../../../domain/evaluation.js';
import type {Binding} from '../../keys/binding.js';
import {openAsk, openMenu, openPages} from '../../state/overlay.js';
import type {State} from '../../state/state.js';
import {selectChosen} from './state.js';

const hasRow = (state: State) => (selectChosen(state) ? true : 'no evaluation is chosen: n runs one');
const isFree = (state: State) => (state.work ? `${state.work.title} is under way: esc ends it` : true);

/** Was something not answered, or not graded, that may be tried again? */
const hasFailed = ({candidates}: EvalResult): boolean =>
	candidates.some(({failed, byGrader}) => failed > 0 || byGrader.some(({errors}) => errors > 0));

function whenOpen(state: State): true | string {
	const one = selectChosen(state);
	if (!one) return 'no evaluation is chosen: n runs one';
	return one.samples < one.expected || !one.result?.isComplete || hasFailed(one.result)
		? isFree(state)
		: 'this evaluation is complete: a adds a candidate';
}

export const evalsBindings: readonly Binding[] = [
	{id: 'evals.new', keys: ['n'], label: 'new', hint: 5, when: isFree, act: () => ({type: 'evaluation/opened', job: null})},
	{id: 'evals.read', keys: ['enter'], label: 'where they differ', hint: 10, when: hasRow, act: () => openPages('rows')},
	{
		id: 'evals.extend',
		keys: ['a'],
		label: 'add a candidate',
		hint: 12,
		when: (state) => (selectChosen(state) ? isFree(state) : hasRow(state)),
		act: (state) => ({type: 'evaluation/extended', summary: selectChosen(state)!}),
	},
	{id: 'evals.resume', keys: ['t'], label: 'go on', hint: 14, when: whenOpen, act: () => ({type: 'evals/resume-asked'})},
	{id: 'evals.result', keys: ['P'], label: 'results in full', hint: 16, when: hasRow, act: () => openPages('policy')},
	{
		id: 'evals.export',
		keys: ['E'],
		label: 'export',
		hint: 20,
		when: hasRow,
		act: (state) =>
			openAsk('export-eval', selectChosen(state)!.id, `${selectChosen(state)!.name.replaceAll(/[^\w.-]+/g, '-')}.promptfoo.yaml`),
	},
	{id: 'evals.raw', keys: ['i'], label: 'the result as JSON', when: hasRow, act: () => openPages('raw')},
	{
		id: 'evals.copy',
		keys: ['y'],
		label: 'copy id',
		when: hasRow,
		act: (state) => ({type: 'copy/asked', what: 'evaluation id', text: selectChosen(state)!.id}),
	},
	{id: 'evals.copy-as', keys: ['Y'], label: 'copy definition, results …', when: hasRow, act: () => openMenu('copy')},
	{id: 'evals.preview', keys: ['p'], label: 'larger preview', act: () => ({type: 'app/preview-toggled'})},
];
