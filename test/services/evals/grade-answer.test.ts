import {expect, test} from 'vitest';
import type {EvalItem, Grade, Grader} from '../../../source/domain/evaluation.js';
import {Failure} from '../../../source/domain/failure.js';
import type {Context, Embed} from '../../../source/services/context.js';
import type {AskJudge, JudgeAnswer, JudgeRequest} from '../../../source/services/evals/ask-judge.js';
import {batchEmbeddings} from '../../../source/services/evals/batch-embeddings.js';
import {type AnswerSample, gradeAnswer} from '../../../source/services/evals/grade-answer.js';
import {qualityJudge, referenceJudge} from '../../../source/services/evals/judge-prompts.js';

const item: EvalItem = {
	key: 'a',
	messages: [],
	tools: [],
	reference: 'Paris',
	referenceToolCalls: [{type: 'function', function: {name: 'look_up', arguments: '{"word":"still"}'}}],
	item: {question: 'Which city?', reference: 'Paris', calls: [{name: 'look_up', arguments: {word: 'still'}}], name: 'look_up'},
};
const call = {id: 'call_1', type: 'function', function: {name: 'look_up', arguments: '{ "word": "still" }'}};
const context = {} as Context;

const unasked: {readonly askJudge: AskJudge; readonly embed: Embed} = {
	askJudge: () => Promise.reject(new Error('no judge')),
	embed: () => Promise.reject(new Error('no embeddings')),
};

const grade = (grader: Grader, sample: Partial<AnswerSample>, tools: Partial<typeof unasked> = {}): Promise<Grade> =>
	gradeAnswer(context, grader, {item, sample: {text: null, ...sample}}, {...unasked, ...tools}, new AbortController().signal);

/** A judge that answers this, and what it was asked. */
function judgeWho(answer: Partial<JudgeAnswer>) {
	const asked: JudgeRequest[] = [];
	const askJudge: AskJudge = async (_, request) => {
		asked.push(request);
		return {run: 'run-1', text: '', costUsd: 0.002, seed: null, problem: null, ...answer};
	};
	return {asked, askJudge};
}

const input = '{{sample.output_text}}';
const similar = (evaluation_metric: Extract<Grader, {type: 'text_similarity'}>['evaluation_metric'], pass_threshold = 0.8): Grader => ({
	type: 'text_similarity',
	name: 'like it',
	input,
	reference: '{{item.reference}}',
	evaluation_metric,
	pass_threshold,
});
const fits: Grader = {
	type: 'json_schema',
	name: 'fits',
	input,
	schema: {type: 'object', properties: {city: {type: 'string'}, n: {type: 'integer'}}, required: ['city'], additionalProperties: false},
};
const calls = (reference: string, match: 'name' | 'arguments' = 'arguments'): Grader => ({
	type: 'tool_call_match',
	name: 'calls',
	reference,
	match,
});

test.each<[string, Grader, Partial<AnswerSample>, Partial<Grade>]>([
	[
		'an equal text',
		{type: 'string_check', name: 'eq', input, reference: '{{item.reference}}', operation: 'eq'},
		{text: 'Paris'},
		{score: 1, isPassed: true},
	],
	[
		'a text that differs',
		{type: 'string_check', name: 'eq', input, reference: '{{item.reference}}', operation: 'eq'},
		{text: 'Rome'},
		{score: 0, isPassed: false},
	],
	['a score at the threshold', similar('rouge_1', 0.5), {text: 'Paris, of course, dear'}, {score: 0.4, isPassed: false}],
	['a stemmed match', similar('meteor', 0.5), {text: 'paris'}, {score: 0.5, isPassed: true}],
	['JSON that fits', fits, {text: '{"city":"Paris","n":1}'}, {score: 1, isPassed: true}],
	[
		'JSON that does not',
		fits,
		{text: '{"n":1.5,"x":1}'},
		{
			score: 0,
			isPassed: false,
			detail: "It must have required property 'city'; It must NOT have additional properties; /n must be integer.",
		},
	],
	[
		'no JSON',
		fits,
		{text: '{"city": Paris}'},
		{score: 0, isPassed: false, detail: 'It is no JSON: "P" where a value should be (character 10).'},
	],
	[
		'an answer without text',
		fits,
		{},
		{score: 0, isPassed: false, detail: 'It is no JSON: the line ends where a value should be (character 1).'},
	],
	['the calls of the row', calls(''), {toolCalls: [call]}, {score: 1, isPassed: true}],
	['the calls of a template', calls('{{item.calls}}'), {toolCalls: [call]}, {score: 1, isPassed: true}],
	['the name of a function', calls('{{item.name}}', 'name'), {toolCalls: [call]}, {score: 1, isPassed: true}],
	['no calls', calls('[]'), {toolCalls: [call]}, {score: 0, isPassed: false, detail: 'Called instead: look_up({"word":"still"}).'}],
])('%s', async (_, grader, sample, expected) => {
	expect(await grade(grader, sample)).toEqual({
		...{grader: grader.name, label: null, detail: null, run: null, costUsd: null, error: null},
		...expected,
		score: expect.closeTo(expected.score!, 10),
	});
});

