import {authorAliases, hostAliases, modelAliases, nanogptProviderIds, teeAliases} from './identity-aliases.js';
import type {Gateway} from './service.js';

/** What an id says about a model, case-folded. Two rows are the same model exactly when their `key` is equal. */
export type Identity = {
	/** The whole identity, variant included: `deepseek/deepseek-r1:free`. */
	readonly key: string;
	/** Without variant, alias mark and `TEE/`: what a licence speaks of. */
	readonly base: string;
	/** The maker; null when the id has no slash and the alias table names none. */
	readonly author: string | null;
	/** The part after the maker, without variant. */
	readonly slug: string;
	/** `free`, `batch`, `thinking`, `tee`, …; null for the base model. */
	readonly variant: string | null;
	/** True for an id that a gateway points at changing models, such as `~moonshotai/kimi-latest`. */
	readonly isPointer: boolean;
	readonly isTee: boolean;
};

/**
 * Suffixes after `:` that the gateways document; any other suffix stays part of the model's name.
 * https://openrouter.ai/docs/guides/routing/model-variants
 * https://docs.nano-gpt.com/api-reference/miscellaneous/provider-selection
 */
const openrouterVariants = ['free', 'batch', 'thinking', 'extended', 'nitro', 'floor', 'online', 'exacto'];
const nanogptVariants = ['thinking', 'fast', 'cheap', 'price', 'caching', 'online'];
const variants = new Set([...openrouterVariants, ...nanogptVariants]);

/** Splits off a documented suffix. NanoGPT's thinking budgets (`:thinking:8192`) are variants too. */
function splitVariant(folded: string): {readonly rest: string; readonly variant: string | null} {
	const slash = folded.lastIndexOf('/');
	const colon = folded.indexOf(':', slash + 1);
	if (colon < 1) {
		return {rest: folded, variant: null};
	}

	const suffix = folded.slice(colon + 1);
	const isDocumented = variants.has(suffix) || nanogptProviderIds.has(suffix) || /^thinking:[\w-]+$/.test(suffix);
	return isDocumented ? {rest: folded.slice(0, colon), variant: suffix} : {rest: folded, variant: null};
}

/** Applies the explicit alias tables to an id without variant: whole id first, then the maker's other spelling. */
function applyAliases(id: string): string {
	const whole = modelAliases.get(id);
	if (whole !== undefined) {
		return whole;
	}

	const slash = id.indexOf('/');
	const author = slash > 0 ? authorAliases.get(id.slice(0, slash)) : undefined;
	if (author === undefined) {
		return id;
	}

	const renamed = author + id.slice(slash);
	return modelAliases.get(renamed) ?? renamed;
}

/** Reads an id of either gateway: case-folds it, splits the documented suffix off and applies the alias tables. Pure, never throws. */
export function parseIdentity(id: string): Identity {
	let folded = id.trim().toLowerCase();
	const isPointer = folded.startsWith('~');
	if (isPointer) {
		folded = folded.slice(1);
	}

	const isTee = folded.startsWith('tee/');
	const {rest, variant} = splitVariant(isTee ? folded.slice(4) : folded);
	const base = applyAliases(isTee ? (teeAliases.get(rest) ?? rest) : rest);
	const slash = base.indexOf('/');
	const suffix = variant === null ? '' : `:${variant}`;
	return {
		key: `${isPointer ? '~' : ''}${isTee ? 'tee/' : ''}${base}${suffix}`,
		base,
		author: slash > 0 ? base.slice(0, slash) : null,
		slug: slash > 0 ? base.slice(slash + 1) : base,
		variant: variant ?? (isTee ? 'tee' : null),
		isPointer,
		isTee,
	};
}

/** The key on which the catalogues are joined. */
export function identityKey(id: string): string {
	return parseIdentity(id).key;
}

/**
 * The host behind a route, in one spelling for both gateways: OpenRouter's tag without its variant (`deepinfra/fp8` is `deepinfra`),
 * through the explicit host table to one key. A host of OpenRouter that the table does not know is never taken for a NanoGPT provider.
 */
export function hostKey(gateway: Gateway, tag: string): string {
	const folded = tag.trim().toLowerCase();
	if (gateway === 'nanogpt') {
		return folded;
	}

	const slash = folded.indexOf('/');
	const host = slash > 0 ? folded.slice(0, slash) : folded;
	return hostAliases.get(host) ?? `openrouter:${host}`;
}
