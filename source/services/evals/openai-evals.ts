import type {EvalDefinition, EvalItem, Grader, JudgeMessage, SimilarityMetric} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import {isRecord} from '../../domain/is-record.js';
import type {PromptTemplate} from './read-test-set.js';

type Fields = Readonly<Record<string, unknown>>;

/** What was read of a definition from elsewhere, and what of it could not be carried over. */
export type ReadDefinition = {
	readonly name: string | null;
	readonly graders: readonly Grader[];
	/** For rows that bring no messages of their own. */
	readonly template: PromptTemplate | null;
	/** Rows as `readTestSet` takes them; empty when the definition brings none. */
	readonly rows: readonly Fields[];
	/** Models that it compares, as `parseModelTarget` takes them. */
	readonly models: readonly {readonly model: string; readonly label: string | null}[];
	readonly notes: readonly string[];
};

const roles: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant']);
const operations: ReadonlySet<unknown> = new Set(['eq', 'ne', 'like', 'ilike']);
const metrics: ReadonlySet<unknown> = new Set([
	'cosine',
	'fuzzy_match',
	'bleu',
	'gleu',
	'meteor',
	'rouge_1',
	'rouge_2',
	'rouge_3',
	'rouge_4',
	'rouge_5',
	'rouge_l',
] satisfies SimilarityMetric[]);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Messages whose content is a text, or text parts; null where something else is among them. */
function readMessages(value: unknown): readonly JudgeMessage[] | null {
	if (!Array.isArray(value) || value.length === 0) return null;
	const messages = value.map((message: unknown) => {
		if (!isRecord(message) || !roles.has(message.role)) return null;
		const parts: readonly unknown[] = Array.isArray(message.content) ? message.content : [message.content];
		const texts = parts.map((part) =>
			typeof part === 'string' ? part : isRecord(part) && typeof part.text === 'string' ? part.text : null,
		);
		return texts.includes(null) ? null : ({role: message.role, content: texts.join('\n')} as JudgeMessage);
	});
	return messages.includes(null) ? null : (messages as readonly JudgeMessage[]);
}

/** One of OpenAI's graders, or the sentence why it cannot be carried over. */
export function readOpenaiGrader(value: unknown, index: number): Grader | string {
	if (!isRecord(value)) return `Grader ${index + 1} is no object.`;
	const {type} = value;
	const name = text(value.name).trim() || `${text(type) || 'grader'} ${index + 1}`;
	const [input, reference] = [text(value.input), text(value.reference)];
	const lacks = (what: string) => `"${name}" (${text(type)}) has no usable ${what}.`;
	switch (type) {
		case 'string_check':
			if (!operations.has(value.operation)) return lacks('operation');
			return {type, name, input, reference, operation: value.operation as 'eq'};
		case 'text_similarity': {
			if (!metrics.has(value.evaluation_metric)) return lacks('evaluation_metric');
			const threshold = typeof value.pass_threshold === 'number' ? value.pass_threshold : 0.5;
			const model = value.embedding_model;
			const rest = typeof model === 'string' ? {embedding_model: model} : {};
			return {
				type,
				name,
				input,
				reference,
				evaluation_metric: value.evaluation_metric as SimilarityMetric,
				pass_threshold: threshold,
				...rest,
			};
		}
		case 'label_model':
		case 'score_model': {
			const messages = readMessages(value.input);
			if (messages === null) return lacks('input: only texts can be shown to a judge');
			if (text(value.model) === '') return lacks('model');
			const judge = {name, model: text(value.model), input: messages};
			if (type === 'label_model') {
				if (!isTexts(value.labels) || !isTexts(value.passing_labels)) return lacks('labels');
				return {type, ...judge, labels: value.labels, passing_labels: value.passing_labels};
			}
			const {range, pass_threshold, sampling_params} = value;
			const isRange = Array.isArray(range) && range.length === 2 && range.every((end) => typeof end === 'number');
			return {
				type,
				...judge,
				...(isRange ? {range: range as unknown as readonly [number, number]} : {}),
				...(typeof pass_threshold === 'number' ? {pass_threshold} : {}),
				...(isRecord(sampling_params) ? {sampling_params} : {}),
			};
		}
		case 'json_schema':
			return {type, name, input: input || '{{sample.output_text}}', schema: isRecord(value.schema) ? value.schema : {}};
		case 'tool_call_match':
			return {type, name, reference, match: value.match === 'name' ? 'name' : 'arguments'};
		case 'python':
			return `"${name}" is a Python grader: programs are not run here.`;
		default:
			return `"${name}" is a grader of the type ${text(type) || 'unknown'}, which is not known here.`;
	}
}

