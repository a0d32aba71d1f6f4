import type {Commands} from '../chat/commands.js';
import type {Completion} from '../chat/complete.js';
import type {StreamEvent} from '../chat/stream-events.js';
import {countTokens, splitPieces} from '../chat/tokens.js';
import type {Cost} from './price.js';

/** A served answer with everything that its wire forms tell. */
export type Answer = {
	readonly id: string;
	/** Unix seconds. */
	readonly created: number;
	readonly model: string;
	/** Null is not told. */
	readonly provider: string | null;
	readonly completion: Completion;
	readonly cost: Cost;
	readonly showsReasoning: boolean;
	/** Null when the header did not ask for it. */
	readonly metadata: Readonly<Record<string, unknown>> | null;
};

const fingerprint = 'fp_sandbox';

function toUsage({completion, cost}: Answer) {
	return {
		prompt_tokens: completion.promptTokens,
		completion_tokens: completion.completionTokens,
		total_tokens: completion.promptTokens + completion.completionTokens,
		cost: cost.total,
		is_byok: false,
		prompt_tokens_details: {cached_tokens: 0, audio_tokens: 0},
		cost_details: {
			upstream_inference_cost: null,
			upstream_inference_prompt_cost: cost.prompt,
			upstream_inference_completions_cost: cost.completion,
		},
		completion_tokens_details: {reasoning_tokens: completion.reasoningTokens},
	};
}

const reasoningDetail = (text: string) => ({type: 'reasoning.text', text, format: 'unknown', index: 0});

const midstreamError = {code: 502, message: 'Provider disconnected mid-stream', metadata: {error_type: 'provider_unavailable'}};

/** The body of a non-streamed answer; HTTP 200 also where it holds an error (openrouter.ai/docs/api_reference/errors-and-debugging). */
export function toResult(answer: Answer, commands: Commands): unknown {
	if (commands['error-200'] !== undefined)
		return {error: {code: 502, message: 'Provider returned error', metadata: {error_type: 'provider_unavailable'}}};
	const {completion, showsReasoning} = answer;
	const fails = commands['midstream-error'] !== undefined;
	const reason = fails ? 'error' : completion.finishReason;
	const reasoning = showsReasoning && completion.reasoning !== '' ? completion.reasoning : null;
	const content = fails ? completion.content.slice(0, Math.ceil(completion.content.length / 2)) : completion.content;
	return {
		id: answer.id,
		...(answer.provider !== null && {provider: answer.provider}),
		model: answer.model,
		object: 'chat.completion',
		created: answer.created,
		choices: [
			{
				logprobs: null,
				finish_reason: reason,
				native_finish_reason: reason,
				index: 0,
				message: {
					role: 'assistant',
					content: commands['null-content'] === undefined && completion.refusal === null ? content : null,
					refusal: completion.refusal,
					reasoning,
					...(reasoning !== null && {reasoning_details: [reasoningDetail(reasoning)]}),
				},
				...(fails && {error: midstreamError}),
			},
		],
		system_fingerprint: fingerprint,
		usage: toUsage(answer),
		...(answer.metadata && {openrouter_metadata: answer.metadata}),
	};
}

const keepAlive: StreamEvent = {text: ': OPENROUTER PROCESSING\n\n', tokens: 0};
const done: StreamEvent = {text: 'data: [DONE]\n\n', tokens: 0};
const data = (value: unknown): StreamEvent => ({text: `data: ${JSON.stringify(value)}\n\n`, tokens: 0});

/** The error event in the three forms that were seen: with a choice, without one, with a code in words. */
function errorEvent(envelope: object, form: string): StreamEvent {
	const error = form === 'string-code' ? {code: 'server_error', message: 'Provider disconnected unexpectedly'} : midstreamError;
	const choices = form === 'empty-choices' ? [] : [{index: 0, delta: {content: ''}, finish_reason: 'error'}];
	return data({...envelope, error, choices});
}

/** The pieces of reasoning, then those of the content. */
function pieceEvents(answer: Answer, head: string): StreamEvent[] {
	const {completion, showsReasoning} = answer;
	const events: StreamEvent[] = [];
	const tail = `},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]}\n\n`;
	const push = (delta: string, tokens: number) => events.push({text: `${head}${delta}${tail}`, tokens});
	const group = (tokens: number, pieces: number) => Math.ceil(tokens / Math.max(1, pieces));
	if (completion.reasoning !== '' && showsReasoning) {
		const pieces = splitPieces(completion.reasoning, completion.reasoningTokens);
		for (const piece of pieces) {
			const details = JSON.stringify([reasoningDetail(piece)]);
			push(
				`"role":"assistant","content":"","reasoning":${JSON.stringify(piece)},"reasoning_details":${details}`,
				group(completion.reasoningTokens, pieces.length),
			);
		}
	}
	const tokens = completion.completionTokens - completion.reasoningTokens;
	const pieces = splitPieces(completion.content, tokens);
	for (const piece of pieces) push(`"role":"assistant","content":${JSON.stringify(piece)}`, group(tokens, pieces.length));
	if (completion.refusal !== null)
		push(`"role":"assistant","content":null,"refusal":${JSON.stringify(completion.refusal)}`, countTokens(completion.refusal));
	return events;
}

/** The events of a streamed answer as OpenRouter sends them: comments, pieces, the end, usage with empty choices, [DONE]. */
export function toEvents(answer: Answer, commands: Commands): StreamEvent[] {
	const envelope = {
		id: answer.id,
		...(answer.provider !== null && {provider: answer.provider}),
		model: answer.model,
		object: 'chat.completion.chunk',
		created: answer.created,
		system_fingerprint: fingerprint,
	};
	if (commands['error-200'] !== undefined)
		return [keepAlive, data({error: {code: 502, message: 'Provider returned error', metadata: {error_type: 'provider_unavailable'}}})];
	const head = `data: ${JSON.stringify(envelope).slice(0, -1)},"choices":[{"index":0,"delta":{`;
	const pieces = pieceEvents(answer, head);
	const start = [keepAlive, keepAlive];
	const failure = commands['midstream-error'];
	if (failure !== undefined) return [...start, ...pieces.slice(0, Math.ceil(pieces.length / 2)), errorEvent(envelope, failure)];
	if (commands.eof !== undefined) return [...start, ...pieces.slice(0, Math.ceil(pieces.length / 2))];
	const reason = answer.completion.finishReason;
	const end = data({
		...envelope,
		choices: [{index: 0, delta: {role: 'assistant', content: ''}, finish_reason: reason, native_finish_reason: reason, logprobs: null}],
	});
	const last = data({...envelope, choices: [], usage: toUsage(answer), ...(answer.metadata && {openrouter_metadata: answer.metadata})});
	return [...start, ...pieces, end, last, ...(commands['no-done'] === undefined ? [done] : [])];
}
