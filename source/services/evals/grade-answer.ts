import type {EvalItem, Grade, Grader, JudgeMessage} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import {checkString} from '../../domain/metrics/check-string.js';
import {scoreCosine} from '../../domain/metrics/cosine.js';
import {matchToolCalls} from '../../domain/metrics/match-tool-calls.js';
import type {PromptParameters, ReasoningEffort} from '../../domain/prompt.js';
import {fillTemplate, type TemplateScope, toTemplateSample} from '../../domain/template.js';
import type {Context, Embed} from '../context.js';
import type {AskJudge} from './ask-judge.js';
import {labelForm, readLabel, readScore, scoreForm, toJudgeMessages} from './judge-prompts.js';
import {checkJsonValidity} from './metrics/json-validity.js';
import {scoreSimilarity} from './metrics/score-similarity.js';

/** An answer as graders see it: without who gave it. */
export type AnswerSample = {
	/** Null when there is no text, as beside calls of tools. */
	readonly text: string | null;
	readonly toolCalls?: readonly unknown[];
	readonly finishReason?: string | null;
};

export type GradeTools = {readonly askJudge: AskJudge; readonly embed: Embed};

/** What OpenAI uses: https://platform.openai.com/docs/guides/graders#text-similarity-graders */
export const defaultEmbeddingModel = 'text-embedding-3-large';

type Verdict = Partial<Omit<Grade, 'grader'>>;
type GraderOf<Type extends Grader['type']> = Extract<Grader, {type: Type}>;
type Work = {
	readonly context: Context;
	readonly scope: TemplateScope;
	readonly item: EvalItem;
	readonly tools: GradeTools;
	readonly signal: AbortSignal;
};

/** Ends a grading early, inside this file only: with a grade of its own. */
class Settled extends Error {
	readonly verdict: Verdict;
	constructor(verdict: Verdict) {
		super('settled');
		this.verdict = verdict;
	}
}

/**
 * One grader's word on one answer. What cannot be graded has an error and neither score nor verdict: a template that asks for a field that the row
 * does not have, a judge that does not answer, a label that was not offered. What the answer itself lacks, such as JSON or a call of a tool
 * that the grader looks at, is a failed grade. Throws Failure `interrupted` when the signal aborts, nothing else.
 */
export async function gradeAnswer(
	context: Context,
	grader: Grader,
	{item, sample}: {readonly item: EvalItem; readonly sample: AnswerSample},
	tools: GradeTools,
	signal: AbortSignal,
): Promise<Grade> {
	const scope = {item: item.item, sample: toTemplateSample(sample.text, sample.toolCalls, sample.finishReason)};
	const grade: Grade = {grader: grader.name, score: null, isPassed: null, label: null, detail: null, run: null, costUsd: null, error: null};
	try {
		return {...grade, ...(await settle(grader, {context, scope, item, tools, signal}))};
	} catch (error) {
		if (error instanceof Settled) return {...grade, ...error.verdict};
		if (signal.aborted || (error instanceof Failure && error.kind === 'interrupted'))
			throw new Failure('interrupted', 'Stopped while an answer was graded.', {cause: error});
		return {...grade, error: error instanceof Failure ? error.toLine() : `It could not be graded: ${sayError(error)}`};
	}
}

function settle(grader: Grader, work: Work): Verdict | Promise<Verdict> {
	switch (grader.type) {
		case 'string_check':
			return gradeString(grader, work);
		case 'text_similarity':
			return gradeSimilarity(grader, work);
		case 'json_schema':
			return gradeJson(grader, work);
		case 'tool_call_match':
			return gradeToolCalls(grader, work);
		case 'label_model':
			return gradeByLabel(grader, work);
		case 'score_model':
			return gradeByScore(grader, work);
	}
}

const sayError = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A template with everything filled in. What the answer lacks is `failed`, by default a score of 0. */
function fill(template: string, {scope}: Work, failed: Verdict = {score: 0, isPassed: false}): string {
	const {text, problems} = fillTemplate(template, scope);
	const wrong = problems.find(({fault}) => fault === 'template');
	if (wrong !== undefined) throw new Settled({error: wrong.reason});
	if (problems.length > 0) throw new Settled({...failed, detail: problems[0]!.reason});
	return text;
}

function gradeString({input, reference, operation}: GraderOf<'string_check'>, work: Work): Verdict {
	const isPassed = checkString(fill(input, work), fill(reference, work), operation);
	return {score: isPassed ? 1 : 0, isPassed};
}

async function gradeSimilarity(grader: GraderOf<'text_similarity'>, work: Work): Promise<Verdict> {
	const {evaluation_metric: metric, pass_threshold: threshold, embedding_model: model = defaultEmbeddingModel} = grader;
	const [input, reference] = [fill(grader.input, work), fill(grader.reference, work)];
	if (metric !== 'cosine') {
		const score = await scoreSimilarity(input, reference, metric);
		return {score, isPassed: score >= threshold};
	}
	// Services refuse to embed nothing.
	if (input.trim() === '' || reference.trim() === '') {
		const score = input.trim() === reference.trim() ? 1 : 0;
		return {score, isPassed: score >= threshold, detail: 'There is no text to compare.'};
	}
	const {vectors, costUsd} = await work.tools.embed(model, [input, reference], work.signal);
	const score = scoreCosine(vectors[0] ?? [], vectors[1] ?? []);
	if (score === null) return {costUsd, error: `The vectors of ${model} cannot be compared.`};
	return {score, isPassed: score >= threshold, costUsd};
}

