import type {JsonSchema, ResponseFormat} from '../chat/request.js';
import {compareAnswers, findVoid, type Nearness, nearEnough} from './compare-answers.js';
import type {Draw} from './draw.js';
import {valueFor} from './schema-value.js';
import {keywordsOf} from './text.js';

/** Texts as a request has them, whole. */
export type JudgeQuestion = {readonly system: readonly string[]; readonly user: string; readonly responseFormat: ResponseFormat};

/** What is graded. */
type Case = {readonly question: string; readonly reference: string | null; readonly answer: string};

/** What a judge fills in; the schema is null where the form was asked for in words. */
type Form = ({readonly labels: readonly string[]} | {readonly range: readonly [low: number, high: number]}) & {
	readonly schema: JsonSchema | null;
};

/** What the question itself says is right; null where it says nothing. */
type FindRight = (question: string) => string | null;

const grades = /\bgrad(?:e|es|ing|er)\b|\bjudg(?:e|es|ing)\b|\bscor(?:e|es|ing)\b|\bevaluat/i;
const marks = {
	question: 'question|prompt|input',
	reference: 'reference answer|reference|expected answer|expected|correct answer|ideal',
	answer: 'answer to grade',
	// Of judges that other programs wrote.
	anyAnswer: 'answer|response|output|submission|completion',
};
/** Longest part that is compared, in characters. */
const longest = 12_000;

/** The first heading of a kind: alone on its line, else at the beginning of one. */
function findMark(text: string, names: string): {readonly start: number; readonly end: number} | null {
	const found = new RegExp(`^(?:${names}):[ \\t]*\\r?\\n`, 'im').exec(text) ?? new RegExp(`^(?:${names}):[ \\t]*`, 'im').exec(text);
	return found === null ? null : {start: found.index, end: found.index + found[0].length};
}

/** The parts of what a judge reads; the answer is everything behind its heading, whatever headings it has itself. */
function readCase(text: string): Case | null {
	const answer = findMark(text, marks.answer) ?? findMark(text, marks.anyAnswer);
	if (answer === null) return null;
	const before = text.slice(0, answer.start);
	const reference = findMark(before, marks.reference);
	const question = findMark(before, marks.question);
	const cut = (part: string) => part.trim().slice(0, longest);
	return {
		question:
			question === null
				? ''
				: cut(before.slice(question.end, reference !== null && reference.start > question.end ? reference.start : undefined)),
		reference: reference === null ? null : cut(before.slice(reference.end)),
		answer: cut(text.slice(answer.end)),
	};
}

const number = '(-?\\d+(?:\\.\\d+)?)';
const sayRange = new RegExp(`\\bfrom ${number}(?: \\([^)]*\\))? to ${number}`, 'i');

function readRange({minimum, maximum}: JsonSchema, system: string): readonly [number, number] {
	if (typeof minimum === 'number' && typeof maximum === 'number') return [minimum, maximum];
	const [, low, high] = sayRange.exec(/\bnumber from[^\n]*/i.exec(system)?.[0] ?? '') ?? sayRange.exec(system) ?? [];
	return low === undefined || high === undefined ? [0, 1] : [Number(low), Number(high)];
}

