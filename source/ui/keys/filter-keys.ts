import {screens} from '../screens/index.js';
import type {Action} from '../state/action.js';
import type {Step} from '../state/list.js';
import type {State} from '../state/state.js';
import type {Binding} from './binding.js';
import {helpBinding} from './overlay-keys.js';

const moved = (step: Step) => (): Action => ({type: 'list/moved', step});

function completed(state: State): Action | readonly Action[] {
	const list = screens[state.screen].list;
	if (!list) return [];
	const {text} = list.read(state).filter;
	const {start, end, options} = list.complete(state);
	if (options.length === 0) return {type: 'app/flashed', text: 'nothing completes this; ? lists the filter keys', tone: 'dim'};
	const put = options.length === 1 ? options[0]! : sharedBeginning(options);
	const set: Action = {type: 'list/filter-set', text: text.slice(0, start) + put + text.slice(end), cursor: start + put.length};
	return options.length === 1
		? set
		: [set, {type: 'app/flashed', text: options.slice(0, 12).join('  ') + (options.length > 12 ? '  …' : ''), tone: 'dim'}];
}

function sharedBeginning(options: readonly string[]): string {
	let shared = options[0]!;
	for (const option of options) while (!option.startsWith(shared)) shared = shared.slice(0, -1);
	return shared;
}

/** Keys while the filter line has the keyboard; every letter is text, the arrows still move the list. */
export const filterBindings: readonly Binding[] = [
	{id: 'filter.keep', keys: ['enter'], label: 'keep the filter', hint: 10, act: () => ({type: 'list/filter-closed'})},
	{id: 'filter.leave', keys: ['esc'], label: 'leave (esc again clears)', hint: 20, act: () => ({type: 'list/filter-closed'})},
	{id: 'filter.complete', keys: ['tab'], label: 'complete', hint: 30, act: completed},
	{id: 'filter.down', keys: ['down', 'ctrl+n'], label: 'next row', isSilent: true, act: moved(1)},
	{id: 'filter.up', keys: ['up', 'ctrl+p'], label: 'previous row', isSilent: true, act: moved(-1)},
	{id: 'filter.page-down', keys: ['pagedown'], label: 'a page down', isSilent: true, act: moved('page-down')},
	{id: 'filter.page-up', keys: ['pageup'], label: 'a page up', isSilent: true, act: moved('page-up')},
	helpBinding('filter'),
	{id: 'filter.quit', keys: ['ctrl+c'], label: 'quit', isSilent: true, act: () => ({type: 'app/quit-asked'})},
];
