import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {canonicalJson, contentHash, type Json, toJson} from '../../domain/canonical-json.js';
import type {EvalDefinition, EvalItem} from '../../domain/evaluation.js';
import {Failure} from '../../domain/failure.js';
import {isRecord} from '../../domain/is-record.js';
import type {LedgerRun} from '../../domain/ledger.js';
import {fillTemplate, toTemplateSample} from '../../domain/template.js';
import {isPreferenceRow, type TrainingRow} from '../../domain/training-row.js';
import type {Context} from '../context.js';
import {findDataset} from '../dataset/find-dataset.js';
import {createPause} from '../dataset/pause.js';
import {readDatasetLines} from '../dataset/read-dataset.js';
import {readJsonLines} from '../read-json-lines.js';

type Fields = Readonly<Record<string, unknown>>;

/** Messages in which `{{item.name}}` is filled in from each row. */
export type PromptTemplate = readonly {readonly role: 'system' | 'developer' | 'user' | 'assistant'; readonly content: string}[];

/** Where items are read. A template is for rows of a file that bring no messages of their own. */
export type TestSetRequest = {readonly source: EvalDefinition['testSet']; readonly template?: PromptTemplate | null};

export type TestSet = {
	readonly items: readonly EvalItem[];
	/** What could not be used: a line number where it has one, and why. */
	readonly problems: readonly {readonly line: number | null; readonly problem: string}[];
	/** Rows that ask what an earlier one asks, left out. */
	readonly repeated: number;
	/** Hash of the file; null for what is no file. */
	readonly hash: string | null;
};

export const testSetShapes =
	'{"messages": [...]} with the answer last or as "reference", {"prompt": "...", "reference": "..."}, or {"item": {...}} with a prompt template';

/**
 * Reads the items of a test set in their order, each question once. Rows that cannot be used are named and left out. Throws Failure: usage where the
 * source cannot be read, failed where a data set or a completion is not there, interrupted.
 */
export async function readTestSet(context: Context, {source, template = null}: TestSetRequest, signal: AbortSignal): Promise<TestSet> {
	const items = new Map<string, EvalItem>();
	const problems: {readonly line: number | null; readonly problem: string}[] = [];
	let repeated = 0;
	const take = (read: EvalItem | string, line: number | null): void => {
		if (typeof read === 'string') problems.push({line, problem: read});
		else if (items.has(read.key)) repeated++;
		else items.set(read.key, read);
	};
	let hash: string | null = null;
	if (source.kind === 'dataset') await readDataset(context, source, signal, take);
	else if (source.kind === 'completions') await readCompletions(context, source.runs, signal, take);
	else {
		hash = await hashFile(source.path);
		for await (const {number, value, problem, detail} of readJsonLines(source.path, {signal})) {
			if (problem === 'empty') continue;
			take(problem === null ? toItem(value, template) : (detail ?? 'It cannot be read.'), number);
		}
	}
	return {items: [...items.values()], problems, repeated, hash};
}

async function hashFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	try {
		for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		const why = code === 'ENOENT' ? 'There is no such file.' : code === 'EISDIR' ? 'It is a folder.' : `${code ?? String(error)}.`;
		throw new Failure('usage', `"${path}" could not be read.`, {why});
	}
	return `sha256:${hash.digest('hex')}`;
}

async function readDataset(
	context: Context,
	{name, version, part}: Extract<EvalDefinition['testSet'], {kind: 'dataset'}>,
	signal: AbortSignal,
	take: (read: EvalItem | string, line: number | null) => void,
): Promise<void> {
	const dataset = await findDataset(context, `${name}@${version}`, signal);
	const pause = createPause();
	for await (const {row, line} of readDatasetLines(context, dataset, part)) {
		const waiting = pause();
		if (waiting !== null) await waiting;
		if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
		take(toItem(toTestRow(JSON.parse(line) as TrainingRow), null), row.position + 1);
	}
}

/** The better answer of a preference pair is what is expected. */
function toTestRow(row: TrainingRow): Fields {
	return isPreferenceRow(row) ? {...row.input, messages: [...row.input.messages, ...row.preferred_output]} : row;
}

async function readCompletions(
	context: Context,
	runs: readonly string[],
	signal: AbortSignal,
	take: (read: EvalItem | string, line: number | null) => void,
): Promise<void> {
	const ledger = await context.ledger();
	const pause = createPause();
	for (const id of runs) {
		const waiting = pause();
		if (waiting !== null) await waiting;
		if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
		const run = ledger.readRun(id);
		if (run === null) throw new Failure('failed', `The ledger has no completion ${id}.`, {next: 'List them: stillroom completions list'});
		take(fromRun(run), null);
	}
}

function fromRun({completion, messages, text, editedText, toolCalls, entries}: LedgerRun): EvalItem | string {
	if (!Array.isArray(messages)) return `The prompt of ${completion.id} was deleted.`;
	const start = entries.find((entry) => entry.kind === 'run-started');
	const tools = start?.kind === 'run-started' ? start.request.body.tools : null;
	const reference = editedText ?? text;
	return toItem(
		{messages, ...(Array.isArray(tools) ? {tools} : {}), ...(reference === null ? {} : {reference}), reference_tool_calls: toolCalls},
		null,
	);
}

