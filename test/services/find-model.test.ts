import {expect, test} from 'vitest';
import {Failure} from '../../source/domain/failure.js';
import {joinCatalogues} from '../../source/policy/join-models.js';
import {findModel} from '../../source/services/find-model.js';
import {makeListing, makeRead} from '../helpers/make-model.js';

const models = joinCatalogues({
	openrouter: makeRead('openrouter', [
		makeListing('openrouter', 'maker/model:free', {canonicalSlug: 'maker/model-20260423'}),
		makeListing('openrouter', 'maker/model', {canonicalSlug: 'maker/model-20260423'}),
	]),
	nanogpt: makeRead('nanogpt', []),
});
const idOf = (text: string) => {
	const found = findModel(models, text);
	return found instanceof Failure ? null : found.id;
};

test('a model is found by its id, in any case, and by the dated name that it is served as', () => {
	expect(idOf('maker/model')).toBe('maker/model');
	expect(idOf('Maker/Model')).toBe('maker/model');
	expect(idOf('maker/model:free')).toBe('maker/model:free');
	expect(idOf('maker/model-20260423')).toBe('maker/model');
	expect(idOf('maker/model-20250101')).toBeNull();
});
