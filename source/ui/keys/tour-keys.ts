import type {State} from '../state/state.js';
import {whenNext} from '../state/tour.js';
import type {Binding} from './binding.js';

const whenBack = ({tour}: State) => (tour && tour.shown > 0 ? true : 'this is the first step');

/** Keys of the guided tour: it presses all others itself. */
export const tourBindings: readonly Binding[] = [
	{
		id: 'tour.next',
		keys: ['space', 'enter'],
		label: 'next step',
		short: 'next',
		hint: 1,
		when: whenNext,
		act: ({tour}) => (tour && tour.shown < tour.at ? {type: 'tour/turned', by: 1} : {type: 'tour/next-asked'}),
	},
	{
		id: 'tour.back',
		keys: ['backspace'],
		label: 'read the step before',
		short: 'back',
		hint: 2,
		when: whenBack,
		act: () => ({type: 'tour/turned', by: -1}),
	},
	{
		id: 'tour.leave',
		keys: ['esc'],
		label: 'leave the tour',
		short: 'leave',
		hint: 3,
		act: () => [{type: 'tour/left'}, {type: 'overlay/closed'}],
	},
	{id: 'tour.help', keys: ['?', 'f1'], label: 'help', hint: 99, act: () => ({type: 'overlay/help-asked'})},
	{id: 'tour.quit', keys: ['q', 'ctrl+c'], label: 'quit', hint: 98, act: () => ({type: 'app/quit-asked'})},
];

/** Keys that scroll and move whatever the tour shows, and change nothing. */
export const passedOn: ReadonlySet<string> = new Set(['up', 'down', 'j', 'k', 'pageup', 'pagedown', 'home', 'end', 'g', 'G']);
