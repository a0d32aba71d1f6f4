import {partyNames} from '../../../domain/service.js';
import {keyPages} from '../../../domain/service-key.js';
import type {Binding} from '../../keys/binding.js';
import {openAsk} from '../../state/overlay.js';
import type {State} from '../../state/state.js';
import {selectChosen} from './state.js';

const isFree = (state: State): true | string => (state.work ? `${state.work.title} is under way: esc ends it` : true);
const chosen = (state: State) => selectChosen(state)!.state;

function whenSettable(state: State): true | string {
	if (!selectChosen(state)) return 'no service is chosen: ctrl+x clears the filter';
	return state.isSandbox ? 'the sandbox has a key of its own: start without --sandbox to keep real ones' : isFree(state);
}

function whenSet(state: State): true | string {
	const row = selectChosen(state);
	if (!row) return 'no service is chosen: ctrl+x clears the filter';
	return row.state.place === null ? `${partyNames[row.state.party]} has no key yet: enter sets one` : isFree(state);
}

function whenKept(state: State): true | string {
	const set = whenSet(state);
	if (set !== true) return set;
	const {place, where, covered} = chosen(state);
	if (place === 'sandbox') return whenSettable(state);
	return place === 'environment' && covered === null ? `the key comes from the environment: unset ${where} in your shell` : true;
}

export const setupBindings: readonly Binding[] = [
	{
		id: 'setup.key',
		keys: ['enter'],
		label: 'set the key',
		hint: 5,
		when: whenSettable,
		act: (state) => openAsk('service-key', chosen(state).party),
	},
	{
		id: 'setup.test',
		keys: ['t'],
		label: 'test the key at its service',
		short: 'test',
		hint: 10,
		when: whenSet,
		act: (state) => ({type: 'setup/test-asked', party: chosen(state).party}),
	},
	{
		id: 'setup.remove',
		keys: ['x'],
		label: 'remove the key',
		short: 'remove',
		hint: 12,
		when: whenKept,
		act: (state) => openAsk('remove-key', chosen(state).party),
	},
	{
		id: 'setup.page',
		keys: ['o'],
		label: 'open the page where keys are made',
		short: 'page of keys',
		hint: 14,
		when: (state) => (selectChosen(state) && keyPages[chosen(state).party] ? true : 'this service has no page of its own'),
		act: (state) => ({type: 'page/asked', url: keyPages[chosen(state).party]!}),
	},
	{id: 'setup.preview', keys: ['p'], label: 'larger preview', act: () => ({type: 'app/preview-toggled'})},
];
