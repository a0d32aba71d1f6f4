import {parseIdentity} from '../domain/identity.js';
import type {Model} from '../domain/model.js';
import type {Alternative} from '../domain/run-event.js';
import type {Gateway} from '../domain/service.js';
import {isOnDistillableList} from './judge-routes.js';

/** A model that stops within this time is nothing to move to. */
const soonDays = 14;

/** Doublings beyond these do not make a model any less alike. */
const farthest = 3;

/**
 * The distillable models that stand nearest to the one that was asked for, by maker, family, price and context; nearest first. At OpenRouter
 * only what its enforcement lets through, at NanoGPT what is recorded as allowed; no aliases, routers or models about to end.
 */
export function nearestAlternatives(
	models: readonly Model[],
	asked: {readonly id: string; readonly model: Model | null},
	gateway: Gateway,
	now: Date,
	count = 3,
): readonly Alternative[] {
	const wanted = describe(asked.id, asked.model);
	return models
		.filter((model) => model !== asked.model && isCandidate(model, gateway, now))
		.map((model) => compare(wanted, model))
		.toSorted((a, b) => a.distance - b.distance || (a.alternative.modelId < b.alternative.modelId ? -1 : 1))
		.slice(0, count)
		.map(({alternative}) => alternative);
}

function isCandidate(model: Model, gateway: Gateway, now: Date): boolean {
	const listing = model.listings[gateway];
	if (listing === undefined || model.verdict.status !== 'allowed' || model.verdict.conflict) return false;
	if (gateway === 'openrouter' && !isOnDistillableList(model)) return false;
	if (listing.isRouter || listing.aliasOf !== null || listing.id.startsWith('~') || model.routes.total === 0) return false;
	if (!listing.outputModalities.every((kind) => kind === 'text') || !listing.inputModalities.includes('text')) return false;
	return listing.expiresAt === null || !(Date.parse(listing.expiresAt) < now.getTime() + soonDays * 86_400_000);
}

type Description = {
	readonly author: string | null;
	readonly family: string;
	readonly variant: string | null;
	readonly price: number | null;
	readonly context: number | null;
};

function describe(id: string, model: Model | null): Description {
	const {author, slug, variant} = parseIdentity(id);
	const isPriced = model !== null && model.inputPrice !== null && model.outputPrice !== null;
	return {
		author,
		family: /^[a-z]+/.exec(slug)?.[0] ?? slug,
		variant,
		price: isPriced ? model.inputPrice! + model.outputPrice! : null,
		context: model?.contextLength ?? null,
	};
}

function compare(wanted: Description, model: Model): {readonly distance: number; readonly alternative: Alternative} {
	const found = describe(model.id, model);
	const isSameMaker = wanted.author !== null && wanted.author === found.author;
	const isSameFamily = wanted.family === found.family;
	const price = ratio(found.price, wanted.price);
	const context = ratio(found.context, wanted.context);
	const distance =
		(isSameMaker ? 0 : farthest) +
		(isSameFamily ? 0 : farthest) +
		doublings(price) +
		doublings(context) +
		(found.variant === wanted.variant || found.variant === null ? 0 : 1) +
		(model.routes.allowed === 0 ? farthest : 0);
	const note = [
		isSameFamily ? 'same family' : isSameMaker ? 'same maker' : `by ${found.author ?? 'another maker'}`,
		price === null ? 'price not comparable' : `${sayRatio(price)} the price`,
		context === null ? 'context not comparable' : `${sayRatio(context)} the context`,
	].join(', ');
	return {distance, alternative: {modelId: model.id, note}};
}

function ratio(found: number | null, wanted: number | null): number | null {
	if (found === null || wanted === null) return null;
	if (wanted === 0) return found === 0 ? 1 : null;
	return found / wanted;
}

function doublings(of: number | null): number {
	return of === null ? farthest / 2 : Math.min(Math.abs(Math.log2(of)), farthest);
}

function sayRatio(of: number): string {
	return `${of >= 10 ? Math.round(of) : Number(of.toPrecision(2))}x`;
}
