import {type Identity, parseIdentity} from '../domain/identity.js';
import {type Listing, type Model, routesNotAsked} from '../domain/model.js';
import type {Gateway} from '../domain/service.js';
import type {Duty, Reason, Verdict} from '../domain/verdict.js';
import type {CatalogueRead} from '../services/context.js';
import {judgeModel} from './judge.js';
import {findLicence, type LicenceEntry, licenceNotRecorded} from './register.js';

type Joined = {readonly identity: Identity; readonly key: string; openrouter: Listing | undefined; nanogpt: Listing | undefined};

const noDuties: readonly Duty[] = [];

/**
 * Joins the two catalogues on exact identity and judges every model by all its layers, the licence register included. Order: OpenRouter's, then
 * what only NanoGPT lists. Where an alias leads two rows of one gateway to the same model, the first is joined and the other stays a
 * model of its own; a row whose folded id is already taken is the same row again and falls away.
 */
export function joinCatalogues(reads: Readonly<Record<Gateway, CatalogueRead | null>>): Model[] {
	const byKey = new Map<string, Joined>();
	for (const listing of reads.openrouter?.listings ?? []) {
		place(byKey, 'openrouter', listing);
	}

	for (const listing of reads.nanogpt?.listings ?? []) {
		place(byKey, 'nanogpt', listing);
	}

	const judge = createSharingJudge();
	return Array.from(byKey.values(), (joined) => toModel(joined, judge));
}

function place(byKey: Map<string, Joined>, gateway: Gateway, listing: Listing): void {
	const identity = parseIdentity(listing.id);
	const found = byKey.get(identity.key);
	if (found === undefined) {
		byKey.set(identity.key, start(identity, identity.key, gateway, listing));
		return;
	}

	if (found[gateway] === undefined) {
		found[gateway] = listing;
		return;
	}

	const own = listing.id.trim().toLowerCase();
	if (found[gateway].id.trim().toLowerCase() !== own && !byKey.has(own)) {
		byKey.set(own, start(identity, own, gateway, listing));
	}
}

function start(identity: Identity, key: string, gateway: Gateway, listing: Listing): Joined {
	return {
		identity,
		key,
		openrouter: gateway === 'openrouter' ? listing : undefined,
		nanogpt: gateway === 'nanogpt' ? listing : undefined,
	};
}

type Judge = (openrouter: readonly Reason[] | undefined, nanogpt: readonly Reason[] | undefined, licence: LicenceEntry | null) => Verdict;

/** Judges, and gives models about which every layer says the very same one verdict object: a large catalogue has a handful of them. */
function createSharingJudge(): Judge {
	const verdicts = new Map<LicenceEntry | null, Map<Reason | undefined, Map<Reason | undefined, Verdict>>>();
	return (openrouter, nanogpt, licence) => {
		const judge = () =>
			judgeModel([...(openrouter ?? []), ...(nanogpt ?? []), licence?.reason ?? licenceNotRecorded], licence?.duties ?? noDuties);
		if ((openrouter?.length ?? 0) > 1 || (nanogpt?.length ?? 0) > 1) return judge();
		const byOpenrouter = getOrAdd(verdicts, licence, () => new Map<Reason | undefined, Map<Reason | undefined, Verdict>>());
		const byNanogpt = getOrAdd(byOpenrouter, openrouter?.[0], () => new Map<Reason | undefined, Verdict>());
		return getOrAdd(byNanogpt, nanogpt?.[0], judge);
	};
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
	const found = map.get(key);
	if (found !== undefined) return found;
	const created = create();
	map.set(key, created);
	return created;
}

const both: readonly Gateway[] = ['openrouter', 'nanogpt'];
const onlyOpenrouter: readonly Gateway[] = ['openrouter'];
const onlyNanogpt: readonly Gateway[] = ['nanogpt'];

function toModel({identity, key, openrouter, nanogpt}: Joined, judge: Judge): Model {
	const first = (openrouter ?? nanogpt)!;
	const licence = licenceOf(identity, openrouter?.aliasOf ?? nanogpt?.aliasOf ?? null);
	const priced = hasPrice(openrouter) || nanogpt === undefined ? first : nanogpt;
	return {
		id: first.id,
		key,
		name: first.name,
		author: identity.author ?? openrouter?.author ?? nanogpt?.author ?? null,
		listings: openrouter === undefined ? {nanogpt} : nanogpt === undefined ? {openrouter} : {openrouter, nanogpt},
		catalogues: openrouter === undefined ? onlyNanogpt : nanogpt === undefined ? onlyOpenrouter : both,
		variant: identity.variant,
		createdAt: openrouter?.createdAt ?? nanogpt?.createdAt ?? null,
		contextLength: openrouter?.contextLength ?? nanogpt?.contextLength ?? null,
		maxOutputTokens: openrouter?.maxOutputTokens ?? nanogpt?.maxOutputTokens ?? null,
		inputPrice: priced.inputPrice,
		outputPrice: priced.outputPrice,
		verdict: judge(openrouter?.reasons, nanogpt?.reasons, licence),
		routes: routesNotAsked,
	};
}

/** Both prices of a model come from one gateway: a mixture would be nobody's price. */
function hasPrice(listing: Listing | undefined): boolean {
	return listing !== undefined && (listing.inputPrice !== null || listing.outputPrice !== null);
}

/** A pointer such as `~x-ai/grok-latest` has the licence of the model it points to, and none where nobody says which that is. */
function licenceOf(identity: Identity, target: string | null) {
	if (target !== null) {
		const {author, slug, isPointer} = parseIdentity(target);
		return isPointer ? null : findLicence(author, slug);
	}

	return identity.isPointer ? null : findLicence(identity.author, identity.slug);
}
