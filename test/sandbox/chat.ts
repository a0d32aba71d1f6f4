import type {Answer} from './ask.js';

/** A chat body with one user message. */
export const chat = (model: string, content: string, more: Readonly<Record<string, unknown>> = {}) => ({
	model,
	messages: [{role: 'user', content}],
	...more,
});

/** What a streamed answer says, event by event. */
export function readEvents({text}: Pick<Answer, 'text'>) {
	const blocks = text.split('\n\n').filter(Boolean);
	const comments = blocks.filter((block) => block.startsWith(':'));
	const data = blocks.filter((block) => block.startsWith('data: ')).map((block) => block.slice(6));
	// biome-ignore lint/suspicious/noExplicitAny: tests read wire answers field by field
	const chunks: any[] = data.filter((entry) => entry !== '[DONE]').map((entry) => JSON.parse(entry));
	const deltas = chunks.flatMap((chunk) => chunk.choices ?? []).map((choice) => choice.delta ?? {});
	return {
		comments,
		chunks,
		isDone: data.at(-1) === '[DONE]',
		content: deltas.map((delta) => delta.content ?? '').join(''),
		reasoning: deltas.map((delta) => delta.reasoning ?? delta.reasoning_content ?? '').join(''),
		last: chunks.at(-1),
	};
}