const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/** What a row says is expected, under the names that are in use; the first of a list. */
function findReference({reference, ideal, expected, expected_output, answer, target}: Fields): string | null {
	for (const value of [reference, ideal, expected, expected_output, answer, target]) {
		const first: unknown = Array.isArray(value) ? value[0] : value;
		if (typeof first === 'string') return first;
		if (typeof first === 'number' || typeof first === 'boolean') return String(first);
		if (isRecord(first)) return canonicalJson(toJson(first));
	}
	return null;
}

/** One row as an item, or the sentence why it is none. */
export function toItem(row: unknown, template: PromptTemplate | null): EvalItem | string {
	if (!isRecord(row)) return `It is no object: expected ${testSetShapes}.`;
	const fields = isRecord(row.item) ? row.item : isRecord(row.vars) ? row.vars : row;
	// Messages of the row itself count before a template: they are what was asked.
	const own = row.messages ?? fields.messages;
	if (own !== undefined) return fromMessages(own, {...fields, ...(isRecord(row.item) ? {} : row)}, row.tools ?? fields.tools);
	if (template !== null) return fromTemplate(template, fields, findReference(row) ?? findReference(fields));
	const {prompt, system} = fields;
	if (typeof prompt !== 'string' || prompt.trim() === '')
		return isRecord(row.item) || isRecord(row.vars)
			? 'It brings no messages, so a prompt template is needed: --prompt "... {{item.question}} ...".'
			: `It has neither messages nor a prompt: expected ${testSetShapes}.`;
	const before = typeof system === 'string' && system !== '' ? [{role: 'system', content: system}] : [];
	return finish([...before, {role: 'user', content: prompt}], [], findReference(row) ?? findReference(fields), null, fields);
}

function fromTemplate(template: PromptTemplate, item: Fields, reference: string | null): EvalItem | string {
	const scope = {item, sample: toTemplateSample(null)};
	const filled = template.map(({role, content}) => ({role, ...fillTemplate(content, scope)}));
	const problem = filled.flatMap(({problems}) => problems)[0];
	if (problem !== undefined) return problem.reason;
	return finish(
		filled.map(({role, text}) => ({role, content: text})),
		[],
		reference,
		null,
		item,
	);
}

function fromMessages(list: unknown, fields: Fields, tools: unknown): EvalItem | string {
	if (!Array.isArray(list) || list.length === 0) return 'Its messages are no list, or an empty one.';
	for (const [index, message] of list.entries()) {
		if (!isRecord(message) || !roles.has(String(message.role)))
			return `Message ${index + 1} has no role of system, developer, user, assistant or tool.`;
		const hasCalls = Array.isArray(message.tool_calls) && message.tool_calls.length > 0;
		if (typeof message.content !== 'string' && !Array.isArray(message.content) && !hasCalls)
			return `Message ${index + 1} has neither content nor calls of tools.`;
	}
	const messages = list as readonly Fields[];
	const last = messages.at(-1)!;
	const isAnswered = last.role === 'assistant';
	const given = findReference(fields);
	const calls = fields.reference_tool_calls ?? fields.expected_tool_calls ?? (isAnswered ? last.tool_calls : null);
	const {messages: _, tools: __, ...rest} = fields;
	return finish(
		(isAnswered ? messages.slice(0, -1) : messages).map(({weight: ___, ...message}) => message),
		Array.isArray(tools) ? (tools as readonly Fields[]) : [],
		given ?? (isAnswered ? textOf(last.content) : null),
		Array.isArray(calls) && calls.length > 0 ? (calls as readonly Fields[]) : null,
		rest,
	);
}

function textOf(content: unknown): string | null {
	if (typeof content === 'string') return content;
	if (!Array.isArray(content)) return null;
	const texts = content.flatMap((part) => (isRecord(part) && typeof part.text === 'string' ? [part.text] : []));
	return texts.length === 0 ? null : texts.join('\n');
}

function finish(
	messages: readonly Fields[],
	tools: readonly Fields[],
	reference: string | null,
	referenceToolCalls: readonly Fields[] | null,
	fields: Fields,
): EvalItem | string {
	const asked = messages.findLast(({role}) => role === 'user');
	const prompt = asked === undefined ? null : textOf(asked.content);
	if (asked === undefined || (prompt !== null && prompt.trim() === '')) return 'It asks nothing: there is no message of the user.';
	const key = contentHash(canonicalJson(toJson({messages, tools}) as Json)).slice('sha256:'.length, 'sha256:'.length + 24);
	const item = {
		...(prompt === null ? {} : {prompt}),
		...(reference === null ? {} : {reference}),
		...(referenceToolCalls === null ? {} : {reference_tool_calls: referenceToolCalls}),
		...fields,
	};
	return {key, messages, tools, reference, referenceToolCalls, item};
}
