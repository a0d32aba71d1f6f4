import {z} from 'zod';
import type {ChatFacts} from '../../domain/chat.js';
import type {ChatDialect} from '../chat/read-chunk.js';
import {optionalNumber, optionalPrice, optionalText, toText} from '../wire.js';

/** On the last chunk, or on top of an answer in one piece: https://docs.nano-gpt.com/api-reference/endpoint/chat-completion */
const pricing = z.object({
	amount: optionalPrice,
	cost: optionalPrice,
	currency: optionalText,
	inputTokens: optionalNumber,
	outputTokens: optionalNumber,
});

/**
 * NanoGPT: an end without `[DONE]` is a failure by its own word (https://docs.nano-gpt.com/api-reference/miscellaneous/streaming-protocol).
 * No field is documented that names the provider that served; where one comes all the same, in the body or a header, it is taken as such.
 */
export const nanogptDialect: ChatDialect = {
	headers: {},
	needsDone: true,
	readHeaders(header) {
		const requestId = toText(header('x-request-id'));
		const provider = toText(header('x-provider'));
		return {...(requestId && {requestId}), ...(provider && {servedProvider: provider, proof: 'response_header' as const})};
	},
	readExtras(chunk) {
		const provider = typeof chunk.provider === 'string' ? toText(chunk.provider) : null;
		return {
			...(provider && {servedProvider: provider, proof: 'response_field' as const}),
			...(chunk.x_nanogpt_pricing ? readPricing(chunk.x_nanogpt_pricing) : {}),
		};
	},
};

function readPricing(json: unknown): Partial<ChatFacts> {
	const read = pricing.safeParse(json);
	if (!read.success) return {};
	const {amount, cost, currency, inputTokens, outputTokens} = read.data;
	const isUsd = !currency || currency.toUpperCase() === 'USD';
	const paid = isUsd ? Number(amount ?? cost ?? Number.NaN) : Number.NaN;
	return {
		...(paid >= 0 && {costUsd: paid}),
		...(typeof inputTokens === 'number' && {promptTokens: inputTokens}),
		...(typeof outputTokens === 'number' && {completionTokens: outputTokens}),
	};
}
