import {cleanText} from '../../domain/clean-text.js';
import {span} from '../../view/line.js';
import {parameterKinds} from '../screens/prompt/parameters.js';
import {selectRun} from '../screens/prompt/state.js';
import {openAsk} from '../state/overlay.js';
import type {Menu} from './menu.js';

export const parametersMenu: Menu = {
	title: () => 'Parameters of this prompt, kept for this model',
	items: ({screens: {prompt}}) =>
		parameterKinds.map(({name, show}) => {
			const value = show(prompt.parameters);
			return {
				label: name,
				detail: value === '' ? span('not sent', 'dim') : span(value, 'accent'),
				actions: [openAsk('parameter', name, value)],
			};
		}),
};

export const historyMenu: Menu = {
	title: () => 'Prompts that were sent',
	items: ({screens: {prompt}}) =>
		prompt.history.map(({system, user}) => ({
			label: cleanText(user.slice(0, 200)),
			detail: span(cleanText(system.slice(0, 60)), 'dim'),
			actions: [{type: 'prompt/text-set', texts: {system, user}}],
		})),
};

export const alternativesMenu: Menu = {
	title: () => 'Nearest distillable models: choosing one sends the prompt there',
	items: (state) =>
		(selectRun(state)?.refusal?.alternatives ?? []).map(({modelId, note}) => ({
			label: modelId,
			detail: span(note, 'dim'),
			actions: [{type: 'prompt/retried', modelId}, {type: 'prompt/send-asked'}],
		})),
};
