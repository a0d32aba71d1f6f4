import type {ResponseFormat} from '../chat/request.js';
import type {Draw} from './draw.js';

/** A prompt as the tasks read it: at most the first few thousand characters of each part. */
export type Prompt = {
	/** System messages and the user's: everything that can hold an instruction. */
	readonly instructions: string;
	/** The last user message. */
	readonly user: string;
	/** What it is about. */
	readonly subject: string;
	/** Nothing but the answer is wanted. */
	readonly isBare: boolean;
	readonly responseFormat: ResponseFormat;
};

/** Answers the prompts that it knows; null for any other. */
export type Task = (prompt: Prompt, draw: Draw) => string | null;

/** The answer in the form that was asked for, or in a sentence when the model does not keep to it. */
export function phrase(answer: string, sentence: string, {instructions, isBare}: Prompt, draw: Draw): string {
	const marked = /(?:^|\W)(answer|result|final answer):/i.exec(instructions)?.[1];
	if (instructions.includes('####')) return draw.isNeat ? `${sentence}\n#### ${answer}` : sentence;
	if (instructions.includes('\\boxed')) return draw.isNeat ? `${sentence} \\boxed{${answer}}` : sentence;
	if (marked) return draw.isNeat ? `${sentence}\n${marked}: ${answer}` : sentence;
	if (isBare) return draw.isNeat ? answer : draw.pick([sentence, `Sure! ${sentence}`, `**${answer}**`], 'chatter');
	return sentence;
}
