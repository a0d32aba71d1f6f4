import {cleanText} from '../../domain/clean-text.js';
import {formatUsd} from '../../view/format.js';
import {linearWidth} from '../../view/linear.js';
import {linesWords, lineWords} from '../../view/spoken.js';
import {sayParameters} from '../screens/prompt/parameters.js';
import {bulkLines, evidenceLines, promptSubhead, refusalLines} from '../screens/prompt/prompt-lines.js';
import type {Run} from '../screens/prompt/prompt-slice.js';
import {selectRun, selectVariables} from '../screens/prompt/state.js';
import type {State} from '../state/state.js';
import {characterAt, type TextField} from '../state/text-field.js';

const fieldNames = {system: 'system text', user: 'user text'} as const;

/** The line of a text that the cursor is in, counted from 0, and the text of that line. */
function lineOf({text, cursor}: TextField): {
	readonly index: number;
	readonly count: number;
	readonly line: string;
	readonly column: number;
} {
	const before = text.slice(0, cursor);
	const lines = text.split('\n');
	const index = before.split('\n').length - 1;
	return {index, count: lines.length, line: cleanText(lines[index] ?? ''), column: cursor - (before.lastIndexOf('\n') + 1)};
}

/** `Line 2 of 3: What is 17 plus 25?` */
export function textPosition(field: TextField): string {
	const {index, count, line} = lineOf(field);
	return `Line ${index + 1} of ${count}: ${line === '' ? 'empty' : line}`;
}

const characters: Readonly<Record<string, string>> = {' ': 'space', '\n': 'end of the line', '\t': 'tab', '': 'end of the text'};

/** What the cursor stands on, after it was moved inside its line. */
export function characterWords(field: TextField): string {
	const under = characterAt(field);
	return `${characters[under] ?? (cleanText(under) || 'a character that cannot be shown')}, character ${lineOf(field).column + 1}`;
}

export const isOtherLine = (heard: TextField, now: TextField): boolean => lineOf(heard).index !== lineOf(now).index;

const writingWords = (state: State): string => {
	const {isEditing, field, [field]: text} = state.screens.prompt;
	return isEditing ? `Writing the ${fieldNames[field]}. ${textPosition(text)}` : 'No text is being written: i or enter writes.';
};

/** Where the cursor is: in a text, or at an answer. */
export function promptPosition(state: State): readonly string[] {
	const {isEditing} = state.screens.prompt;
	const run = selectRun(state);
	return [...(isEditing || !run ? [] : [answerTitle(state, run)]), writingWords(state)];
}

/** `2 of 2: qwen/qwen3, done.` */
export function answerTitle({screens: {prompt}}: State, run: Run): string {
	const states = {
		idle: 'nothing was sent yet',
		sending: 'sending',
		streaming: 'the answer is coming',
		done: 'answered',
		refused: 'not sent',
	} as const;
	const place = prompt.runs.length > 1 ? `${prompt.column + 1} of ${prompt.runs.length}: ` : '';
	const picked = prompt.picked !== null && prompt.picked === run.ledgerId ? ', picked' : '';
	return `${place}${run.target.modelId}, ${states[run.status]}${picked}.`;
}

/** Where the prompt goes and how it is held to allowed routes. */
export const subheadWords = (state: State): string => lineWords(promptSubhead(state));

/** What the plan bounds the cost to, and which variables are open. */
export function planWords(state: State): string {
	const {variables} = state.screens.prompt;
	const plan = selectRun(state)?.plan;
	const names = selectVariables(state);
	const open = names.filter((name) => !variables[name]);
	return [
		plan
			? plan.costBoundUsd === null
				? 'the cost bound is unknown'
				: `costs at most ${formatUsd(plan.costBoundUsd).replace('$', '')} US dollars`
			: '',
		open.length > 0
			? `${open.map((name) => `{{${name}}}`).join(' ')} has no value yet, V fills them`
			: names.length > 0
				? 'every variable is filled'
				: '',
	]
		.filter(Boolean)
		.join(', ');
}

/** What came back: the answer in full, why it was refused, and the evidence. */
export function answerLines(state: State, run: Run): readonly string[] {
	return [
		...(run.text === ''
			? []
			: cleanText(run.text, {isOneLine: false})
					.split('\n')
					.filter((line) => line.trim() !== '')),
		...endLines(state, run),
	];
}

/** How it ended: why it was refused, or what served it and how that is known. */
export const endLines = (state: State, run: Run): readonly string[] =>
	linesWords([...refusalLines(run, linearWidth, state.now), ...evidenceLines(run, linearWidth, state.now)]);

/** What the Prompt screen holds. */
export function promptLines(state: State): readonly string[] {
	const {bulk, parameters, system} = state.screens.prompt;
	const run = selectRun(state);
	return [
		`${writingWords(state)}`,
		...(system.text === '' || state.screens.prompt.field === 'system' ? [] : [`System text: ${cleanText(system.text).slice(0, 200)}`]),
		`Parameters: ${lineWords([{text: sayParameters(parameters), tone: 'dim'}])}${planWords(state) === '' ? '' : `; ${planWords(state)}`}.`,
		...(bulk ? bulkWords(state) : run ? [answerTitle(state, run), ...answerLines(state, run)] : []),
	];
}

/** How far a job of many prompts is. */
export const bulkWords = ({screens: {prompt}}: State): readonly string[] =>
	prompt.bulk ? linesWords(bulkLines(prompt.bulk, linearWidth)) : [];