function readForm(format: ResponseFormat, system: string): Form | null {
	if (format.type === 'json_schema') {
		const {label, result} = (format.schema.properties ?? {}) as Readonly<Record<string, JsonSchema | undefined>>;
		const labels = Array.isArray(label?.enum) ? label.enum.filter((entry): entry is string => typeof entry === 'string') : [];
		if (labels.length > 0) return {labels, schema: format.schema};
		const isNumber = result !== undefined && /^(?:number|integer)$/.test(String(result.type));
		return isNumber ? {range: readRange(result, system), schema: format.schema} : null;
	}
	if (/"label"\s*:/.test(system)) {
		const list = /\blabel\b[^"\n]*\bone of:? ((?:"(?:[^"\\]|\\.)*"(?:,? or |, ?)?)+)/i.exec(system)?.[1] ?? '';
		const labels = [...list.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([text]) => JSON.parse(text) as string);
		if (labels.length > 0) return {labels, schema: null};
	}
	return /"result"\s*:/.test(system) ? {range: readRange({}, system), schema: null} : null;
}

const good = /^(?:pass|passed|yes|correct|right|true|good|accept(?:ed|able)?|excellent|perfect)\b/i;
const bad = /^(?:fail|failed|no|not|incorrect|wrong|false|bad|reject(?:ed)?|poor|unacceptable)\b/i;
const rankOf = (label: string) => (good.test(label) ? 0 : bad.test(label) ? 2 : 1);

/** Labels from the best to the worst: by their names, numbers downwards, else in their order. */
export function sortLabels(labels: readonly string[]): readonly string[] {
	if (labels.every((label) => /^-?\d+(?:\.\d+)?$/.test(label))) return labels.toSorted((one, other) => Number(other) - Number(one));
	return labels.toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** Without a reference: what the question itself makes right, else whether the answer speaks of what was asked. */
function weigh({question, reference, answer}: Case, findRight: FindRight): Nearness {
	if (reference !== null) return compareAnswers(answer, reference);
	const nothing = findVoid(answer);
	if (nothing !== null) return nothing;
	const right = findRight(question);
	if (right !== null) return compareAnswers(answer, right);
	const telling = keywordsOf(question, 3);
	const text = answer.toLowerCase();
	const named = telling.filter((word) => text.includes(word)).length;
	const near = telling.length === 0 ? nearEnough : 0.4 + (0.6 * named) / telling.length;
	return {near, why: `The answer takes up ${named} of ${telling.length} things that the question is about.`};
}

/** The skill that the hardest case asks of a judge: telling is easier than doing, and easiest where an answer is plainly the reference or nothing like it. */
const hardestOf = (near: number) => (near >= 0.9 || near <= 0.1 ? 0.5 : 0.7);

/** What is neither plainly the reference nor plainly not: one that is not sure of it weighs it a little otherwise with another seed. */
function waver(weighed: Nearness, draw: Draw): Nearness {
	const {near, why} = weighed;
	if (Math.abs(near - nearEnough) > 0.2 || draw.isRight('steady', 0.7)) return weighed;
	return {near: near + draw.pick([-0.15, -0.1, 0, 0.1, 0.15], 'steady'), why};
}

/** A judge that errs takes a good answer for a middling one, and any other for a better one than it is, or for a good one. */
function decide(weighed: Nearness, draw: Draw): Nearness {
	if (draw.isRight('grade', hardestOf(weighed.near))) return waver(weighed, draw);
	return weighed.near >= nearEnough
		? {near: weighed.near - 0.4, why: 'The wording of the answer is not what was expected.'}
		: {near: Math.min(1, weighed.near + draw.pick([0.4, 0.8], 'grade')), why: 'The answer reads well and seems to fit.'};
}

function labelFor(near: number, given: readonly string[]): string {
	const labels = sortLabels(given);
	if (near >= nearEnough) return labels[0]!;
	return labels[Math.min(labels.length - 1, 1 + Math.floor(((nearEnough - near) / nearEnough) * (labels.length - 1)))]!;
}

function scoreFor(near: number, [low, high]: readonly [number, number], isWhole: boolean): number {
	const score = low + near * (high - low);
	return isWhole || high - low >= 2 ? Math.round(score) : Number(score.toFixed(2));
}

function fillForm(form: Form, {near, why}: Nearness, draw: Draw): unknown {
	const {schema} = form;
	const properties = (schema?.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
	const step = {description: 'Compare the answer with what was expected', conclusion: why};
	const filled =
		'labels' in form
			? {reason: why, label: labelFor(near, form.labels)}
			: {steps: [step], result: scoreFor(near, form.range, properties.result?.type === 'integer')};
	if (schema === null) return filled;
	const known: Readonly<Record<string, unknown>> = filled;
	return Object.fromEntries(
		Object.entries(properties).map(([name, property]) => [
			name,
			known[name] ?? (property.type === 'string' && !property.enum ? why : valueFor(name, property, {subject: why, draw, root: schema})),
		]),
	);
}

/**
 * Judges an answer where the system text asks for that, with labels or a number to fill in, and one of the messages has the answer under a heading; null for
 * any other question. fixtures/README.md has the rule.
 */
export function judge({system: systems, user, responseFormat}: JudgeQuestion, draw: Draw, findRight: FindRight): string | null {
	const system = systems.join('\n');
	if (!grades.test(system)) return null;
	const form = readForm(responseFormat, system);
	const graded = form === null ? null : (readCase(user) ?? readCase(system));
	if (form === null || graded === null) return null;
	const value = fillForm(form, decide(weigh(graded, findRight), draw), draw);
	if (responseFormat.type !== 'text' || draw.isNeat) return JSON.stringify(value);
	return `Here is my verdict:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
