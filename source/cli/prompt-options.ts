import {Failure} from '../domain/failure.js';
import {
	defaultParameters,
	type Message,
	type PromptParameters,
	type PromptRequest,
	type ReasoningEffort,
	type RouteConstraints,
} from '../domain/prompt.js';
import {type Service, services} from '../domain/service.js';
import type {OptionRecord} from './command.js';
import {parseLimit} from './list-options.js';
import {readTextFile, readTextOrFile} from './read-input.js';

const enforcements: readonly PromptRequest['enforcement'][] = ['auto', 'route', 'model', 'off'];
const efforts: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** A number within bounds, both included. */
const numberBetween = (least: number, most: number) => (text: string) => {
	const number = Number(text);
	if (text.trim() === '' || !(number >= least && number <= most))
		throw new Error(
			most === Number.POSITIVE_INFINITY ? `It must be a number from ${least} on.` : `It must be a number from ${least} to ${most}.`,
		);
	return number;
};

function parseSeed(text: string): number {
	const seed = Number(text);
	if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(seed)) throw new Error('It must be a whole number.');
	return seed;
}

/** `name=value` as a pair. */
export function parsePair(text: string): readonly [string, string] {
	const at = text.indexOf('=');
	if (at < 1) throw new Error('It must be NAME=VALUE.');
	return [text.slice(0, at), text.slice(at + 1)];
}

export const parseUsd = numberBetween(0, Number.POSITIVE_INFINITY);

/** Where a prompt goes, how it is held to allowed routes, and with which parameters: the same for one prompt and for many. */
export const promptOptions: readonly OptionRecord[] = [
	{flags: '--system <text>', help: 'System message; @FILE reads it from a file.'},
	{flags: '--gateway <name>', help: 'Which service; without it, the first that lists the model.', choices: services},
	{flags: '--route <tag>', help: 'Pin to this route instead of all allowed ones (may be repeated).', isRepeatable: true},
	{
		flags: '--enforcement <level>',
		help: 'auto (default): a pin to the allowed routes where any is recorded, else the flag of the service.',
		choices: enforcements,
	},
	{flags: '--reason <text>', help: 'Why it is sent without enforcement, or against a verdict; recorded with the answer.'},
	{flags: '--max-tokens <n>', help: `Longest answer, in tokens (default ${defaultParameters.maxTokens}).`, parse: parseLimit},
	{flags: '--temperature <n>', help: '0 to 2.', parse: numberBetween(0, 2)},
	{flags: '--top-p <n>', help: 'Above 0, at most 1.', parse: numberBetween(0, 1)},
	{flags: '--seed <n>', help: 'A whole number.', parse: parseSeed},
	{flags: '--stop <text>', help: 'Ends the answer where it would say this (may be repeated, at most 4 times).', isRepeatable: true},
	{flags: '--reasoning-effort <level>', help: 'How much a reasoning model thinks.', choices: efforts},
	{flags: '--response-format <format>', help: 'text, json, or @FILE with a JSON Schema.'},
	{flags: '--task <name>', help: 'Recorded with the answer.'},
	{flags: '--dataset <name>', help: 'Recorded with the answer.'},
	{flags: '--tag <name=value>', help: 'Recorded with the answer (may be repeated).', isRepeatable: true},
	{flags: '--store', help: 'OpenAI keeps the completion for 30 days, with task, dataset and ledger id.'},
	{flags: '--no-store', help: 'OpenAI is told not to keep it: the default.'},
	{flags: '--max-input-price <usd>', help: 'OpenRouter: only routes up to this price, USD per million tokens.', parse: parseUsd},
	{flags: '--max-output-price <usd>', help: 'OpenRouter: the same for the answer.', parse: parseUsd},
	{flags: '--zdr', help: 'OpenRouter: only routes that keep no data.'},
	{flags: '--data-collection <policy>', help: 'OpenRouter: may routes that train on prompts be used?', choices: ['allow', 'deny']},
	{flags: '--quantization <name>', help: 'OpenRouter: only routes of this quantisation (may be repeated).', isRepeatable: true},
	{flags: '--require-parameters', help: 'OpenRouter: only routes that take every parameter of the request.'},
];

type Options = Readonly<Record<string, unknown>>;

/** What all prompts of a command share; the gateway is null where it was left open. */
export type PromptTemplate = Omit<PromptRequest, 'gateway' | 'modelId' | 'messages' | 'idempotencyKey'> & {
	readonly gateway: Service | null;
	readonly system: string | null;
};

