import type {ResponseFormat} from '../chat/request.js';
import {doArithmetic} from './arithmetic.js';
import {classify} from './classify.js';
import {explain, greet, writeList, writePoem} from './compose.js';
import {createDraw, type Draw, type Model} from './draw.js';
import {extract} from './extract.js';
import {countThings, tellFact} from './facts.js';
import {rewrite, summarise, writeTitle} from './rewrite.js';
import type {Prompt, Task} from './task.js';
import {subjectOf} from './text.js';
import {createJsonTask} from './write-json.js';

/** What the answer is a function of, besides the model. */
export type Question = {
	readonly system: readonly string[];
	readonly user: string;
	/** Every message with its role. */
	readonly history: readonly string[];
	readonly seed: number | null;
	readonly temperature: number | null;
	readonly responseFormat: ResponseFormat;
};

/** In the order in which they are asked; the first that knows the prompt answers it. */
const tasks: readonly Task[] = [
	greet,
	classify,
	extract,
	summarise,
	writeTitle,
	countThings,
	tellFact,
	doArithmetic,
	rewrite,
	writeList,
	writePoem,
];

function answerPlainly(prompt: Prompt, draw: Draw): string {
	for (const task of tasks) {
		const answer = task(prompt, draw);
		if (answer !== null) return answer;
	}
	return explain(prompt, draw);
}

const writeJson = createJsonTask(answerPlainly);
const bare = /\bonly\b|\bjust\b|nothing else|no explanation|one word|single word|single number|bare/i;

/** More than this of a message is not read. */
const longest = 12_000;

/** The model's answer: plain rules over the words of the prompt, right more or less often by the model's skill. */
export function answerPrompt(question: Question, model: Model): string {
	const user = question.user.slice(0, longest);
	const system = question.system.join('\n').slice(0, longest);
	const instructions = system === '' ? user : `${system}\n${user}`;
	// Where the system message holds the instruction, the user's is all subject.
	const isInstructed = system !== '' && /classif|extract|summar|rewrite|translate|label|categor|sentiment|json|title|correct/i.test(system);
	const draw = createDraw(model, question.history, question.seed, question.temperature);
	const subject = isInstructed ? user : subjectOf(user);
	const prompt: Prompt = {instructions, user, subject, isBare: bare.test(instructions), responseFormat: question.responseFormat};
	return writeJson(prompt, draw) ?? answerPlainly(prompt, draw);
}