test('a wrong template or schema is an error, what the answer lacks is a failed grade, and no judge is asked for either', async () => {
	const nameless = await grade({type: 'string_check', name: 'eq', input: '{{item.answer}}', reference: 'x', operation: 'ne'}, {text: 'x'});
	expect(nameless).toMatchObject({score: null, isPassed: null, error: expect.stringContaining('The row has no item.answer')});
	const schemaless = await grade({...fits, schema: {type: 'objekt'}} as Grader, {text: '{}'});
	expect(schemaless).toMatchObject({score: null, isPassed: null, error: expect.stringContaining('The schema cannot be used')});
	const toolless = await grade(
		{...qualityJudge('m', {question: 'question'}), input: [{role: 'user', content: '{{sample.output_tools[0]}}'}]},
		{text: 'x'},
	);
	expect(toolless).toMatchObject({score: 1, isPassed: false, error: null, detail: 'The answer has no sample.output_tools[0].'});
	const unequal = await grade(
		{type: 'string_check', name: 'ne', input: '{{sample.output_json.city}}', reference: 'x', operation: 'ne'},
		{text: 'x'},
	);
	expect(unequal).toMatchObject({score: 0, isPassed: false, detail: 'The answer is no JSON.'});
});

const byLabel = referenceJudge('qwen/qwen3-32b', {question: 'question', reference: 'reference'});

test.each<[string, string, Partial<Grade>]>([
	['JSON', '{"reason":"Same city.","label":"correct"}', {score: 1, isPassed: true, label: 'correct', detail: 'Same city.', error: null}],
	[
		'a code block after thoughts',
		'<think>hm</think>\nHere:\n```json\n{"reason":"","label":"wrong"}\n```',
		{score: 0, isPassed: false, label: 'wrong', detail: null},
	],
	['the label alone', ' partly \n', {score: 0, isPassed: false, label: 'partly'}],
	[
		'another label',
		'{"reason":"…","label":"excellent"}',
		{score: null, isPassed: null, label: null, error: 'The judge gave none of the labels correct, partly, wrong.'},
	],
	[
		'a sentence with a label in it',
		'I would say it is correct.',
		{score: null, isPassed: null, error: 'The judge gave none of the labels correct, partly, wrong.'},
	],
])('reads a label from %s', async (_, text, expected) => {
	expect(await grade(byLabel, {text: 'Paris'}, judgeWho({text}))).toMatchObject({run: 'run-1', costUsd: 0.002, ...expected});
});

const byScore = qualityJudge('qwen/qwen3-32b', {question: 'question'});
const steps = [
	{description: 'Facts', conclusion: 'right'},
	{description: '', conclusion: 'brief'},
];

test.each<[string, Partial<JudgeAnswer>, Partial<Grade>]>([
	['JSON', {text: JSON.stringify({steps, result: 4.5})}, {score: 4.5, isPassed: true, detail: 'Facts: right\nbrief'}],
	['a number alone', {text: '3'}, {score: 3, isPassed: false, detail: null}],
	['a number out of range', {text: '{"steps":[],"result":9}'}, {score: 5, isPassed: true, detail: 'The judge gave 9, outside of 1 to 5.'}],
	[
		'no number',
		{text: '{"steps":[],"result":"high"}'},
		{score: 0, isPassed: false, detail: 'The judge gave no number, which counts as 0.'},
	],
	[
		'an answer that was cut off',
		{text: '{"steps":[{"descr', problem: 'The answer stops at max_tokens (64).'},
		{score: null, isPassed: null, error: 'The answer stops at max_tokens (64).'},
	],
	['no answer', {run: null, costUsd: null, problem: 'No key.'}, {score: null, isPassed: null, run: null, costUsd: null, error: 'No key.'}],
])('reads a score from %s', async (_, answer, expected) => {
	expect(await grade(byScore, {text: 'Paris'}, judgeWho(answer))).toMatchObject({run: 'run-1', costUsd: 0.002, error: null, ...expected});
});

