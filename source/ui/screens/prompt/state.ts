import {defaultParameters, type Message, type PromptRequest} from '../../../domain/prompt.js';
import type {PromptPlan, RunEvent} from '../../../domain/run-event.js';
import type {Service} from '../../../domain/service.js';
import {fillVariables, variableNames} from '../../../services/fill-variables.js';
import type {GenerateEvent} from '../../../services/generate-event.js';
import type {Action} from '../../state/action.js';
import {modelById, type State} from '../../state/state.js';
import type {Target} from '../../state/target.js';
import {editArea} from '../../state/text-area.js';
import {emptyField, fieldOf, insertText} from '../../state/text-field.js';
import {composerSize} from './prompt-layout.js';
import type {Bulk, PromptAction, PromptSlice, Run, SentPrompt} from './prompt-slice.js';

export const initialPrompt: PromptSlice = {
	field: 'user',
	isEditing: true,
	system: emptyField,
	user: emptyField,
	runs: [],
	column: 0,
	enforcement: 'auto',
	override: null,
	parameters: defaultParameters,
	parametersOf: {},
	variables: {},
	isRunning: false,
	scroll: 0,
	isReasoningShown: false,
	picked: null,
	bulk: null,
	history: [],
};

const idle = (target: Target, plan: PromptPlan | null = null): Run => ({
	target,
	plan,
	status: 'idle',
	text: '',
	reasoning: '',
	startedAt: null,
	firstTokenAt: null,
	lastTokenAt: null,
	endedAt: null,
	ledgerId: null,
	answer: null,
	refusal: null,
});

/** Seconds until a service lets the prompt be sent again; null when it set no time. */
export function secondsToWait({refusal, answer, endedAt}: Run, now: number): number | null {
	const seconds = (refusal ?? answer?.problem)?.retryAfterSeconds ?? null;
	return seconds === null || endedAt === null ? null : Math.max(0, Math.ceil(seconds - (now - endedAt) / 1000));
}

export const isCountingDown = ({screens: {prompt}, now}: State): boolean => prompt.runs.some((run) => (secondsToWait(run, now) ?? 0) > 0);

export const selectRun = ({screens: {prompt}}: State): Run | undefined => prompt.runs[prompt.column];

/** Names of `{{variables}}` in the prompt as written. */
export const selectVariables = ({screens: {prompt}}: State): readonly string[] =>
	variableNames(`${prompt.system.text}\n${prompt.user.text}`);

/** What would be sent to a target now. */
export function toRequest({screens: {prompt}}: State, {gateway, modelId, only}: Target): PromptRequest {
	const fill = (text: string): string => fillVariables(text, prompt.variables).text;
	const messages: readonly Message[] = [
		...(prompt.system.text.trim() ? [{role: 'system', content: fill(prompt.system.text)} as const] : []),
		{role: 'user', content: fill(prompt.user.text)},
	];
	return {
		gateway,
		modelId,
		messages,
		parameters: prompt.parameters,
		enforcement: prompt.enforcement,
		only,
		override: prompt.override,
		task: null,
		dataset: null,
		tags: {},
		store: gateway === 'openai',
		idempotencyKey: null,
	};
}

function happened(run: Run, event: RunEvent, at: number): Run {
	switch (event.type) {
		case 'planned':
			return {...run, plan: event.plan};
		case 'refused':
			return {...run, status: 'refused', refusal: event.refusal, ledgerId: event.ledgerId, endedAt: at};
		case 'started':
			return {...run, status: 'streaming', ledgerId: event.ledgerId, startedAt: at};
		case 'reasoning':
			return {...run, reasoning: run.reasoning + event.text, firstTokenAt: run.firstTokenAt ?? at, lastTokenAt: at};
		case 'text':
			return {...run, text: run.text + event.text, firstTokenAt: run.firstTokenAt ?? at, lastTokenAt: at};
		case 'finished':
			return {...run, status: 'done', endedAt: at, answer: event.answer, text: event.answer.text, reasoning: event.answer.reasoning};
	}
}

const changeRun = (runs: readonly Run[], index: number, change: (run: Run) => Run): readonly Run[] =>
	runs.map((run, at) => (at === index ? change(run) : run));

const historyLength = 50;

function remember({history, system, user}: PromptSlice): readonly SentPrompt[] {
	const sent = {system: system.text, user: user.text};
	return [sent, ...history.filter((old) => old.system !== sent.system || old.user !== sent.user)].slice(0, historyLength);
}

/** Switching enforcement off is confirmed, with a reason, for one target; whatever goes elsewhere is enforced again. */
const enforced = {enforcement: 'auto', override: null} as const;

