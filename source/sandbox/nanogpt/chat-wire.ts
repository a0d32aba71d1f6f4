import type {Commands} from '../chat/commands.js';
import type {Completion} from '../chat/complete.js';
import type {StreamEvent} from '../chat/stream-events.js';
import {splitPieces} from '../chat/tokens.js';

/** Where reasoning goes: apart (`/v1`), under its old name (`/v1legacy`), into the content (`/v1thinking`). */
export type ReasoningForm = 'reasoning' | 'reasoning_content' | 'merged';

export type Answer = {
	readonly id: string;
	/** Unix seconds. */
	readonly created: number;
	readonly model: string;
	readonly completion: Completion;
	readonly form: ReasoningForm;
	readonly showsReasoning: boolean;
	/** `x_nanogpt_pricing`. */
	readonly pricing: Readonly<Record<string, unknown>>;
	readonly includesUsage: boolean;
};

function toUsage({promptTokens, completionTokens, reasoningTokens}: Completion) {
	return {
		prompt_tokens: promptTokens,
		completion_tokens: completionTokens,
		total_tokens: promptTokens + completionTokens,
		...(reasoningTokens > 0 && {reasoning_tokens: reasoningTokens, completion_tokens_details: {reasoning_tokens: reasoningTokens}}),
	};
}

const failure = {status: 502, message: 'The provider ended the stream.', code: 'upstream_error'};

function contentOf({completion, form, showsReasoning}: Answer): string {
	if (form !== 'merged' || !showsReasoning || completion.reasoning === '') return completion.content;
	return `<think>\n${completion.reasoning}\n</think>\n\n${completion.content}`;
}

/** The body of a non-streamed answer. No field names the provider that served it. */
export function toResult(answer: Answer, commands: Commands): unknown {
	const {completion, form, showsReasoning} = answer;
	const reasoning = form !== 'merged' && showsReasoning && completion.reasoning !== '' ? completion.reasoning : null;
	return {
		id: answer.id,
		object: 'chat.completion',
		created: answer.created,
		model: answer.model,
		choices: [
			{
				index: 0,
				message: {
					role: 'assistant',
					content: commands['null-content'] === undefined && completion.refusal === null ? contentOf(answer) : null,
					...(completion.refusal !== null && {refusal: completion.refusal}),
					...(reasoning !== null && {[form]: reasoning}),
				},
				finish_reason: completion.finishReason,
			},
		],
		usage: toUsage(completion),
		x_nanogpt_pricing: answer.pricing,
	};
}

const done: StreamEvent = {text: 'data: [DONE]\n\n', tokens: 0};
const data = (value: unknown): StreamEvent => ({text: `data: ${JSON.stringify(value)}\n\n`, tokens: 0});

/** The events of a streamed answer: pieces, then one chunk with the end, the price and, when asked for, usage, then [DONE]. */
export function toEvents(answer: Answer, commands: Commands): StreamEvent[] {
	const {completion, form} = answer;
	const envelope = {id: answer.id, object: 'chat.completion.chunk', created: answer.created, model: answer.model};
	const head = `data: ${JSON.stringify(envelope).slice(0, -1)},"choices":[{"index":0,"delta":{`;
	const events: StreamEvent[] = [{text: `${head}"role":"assistant","content":""},"finish_reason":null}]}\n\n`, tokens: 0}];
	const push = (name: string, text: string, tokens: number) => {
		const pieces = splitPieces(text, tokens);
		const each = Math.ceil(tokens / Math.max(1, pieces.length));
		for (const piece of pieces) events.push({text: `${head}"${name}":${JSON.stringify(piece)}},"finish_reason":null}]}\n\n`, tokens: each});
	};
	if (form !== 'merged' && answer.showsReasoning) push(form, completion.reasoning, completion.reasoningTokens);
	push('content', contentOf(answer), completion.completionTokens - (form === 'merged' ? 0 : completion.reasoningTokens));
	const half = events.slice(0, Math.ceil(events.length / 2));
	if (commands['midstream-error'] !== undefined)
		return [...half, data({...envelope, choices: [{index: 0, delta: {}, finish_reason: 'error'}], error: failure})];
	if (commands['error-200'] !== undefined) return [data({error: failure})];
	if (commands.eof !== undefined) return half;
	const last = data({
		...envelope,
		choices: [{index: 0, delta: {}, finish_reason: completion.finishReason}],
		...(answer.includesUsage && {usage: toUsage(completion)}),
		x_nanogpt_pricing: answer.pricing,
	});
	return [...events, last, ...(commands['no-done'] === undefined ? [done] : [])];
}