async function gradeJson({input, schema}: GraderOf<'json_schema'>, work: Work): Promise<Verdict> {
	const text = fill(input, work);
	try {
		const {isValid, detail} = await checkJsonValidity(text, schema);
		return {score: isValid ? 1 : 0, isPassed: isValid, detail};
	} catch (error) {
		return {error: `The schema cannot be used: ${sayError(error)}`};
	}
}

function gradeToolCalls({reference, match}: GraderOf<'tool_call_match'>, work: Work): Verdict {
	const expected = readExpected(reference, work);
	if (expected === null) return {error: 'The reference is no list of tool calls.'};
	const found = matchToolCalls(work.scope.sample.output_tools, expected, match);
	if (found === null) return {error: 'A tool call of the reference names no function.'};
	return {score: found.score, isPassed: found.score === 1, detail: found.detail};
}

/** The calls that a row expects: JSON of a list or of one call, or a name; where the grader says nothing, those of the row itself. */
function readExpected(reference: string, work: Work): readonly unknown[] | null {
	if (reference.trim() === '') return work.item.referenceToolCalls;
	const text = fill(reference, work).trim();
	if (/^[\w.-]+$/.test(text) && text !== 'null') return [{name: text}];
	try {
		const value: unknown = text === '' ? [] : JSON.parse(text);
		if (value === null) return [];
		return Array.isArray(value) ? value : typeof value === 'object' ? [value] : null;
	} catch {
		return null;
	}
}

function fillMessages(messages: readonly JudgeMessage[], work: Work, failed: Verdict): readonly JudgeMessage[] {
	return messages.map(({role, content}) => ({role, content: fill(content, work, failed)}));
}

async function gradeByLabel(grader: GraderOf<'label_model'>, work: Work): Promise<Verdict> {
	const {name, model, labels, passing_labels: passing} = grader;
	const messages = toJudgeMessages(grader, fillMessages(grader.input, work, {score: 0, isPassed: false}));
	const request = {model, grader: name, messages, form: labelForm(grader), parameters: {}};
	const {run, text, costUsd, seed, problem} = await work.tools.askJudge(work.context, request, work.signal);
	const read = readLabel(text, labels);
	if (read === null) return {run, costUsd, seed, error: problem ?? `The judge gave none of the labels ${labels.join(', ')}.`};
	const isPassed = passing.includes(read.label);
	return {run, costUsd, seed, score: isPassed ? 1 : 0, isPassed, label: read.label, detail: read.reason};
}

async function gradeByScore(grader: GraderOf<'score_model'>, work: Work): Promise<Verdict> {
	const {name, model, pass_threshold: threshold} = grader;
	const [low, high] = grader.range ?? [0, 1];
	const toVerdict = (score: number): Verdict => ({score, isPassed: threshold === undefined ? null : score >= threshold});
	const clamp = (score: number) => Math.min(high, Math.max(low, score));
	const messages = toJudgeMessages(grader, fillMessages(grader.input, work, toVerdict(clamp(0))));
	const request = {model, grader: name, messages, form: scoreForm, parameters: toParameters(grader.sampling_params ?? {})};
	const {run, text, costUsd, seed, problem} = await work.tools.askJudge(work.context, request, work.signal);
	const read = readScore(text);
	if (read === null && problem !== null) return {run, costUsd, seed, error: problem};
	// OpenAI's rule: https://platform.openai.com/docs/guides/graders#score-model-graders
	if (read === null) return {run, costUsd, seed, ...toVerdict(0), detail: 'The judge gave no number, which counts as 0.'};
	const score = clamp(read.result);
	const note = score === read.result ? null : `The judge gave ${read.result}, outside of ${low} to ${high}.`;
	return {run, costUsd, seed, ...toVerdict(score), detail: [note, read.reason].filter((part) => part !== null).join('\n') || null};
}

/** `sampling_params` as OpenAI's graders write them. */
function toParameters(given: Readonly<Record<string, unknown>>): Partial<PromptParameters> {
	const {seed, top_p, temperature, reasoning_effort} = given;
	const maxTokens = given.max_completions_tokens ?? given.max_completion_tokens ?? given.max_tokens;
	return {
		...(typeof maxTokens === 'number' ? {maxTokens} : {}),
		...(typeof temperature === 'number' ? {temperature} : {}),
		...(typeof top_p === 'number' ? {topP: top_p} : {}),
		...(typeof seed === 'number' ? {seed} : {}),
		...(typeof reasoning_effort === 'string' ? {reasoningEffort: reasoning_effort as ReasoningEffort} : {}),
	};
}
