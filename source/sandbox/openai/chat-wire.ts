import type {Commands} from '../chat/commands.js';
import type {Completion} from '../chat/complete.js';
import type {StreamEvent} from '../chat/stream-events.js';
import {splitPieces} from '../chat/tokens.js';

export type Answer = {
	readonly id: string;
	/** Unix seconds. */
	readonly created: number;
	readonly model: string;
	readonly completion: Completion;
	readonly includesUsage: boolean;
};

export const fingerprint = 'fp_5a4d8b0c58';

export function toUsage({promptTokens, completionTokens, reasoningTokens}: Completion) {
	return {
		prompt_tokens: promptTokens,
		completion_tokens: completionTokens,
		total_tokens: promptTokens + completionTokens,
		prompt_tokens_details: {cached_tokens: 0, audio_tokens: 0},
		completion_tokens_details: {
			reasoning_tokens: reasoningTokens,
			audio_tokens: 0,
			accepted_prediction_tokens: 0,
			rejected_prediction_tokens: 0,
		},
	};
}

/** Null where the model says nothing; the refusal stands beside it. */
export function contentOf({completion}: Answer, commands: Commands): string | null {
	return commands['null-content'] === undefined && completion.refusal === null ? completion.content : null;
}

/** The body of a non-streamed answer. Reasoning is counted, never shown. */
export function toResult(answer: Answer, commands: Commands): unknown {
	const {completion} = answer;
	return {
		id: answer.id,
		object: 'chat.completion',
		created: answer.created,
		model: answer.model,
		choices: [
			{
				index: 0,
				message: {role: 'assistant', content: contentOf(answer, commands), refusal: completion.refusal, annotations: []},
				logprobs: null,
				finish_reason: completion.finishReason,
			},
		],
		usage: toUsage(completion),
		service_tier: 'default',
		system_fingerprint: fingerprint,
	};
}

const done: StreamEvent = {text: 'data: [DONE]\n\n', tokens: 0};
const data = (value: unknown): StreamEvent => ({text: `data: ${JSON.stringify(value)}\n\n`, tokens: 0});
const failure = {
	error: {
		message: 'The server had an error while processing your request. Sorry about that!',
		type: 'server_error',
		param: null,
		code: null,
	},
};

/** The events of a streamed answer: the role, pieces, the end; with include_usage `usage: null` all along and a last chunk without choices. */
export function toEvents(answer: Answer, commands: Commands): StreamEvent[] {
	const {completion, includesUsage} = answer;
	const envelope = {
		id: answer.id,
		object: 'chat.completion.chunk',
		created: answer.created,
		model: answer.model,
		service_tier: 'default',
		system_fingerprint: fingerprint,
	};
	const open = `data: ${JSON.stringify(envelope).slice(0, -1)},"choices":[{"index":0,"delta":`;
	const usage = includesUsage ? ',"usage":null' : '';
	const close = `,"logprobs":null,"finish_reason":null}]${usage}}\n\n`;
	const events: StreamEvent[] = [{text: `${open}{"role":"assistant","content":"","refusal":null}${close}`, tokens: 0}];
	const tokens = completion.completionTokens - completion.reasoningTokens;
	const pieces = splitPieces(completion.content, tokens);
	const each = Math.ceil(tokens / Math.max(1, pieces.length));
	for (const piece of pieces) events.push({text: `${open}{"content":${JSON.stringify(piece)}}${close}`, tokens: each});
	if (completion.refusal !== null) events.push({text: `${open}{"refusal":${JSON.stringify(completion.refusal)}}${close}`, tokens: 1});
	const half = events.slice(0, Math.ceil(events.length / 2));
	if (commands['midstream-error'] !== undefined) return [...half, data(failure)];
	if (commands['error-200'] !== undefined) return [data(failure)];
	if (commands.eof !== undefined) return half;
	events.push({text: `${open}{},"logprobs":null,"finish_reason":"${completion.finishReason}"}]${usage}}\n\n`, tokens: 0});
	if (includesUsage) events.push(data({...envelope, choices: [], usage: toUsage(completion)}));
	if (commands['no-done'] === undefined) events.push(done);
	return events;
}
