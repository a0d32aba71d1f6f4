import {parentOf, screenIds, screens} from '../screens/index.js';
import {type Action, flash} from '../state/action.js';
import {openMenu, openPages} from '../state/overlay.js';
import type {State} from '../state/state.js';
import type {Binding} from './binding.js';

/** Closes the innermost thing: an open range, the filter, the marks, then the screen itself; by actions that effects know as well. */
function goBack(state: State): Action {
	const {list} = screens[state.screen];
	const current = list?.read(state);
	if (current?.rangeFrom) return {type: 'list/range-left'};
	if (current?.filter.text) return {type: 'list/filter-set', text: ''};
	if (current?.marks.size) return {type: 'list/unmarked'};
	const above = parentOf(state);
	return above ? {type: 'app/screen-opened', screen: above} : flash('this is the first screen: q quits', 'dim');
}

/** Nothing that is under way may be lost by going over. */
function whenIdle({work, screens: {prompt}}: State): true | string {
	if (prompt.isRunning) return 'an answer is under way: esc ends it';
	return work ? `${work.title} is under way: esc ends it` : true;
}

const whenOver = (state: State): true | string =>
	state.isSandbox ? 'this is the sandbox: q quits, stillroom without --sandbox is the real one' : whenIdle(state);

/** Keys that work on every screen. */
export const appBindings: readonly Binding[] = [
	...screenIds
		.filter((id) => screens[id].digit !== null)
		.map(
			(id): Binding => ({
				id: `app.open-${id}`,
				keys: [screens[id].digit!],
				label: `open ${screens[id].title}`,
				when: (state) => screens[id].whenOpen?.(state) ?? true,
				act: () => ({type: 'app/screen-opened', screen: id}),
			}),
		),
	{
		id: 'app.end-work',
		keys: ['esc', 'ctrl+c'],
		label: 'end the work under way',
		short: 'end',
		hint: 3,
		when: ({work}) => (work ? true : 'nothing is under way'),
		act: () => ({type: 'work/abort-asked'}),
	},
	{
		id: 'app.back',
		keys: ['esc', '-'],
		label: 'back: closes, clears, then leaves',
		short: 'back',
		hint: 11,
		hintWhen: ({screen, work}) => screens[screen].form !== undefined && work === null,
		isSilent: true,
		act: goBack,
	},
	{id: 'app.refresh', keys: ['r', 'R'], label: 'refresh from the services', act: () => ({type: 'app/refresh-asked'})},
	{id: 'app.log', keys: ['L'], label: 'request log', act: () => openPages('log')},
	{
		id: 'app.report',
		keys: ['W'],
		label: 'messages, and what the last work said',
		when: ({report, said}) => (report || said.length > 0 ? true : 'nothing was said yet'),
		act: () => openPages('report'),
	},
	{id: 'app.palette', keys: [':', 'ctrl+p'], label: 'commands', hint: 90, act: () => openMenu('palette')},
	{id: 'app.help', keys: ['?', 'f1'], label: 'help', hint: 99, act: () => ({type: 'overlay/help-asked'})},
	{
		id: 'app.theme',
		keys: [],
		label: 'theme: colours of the dashboard',
		act: (state) => openMenu('theme', [...state.look.themes.keys()].indexOf(state.look.theme)),
	},
	{
		id: 'app.mouse',
		keys: [],
		label: 'mouse: take the wheel and clicks, or leave them to the terminal',
		act: ({look}) => [
			{type: 'look/mouse-toggled'},
			flash(
				look.hasMouse
					? "the mouse is the terminal's again"
					: 'the wheel and clicks are taken; shift and drag selects text as usual; "mouse": true in the settings keeps it so',
				'good',
			),
		],
	},
	{
		id: 'app.setup',
		keys: ['K'],
		label: 'set up keys of services',
		short: 'keys of services',
		hint: 88,
		act: ({screen}) => ({type: 'setup/opened', from: screen}),
	},
	{
		id: 'app.sandbox',
		keys: ['B'],
		label: 'go over to the sandbox: the embedded server, without network and keys',
		when: whenOver,
		act: () => ({type: 'app/sandbox-asked', next: 'sandbox'}),
	},
	{
		id: 'app.tour',
		keys: [],
		label: 'tour: play the whole workflow on the sandbox',
		when: (state) => (state.tour ? 'the tour is under way' : whenIdle(state)),
		act: () => ({type: 'app/sandbox-asked', next: 'tour'}),
	},
	{id: 'app.redraw', keys: ['ctrl+l'], label: 'draw the screen anew', act: () => ({type: 'app/redraw-asked'})},
	{id: 'app.suspend', keys: ['ctrl+z'], label: 'suspend to the shell', act: () => ({type: 'app/suspend-asked'})},
	{id: 'app.quit', keys: ['q', 'ctrl+c'], label: 'quit', hint: 98, act: () => ({type: 'app/quit-asked'})},
];
