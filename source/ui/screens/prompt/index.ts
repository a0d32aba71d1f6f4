import type {Screen} from '../screen.js';
import {composerGroup, promptBindings} from './keys.js';
import {promptSubhead} from './prompt-lines.js';
import {reducePrompt, selectRun} from './state.js';

export const promptScreen: Screen = {
	id: 'prompt',
	title: 'Prompt',
	about:
		'Sends a prompt to one model or to several side by side, only by routes that allow training unless you say otherwise. Every answer goes into the ledger with its evidence.',
	digit: '3',
	parent: 'models',
	bindings: promptBindings,
	reduce: reducePrompt,
	subhead: promptSubhead,
	notice: (state) => selectRun(state)?.plan?.enforcement.warnings[0] ?? '',
	field: {
		isActive: (state) => state.screens.prompt.isEditing,
		typed: (text) => ({type: 'prompt/typed', text}),
		group: composerGroup,
	},
};
