import {span} from '../../view/line.js';
import {allGroups, groupsInReach, keysOf} from '../keys/groups.js';
import {screenIds, screens} from '../screens/index.js';
import type {State} from '../state/state.js';
import type {Menu, MenuItem} from './menu.js';

/** `models policy:yes` opens a screen with a filter. */
function filterCommands(query: string): readonly MenuItem[] {
	const [, name = '', text = ''] = /^\s*(\S+)\s+(.+)$/.exec(query) ?? [];
	return screenIds
		.filter((id) => id === name.toLowerCase() && screens[id].list)
		.map((id) => ({
			label: `${id} ${text}`,
			detail: span('opens the screen with this filter', 'dim'),
			actions: [
				{type: 'app/screen-opened', screen: id},
				{type: 'list/filter-set', text},
			],
		}));
}

/** Every action that the keys can reach on this screen, by name. */
export const paletteMenu: Menu = {
	title: () => 'Commands · type to search, e.g. "sort" or "models policy:yes"',
	items(state: State, query) {
		const here = groupsInReach({...state, overlay: null});
		const groups = allGroups.filter((group) => here.includes(group));
		const bindings = groups.flatMap(({bindings}) => bindings.filter(({isSilent}) => !isSilent));
		return [
			...filterCommands(query),
			...bindings.map((binding): MenuItem => {
				const verdict = binding.when?.(state) ?? true;
				return {
					label: binding.label,
					detail: span(`${keysOf(state, binding).join(' ')}   ${binding.id}`, 'dim'),
					...(verdict === true ? {} : {blocked: verdict}),
					actions: verdict === true ? [binding.act(state)].flat() : [],
				};
			}),
		];
	},
};