function readPairs(values: unknown, flag: string): Readonly<Record<string, string>> {
	const pairs = ((values ?? []) as readonly string[]).map((text) => {
		try {
			return parsePair(text);
		} catch {
			throw new Failure('usage', `${flag} "${text}" is not NAME=VALUE.`);
		}
	});
	const twice = pairs.find(([name], index) => pairs.findIndex(([other]) => other === name) < index);
	if (twice) throw new Failure('usage', `${flag} ${twice[0]} stands there twice.`);
	return Object.fromEntries(pairs);
}

export const readVariables = (options: Options): Readonly<Record<string, string>> => readPairs(options.var, '--var');

async function readResponseFormat(text: string | undefined): Promise<PromptParameters['responseFormat']> {
	if (text === undefined) return undefined;
	if (text === 'text') return {type: 'text'};
	if (text === 'json' || text === 'json_object') return {type: 'json_object'};
	if (!text.startsWith('@'))
		throw new Failure('usage', `There is no response format "${text}".`, {next: 'It is text, json, or @FILE with a JSON Schema.'});
	let schema: unknown;
	try {
		schema = JSON.parse(await readTextFile(text.slice(1)));
	} catch (error) {
		if (error instanceof Failure) throw error;
		throw new Failure('usage', `"${text.slice(1)}" is not JSON.`, {why: error instanceof Error ? error.message : String(error)});
	}
	if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
		throw new Failure('usage', `"${text.slice(1)}" holds no JSON Schema.`, {why: 'It must be an object.'});
	// A file may hold the schema alone, or what the services want around it.
	const whole = 'json_schema' in schema ? (schema.json_schema as object) : schema;
	return {
		type: 'json_schema',
		json_schema: 'schema' in whole ? {name: 'answer', strict: true, ...whole} : {name: 'answer', strict: true, schema: whole},
	};
}

function readConstraints(options: Options, gateway: Service | null): RouteConstraints | undefined {
	const {maxInputPrice, maxOutputPrice, zdr, dataCollection, quantization, requireParameters} = options as {
		readonly maxInputPrice?: number;
		readonly maxOutputPrice?: number;
		readonly zdr?: boolean;
		readonly dataCollection?: 'allow' | 'deny';
		readonly quantization?: readonly string[];
		readonly requireParameters?: boolean;
	};
	const hasPrice = maxInputPrice !== undefined || maxOutputPrice !== undefined;
	const constraints: RouteConstraints = {
		...(hasPrice && {
			maxPrice: {
				...(maxInputPrice !== undefined && {prompt: maxInputPrice}),
				...(maxOutputPrice !== undefined && {completion: maxOutputPrice}),
			},
		}),
		...(zdr && {zdr}),
		...(dataCollection && {dataCollection}),
		...(quantization && {quantizations: quantization}),
		...(requireParameters && {requireParameters}),
	};
	if (Object.keys(constraints).length === 0) return undefined;
	if (gateway !== null && gateway !== 'openrouter')
		throw new Failure('usage', 'Only OpenRouter takes limits on price, data, quantisation and parameters of routes.', {
			next: 'Leave them out, or use --gateway openrouter.',
		});
	return constraints;
}

/** Reads the flags of `promptOptions`. Throws Failure kind usage. */
export async function readTemplate(options: Options): Promise<PromptTemplate> {
	const text = (name: string) => options[name] as string | undefined;
	const number = (name: string) => options[name] as number | undefined;
	const given = <Key extends keyof PromptParameters>(key: Key, value: PromptParameters[Key] | undefined) =>
		value === undefined ? {} : {[key]: value};
	const constraintsFor = (text('gateway') as Service | undefined) ?? null;
	const constraints = readConstraints(options, constraintsFor);
	const system = text('system');
	return {
		gateway: constraintsFor ?? (constraints === undefined ? null : 'openrouter'),
		system: system === undefined ? null : await readTextOrFile(system),
		parameters: {
			...defaultParameters,
			...given('maxTokens', number('maxTokens')),
			...given('temperature', number('temperature')),
			...given('topP', number('topP')),
			...given('seed', number('seed')),
			...given('stop', options.stop as readonly string[] | undefined),
			...given('reasoningEffort', options.reasoningEffort as ReasoningEffort | undefined),
			...given('responseFormat', await readResponseFormat(text('responseFormat'))),
		},
		enforcement: (options.enforcement as PromptRequest['enforcement'] | undefined) ?? 'auto',
		only: (options.route as readonly string[] | undefined) ?? null,
		override: text('reason') ?? null,
		task: text('task') ?? null,
		dataset: text('dataset') ?? null,
		tags: readPairs(options.tag, '--tag'),
		store: options.store === true,
		...(constraints === undefined ? {} : {constraints}),
	};
}

export function toSystemMessages({system}: PromptTemplate): readonly Message[] {
	return system === null || system === '' ? [] : [{role: 'system', content: system}];
}
