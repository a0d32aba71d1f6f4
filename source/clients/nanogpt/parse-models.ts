import {z} from 'zod';
import type {Listing} from '../../domain/model.js';
import {perMillion, perThousandToPerMillion, perTokenToPerMillion} from '../../domain/money.js';
import type {Reason} from '../../domain/verdict.js';
import type {Rows} from '../wire.js';
import {
	createListPool,
	idText,
	optionalBoolean,
	optionalNumber,
	optionalPrice,
	optionalText,
	readRows,
	textList,
	toCount,
	toText,
	toTexts,
} from '../wire.js';
import {distillationPolicy} from './policy.js';

/** A row of `GET /v1/models?detailed=true`: https://docs.nano-gpt.com/api-reference/endpoint/models */
const modelRow = z.object({
	id: idText,
	owned_by: optionalText,
	name: optionalText,
	displayName: optionalText,
	description: optionalText,
	context_length: optionalNumber,
	max_output_tokens: optionalNumber,
	architecture: z.object({input_modalities: textList, output_modalities: textList}).nullish().catch(null),
	capabilities: z.record(z.string(), z.unknown()).nullish().catch(null),
	pricing: z.object({prompt: optionalPrice, completion: optionalPrice, currency: optionalText, unit: optionalText}).nullish().catch(null),
	subscription: z.object({included: optionalBoolean}).nullish().catch(null),
	distillationPolicy,
});

type ModelRow = z.infer<typeof modelRow>;

export function readModelRows(list: readonly unknown[]): Rows<ModelRow> {
	return readRows(list, modelRow, 'id', (row) => row.id);
}

/** A row of the explore lists: only its id and its policy are read. */
const exploreRow = z.object({id: idText, distillationPolicy});

export type ExploreRow = z.infer<typeof exploreRow>;

export function readExploreRows(list: readonly unknown[]): Rows<ExploreRow> {
	return readRows(list, exploreRow, 'id', (row) => row.id);
}

/** The domain's listing of each row. `created` is the time of the answer there, so no date is taken from it. */
export function toListings(rows: readonly ModelRow[], reasonsOf: (row: ModelRow) => readonly Reason[]): readonly Listing[] {
	const pool = createListPool();
	return rows.map((row) => {
		const price = priceReader(row);
		const capabilities = Object.entries(row.capabilities ?? {}).flatMap(([name, value]) => (value === true ? [name] : []));
		const inputs = row.architecture?.input_modalities ?? (capabilities.includes('vision') ? ['text', 'image'] : []);
		return {
			gateway: 'nanogpt',
			id: row.id,
			canonicalSlug: null,
			name: toText(row.name) ?? toText(row.displayName) ?? row.id,
			author: authorOf(row),
			createdAt: null,
			description: toText(row.description),
			contextLength: toCount(row.context_length),
			maxOutputTokens: toCount(row.max_output_tokens),
			inputPrice: price(row.pricing?.prompt),
			outputPrice: price(row.pricing?.completion),
			cacheReadPrice: null,
			cacheWritePrice: null,
			isRouter: false,
			priceOverrides: noOverrides,
			inputModalities: pool(toTexts(inputs)),
			outputModalities: pool(toTexts(row.architecture?.output_modalities)),
			parameters: pool(toTexts(capabilities)),
			knowledgeCutoff: null,
			expiresAt: null,
			aliasOf: null,
			huggingFaceId: null,
			isSubscriptionIncluded: row.subscription?.included ?? null,
			reasons: reasonsOf(row),
		};
	});
}

const noOverrides: Listing['priceOverrides'] = [];

/** USD per million tokens unless the row names another unit; another currency or an undocumented unit is no price. */
function priceReader(row: ModelRow): (price: unknown) => number | null {
	const currency = row.pricing?.currency?.toUpperCase() ?? 'USD';
	if (currency !== 'USD') return () => null;
	switch (row.pricing?.unit ?? 'per_million_tokens') {
		case 'per_million_tokens':
			return perMillion;
		case 'per_1k_tokens':
			return perThousandToPerMillion;
		case 'per_token':
			return perTokenToPerMillion;
		default:
			return () => null;
	}
}

/** The maker: before the slash of the id (`TEE/` is no maker), else what the row says about its owner. */
function authorOf(row: ModelRow): string | null {
	const id = row.id.replace(/^TEE\//i, '');
	const slash = id.indexOf('/');
	return slash > 0 ? id.slice(0, slash) : toText(row.owned_by);
}
