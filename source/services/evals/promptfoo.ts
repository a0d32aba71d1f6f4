import {parse, stringify} from 'yaml';
import type {Candidate, EvalDefinition, EvalItem, Grader, SimilarityMetric} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import {isRecord} from '../../domain/is-record.js';
import type {ReadDefinition} from './openai-evals.js';
import type {PromptTemplate} from './read-test-set.js';

type Fields = Readonly<Record<string, unknown>>;

const output = '{{sample.output_text}}';

/** promptfoo's own where an assertion says none: https://www.promptfoo.dev/docs/configuration/expected-outputs/deterministic/ */
const thresholds = {similar: 0.75, 'rouge-n': 0.75, bleu: 0.5, gleu: 0.5, meteor: 0.5} as const;
const similarities: Readonly<Record<keyof typeof thresholds, SimilarityMetric>> = {
	similar: 'cosine',
	'rouge-n': 'rouge_1',
	bleu: 'bleu',
	gleu: 'gleu',
	meteor: 'meteor',
};
const checks = {equals: 'eq', 'not-equals': 'ne', contains: 'like', icontains: 'ilike'} as const;

/** `{{name}}` of promptfoo is `{{item.name}}` here. */
const toOurs = (template: string) => template.replaceAll(/\{\{\s*(?!(?:item|sample)\b)([^{}|]+?)\s*\}\}/g, '{{item.$1}}');
const toTheirs = (template: string) => template.replaceAll(/\{\{\s*item\.([^{}]+?)\s*\}\}/g, '{{$1}}');
const hasLogic = (template: string) => /\{%|\{\{[^{}]*\|/.test(template);

/** Their name of a provider as ours: `openai:chat:gpt-4.1`, `openrouter:qwen/qwen3-32b`, `togetherai:…`. Null where it is another's. */
function readProvider(id: string): string | null {
	const [, service, model] = /^(openai|openrouter|togetherai|fireworks|azure)(?::(?:chat|responses|completion))?:(.+)$/.exec(id) ?? [];
	return service === undefined ? null : `${service === 'togetherai' ? 'together' : service}:${model}`;
}

function readProviders(value: unknown, notes: string[]): ReadDefinition['models'] {
	const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
	return list.flatMap((provider) => {
		// `{id: 'openai:…'}` or `{'openai:…': {…}}`.
		const id = typeof provider === 'string' ? provider : isRecord(provider) ? String(provider.id ?? Object.keys(provider)[0] ?? '') : '';
		const config = isRecord(provider) && isRecord(provider.config) ? provider.config : {};
		const isNanogpt = typeof config.apiBaseUrl === 'string' && /nano-gpt\.com/.test(config.apiBaseUrl);
		const model = isNanogpt ? `nanogpt:${id.replace(/^openai:(?:chat:)?/, '')}` : readProvider(id);
		if (model === null) notes.push(`The provider ${id || JSON.stringify(provider)} is not known here: name it with --candidate.`);
		return model === null ? [] : [{model, label: isRecord(provider) && typeof provider.label === 'string' ? provider.label : null}];
	});
}

function readPrompt(value: unknown, notes: string[]): PromptTemplate | null {
	const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
	if (list.length > 1) notes.push(`Only the first of ${list.length} prompts is taken: run the others as evaluations of their own.`);
	const [first] = list;
	const raw = typeof first === 'string' ? first : isRecord(first) ? String(first.raw ?? first.id ?? '') : '';
	if (raw === '') return null;
	if (/^file:\/\//.test(raw)) {
		notes.push(`The prompt is in ${raw}: give it with --prompt @FILE.`);
		return null;
	}
	if (hasLogic(raw)) notes.push('The prompt has filters or logic of its template language: they are not carried out here.');
	try {
		const chat: unknown = JSON.parse(raw);
		if (Array.isArray(chat) && chat.every((message) => isRecord(message) && typeof message.content === 'string'))
			return chat.map(({role, content}: Fields) => ({role: role as 'user', content: toOurs(String(content))}));
	} catch {
		// A prompt that is plain text.
	}
	return [{role: 'user', content: toOurs(raw)}];
}

/** A conversation as JSON in a variable; null where it is none. */
function readChat(value: unknown): readonly Fields[] | null {
	if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return null;
	try {
		const chat: unknown = JSON.parse(value);
		return Array.isArray(chat) && chat.length > 0 && chat.every((message) => isRecord(message) && 'role' in message) ? chat : null;
	} catch {
		return null;
	}
}

type Assertion = {readonly type: string; readonly value: unknown; readonly threshold: number | null; readonly provider: string | null};

function readAssertions(value: unknown): readonly Assertion[] {
	return (Array.isArray(value) ? value : []).filter(isRecord).map(({type, value: expected, threshold, provider}) => ({
		type: String(type ?? ''),
		value: expected,
		threshold: typeof threshold === 'number' ? threshold : null,
		provider: typeof provider === 'string' ? provider : isRecord(provider) && typeof provider.id === 'string' ? provider.id : null,
	}));
}

/** Assertions of one kind that stand at the same place in every test: one grader, which finds what it expects in the row's field. */
type Column = {readonly type: string; readonly place: number; readonly cells: readonly (Assertion | null)[]};

function toColumns(tests: readonly (readonly Assertion[])[]): readonly Column[] {
	const columns = new Map<string, Column>();
	for (const [index, assertions] of tests.entries()) {
		const seen = new Map<string, number>();
		for (const assertion of assertions) {
			const place = seen.get(assertion.type) ?? 0;
			seen.set(assertion.type, place + 1);
			const key = `${assertion.type} ${place}`;
			const column = columns.get(key) ?? {type: assertion.type, place, cells: tests.map(() => null)};
			columns.set(key, {...column, cells: column.cells.with(index, assertion)});
		}
	}
	return [...columns.values()];
}

/** A grader for a column, and where it is one for every row, the field of the row that it reads; or why it cannot be carried over. */
function readColumn({type, place, cells}: Column, judge: string | null): {readonly grader: Grader; readonly field: string | null} | string {
	const there = cells.filter((cell) => cell !== null);
	const [first] = there;
	if (first === undefined) return '';
	if (there.length < cells.length)
		return `The assertion ${type} stands in ${there.length} of ${cells.length} tests: only what all have is carried over.`;
	const name = place === 0 ? type : `${type} ${place + 1}`;
	const isSame = there.every(({value}) => JSON.stringify(value) === JSON.stringify(first.value));
	const field = isSame ? null : `expected_${type.replaceAll('-', '_')}${place === 0 ? '' : `_${place + 1}`}`;
	const values = there.map(({value}) => value);
	const isText = values.every((value) => ['string', 'number', 'boolean'].includes(typeof value));
	const expected = field === null ? toOurs(String(first.value ?? '')) : `{{item.${field}}}`;
	if (type === 'is-json') {
		if (values.some((value) => value !== undefined && !isRecord(value)) || !isSame)
			return 'The schemas of is-json differ from test to test, or are in files.';
		return {grader: {type: 'json_schema', name, input: output, schema: isRecord(first.value) ? first.value : {}}, field: null};
	}
	if (!isText) return `The assertion ${type} expects something else than a text.`;
	if (values.some((value) => /^file:\/\//.test(String(value)))) return `What the assertion ${type} expects is in a file.`;
	if (type in checks)
		return {
			grader: {type: 'string_check', name, input: output, reference: expected, operation: checks[type as keyof typeof checks]},
			field,
		};
	if (type in similarities) {
		const kind = type as keyof typeof thresholds;
		const threshold = first.threshold ?? thresholds[kind];
		if (there.some((cell) => cell.threshold !== first.threshold)) return `The thresholds of ${type} differ from test to test.`;
		return {
			grader: {
				type: 'text_similarity',
				name,
				input: output,
				reference: expected,
				evaluation_metric: similarities[kind],
				pass_threshold: threshold,
			},
			field,
		};
	}
	if (type === 'llm-rubric') {
		const model = first.provider === null ? judge : readProvider(first.provider);
		if (model === null) return 'The assertion llm-rubric names no judge that is known here: say which with --judge.';
		const input = [
			{role: 'system' as const, content: `Does the answer fulfil this? "pass" when it does in full, else "fail".\n\n${expected}`},
			{role: 'user' as const, content: `Answer to grade:\n${output}`},
		];
		return {grader: {type: 'label_model', name, model, input, labels: ['pass', 'fail'], passing_labels: ['pass']}, field};
	}
	return `The assertion ${type || '(without a type)'} cannot be carried over.`;
}

/**
 * Reads a configuration of promptfoo: providers, the first prompt, tests with their variables and assertions. What cannot be carried over is told.
 * Throws Failure kind usage for what is none. https://www.promptfoo.dev/docs/configuration/reference/
 */
export function readPromptfoo(text: string, {judge = null}: {readonly judge?: string | null} = {}): ReadDefinition {
	let config: unknown;
	try {
		config = parse(text);
	} catch (error) {
		throw new Failure('usage', 'This is no YAML.', {why: error instanceof Error ? error.message.split('\n')[0]! : String(error)});
	}
	if (!isRecord(config) || !('tests' in config || 'prompts' in config || 'providers' in config))
		throw new Failure('usage', 'This is no configuration of promptfoo.', {next: 'It has prompts, providers and tests.'});
	const notes: string[] = [];
	const common = isRecord(config.defaultTest) ? config.defaultTest : {};
	if (typeof config.tests === 'string') notes.push(`The tests are in ${config.tests}: give them with --set.`);
	const tests = (Array.isArray(config.tests) ? config.tests : []).filter((test) => {
		if (!isRecord(test)) notes.push(`A test that is no object was left out: ${String(test).slice(0, 80)}`);
		return isRecord(test);
	}) as readonly Fields[];
	const options = isRecord(common.options) ? common.options : {};
	const judgeOf = typeof options.provider === 'string' ? readProvider(options.provider) : null;
	const columns = toColumns(tests.map((test) => [...readAssertions(common.assert), ...readAssertions(test.assert)]));
	const read = columns.map((column) => ({column, found: readColumn(column, judge ?? judgeOf)}));
	const graders: Grader[] = [];
	const fields: {readonly name: string; readonly cells: Column['cells']}[] = [];
	for (const {column, found} of read) {
		if (typeof found === 'string') notes.push(found);
		else {
			graders.push(found.grader);
			if (found.field !== null) fields.push({name: found.field, cells: column.cells});
		}
	}
	const template = readPrompt(config.prompts, notes);
	// A prompt that is one variable and nothing else may hold a whole conversation.
	const whole = template?.length === 1 ? (/^\{\{item\.(\w+)\}\}$/.exec(template[0]!.content)?.[1] ?? null) : null;
	const known = isRecord(common.vars) ? common.vars : {};
	const rows = tests.map((test, index) => {
		const vars = {...known, ...(isRecord(test.vars) ? test.vars : {})};
		if (Object.values(vars).some(Array.isArray))
			notes.push(`Test ${index + 1} has lists as variables: promptfoo makes several tests of it, here it stays one.`);
		const filled = (value: unknown) =>
			String(value ?? '').replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (all, name: string) =>
				name in vars ? String((vars as Fields)[name]) : all,
			);
		const item: Fields = {...vars, ...Object.fromEntries(fields.map(({name, cells}) => [name, filled(cells[index]?.value)]))};
		const chat = whole === null ? null : readChat(item[whole]);
		if (chat === null) return {item};
		const {[whole!]: _, ...rest} = item;
		return {item: {...rest, messages: chat}};
	});
	return {
		name: typeof config.description === 'string' ? config.description : null,
		graders,
		template,
		rows,
		models: readProviders(config.providers, notes),
		notes: [...new Set(notes)],
	};
}

/** How promptfoo reaches a candidate; keys are named, never written. */
function writeProvider({target, label}: Candidate, {maxTokens, temperature}: EvalDefinition['parameters']): Fields {
	const config = {max_tokens: maxTokens, ...(temperature === null ? {} : {temperature})};
	const at = (apiBaseUrl: string, apiKeyEnvar: string) => ({...config, apiBaseUrl, apiKeyEnvar});
	if (target.kind === 'gateway') {
		if (target.gateway === 'openrouter') return {id: `openrouter:${target.model}`, label, config};
		if (target.gateway === 'nanogpt')
			return {id: `openai:chat:${target.model}`, label, config: at('https://nano-gpt.com/api/v1', 'NANOGPT_API_KEY')};
		return {id: `openai:chat:${target.model}`, label, config};
	}
	if (target.service === 'together') return {id: `togetherai:${target.model}`, label, config};
	if (target.service === 'fireworks') return {id: `fireworks:${target.model}`, label, config};
	if (target.service === 'azure') return {id: `azure:chat:${target.model}`, label, config};
	if (target.service === 'nebius')
		return {id: `openai:chat:${target.model}`, label, config: at('https://api.tokenfactory.nebius.com/v1', 'NEBIUS_API_KEY')};
	return {id: `openai:chat:${target.model}`, label, config: {...config, apiKeyEnvar: 'TUNER_API_KEY'}};
}

const theirMetrics = Object.fromEntries(Object.entries(similarities).map(([theirs, ours]) => [ours, theirs])) as Partial<
	Record<SimilarityMetric, string>
>;

/** One of our graders as an assertion, or why it cannot be carried over. */
function writeAssertion(grader: Grader): Fields | string {
	const lost = (why: string) => `"${grader.name}" (${grader.type}) is left out: ${why}.`;
	switch (grader.type) {
		case 'string_check': {
			if (grader.input.trim() !== output) return lost('promptfoo checks the answer and nothing else');
			const [type] = Object.entries(checks).find(([, operation]) => operation === grader.operation)!;
			return {type, value: toTheirs(grader.reference), metric: grader.name};
		}
		case 'text_similarity': {
			const type = theirMetrics[grader.evaluation_metric];
			if (type === undefined) return lost(`promptfoo has no ${grader.evaluation_metric}`);
			return {type, value: toTheirs(grader.reference), threshold: grader.pass_threshold, metric: grader.name};
		}
		case 'json_schema':
			return {type: 'is-json', ...(Object.keys(grader.schema).length === 0 ? {} : {value: grader.schema}), metric: grader.name};
		case 'label_model':
		case 'score_model': {
			// Their judge is shown the answer by itself, so the message that holds nothing else is left out.
			const words = grader.input.map(({content}) => content.replaceAll(output, 'the output')).join('\n\n');
			const [, service, model] = /^(openai|openrouter):(.+)$/.exec(grader.model) ?? [];
			const provider =
				service === undefined ? `openai:chat:${grader.model}` : service === 'openai' ? `openai:chat:${model}` : `openrouter:${model}`;
			return {type: 'llm-rubric', value: toTheirs(words), provider, metric: grader.name};
		}
		default:
			return lost('promptfoo compares calls of tools by programs of its own');
	}
}

/** The evaluation as a configuration of promptfoo, as YAML; what cannot be carried over, and what is judged otherwise there, is told. */
export function writePromptfoo(
	definition: EvalDefinition,
	items: readonly EvalItem[],
): {readonly text: string; readonly notes: readonly string[]} {
	const written = definition.graders.map(writeAssertion);
	const notes = written.filter((assertion) => typeof assertion === 'string');
	const assertions = written.filter((assertion) => typeof assertion !== 'string');
	if (assertions.some(({type}) => type === 'llm-rubric'))
		notes.push("Judges are asked with promptfoo's own words around the rubric, so grades may differ.");
	if (assertions.some(({type}) => type === 'rouge-n')) notes.push('promptfoo weighs precision more in rouge-n: scores differ a little.');
	if (items.some(({tools}) => tools.length > 0)) notes.push('Tools are left out: promptfoo sets them for a provider, not for a test.');
	const isPlain = items.every(
		({messages, item}) => messages.length === 1 && messages[0]!.role === 'user' && messages[0]!.content === item.prompt,
	);
	const config = {
		description: definition.name,
		prompts: [isPlain ? '{{prompt}}' : '{{messages}}'],
		providers: definition.candidates.map((candidate) => writeProvider(candidate, definition.parameters)),
		...(assertions.length === 0 ? {} : {defaultTest: {assert: assertions}}),
		tests: items.map(({item, messages, reference}) => ({
			vars: {
				...Object.fromEntries(Object.entries(item).filter(([, value]) => typeof value !== 'object')),
				...(reference === null ? {} : {reference}),
				// As a text: lists would be made several tests of.
				...(isPlain ? {} : {messages: JSON.stringify(messages)}),
			},
		})),
	};
	return {text: stringify(config, {lineWidth: 0}), notes};
}
