import type {Model} from '../model.js';
import {gateways} from '../service.js';
import type {Verdict} from '../verdict.js';
import {createKeyTable, type FilterKey} from './filter.js';
import {limitKeys} from './limit-keys.js';

const day = 86_400_000;

/** `yes`, `no`, `?`, and `conflict` beside them where the layers contradict each other. */
export function policyValues({status, conflict}: Verdict): readonly string[] {
	const word = {allowed: 'yes', disallowed: 'no', unknown: '?'}[status];
	return conflict ? [word, 'conflict'] : [word];
}

export const policySynonyms = {allowed: 'yes', disallowed: 'no', unknown: '?', true: 'yes', false: 'no', '≠': 'conflict'};

function everyListing<Value>(
	model: Model,
	read: (listing: NonNullable<Model['listings']['openrouter']>) => readonly Value[],
): readonly Value[] {
	const {openrouter, nanogpt} = model.listings;
	if (openrouter === undefined) return nanogpt === undefined ? [] : read(nanogpt);
	return nanogpt === undefined ? read(openrouter) : [...read(openrouter), ...read(nanogpt)];
}

/** Parameters in either gateway's spelling to one word. */
const capabilityWords: ReadonlyMap<string, string> = new Map([
	['tool_choice', 'tools'],
	['tool_calling', 'tools'],
	['include_reasoning', 'reasoning'],
	['thinking', 'reasoning'],
	['response_format', 'json'],
	['structured_outputs', 'structured'],
	['structured_output', 'structured'],
	['parallel_tool_calls', 'parallel'],
	['pdf_upload', 'pdf'],
	['video_input', 'video'],
]);
const modalityWords: ReadonlyMap<string, string> = new Map([
	['image', 'vision'],
	['file', 'pdf'],
]);

/** Does the test hold for anything that it can do, in one word each, or for a parameter as it is spelled? */
export function someCapability(
	parameters: readonly string[],
	inputModalities: readonly string[],
	test: (value: string) => boolean,
): boolean {
	for (const parameter of parameters) {
		const word = capabilityWords.get(parameter);
		if (test(parameter) || (word !== undefined && (test(word) || (word === 'structured' && test('json'))))) return true;
	}

	return inputModalities.some((modality) => test(modalityWords.get(modality) ?? modality));
}

/** All of them, for completion. */
export function capabilitiesOf(parameters: readonly string[], inputModalities: readonly string[]): readonly string[] {
	const words = new Set<string>();
	someCapability(parameters, inputModalities, (value) => {
		words.add(value);
		return false;
	});
	return [...words];
}

function daysFrom(date: string | null, now: number): number | null {
	const time = date === null ? Number.NaN : Date.parse(date);
	return Number.isNaN(time) ? null : (now - time) / day;
}

/** NanoGPT marks these models by a prefix, in a few cases by a suffix. */
const teeId = /^tee\/|-tee(:|$)/i;

