import {type Party, partyNames, variablePrefix} from './service.js';

/** Where the key of a service is: the environment wins over the keyring of the operating system and over the file. */
export type KeyPlace = 'environment' | 'keyring' | 'file' | 'sandbox';

/** What is known of a service's key without reading it. The key itself is never in it. */
export type KeyState = {
	readonly party: Party;
	/** Null when there is none. */
	readonly place: KeyPlace | null;
	/** The variable or the file that holds it, or where the keyring has it; null when there is none. */
	readonly where: string | null;
	/** A key that is kept as well, and does not count because the environment has one. */
	readonly covered: 'keyring' | 'file' | null;
	/** Variables that the service needs besides its key, such as an address; empty when it can be asked. */
	readonly missing: readonly string[];
};

/** What a service said about a key. */
export type KeyTest =
	/** `says` is what it tells of the key: a label, what is left to spend; each as a part of a sentence. */
	| {readonly verdict: 'works'; readonly says: readonly string[]}
	/** `message` says what happened and why, `next` what to do. */
	| {readonly verdict: 'refused' | 'not-tested'; readonly message: string; readonly next: string | null};

/** Where a key was put. */
export type KeptKey = {
	readonly place: 'keyring' | 'file';
	/** The file, or where the keyring has it. */
	readonly where: string;
	/** What else has to be known, such as why it is not in the keyring; null when nothing. */
	readonly note: string | null;
};

/** The variable of the environment that holds a service's key. */
export const keyVariable = (party: Party): string => `${variablePrefix(party)}_API_KEY`;

/** What a key is good for, as the end of "its key is for …". */
export const keyUnlocks: Readonly<Record<Party, string>> = {
	openrouter: 'prompts with enforced routes, embeddings, judges',
	nanogpt: 'prompts through pinned routes',
	openai: 'stored completions, fine-tuning, embeddings',
	azure: 'fine-tuning at Azure OpenAI',
	nebius: 'fine-tuning at Nebius Token Factory',
	together: 'fine-tuning at Together',
	fireworks: 'fine-tuning at Fireworks',
	compatible: 'fine-tuning at a server of your own with an OpenAI-compatible API',
};

/** What needs no key at all. */
export const needsNoKey = 'Models, routes and their policy need no key';

/** The page where a service hands out its keys; null where everybody has a page of their own. */
export const keyPages: Readonly<Record<Party, string | null>> = {
	openrouter: 'https://openrouter.ai/settings/keys',
	nanogpt: 'https://nano-gpt.com/api',
	openai: 'https://platform.openai.com/api-keys',
	azure: 'https://ai.azure.com',
	nebius: 'https://tokenfactory.nebius.com',
	together: 'https://api.together.ai/settings/api-keys',
	fireworks: 'https://app.fireworks.ai/settings/users/api-keys',
	compatible: null,
};

/** What to do where a key is missing: `Set OPENAI_API_KEY, or …`, without a full stop. */
export const howToSetUp = (party: Party): string =>
	`Set ${keyVariable(party)}, or keep a key with stillroom setup ${party} (K in the dashboard)`;

/** What to do where a key was refused, without a full stop. */
export const howToCheck = (party: Party): string =>
	`Check ${keyVariable(party)}, or the key that stillroom setup ${party} kept; stillroom keys says which of them counts`;

const longestKey = 2000;

/**
 * The key in a text that was typed, pasted or read: without what stands around it. Throws nothing: a sentence says what is wrong with it and
 * never repeats it.
 */
export function readKeyText(party: Party, text: string): {readonly key: string} | {readonly problem: string} {
	const key = text.replace(/^\uFEFF/, '').trim();
	const name = partyNames[party];
	if (key === '') return {problem: 'There is no key: nothing but blanks came.'};
	if (/[\r\n]/.test(key)) return {problem: `This is more than one line; a key of ${name} is one.`};
	if (/^(export\s+)?[A-Z][A-Z0-9_]*=/.test(key))
		return {problem: 'This is a line of a shell or an .env file; the key is only what stands behind the equals sign.'};
	if (/^(["'`]).*\1$/.test(key)) return {problem: 'The key stands in quotes; leave them out.'};
	if (/^bearer\s/i.test(key)) return {problem: 'The key is only what stands behind "Bearer".'};
	if (/\s/.test(key)) return {problem: 'There is a blank inside; a key has none. Was something else pasted?'};
	if (!/^[\x21-\x7e]+$/.test(key)) return {problem: 'There are characters that no key has, such as control characters or accents.'};
	if (key.length > longestKey) return {problem: `This has ${key.length.toLocaleString('en')} characters; no key is so long.`};
	return {key};
}
