import {Failure} from '../domain/failure.js';
import type {Model} from '../domain/model.js';
import {nearestIds} from '../domain/nearest-ids.js';

/**
 * The model with this id at either gateway, upper and lower case alike, or the one that OpenRouter serves by this dated name now
 * (`canonical_slug`, https://openrouter.ai/docs/api-reference/list-available-models); else a Failure that offers the nearest ids.
 */
export function findModel(models: readonly Model[], id: string): Model | Failure {
	const folded = id.trim().toLowerCase();
	const isNamed = (model: Model) =>
		model.id.toLowerCase() === folded || model.catalogues.some((gateway) => model.listings[gateway]?.id.toLowerCase() === folded);
	const isServedAs = ({id: own, listings}: Model) => !own.includes(':') && listings.openrouter?.canonicalSlug?.toLowerCase() === folded;
	const found = models.find((model) => model.id === id.trim()) ?? models.find(isNamed) ?? models.find(isServedAs);
	if (found !== undefined) return found;
	if (models.length === 0) {
		return new Failure('failed', `There is no model "${id}".`, {
			why: 'No catalogue was read yet.',
			next: 'Refresh the catalogues, or use --sandbox.',
		});
	}
	const nearest = nearestIds(models, id, 5);
	return new Failure('failed', `There is no model "${id}".`, {
		why: `None of the ${models.length.toLocaleString('en')} known models has this id.`,
		next: nearest.length === 0 ? 'See the ids with `stillroom models`.' : `Did you mean ${nearest.join(', ')}?`,
	});
}
