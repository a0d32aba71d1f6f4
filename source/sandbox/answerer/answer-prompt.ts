import type {ResponseFormat} from '../chat/request.js';

export type Prompt = {
	readonly system: readonly string[];
	readonly user: string;
	readonly history: readonly string[];
	readonly seed: number | null;
	readonly temperature: number | null;
	readonly responseFormat: ResponseFormat;
};

export type Model = {readonly name: string; readonly skill: number};

export function answerPrompt(prompt: Prompt, model: Model): string {
	return `You asked: ${prompt.user.slice(0, 200)}. This is ${model.name}.`;
}