test('a judge reads the criteria and the answer, with the form first, and nothing about who answered', async () => {
	const judge = judgeWho({text: '4'});
	const sampled = {
		...byScore,
		pass_threshold: undefined,
		sampling_params: {temperature: 0.2, max_completions_tokens: 99, seed: 3},
	} as Grader;
	expect((await grade(sampled, {text: 'Paris, as GPT knows', finishReason: 'stop'}, judge)).isPassed).toBeNull();
	const [asked] = judge.asked;
	expect(asked).toMatchObject({model: 'qwen/qwen3-32b', grader: 'quality', parameters: {temperature: 0.2, maxTokens: 99, seed: 3}});
	expect(asked!.messages.map(({role}) => role)).toEqual(['system', 'user']);
	expect(asked!.messages[0]!.content).toContain('a number from 1 to 5');
	expect(asked!.messages[1]!.content).toBe('Question:\nWhich city?\n\nAnswer to grade:\nParis, as GPT knows');
	await grade({...byLabel, input: [{role: 'developer', content: 'Judge {{sample.output_text}}.'}]} as Grader, {text: 'it'}, judge);
	expect(judge.asked[1]!.messages.map(({role}) => role)).toEqual(['system', 'user']);
	expect(judge.asked[1]!.messages[0]!.content).toMatch(/exactly one of "correct", "partly", "wrong"\.\n\nJudge it\.$/);
	expect(judge.asked[1]!.form.schema).toMatchObject({
		properties: {label: {enum: ['correct', 'partly', 'wrong']}},
		additionalProperties: false,
	});
});

test('cosine goes through embeddings, together where several ask at once', async () => {
	const asked: (readonly string[])[] = [];
	const embed: Embed = async (_, texts) => {
		asked.push(texts);
		return {vectors: texts.map((text) => [text.length, 1]), promptTokens: 8, costUsd: 0.008};
	};
	const tools = {embed: batchEmbeddings(embed, new AbortController().signal)};
	const grades = await Promise.all(['Paris', 'Rome', 'X'].map((text) => grade(similar('cosine', 0.99), {text}, tools)));
	expect(asked).toEqual([['Paris', 'Rome', 'X']]);
	expect(grades.map(({isPassed}) => isPassed)).toEqual([true, true, false]);
	expect(grades[0]!.score).toBeCloseTo(1, 12);
	expect(grades.reduce((sum, {costUsd}) => sum + costUsd!, 0)).toBeCloseTo(0.008, 12);
	expect(await grade(similar('cosine'), {text: ' '}, tools)).toMatchObject({
		score: 0,
		isPassed: false,
		detail: 'There is no text to compare.',
	});
	const broken = batchEmbeddings(
		() => Promise.reject(new Failure('auth', 'No key.', {next: 'Set OPENAI_API_KEY.'})),
		new AbortController().signal,
	);
	expect(await grade(similar('cosine'), {text: 'x'}, {embed: broken})).toMatchObject({score: null, error: 'No key. Set OPENAI_API_KEY.'});
});

test('texts that are asked for while a request is under way wait for it, in batches of a size that services take', async () => {
	const sizes: number[] = [];
	const embed: Embed = async (_, texts) => {
		sizes.push(texts.length);
		await new Promise(setImmediate);
		return {vectors: texts.map((text) => [Number(text)]), promptTokens: null, costUsd: null};
	};
	const batched = batchEmbeddings(embed, new AbortController().signal);
	const ask = (number: number) => batched('m', [`${number}`, `${number + 0.5}`], new AbortController().signal);
	const first = ask(0);
	await Promise.resolve();
	await Promise.resolve();
	const rest = Array.from({length: 100}, (_, index) => ask(index + 1));
	expect((await first).vectors).toEqual([[0], [0.5]]);
	expect((await Promise.all(rest)).map(({vectors}) => vectors)).toEqual(
		Array.from({length: 100}, (_, index) => [[index + 1], [index + 1.5]]),
	);
	expect(sizes).toEqual([2, 128, 72]);
});

test('stopping is no grade', async () => {
	const controller = new AbortController();
	const askJudge: AskJudge = () => {
		controller.abort();
		return Promise.reject(new Error('aborted'));
	};
	const work = gradeAnswer(context, byScore, {item, sample: {text: 'x'}}, {...unasked, askJudge}, controller.signal);
	await expect(work).rejects.toMatchObject({kind: 'interrupted'});
});
