import {type Service, services} from '../../../domain/service.js';
import type {Binding, BindingGroup} from '../../keys/binding.js';
import {helpBinding} from '../../keys/overlay-keys.js';
import type {Action} from '../../state/action.js';
import {openAsk, openMenu, openPages} from '../../state/overlay.js';
import {modelById, type State} from '../../state/state.js';
import type {AreaEdit} from '../../state/text-area.js';
import {selectRun, selectVariables} from './state.js';

const slice = (state: State) => state.screens.prompt;
const hasTarget = (state: State) => (slice(state).runs.length > 0 ? true : 'no model is chosen: t on Models or Routes brings one here');

/** True when it may be sent now, else what is missing. */
export function whenSendable(state: State): true | string {
	const {runs, user, isRunning, variables} = slice(state);
	if (runs.length === 0) return 'no model is chosen: t on Models or Routes brings one here';
	if (isRunning) return 'an answer is under way: esc ends it';
	if (user.text.trim() === '') return 'the prompt is empty: write what the user says';
	const open = selectVariables(state).filter((name) => !variables[name]);
	return open.length > 0 ? `{{${open[0]}}} has no value yet: V fills variables` : true;
}

function nextGateway(state: State): Service | null {
	const run = selectRun(state);
	if (!run) return null;
	const listed = modelById(state, run.target.modelId)?.catalogues ?? [];
	const possible = services.filter((service) =>
		service === 'openai' ? /^openai\//.test(run.target.modelId) || listed.length === 0 : listed.includes(service),
	);
	return possible[(possible.indexOf(run.target.gateway) + 1) % possible.length] ?? null;
}

const whenSwitchable = (state: State) => {
	const next = nextGateway(state);
	return next && next !== selectRun(state)?.target.gateway ? true : 'no other service lists this model';
};

const whenRunning = (state: State) => (slice(state).isRunning ? true : 'nothing is under way');
const whenAnswered = (state: State) => (selectRun(state)?.answer ? true : 'there is no answer yet');

const enforce = (state: State): Action =>
	slice(state).enforcement === 'off' ? {type: 'prompt/enforcement-set', enforcement: 'auto', override: null} : openAsk('override', '');

function askVariables(state: State): Action | readonly Action[] {
	const names = selectVariables(state);
	const next = names.find((name) => !slice(state).variables[name]) ?? names[0]!;
	return openAsk('variable', next, slice(state).variables[next] ?? '');
}

const sendKeys: readonly Binding[] = [
	{id: 'prompt.send', keys: ['ctrl+s', 'alt+enter'], label: 'send', hint: 10, when: whenSendable, act: () => ({type: 'prompt/send-asked'})},
	{id: 'prompt.dry-run', keys: ['ctrl+r'], label: 'dry run', hint: 20, when: hasTarget, act: () => openPages('plan')},
	{id: 'prompt.editor', keys: ['ctrl+e'], label: 'edit in $EDITOR', hint: 40, act: () => ({type: 'prompt/editor-asked'})},
];

