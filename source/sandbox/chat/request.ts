import type {Context} from 'hono';
import {type Commands, readCommands, UnknownCommandError} from './commands.js';

export type ChatMessage = {readonly role: string; readonly text: string; readonly hasImage: boolean};

export type ReasoningAsked = {
	/** Null when the request does not say. */
	readonly effort: string | null;
	readonly isExcluded: boolean;
};

/** What every service's chat body has in common, checked; `body` is the whole of it. */
export type ChatRequest = {
	readonly body: Readonly<Record<string, unknown>>;
	readonly model: string;
	readonly messages: readonly ChatMessage[];
	readonly isStream: boolean;
	/** Null when the request sets none. */
	readonly maxTokens: number | null;
	readonly temperature: number | null;
	readonly seed: number | null;
	readonly stop: readonly string[];
	readonly responseFormat: ResponseFormat;
	readonly reasoning: ReasoningAsked;
	readonly commands: Commands;
};

export type ResponseFormat = {readonly type: 'text' | 'json_object'} | {readonly type: 'json_schema'; readonly schema: JsonSchema};
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What is wrong with a body: the parameter and a sentence. Each service answers it in its own envelope. */
export class InvalidBodyError extends Error {
	override readonly name = 'InvalidBodyError';
	readonly param: string | null;

	constructor(param: string | null, message: string) {
		super(message);
		this.param = param;
	}
}

const plainText: ResponseFormat = {type: 'text'};
const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a number that may be left out; throws InvalidBodyError outside of the limits. */
export function readNumber(body: Readonly<Record<string, unknown>>, name: string, least: number, most: number, isWhole = false) {
	const value = body[name];
	if (value === undefined || value === null) return null;
	if (typeof value !== 'number' || !(value >= least && value <= most) || (isWhole && !Number.isInteger(value)))
		throw new InvalidBodyError(name, `${name} must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`);
	return value;
}

function readMessage(value: unknown, index: number): ChatMessage {
	const at = `messages[${index}]`;
	if (!isRecord(value)) throw new InvalidBodyError(at, `${at} must be an object.`);
	const {role, content} = value;
	if (typeof role !== 'string' || !roles.has(role))
		throw new InvalidBodyError(`${at}.role`, `${at}.role must be one of ${[...roles].join(', ')}.`);
	if (typeof content === 'string') return {role, text: content, hasImage: false};
	if (Array.isArray(content)) {
		const parts = content.filter(isRecord);
		const texts = parts.filter((part) => part.type === 'text' && typeof part.text === 'string').map((part) => part.text as string);
		return {role, text: texts.join('\n'), hasImage: parts.some((part) => part.type === 'image_url')};
	}
	if (content === null || (content === undefined && role === 'assistant')) return {role, text: '', hasImage: false};
	throw new InvalidBodyError(`${at}.content`, `${at}.content must be a text or a list of parts.`);
}

function readStop(value: unknown): readonly string[] {
	if (value === undefined || value === null) return [];
	const list = Array.isArray(value) ? value : [value];
	if (list.length > 4 || list.some((entry) => typeof entry !== 'string' || entry === ''))
		throw new InvalidBodyError('stop', 'stop must be a text or a list of up to four texts.');
	return list as string[];
}

function readResponseFormat(value: unknown): ResponseFormat {
	if (value === undefined || value === null) return plainText;
	const type = isRecord(value) ? value.type : undefined;
	if (type === 'text' || type === 'json_object') return {type};
	if (type !== 'json_schema')
		throw new InvalidBodyError('response_format', 'response_format.type must be one of text, json_object, json_schema.');
	const named = (value as {json_schema?: unknown}).json_schema;
	if (!isRecord(named) || typeof named.name !== 'string' || !isRecord(named.schema))
		throw new InvalidBodyError('response_format.json_schema', 'response_format.json_schema needs a name and a schema.');
	return {type, schema: named.schema};
}

const efforts = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

function readReasoning(body: Readonly<Record<string, unknown>>): ReasoningAsked {
	const asked = isRecord(body.reasoning) ? body.reasoning : {};
	const effort = asked.effort ?? body.reasoning_effort;
	if (effort !== undefined && effort !== null && !efforts.has(effort as string))
		throw new InvalidBodyError('reasoning_effort', `The reasoning effort must be one of ${[...efforts].join(', ')}.`);
	const isExcluded = asked.exclude === true || body.include_reasoning === false;
	if (typeof effort === 'string') return {effort, isExcluded};
	if (asked.enabled === false) return {effort: 'none', isExcluded};
	const isAsked = asked.enabled === true || typeof asked.max_tokens === 'number' || body.include_reasoning === true;
	return {effort: isAsked ? 'medium' : null, isExcluded};
}

/** Parses and checks the body of a request. Throws InvalidBodyError. */
export async function readChatRequest(context: Context): Promise<ChatRequest> {
	const text = await context.req.text();
	try {
		return toChatRequest(JSON.parse(text));
	} catch (error) {
		if (error instanceof SyntaxError) throw new InvalidBodyError(null, 'The body is not JSON.');
		throw error;
	}
}

/** Checks a chat body. Throws InvalidBodyError. */
export function toChatRequest(body: unknown): ChatRequest {
	if (!isRecord(body)) throw new InvalidBodyError(null, 'The body must be a JSON object.');
	const models = body.models;
	const model = typeof body.model === 'string' ? body.model : Array.isArray(models) && typeof models[0] === 'string' ? models[0] : '';
	if (model === '') throw new InvalidBodyError('model', 'model is missing.');
	if (!Array.isArray(body.messages) || body.messages.length === 0)
		throw new InvalidBodyError('messages', 'messages must be a list of at least one message.');
	const messages = body.messages.map(readMessage);
	if (body.stream !== undefined && body.stream !== null && typeof body.stream !== 'boolean')
		throw new InvalidBodyError('stream', 'stream must be true or false.');
	return {
		body,
		model,
		messages,
		isStream: body.stream === true,
		maxTokens: readNumber(body, 'max_completion_tokens', 1, 10_000_000, true) ?? readNumber(body, 'max_tokens', 1, 10_000_000, true),
		temperature: readNumber(body, 'temperature', 0, 2),
		seed: readNumber(body, 'seed', -Number.MAX_VALUE, Number.MAX_VALUE),
		stop: readStop(body.stop),
		responseFormat: readResponseFormat(body.response_format),
		reasoning: readReasoning(body),
		commands: readBodyCommands(messages),
	};
}

function readBodyCommands(messages: readonly ChatMessage[]): Commands {
	try {
		return readCommands(messages);
	} catch (error) {
		if (error instanceof UnknownCommandError) throw new InvalidBodyError('messages', error.message);
		throw error;
	}
}
