import {createHash} from 'node:crypto';
import {canonicalJson, toJson} from '../domain/canonical-json.js';
import type {Message} from '../domain/prompt.js';

/** One prompt of a bulk job as its line gives it. `line` counts from 1. */
export type PromptRow = {
	readonly line: number;
	readonly messages: readonly Message[];
	/** The row's own name, where it has one: two rows of the same text are then two rows wherever they stand. */
	readonly id: string | null;
	readonly tags: Readonly<Record<string, string>>;
};

/** A line that can be sent, or the sentence why it cannot. */
export type RowRead = PromptRow | {readonly line: number; readonly problem: string};

export const rowShapes = '{"messages": [{"role": "user", "content": "…"}]} or {"prompt": "…", "system": "…"}';

/**
 * Reads prompts line by line: JSON objects (`messages`, or `prompt` with an optional `system`; `id` and `tags` may stand beside) where the first
 * line that is not empty begins with `{`, else every line is a prompt. Empty lines do not count as prompts.
 */
export async function* readPromptRows(
	lines: AsyncIterable<string> | Iterable<string>,
	format: 'auto' | 'jsonl' | 'text' = 'auto',
): AsyncGenerator<RowRead> {
	let line = 0;
	let kind = format;
	for await (const text of lines) {
		line++;
		const content = line === 1 ? text.replace(/^\uFEFF/, '') : text;
		if (content.trim() === '') continue;
		if (kind === 'auto') kind = content.trimStart().startsWith('{') ? 'jsonl' : 'text';
		yield kind === 'text' ? toRow(line, [{role: 'user', content: content.replace(/\r$/, '')}]) : readJson(line, content);
	}
}

function toRow(
	line: number,
	messages: readonly Message[],
	id: string | null = null,
	tags: Readonly<Record<string, string>> = {},
): PromptRow {
	return {line, messages, id, tags};
}

function readJson(line: number, text: string): RowRead {
	let row: unknown;
	try {
		row = JSON.parse(text);
	} catch (error) {
		return {line, problem: `is not JSON (${error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 120) : 'unreadable'}).`};
	}
	if (typeof row !== 'object' || row === null || Array.isArray(row)) return {line, problem: `is no object: expected ${rowShapes}.`};
	const {messages, prompt, system, id, tags} = row as Readonly<Record<string, unknown>>;
	const name = typeof id === 'string' ? id : typeof id === 'number' ? String(id) : null;
	if (id !== undefined && name === null) return {line, problem: 'has an id that is neither text nor number.'};
	if (tags !== undefined && !isTexts(tags)) return {line, problem: 'has tags that are not texts.'};
	const labels = (tags ?? {}) as Readonly<Record<string, string>>;
	if (messages !== undefined) {
		const read = readMessages(messages);
		return typeof read === 'string' ? {line, problem: read} : toRow(line, read, name, labels);
	}
	if (typeof prompt !== 'string' || prompt.trim() === '')
		return {line, problem: `has neither messages nor a prompt: expected ${rowShapes}.`};
	if (system !== undefined && system !== null && typeof system !== 'string') return {line, problem: 'has a system that is no text.'};
	const first: readonly Message[] = typeof system === 'string' && system !== '' ? [{role: 'system', content: system}] : [];
	return toRow(line, [...first, {role: 'user', content: prompt}], name, labels);
}

const roles: ReadonlySet<unknown> = new Set(['system', 'user', 'assistant']);

function readMessages(list: unknown): readonly Message[] | string {
	if (!Array.isArray(list) || list.length === 0) return 'has messages that are no list, or an empty one.';
	const messages: Message[] = [];
	for (const [index, item] of list.entries()) {
		const {role, content} = (typeof item === 'object' && item !== null ? item : {}) as Readonly<Record<string, unknown>>;
		const known = role === 'developer' ? 'system' : role;
		if (!roles.has(known)) return `has message ${index + 1} without a role of system, user or assistant.`;
		if (typeof content !== 'string') return `has message ${index + 1} without a text as content.`;
		messages.push({role: known as Message['role'], content});
	}
	if (messages.at(-1)!.role !== 'user') return 'does not end with a message of the user.';
	return messages;
}

function isTexts(value: unknown): boolean {
	return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}

/** What names one (row, repeat) of a job. */
export type KeyParts = {
	readonly gateway: string;
	/** Enforcement: an answer that nothing held to allowed routes is no substitute for one that was. */
	readonly level: string;
	readonly body: Readonly<Record<string, unknown>>;
	readonly rowId: string | null;
	readonly repeat: number;
};

/**
 * Names each (row, repeat) of a job by its content: SHA-256 over the canonical request body, the row's own id where it has one, how
 * many equal rows came before it, and the number of the repeat. The same job started again makes the same keys, whatever order its rows
 * are in by then, and equal rows stay as many as they are. Which routes are pinned is not part of it: routes come and go, the row stays.
 */
export function createKeyer(): (parts: KeyParts) => string {
	const seen = new Map<string, number>();
	return ({gateway, level, body, rowId, repeat}) => {
		const {provider: _, metadata: __, stream: ___, stream_options: ____, ...told} = body;
		const content = createHash('sha256')
			.update(canonicalJson(toJson({gateway, level, told, rowId, repeat})))
			.digest('hex');
		const earlier = seen.get(content) ?? 0;
		seen.set(content, earlier + 1);
		return earlier === 0 ? content : createHash('sha256').update(`${content} ${earlier}`).digest('hex');
	};
}
