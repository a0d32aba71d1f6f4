import {parameterKinds, withParameter} from '../screens/prompt/parameters.js';
import type {Action} from '../state/action.js';
import type {AskName, Overlay} from '../state/overlay.js';
import type {State} from '../state/state.js';

type Asked = Overlay & {readonly kind: 'ask'};

/** An overlay that asks for one value; `answer` is what follows, or a sentence about what is wrong with it. */
type Ask = {
	readonly title: (asked: Asked) => string;
	readonly help: (asked: Asked) => string;
	readonly answer: (state: State, asked: Asked) => readonly Action[] | string;
};

const override: Ask = {
	title: () => 'Send without enforcement?',
	help: () =>
		'Answers may then come from routes that do not allow training. Say why; the reason is recorded with each answer, and enter switches it off.',
	answer: (_, {query}) =>
		query.text.trim() === ''
			? 'a reason is needed: it stands in the ledger beside each answer'
			: [{type: 'prompt/enforcement-set', enforcement: 'off', override: query.text.trim()}],
};

const variable: Ask = {
	title: ({subject}) => `Value of {{${subject}}}`,
	help: () => 'Put in wherever the prompt says so.',
	answer: (_, {subject, query}) => [{type: 'prompt/variable-set', name: subject, value: query.text}],
};

const parameter: Ask = {
	title: ({subject}) => subject,
	help: ({subject}) => parameterKinds.find(({name}) => name === subject)?.help ?? '',
	answer(state, {subject, query}) {
		const parameters = withParameter(state.screens.prompt.parameters, subject, query.text);
		return typeof parameters === 'string' ? parameters : [{type: 'prompt/parameters-set', parameters}];
	},
};

const asks: Readonly<Record<AskName, Ask>> = {override, variable, parameter};

export const askTitle = (asked: Asked): string => asks[asked.name].title(asked);
export const askHelp = (asked: Asked): string => asks[asked.name].help(asked);
export const askedActions = (state: State, asked: Asked): readonly Action[] | string => asks[asked.name].answer(state, asked);
