import type {Message} from '../domain/prompt.js';

/** What a chat template may add around a message and around the whole, generously. */
const perMessage = 16;
const perRequest = 256;

/**
 * Tokens of a prompt before it is sent, without a tokenizer (each model has its own).
 *
 * - `likely`: four ASCII characters or one other character a token, which is near the truth for English and a little high for code.
 * - `atMost`: one token for each UTF-8 byte, which no byte-level or byte-fallback tokenizer exceeds, plus room for the chat template: what a
 *   cost bound has to count with.
 */
export function estimateTokens(messages: readonly Message[]): {readonly likely: number; readonly atMost: number} {
	let bytes = 0;
	let characters = 0;
	for (const {content} of messages) {
		bytes += Buffer.byteLength(content, 'utf8');
		characters += content.length;
	}
	// Every character beyond ASCII has a byte more than its UTF-16 units, most of them two.
	const others = Math.min(characters, Math.ceil((bytes - characters) / 2));
	const likely = Math.ceil((characters - others) / 4) + others + 4 * messages.length;
	return {likely, atMost: bytes + perMessage * messages.length + perRequest};
}
