import {existsSync} from 'node:fs';
import process from 'node:process';
import {rowShapes} from '../../services/generate-rows.js';
import {parameterKinds, withParameter} from '../screens/prompt/parameters.js';
import type {Action} from '../state/action.js';
import {type AskName, openAsk} from '../state/overlay.js';
import type {State} from '../state/state.js';
import type {TextField} from '../state/text-field.js';
import type {Ask, Asked} from './ask.js';
import {deleteAsk, importAsk, metadataAsk, noteAsk, tagAsk} from './completion-asks.js';
import {packFolderAsk, verifyFolderAsk} from './dataset-asks.js';
import {formFieldAsk} from './form-ask.js';
import {cancelJobAsk, createJobAsk, exportEvalAsk, pauseJobAsk, runEvalAsk} from './job-asks.js';
import {removeKeyAsk, serviceKeyAsk} from './key-asks.js';

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

const bulkFile: Ask = {
	isPath: true,
	title: () => 'Generate: which file holds the prompts?',
	help: () =>
		`JSON Lines, ${rowShapes}, or plain text with one prompt a line. Model, routes, enforcement, parameters and system text are those of this screen.`,
	answer(_, {query}) {
		const file = query.text.trim();
		if (file === '') return 'a file name is needed';
		return existsSync(file) ? [openAsk('bulk-budget', file)] : `there is no file ${file} in ${process.cwd()}`;
	},
};

const bulkBudget: Ask = {
	title: ({subject}) => `Generate from ${subject}: at most how many USD?`,
	help: () =>
		'The job stops before it could cost more; empty means no limit. Enter starts it. Started again later, it sends only what is missing.',
	answer(_, {subject, query}) {
		const text = query.text.trim().replace(/^\$/, '');
		const maxCostUsd = text === '' ? null : Number(text);
		if (maxCostUsd !== null && !(maxCostUsd > 0)) return 'the limit is a number of USD above 0, such as 2.50';
		return [{type: 'prompt/bulk-asked', file: subject, maxCostUsd, isRetrying: false}];
	},
};

const asks: Readonly<Record<AskName, Ask>> = {
	override,
	variable,
	parameter,
	'bulk-file': bulkFile,
	'bulk-budget': bulkBudget,
	tag: tagAsk,
	note: noteAsk,
	metadata: metadataAsk,
	'delete-remote': deleteAsk,
	'import-file': importAsk,
	'form-field': formFieldAsk,
	'pack-folder': packFolderAsk,
	'verify-folder': verifyFolderAsk,
	'cancel-job': cancelJobAsk,
	'pause-job': pauseJobAsk,
	'create-job': createJobAsk,
	'run-eval': runEvalAsk,
	'export-eval': exportEvalAsk,
	'service-key': serviceKeyAsk,
	'remove-key': removeKeyAsk,
};

const star = '*';

/** The field of a question as it may be drawn: of a secret only how long it is. */
export function shownField({name, query}: Asked): TextField {
	if (asks[name].isSecret !== true) return query;
	return {...query, text: star.repeat(query.text.length)};
}

export const isSecretAsk = ({name}: Asked): boolean => asks[name].isSecret === true;
export const isPathAsk = ({name}: Asked): boolean => asks[name].isPath === true;
export const askTitle = (asked: Asked, state: State): string => asks[asked.name].title(asked, state);
export const askHelp = (asked: Asked, state: State): string => asks[asked.name].help(asked, state);
export const askedActions = (state: State, asked: Asked): readonly Action[] | string => asks[asked.name].answer(state, asked);