/** Keys of the Prompt screen while no text field has the keyboard. */
export const promptBindings: readonly Binding[] = [
	{
		id: 'prompt.abort',
		keys: ['esc', 'ctrl+c'],
		label: 'end the answer',
		hint: 5,
		when: whenRunning,
		act: () => ({type: 'prompt/abort-asked'}),
	},
	...sendKeys,
	{id: 'prompt.write', keys: ['enter', 'i'], label: 'write', hint: 15, act: () => ({type: 'prompt/field-entered', field: 'user'})},
	{id: 'prompt.write-system', keys: ['I'], label: 'write the system text', act: () => ({type: 'prompt/field-entered', field: 'system'})},
	{
		id: 'prompt.retry',
		keys: ['a'],
		label: 'retry with the nearest alternative',
		hint: 8,
		when: (state) => (selectRun(state)?.refusal?.alternatives.length ? true : 'there is no alternative to offer'),
		act: (state) => [{type: 'prompt/retried', modelId: selectRun(state)!.refusal!.alternatives[0]!.modelId}, {type: 'prompt/send-asked'}],
	},
	{
		id: 'prompt.alternatives',
		keys: ['A'],
		label: 'all alternatives',
		when: (state) => (selectRun(state)?.refusal?.alternatives.length ? true : 'there is no alternative to offer'),
		act: () => openMenu('alternatives'),
	},
	{id: 'prompt.enforcement', keys: ['e'], label: 'enforcement on or off', hint: 30, act: enforce},
	{id: 'prompt.parameters', keys: ['s'], label: 'parameters', hint: 35, act: () => openMenu('parameters')},
	{
		id: 'prompt.variables',
		keys: ['V'],
		label: 'fill variables',
		when: (state) => (selectVariables(state).length > 0 ? true : 'the prompt has no {{variables}}'),
		act: askVariables,
	},
	{
		id: 'prompt.gateway',
		keys: ['g'],
		label: 'other service',
		when: whenSwitchable,
		act: (state) => ({type: 'prompt/gateway-set', gateway: nextGateway(state)!}),
	},
	{
		id: 'prompt.history',
		keys: ['h'],
		label: 'history',
		when: (state) => (slice(state).history.length > 0 ? true : 'nothing was sent yet'),
		act: () => openMenu('history'),
	},
	{
		id: 'prompt.generate',
		keys: ['B'],
		label: 'generate answers for a file of prompts',
		when: (state) => (slice(state).isRunning ? 'an answer is under way: esc ends it' : hasTarget(state)),
		act: (state) => openAsk('bulk-file', '', slice(state).bulk?.file ?? ''),
	},
	{
		id: 'prompt.generate-retry',
		keys: ['X'],
		label: 'send the failed rows of the bulk job again',
		when: ({screens: {prompt}}) => (!prompt.isRunning && prompt.bulk?.progress?.failed ? true : 'no row of a bulk job failed'),
		act: (state) => ({type: 'prompt/bulk-asked', file: slice(state).bulk!.file, maxCostUsd: null, isRetrying: true}),
	},
	{id: 'prompt.left', keys: ['left', '['], label: 'answer to the left', isSilent: true, act: () => ({type: 'prompt/column-moved', by: -1})},
	{
		id: 'prompt.right',
		keys: ['right', ']'],
		label: 'answer to the right',
		isSilent: true,
		act: () => ({type: 'prompt/column-moved', by: 1}),
	},
	{id: 'prompt.up', keys: ['up', 'k'], label: 'a line up', isSilent: true, act: () => ({type: 'prompt/scrolled', by: 1})},
	{id: 'prompt.down', keys: ['down', 'j'], label: 'a line down', isSilent: true, act: () => ({type: 'prompt/scrolled', by: -1})},
	{id: 'prompt.page-up', keys: ['pageup', 'ctrl+u'], label: 'a page up', isSilent: true, act: () => ({type: 'prompt/scrolled', by: 10})},
	{
		id: 'prompt.page-down',
		keys: ['pagedown', 'ctrl+d'],
		label: 'a page down',
		isSilent: true,
		act: () => ({type: 'prompt/scrolled', by: -10}),
	},
	{
		id: 'prompt.follow',
		keys: ['F', 'G', 'end'],
		label: 'follow the answer',
		act: () => ({type: 'prompt/scrolled', by: Number.NEGATIVE_INFINITY}),
	},
	{id: 'prompt.reasoning', keys: ['R'], label: 'show or hide the reasoning', act: () => ({type: 'prompt/reasoning-toggled'})},
	{
		id: 'prompt.pick',
		keys: ['b'],
		label: 'pick as the best',
		hint: 25,
		when: (state) => (slice(state).runs.length < 2 ? 'a bake-off needs two or more marked models or routes' : whenAnswered(state)),
		act: () => ({type: 'prompt/pick-asked'}),
	},
	{id: 'prompt.evidence', keys: ['P'], label: 'evidence of this answer', when: hasTarget, act: () => openPages('plan')},
	{
		id: 'prompt.copy',
		keys: ['y'],
		label: 'copy the answer',
		hint: 50,
		when: whenAnswered,
		act: (state) => ({type: 'copy/asked', what: 'answer', text: selectRun(state)!.answer!.text}),
	},
	{
		id: 'prompt.copy-request',
		keys: ['Y'],
		label: 'copy the request body',
		when: (state) => (selectRun(state)?.plan ? true : 'there is no plan yet: ctrl+r makes one'),
		act: (state) => ({type: 'copy/asked', what: 'request body', text: JSON.stringify(selectRun(state)!.plan!.body, null, 2)}),
	},
];

const edits: readonly (readonly [AreaEdit, readonly string[], string])[] = [
	['left', ['left'], 'one character left'],
	['right', ['right'], 'one character right'],
	['up', ['up'], 'a line up'],
	['down', ['down'], 'a line down'],
	['home', ['home', 'ctrl+a'], 'to the beginning of the line'],
	['end', ['end'], 'to the end of the line'],
	['page-up', ['pageup'], 'a page up'],
	['page-down', ['pagedown'], 'a page down'],
	['top', ['ctrl+home'], 'to the beginning of the text'],
	['bottom', ['ctrl+end'], 'to the end of the text'],
	['backspace', ['backspace'], 'erase the character before the cursor'],
	['delete', ['delete', 'ctrl+d'], 'erase the character under the cursor'],
	['delete-word', ['ctrl+w', 'alt+backspace'], 'erase the word before the cursor'],
	['delete-before', ['ctrl+u'], 'erase the line before the cursor'],
	['delete-after', ['ctrl+k'], 'erase all after the cursor'],
];

const otherField = (state: State): Action => ({type: 'prompt/field-entered', field: slice(state).field === 'user' ? 'system' : 'user'});

/** Keys while a text of the prompt has the keyboard. */
export const composerGroup: BindingGroup = {
	title: 'Prompt text',
	bindings: [
		{
			id: 'write.abort',
			keys: ['ctrl+c'],
			label: 'end the answer',
			when: whenRunning,
			isSilent: true,
			act: () => ({type: 'prompt/abort-asked'}),
		},
		...sendKeys.map((binding) => ({...binding, id: binding.id.replace('prompt.', 'write.') as `write.${string}`})),
		{id: 'write.leave', keys: ['esc'], label: 'leave the text (then e, s, g, q …)', hint: 15, act: () => ({type: 'prompt/field-left'})},
		{id: 'write.other', keys: ['tab', 'shift+tab'], label: 'system or user text', hint: 30, act: otherField},
		{id: 'write.newline', keys: ['enter'], label: 'new line', isSilent: true, act: () => ({type: 'prompt/typed', text: '\n'})},
		...edits.map(
			([edit, keys, label]): Binding => ({id: `write.${edit}`, keys, label, isSilent: true, act: () => ({type: 'prompt/edited', edit})}),
		),
		{id: 'write.palette', keys: ['ctrl+p'], label: 'commands', hint: 90, act: () => openMenu('palette')},
		helpBinding('write'),
		{id: 'write.quit', keys: ['ctrl+c'], label: 'quit', isSilent: true, act: () => ({type: 'app/quit-asked'})},
	],
};
