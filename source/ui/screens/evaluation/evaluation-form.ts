import type {Dataset} from '../../../domain/dataset.js';
import type {Candidate, EvalDefinition, Grader} from '../../../domain/evaluation.js';
import {datasetRef} from '../../../domain/filter-datasets.js';
import {services} from '../../../domain/service.js';
import type {EvalRequest} from '../../../services/evals/eval-event.js';
import {graderShapes, parseCandidate, parseGrader} from '../../../services/evals/parse-eval-words.js';
import type {FormField, FormValues} from '../../state/form.js';

export const emptyEvaluation: FormValues = {
	name: '',
	set: '',
	teacher: '',
	base: '',
	student: '',
	other: '',
	graders: 'exact fuzzy_match>=0.8',
	judge: '',
	rubric: '',
	limit: '',
	budget: '',
	maxTokens: '512',
	temperature: '0',
	concurrency: '8',
};

const optionalNumber = (isFine: (value: number) => boolean, what: string) => (value: string) =>
	value === '' || isFine(Number(value)) ? null : what;
const wholeFrom = (least: number) => (value: number) => Number.isInteger(value) && value >= least;

const checkModel = (value: string): string | null => {
	const parsed = value === '' ? null : parseCandidate(value);
	return typeof parsed === 'string' ? parsed : null;
};

const modelHelp =
	'SERVICE:MODEL, such as openai:gpt-4.1-mini, openrouter:deepseek/deepseek-v3.2, or a model that a tuning service serves. Empty leaves it out.';

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

/** The lines of the dialog. An evaluation that is extended keeps its questions and graders. */
export function evaluationFields(datasets: readonly Dataset[], extended: EvalDefinition | null): readonly FormField[] {
	const withValidation = datasets.filter(({counts}) => counts.valid > 0);
	const models: readonly FormField[] = (['teacher', 'base', 'student', 'other'] as const).map((role) => ({
		id: role,
		title: role === 'other' ? 'another model' : role,
		help: modelHelp,
		choices: null,
		empty: 'none',
		check: checkModel,
	}));
	const run: readonly FormField[] = [
		{
			id: 'limit',
			title: 'at most',
			help: 'Questions that are asked; empty asks all.',
			choices: null,
			empty: 'all questions',
			check: optionalNumber(wholeFrom(1), 'a whole number from 1'),
		},
		{
			id: 'budget',
			title: 'budget USD',
			help: 'Answers and judges together; it stops before it could cost more. Empty means no limit.',
			choices: null,
			empty: 'no limit',
			check: optionalNumber((value) => value > 0, 'a number of USD above 0'),
		},
		{
			id: 'concurrency',
			title: 'at once',
			help: 'Requests that are under way at the same time.',
			choices: null,
			check: (value) => (wholeFrom(1)(Number(value)) && Number(value) <= 256 ? null : 'a whole number from 1 to 256'),
		},
	];
	if (extended !== null) return [...models, ...run];
	return [
		{id: 'name', title: 'name', help: 'For people.', choices: null, empty: 'after the test set'},
		{
			id: 'set',
			title: 'test set',
			help: `A file of JSON Lines, or a data set: its held-out rows are asked. ${withValidation.map(datasetRef).slice(0, 6).join(', ')}`,
			choices: null,
			empty: 'needed',
			check: (value) => checkTestSet(value.trim(), datasets),
		},
		...models,
		{
			id: 'graders',
			title: 'graders',
			help: `With blanks between: ${graderShapes}.`,
			choices: null,
			empty: 'none',
			check(value) {
				const wrong = words(value)
					.map((word) => parseGrader(word))
					.find((one) => typeof one === 'string');
				return typeof wrong === 'string' ? wrong : null;
			},
		},
		{
			id: 'judge',
			title: 'judge',
			help: `A model that grades each answer against the reference. ${modelHelp}`,
			choices: null,
			empty: 'none',
			check: checkModel,
		},
		{
			id: 'rubric',
			title: 'rubric',
			help: 'What the judge is told to look at.',
			choices: null,
			empty: 'as correct and useful as the reference',
		},
		{
			id: 'maxTokens',
			title: 'longest answer',
			help: 'Tokens of an answer at most.',
			choices: null,
			check: (value) => (wholeFrom(1)(Number(value)) ? null : 'a whole number from 1'),
		},
		{
			id: 'temperature',
			title: 'temperature',
			help: '0 to 2; 0 answers most alike each time. Empty sends none: some models refuse any.',
			choices: null,
			empty: 'not sent',
			check: optionalNumber((value) => value >= 0 && value <= 2, 'a number from 0 to 2, or nothing'),
		},
		...run,
	];
}

