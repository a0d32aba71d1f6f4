import {describe, expect, it} from 'vitest';
import type {Listing} from '../../source/domain/model.js';
import {nearestAlternatives} from '../../source/policy/nearest-alternatives.js';
import {joinListings, makeListing, nanogptReason, notOnList, onList} from '../helpers/make-model.js';

const now = new Date('2026-11-21T00:00:00Z');
const on = (id: string, part: Partial<Listing> = {}) =>
	makeListing('openrouter', id, {reasons: [onList], inputPrice: 1, outputPrice: 3, contextLength: 100_000, ...part});

const models = joinListings(
	[
		makeListing('openrouter', 'closed/brain-2', {reasons: [notOnList], inputPrice: 1, outputPrice: 3, contextLength: 100_000}),
		on('closed/brain-2-open', {inputPrice: 8, outputPrice: 24}),
		on('open/thing', {contextLength: 50_000}),
		on('open/cheap', {inputPrice: 0.1, outputPrice: 0.3}),
		on('open/same-price'),
		on('~open/latest', {aliasOf: 'open/thing'}),
		on('open/auto', {isRouter: true, inputPrice: null, outputPrice: null}),
		on('open/painter', {outputModalities: ['image']}),
		on('open/ending', {expiresAt: '2026-11-25'}),
		on('open/same-price:free', {inputPrice: 0, outputPrice: 0}),
		makeListing('openrouter', 'silent/near', {reasons: [notOnList], inputPrice: 1, outputPrice: 3, contextLength: 100_000}),
	],
	[makeListing('nanogpt', 'nano/only', {reasons: [nanogptReason('allowed')]})],
);
const asked = models.find(({id}) => id === 'closed/brain-2')!;
const nearest = (gateway: 'openrouter' | 'nanogpt' = 'openrouter', count = 3) =>
	nearestAlternatives(models, {id: asked.id, model: asked}, gateway, now, count);

describe('the nearest alternatives', () => {
	it('are by family first, then by price and context, and say why', () => {
		expect(nearest()).toEqual([
			{modelId: 'closed/brain-2-open', note: 'same family, 8x the price, 1x the context'},
			{modelId: 'open/same-price', note: 'by open, 1x the price, 1x the context'},
			{modelId: 'open/thing', note: 'by open, 1x the price, 0.5x the context'},
		]);
	});

	it('are never what enforcement would refuse, an alias, a router, a model that ends soon or makes no text', () => {
		expect(nearest('openrouter', 20).map(({modelId}) => modelId)).toEqual([
			'closed/brain-2-open',
			'open/same-price',
			'open/thing',
			'open/cheap',
			'open/same-price:free',
		]);
	});

	it('are those of the gateway that was asked', () => {
		expect(nearest('nanogpt').map(({modelId}) => modelId)).toEqual(['nano/only']);
	});

	it('are found for a model that nobody knows', () => {
		expect(nearestAlternatives(models, {id: 'closed/brain-9', model: null}, 'openrouter', now, 1)[0]?.modelId).toBe('closed/brain-2-open');
	});
});
