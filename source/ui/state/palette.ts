import {paletteCompletion} from '../overlays/palette.js';
import type {Action} from './action.js';
import {mostCommands, walkedOf} from './commands.js';
import type {State} from './state.js';
import {emptyField, fieldOf} from './text-field.js';

type PaletteAction = Action & {readonly type: 'palette/used' | 'palette/walked' | 'palette/complete-asked'};

/** The commands chosen earlier, and the way back through them. */
export function reducePalette(state: State, action: PaletteAction): State {
	const {overlay, commands} = state;
	if (action.type === 'palette/used')
		return {...state, commands: [action.command, ...commands.filter((one) => one !== action.command)].slice(0, mostCommands)};
	if (overlay?.kind !== 'menu') return state;
	if (action.type === 'palette/complete-asked') {
		const text = paletteCompletion(state);
		return {...state, overlay: text === null ? {...overlay, index: overlay.index + 1} : {...overlay, query: fieldOf(text), index: 0}};
	}
	const walked = Math.min(commands.length - 1, walkedOf(state) + action.by);
	const text = commands[walked];
	return {...state, overlay: {...overlay, query: text === undefined ? emptyField : fieldOf(text), walked, index: 0}};
}