const findDataset = (name: string, datasets: readonly Dataset[]): Dataset | undefined =>
	datasets.find((one) => datasetRef(one) === name || one.name === name);

function checkTestSet(name: string, datasets: readonly Dataset[]): string | null {
	if (name === '') return 'which questions are asked? A data set such as triage@1, or a file';
	const dataset = findDataset(name, datasets);
	if (dataset?.counts.valid === 0) return `${datasetRef(dataset)} has no held-out rows: a file can be asked instead`;
	if (dataset || datasets.length === 0 || !/^[\w.-]+@\d+$/.test(name)) return null;
	return `there is no data set ${name}; frozen are ${datasets.slice(0, 6).map(datasetRef).join(', ')}`;
}

/** The model that most rows of a data set are from, as it is typed; empty where nobody can ask it. */
function teacherOf(name: string, datasets: readonly Dataset[]): string {
	const first = findDataset(name, datasets)?.teachers[0];
	return first && (services as readonly string[]).includes(first.gateway) ? `${first.gateway}:${first.model}` : '';
}

/** The teacher of the data set that is chosen now, unless another model was typed, or it stands there already as what is tuned. */
export function withTeacher(values: FormValues, datasets: readonly Dataset[], before: string): FormValues {
	const isOurs = !values.teacher || values.teacher === teacherOf(before.trim(), datasets);
	if (!isOurs) return values;
	const teacher = teacherOf(values.set?.trim() ?? '', datasets);
	const others = [values.base, values.student, values.other].map((value) => value?.trim());
	return {...values, teacher: others.includes(teacher) ? '' : teacher};
}

function toTestSet(text: string, datasets: readonly Dataset[]): EvalDefinition['testSet'] {
	const name = text.trim();
	const dataset = findDataset(name, datasets);
	return dataset ? {kind: 'dataset', name: dataset.name, version: dataset.version, part: 'valid'} : {kind: 'file', path: name, hash: ''};
}

function toCandidates(values: FormValues): readonly Candidate[] {
	return (['teacher', 'base', 'student', 'other'] as const).flatMap((role) => {
		const text = values[role]?.trim() ?? '';
		const parsed = text === '' ? null : parseCandidate(text.includes('=') ? text : `${role}=${text}`);
		return parsed === null || typeof parsed === 'string' ? [] : [parsed];
	});
}

function toGraders({graders = '', judge = '', rubric = ''}: FormValues): readonly Grader[] {
	const parsed = words(graders).map((word) => parseGrader(word));
	const judged = judge.trim() === '' ? [] : [parseGrader(`judge:${judge.trim()}`, rubric.trim() === '' ? {} : {rubric: rubric.trim()})];
	return [...parsed, ...judged].filter((one): one is Grader => typeof one !== 'string');
}

/** The request as the form stands; `id` and `createdAt` are those of a new evaluation. */
export function toEvalRequest(
	values: FormValues,
	{
		datasets,
		extended,
		id,
		createdAt,
	}: {readonly datasets: readonly Dataset[]; readonly extended: EvalDefinition | null; readonly id: string; readonly createdAt: string},
): EvalRequest {
	const candidates = toCandidates(values);
	const definition: EvalDefinition = extended
		? {...extended, candidates: [...extended.candidates, ...candidates]}
		: {
				id,
				name: values.name?.trim() || values.set?.trim() || 'evaluation',
				createdAt,
				testSet: toTestSet(values.set ?? '', datasets),
				candidates,
				graders: toGraders(values),
				parameters: {maxTokens: Number(values.maxTokens), temperature: values.temperature ? Number(values.temperature) : null, seed: 1},
				repeatShare: values.judge?.trim() ? 0.1 : 0,
			};
	return {
		definition,
		concurrency: Number(values.concurrency || 8),
		maxCostUsd: values.budget ? Number(values.budget) : null,
		limit: values.limit ? Number(values.limit) : null,
		retryFailed: false,
	};
}
