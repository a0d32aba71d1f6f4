import {cleanText} from '../../domain/clean-text.js';
import {formatNumber} from '../../view/format.js';
import {isPathAsk} from '../overlays/asks.js';
import {completePath} from '../overlays/complete-path.js';
import {type Action, flash} from '../state/action.js';
import {openMenu, type Scroll} from '../state/overlay.js';
import type {State} from '../state/state.js';
import type {Binding} from './binding.js';

const scrolled = (by: Scroll) => (): Action => ({type: 'overlay/scrolled', by});
const moved = (by: number) => (): Action => ({type: 'overlay/moved', by});
const helpAsked = (): Action => ({type: 'overlay/help-asked'});

/** Help where letters are text. */
export const helpBinding = (prefix: string): Binding => ({id: `${prefix}.help`, keys: ['f1'], label: 'help', hint: 99, act: helpAsked});

const hasQuery = ({overlay}: State) => (overlay?.query.text ? true : 'nothing is searched for: / searches');

const isNotHelp = ({overlay}: State) => (overlay?.name === 'help' ? 'this is help: esc closes it' : true);

/** Keys of an overlay that shows text. */
export const pagesBindings: readonly Binding[] = [
	{id: 'text.down', keys: ['down', 'j'], label: 'a line down', isSilent: true, act: scrolled(1)},
	{id: 'text.up', keys: ['up', 'k'], label: 'a line up', isSilent: true, act: scrolled(-1)},
	{id: 'text.page-down', keys: ['pagedown', 'ctrl+f', 'space', 'ctrl+d'], label: 'a page down', isSilent: true, act: scrolled('page-down')},
	{id: 'text.page-up', keys: ['pageup', 'ctrl+b', 'ctrl+u'], label: 'a page up', isSilent: true, act: scrolled('page-up')},
	{id: 'text.first', keys: ['g', 'home'], label: 'to the top', isSilent: true, act: scrolled('first')},
	{id: 'text.last', keys: ['G', 'end'], label: 'to the end', isSilent: true, act: scrolled('last')},
	{id: 'text.search', keys: ['/'], label: 'search', hint: 10, act: () => ({type: 'overlay/search-opened'})},
	{id: 'text.next', keys: ['n'], label: 'next match', when: hasQuery, hint: 20, act: () => ({type: 'overlay/jumped', direction: 1})},
	{id: 'text.previous', keys: ['N'], label: 'previous match', when: hasQuery, act: () => ({type: 'overlay/jumped', direction: -1})},
	{id: 'text.palette', keys: [':', 'ctrl+p'], label: 'commands', hint: 80, act: () => openMenu('palette')},
	{id: 'text.help', keys: ['?', 'f1'], label: 'help', hint: 99, when: isNotHelp, act: helpAsked},
	{id: 'text.close', keys: ['esc', 'q', 'enter'], label: 'close', hint: 90, act: () => ({type: 'overlay/closed'})},
	{id: 'text.quit', keys: ['ctrl+c'], label: 'quit', isSilent: true, act: () => ({type: 'app/quit-asked'})},
];

/** Keys of the search field of a text overlay. */
export const searchBindings: readonly Binding[] = [
	{
		id: 'search.done',
		keys: ['enter', 'down', 'up'],
		label: 'done',
		hint: 10,
		act: () => ({type: 'overlay/search-closed'}),
	},
	{
		id: 'search.cancel',
		keys: ['esc'],
		label: 'leave the search',
		hint: 20,
		act: () => [{type: 'overlay/search-opened'}, {type: 'overlay/search-closed'}],
	},
	helpBinding('search'),
	{id: 'search.quit', keys: ['ctrl+c'], label: 'quit', isSilent: true, act: () => ({type: 'app/quit-asked'})},
];

/** Keys of an overlay that offers a choice; letters go into its search field. */
export const menuBindings: readonly Binding[] = [
	{id: 'menu.down', keys: ['down', 'ctrl+n', 'tab'], label: 'next', isSilent: true, act: moved(1)},
	{id: 'menu.up', keys: ['up', 'ctrl+p', 'shift+tab'], label: 'previous', isSilent: true, act: moved(-1)},
	{id: 'menu.page-down', keys: ['pagedown'], label: 'a page down', isSilent: true, act: moved(10)},
	{id: 'menu.page-up', keys: ['pageup'], label: 'a page up', isSilent: true, act: moved(-10)},
	{id: 'menu.choose', keys: ['enter'], label: 'choose', hint: 10, act: () => ({type: 'overlay/chosen'})},
	{id: 'menu.close', keys: ['esc'], label: 'close', hint: 20, act: () => ({type: 'overlay/closed'})},
	helpBinding('menu'),
	{id: 'menu.quit', keys: ['ctrl+c'], label: 'quit', isSilent: true, act: () => ({type: 'app/quit-asked'})},
];

/** Where several names begin so, they are said. */
function completed({overlay}: State): readonly Action[] {
	const text = overlay?.query.text ?? '';
	const {added, names} = completePath(text);
	return [
		{type: 'overlay/edited', edit: 'end'},
		...(added === '' ? [] : [{type: 'overlay/typed', text: added} as const]),
		...(names.length === 0 ? [flash(`nothing begins with ${cleanText(text)}`, 'warn')] : []),
		...(names.length > 1 ? [flash(cleanText(`${formatNumber(names.length)} begin so: ${names.slice(0, 20).join(', ')}`), 'dim')] : []),
	];
}

/** Keys of an overlay that asks for one value. */
export const askBindings: readonly Binding[] = [
	{id: 'ask.done', keys: ['enter'], label: 'done', hint: 10, act: () => ({type: 'overlay/answered'})},
	{
		id: 'ask.complete',
		keys: ['tab'],
		label: 'complete the name of the file or folder',
		short: 'complete',
		hint: 15,
		when: ({overlay}) => (overlay?.kind === 'ask' && isPathAsk(overlay) ? true : 'nothing is completed here'),
		act: completed,
	},
	{id: 'ask.cancel', keys: ['esc'], label: 'cancel', hint: 20, act: () => ({type: 'overlay/closed'})},
	helpBinding('ask'),
	{id: 'ask.quit', keys: ['ctrl+c'], label: 'quit', isSilent: true, act: () => ({type: 'app/quit-asked'})},
];
