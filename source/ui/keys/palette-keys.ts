import {walkedOf} from '../state/commands.js';
import type {State} from '../state/state.js';
import type {Binding} from './binding.js';

const lineOf = ({overlay}: State) => (overlay?.kind === 'menu' ? overlay : null);
const isTyped = (state: State) => (lineOf(state)?.query.text ? true : 'type a name first');

function whenEarlier(state: State): true | string {
	const line = lineOf(state);
	const isAtTop = line !== null && line.index === 0 && (line.query.text === '' || walkedOf(state) >= 0);
	return isAtTop && walkedOf(state) < state.commands.length - 1 ? true : 'no command was chosen before that';
}

const whenLater = (state: State) => (walkedOf(state) >= 0 && lineOf(state)?.index === 0 ? true : 'this is no earlier command');

/** Keys of the palette beside those of every menu; where they have nothing to do they move the cursor as everywhere. */
export const paletteBindings: readonly Binding[] = [
	{
		id: 'palette.complete',
		keys: ['tab'],
		label: 'complete',
		hint: 12,
		when: isTyped,
		act: () => ({type: 'palette/complete-asked'}),
	},
	{
		id: 'palette.earlier',
		keys: ['up', 'ctrl+p'],
		label: 'earlier command',
		short: 'earlier',
		hint: 14,
		when: whenEarlier,
		act: () => ({type: 'palette/walked', by: 1}),
	},
	{
		id: 'palette.later',
		keys: ['down', 'ctrl+n'],
		label: 'back to the newer command',
		when: whenLater,
		act: () => ({type: 'palette/walked', by: -1}),
	},
];