function opened(slice: PromptSlice, targets: readonly Target[]): PromptSlice {
	const main = targets[0];
	const parameters = (main && slice.parametersOf[main.modelId]) ?? slice.parameters;
	return {
		...slice,
		...enforced,
		runs: targets.map((target) => idle(target)),
		column: 0,
		isEditing: true,
		field: 'user',
		parameters,
		picked: null,
		scroll: 0,
	};
}

/** The same service where it lists the other model and can pin its routes, else the first that lists it. */
function gatewayFor({target, refusal}: Run, state: State, modelId: string): Service {
	const catalogues = modelById(state, modelId)?.catalogues ?? [];
	const isKept = refusal?.code !== 'no-provider-selection' && catalogues.some((gateway) => gateway === target.gateway);
	return isKept ? target.gateway : (catalogues[0] ?? target.gateway);
}

function bulkAfter(bulk: Bulk, event: GenerateEvent): Bulk {
	switch (event.type) {
		case 'progress':
			return {...bulk, progress: event.progress};
		case 'invalid':
			return {...bulk, invalid: [...bulk.invalid, `line ${event.line}: ${event.message}`]};
		case 'stopped':
			return {...bulk, progress: event.progress, stopped: event};
		default:
			return bulk;
	}
}

function reduceSlice(slice: PromptSlice, action: PromptAction, state: State): PromptSlice {
	switch (action.type) {
		case 'prompt/opened':
			return opened(slice, action.targets);
		case 'prompt/field-entered':
			return {...slice, field: action.field, isEditing: true};
		case 'prompt/field-left':
			return {...slice, isEditing: false};
		case 'prompt/typed':
			return {...slice, [slice.field]: insertText(slice[slice.field], action.text)};
		case 'prompt/edited':
			return {...slice, [slice.field]: editArea(slice[slice.field], action.edit, composerSize(state, slice.field))};
		case 'prompt/text-set':
			return {
				...slice,
				...(action.texts.system === undefined ? {} : {system: fieldOf(action.texts.system)}),
				...(action.texts.user === undefined ? {} : {user: fieldOf(action.texts.user)}),
			};
		case 'prompt/enforcement-set':
			return {...slice, enforcement: action.enforcement, override: action.override};
		case 'prompt/parameters-set': {
			const modelId = slice.runs[0]?.target.modelId;
			return {
				...slice,
				parameters: action.parameters,
				parametersOf: modelId ? {...slice.parametersOf, [modelId]: action.parameters} : slice.parametersOf,
			};
		}
		case 'prompt/variable-set':
			return {...slice, variables: {...slice.variables, [action.name]: action.value}};
		case 'prompt/gateway-set':
			return {
				...slice,
				...enforced,
				runs: changeRun(slice.runs, slice.column, ({target}) => idle({...target, gateway: action.gateway, only: null})),
			};
		case 'prompt/planned':
			return {...slice, runs: changeRun(slice.runs, action.index, (run) => ({...run, plan: action.plan}))};
		case 'prompt/sent':
			return {
				...slice,
				bulk: null,
				isRunning: true,
				isEditing: false,
				scroll: 0,
				picked: null,
				history: remember(slice),
				runs: slice.runs.map(({target, plan}) => ({...idle(target, plan), status: 'sending'})),
			};
		case 'prompt/happened':
			return {...slice, runs: changeRun(slice.runs, action.index, (run) => happened(run, action.event, action.at))};
		case 'prompt/bulk-started':
			return {...slice, isRunning: true, isEditing: false, bulk: {file: action.file, progress: null, invalid: [], stopped: null}};
		case 'prompt/bulk-happened':
			return slice.bulk ? {...slice, bulk: bulkAfter(slice.bulk, action.event)} : slice;
		case 'prompt/ended':
			return {...slice, isRunning: false};
		case 'prompt/retried':
			return {
				...slice,
				...enforced,
				runs: changeRun(slice.runs, slice.column, (run) =>
					idle({gateway: gatewayFor(run, state, action.modelId), modelId: action.modelId, only: null}),
				),
			};
		case 'prompt/column-moved':
			return {...slice, column: Math.max(0, Math.min(slice.runs.length - 1, slice.column + action.by)), scroll: 0};
		case 'prompt/scrolled':
			return {...slice, scroll: Math.max(0, slice.scroll + action.by)};
		case 'prompt/reasoning-toggled':
			return {...slice, isReasoningShown: !slice.isReasoningShown};
		case 'prompt/picked':
			return {...slice, picked: action.ledgerId};
		default:
			return slice;
	}
}

const isPrompt = (action: Action): action is PromptAction => action.type.startsWith('prompt/');

export function reducePrompt(state: State, action: Action): State {
	if (!isPrompt(action)) return state;
	const prompt = reduceSlice(state.screens.prompt, action, state);
	return prompt === state.screens.prompt ? state : {...state, screens: {...state.screens, prompt}};
}