/**
 * Reads what OpenAI's Evals API took: a definition (`testing_criteria`), one with a run's `data_source`, a list of graders, or one grader. What
 * cannot be carried over is told. Throws Failure kind usage when there is nothing of it.
 * https://platform.openai.com/docs/api-reference/evals/create
 */
export function readOpenaiEval(value: unknown): ReadDefinition {
	const whole = isRecord(value) ? value : {};
	const eval_ = isRecord(whole.eval) ? whole.eval : whole;
	const list = Array.isArray(value)
		? value
		: Array.isArray(eval_.testing_criteria)
			? eval_.testing_criteria
			: 'type' in whole
				? [value]
				: null;
	if (list === null)
		throw new Failure('usage', 'This is no definition of an eval.', {next: 'It has "testing_criteria", or is a list of graders.'});
	const read = list.map(readOpenaiGrader);
	const notes = read.filter((grader) => typeof grader === 'string');
	const run = isRecord(whole.run) ? whole.run : whole;
	const source = isRecord(run.data_source) ? run.data_source : {};
	const {input_messages: input, source: data, model, type} = source;
	const template = isRecord(input) && input.type === 'template' ? readMessages(input.template) : null;
	if (isRecord(input) && input.type === 'template' && template === null) notes.push('The template of the messages holds more than texts.');
	const isOwn = isRecord(input) && input.type === 'item_reference';
	const field = isOwn ? text(input.item_reference).replace(/^item\./, '') : '';
	const content = isRecord(data) && data.type === 'file_content' && Array.isArray(data.content) ? data.content : [];
	if (isRecord(data) && data.type !== 'file_content') notes.push(`Its rows are at OpenAI (${text(data.type)}): give them with --set.`);
	if (type === 'responses') notes.push('Runs of the type responses are not known here.');
	const rows = content.filter(isRecord).map((row) => {
		const item = isRecord(row.item) ? row.item : row;
		return isOwn && Array.isArray(item[field]) ? {item: {...item, messages: item[field]}} : {item};
	});
	return {
		name: text(eval_.name) || null,
		graders: read.filter((grader) => typeof grader !== 'string'),
		template,
		rows,
		models: typeof model === 'string' && model !== '' ? [{model: `openai:${model}`, label: null}] : [],
		notes,
	};
}

/** The fields that every item has, as a JSON Schema. */
function toItemSchema(items: readonly Fields[]): Fields {
	const [first = {}] = items;
	const shared = Object.keys(first).filter((name) => items.every((item) => name in item));
	const typeOf = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
	return {
		type: 'object',
		properties: Object.fromEntries(shared.map((name) => [name, {type: typeOf(first[name])}])),
		required: shared,
	};
}

/**
 * The definition as OpenAI's Evals API took it, with its rows as a data source of runs: one for each candidate of OpenAI, or of none. Graders that
 * OpenAI has not are left out and told.
 */
export function writeOpenaiEval(
	definition: EvalDefinition,
	items: readonly EvalItem[],
): {readonly value: Fields; readonly notes: readonly string[]} {
	const isTheirs = ({type}: Grader) => type !== 'json_schema' && type !== 'tool_call_match';
	const notes = definition.graders
		.filter((grader) => !isTheirs(grader))
		.map(({name, type}) => `"${name}" (${type}) is left out: OpenAI has no such grader.`);
	const others = definition.candidates.filter(({target}) => target.kind !== 'gateway' || target.gateway !== 'openai');
	if (others.length > 0) notes.push(`${others.map(({label}) => label).join(', ')}: not at OpenAI, so there is no run for them.`);
	const rows = items.map(({item, messages, tools}) => ({
		item: {...item, messages, ...(tools.length === 0 ? {} : {tools})} as Fields,
	}));
	const {maxTokens, temperature, seed} = definition.parameters;
	const source = {
		type: 'completions',
		input_messages: {type: 'item_reference', item_reference: 'item.messages'},
		sampling_params: {
			max_completion_tokens: maxTokens,
			...(temperature === null ? {} : {temperature}),
			...(seed === null ? {} : {seed}),
		},
		source: {type: 'file_content', content: rows},
	};
	const models = definition.candidates.flatMap(({target}) =>
		target.kind === 'gateway' && target.gateway === 'openai' ? [target.model] : [],
	);
	return {
		value: {
			name: definition.name,
			metadata: {stillroom_evaluation: definition.id},
			data_source_config: {type: 'custom', item_schema: toItemSchema(rows.map(({item}) => item)), include_sample_schema: true},
			testing_criteria: definition.graders.filter(isTheirs).map(({...grader}) => {
				const {embedding_model: _, ...rest} = grader as Fields;
				return rest;
			}),
			data_source: models.length === 1 ? {...source, model: models[0]} : source,
		},
		notes,
	};
}