const keys: ReadonlyArray<FilterKey<Model>> = [
	{
		key: 'policy',
		aliases: ['distillable'],
		kind: 'words',
		match: 'equals',
		isClosed: true,
		values: ['yes', 'no', '?', 'conflict'],
		synonyms: policySynonyms,
		help: 'may outputs train another model',
		example: 'policy:yes',
		read: ({verdict}) => policyValues(verdict),
	},
	{
		key: 'catalogue',
		aliases: ['catalog', 'gateway'],
		kind: 'words',
		match: 'equals',
		isClosed: true,
		values: ['openrouter', 'nanogpt', 'both'],
		synonyms: {or: 'openrouter', nano: 'nanogpt', ng: 'nanogpt'},
		help: 'which catalogue lists it',
		example: 'catalogue:nanogpt',
		read: ({catalogues}) => (catalogues.length === gateways.length ? [...catalogues, 'both'] : catalogues),
	},
	{
		key: 'author',
		aliases: ['maker'],
		kind: 'words',
		match: 'equals',
		help: 'the maker; * stands for any text',
		example: 'author:qwen,meta*',
		read: ({author}) => author?.toLowerCase() ?? null,
	},
	{
		key: 'cap',
		aliases: ['supports'],
		kind: 'words',
		match: 'equals',
		values: ['tools', 'vision', 'reasoning', 'json', 'structured', 'audio', 'video', 'pdf', 'parallel'],
		help: 'what it can do, or a request parameter it takes',
		example: 'cap:tools',
		read: (model) => everyListing(model, ({parameters, inputModalities}) => capabilitiesOf(parameters, inputModalities)),
		some: ({listings: {openrouter, nanogpt}}, test) =>
			(openrouter !== undefined && someCapability(openrouter.parameters, openrouter.inputModalities, test)) ||
			(nanogpt !== undefined && someCapability(nanogpt.parameters, nanogpt.inputModalities, test)),
	},
	{
		key: 'modality',
		kind: 'words',
		match: 'equals',
		values: ['text', 'image', 'audio', 'video', 'file'],
		help: 'what goes in or comes out',
		example: 'modality:image',
		read: (model) =>
			everyListing(model, ({inputModalities, outputModalities}) =>
				[...inputModalities, ...outputModalities].map((word) => word.toLowerCase()),
			),
	},
	{
		key: 'variant',
		kind: 'words',
		match: 'equals',
		values: ['base', 'free', 'batch', 'thinking', 'tee'],
		help: 'suffix of the id; base for none',
		example: 'variant:base',
		read: ({variant}) => variant ?? 'base',
	},
	{
		key: 'basis',
		kind: 'words',
		match: 'equals',
		help: 'the rule that a layer of the verdict relies on',
		example: 'basis:apache-2.0',
		read: ({verdict}) => verdict.reasons.map(({basis}) => basis.toLowerCase()),
	},
	{
		key: 'duty',
		kind: 'words',
		match: 'equals',
		isClosed: true,
		values: ['naming', 'attribution', 'notice', 'acceptable-use', 'pass-on-terms', 'scale-limit', 'other'],
		help: 'what the permission asks for',
		example: '!duty:naming',
		read: ({verdict}) => verdict.duties.map(({kind}) => kind),
	},
	{key: 'id', kind: 'words', match: 'contains', help: 'part of the id', example: 'id:r1', read: ({id}) => id.toLowerCase()},
	{
		key: 'name',
		kind: 'words',
		match: 'contains',
		help: 'part of the name',
		example: 'name:"large 2"',
		read: ({name}) => name.toLowerCase(),
	},
	...limitKeys,
	{
		key: 'age',
		kind: 'number',
		unit: 'days',
		help: 'since it was added',
		example: 'age<90',
		read: ({createdAt}, now) => daysFrom(createdAt, now),
	},
	{
		key: 'expires',
		kind: 'number',
		unit: 'days',
		help: 'until it leaves; ? for no date',
		example: 'expires<30',
		read({listings}, now) {
			const days = daysFrom(listings.openrouter?.expiresAt ?? listings.nanogpt?.expiresAt ?? null, now);
			return days === null ? null : -days;
		},
	},
	{
		key: 'routes',
		kind: 'number',
		unit: 'routes',
		help: 'routes recorded as allowed; ? where nobody asked yet',
		example: 'routes>=3',
		read: ({routes}) => routes.allowed,
	},
	{
		key: 'free',
		kind: 'flag',
		help: 'costs nothing',
		example: 'free',
		read: ({inputPrice, outputPrice}) => inputPrice === 0 && outputPrice === 0,
	},
	{
		key: 'tee',
		kind: 'flag',
		help: 'runs in a trusted execution environment',
		example: 'tee',
		read: ({variant, id}) => variant === 'tee' || teeId.test(id),
	},
	{
		key: 'listed',
		kind: 'flag',
		help: "on OpenRouter's distillable list",
		example: 'listed',
		read: ({verdict}) => verdict.reasons.some(({layer, status}) => layer === 'openrouter-list' && status === 'allowed'),
	},
	{
		key: 'dup',
		kind: 'flag',
		help: 'listed by both catalogues',
		example: 'dup',
		read: ({catalogues}) => catalogues.length === gateways.length,
	},
	{
		key: 'alias',
		kind: 'flag',
		help: 'points at a model that changes',
		example: '!alias',
		read: ({listings, id}) => id.startsWith('~') || typeof (listings.openrouter?.aliasOf ?? listings.nanogpt?.aliasOf) === 'string',
	},
	{
		key: 'router',
		kind: 'flag',
		help: 'the gateway picks the model',
		example: '!router',
		read: ({listings}) => listings.openrouter?.isRouter === true,
	},
	{
		key: 'sub',
		kind: 'flag',
		help: "part of NanoGPT's subscription",
		example: 'sub',
		read: ({listings}) => listings.nanogpt?.isSubscriptionIncluded === true,
	},
];

export const modelKeys = createKeyTable(keys, {
	noun: 'routes',
	names: ['provider', 'host', 'quant', 'p50', 'p90', 'tps', 'uptime', 'zdr', 'eligible', 'available'],
});
