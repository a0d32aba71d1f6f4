import {span} from '../../view/line.js';
import {screens} from '../screens/index.js';
import type {Menu} from './menu.js';

export const sortMenu: Menu = {
	title: () => 'Sort by',
	items(state) {
		const list = screens[state.screen].list;
		if (!list) return [];
		const {sort} = list.read(state);
		return list.sortKeys.map(({id, title}) => ({
			label: title,
			detail:
				id === sort.by ? span(sort.descending ? 'now, descending; again reverses' : 'now, ascending; again reverses', 'accent') : span(''),
			actions: [{type: 'list/sorted', sort: {by: id, descending: id === sort.by ? !sort.descending : false}}],
		}));
	},
};
