import {z} from 'zod';
import type {Listing, PriceOverride} from '../../domain/model.js';
import {isRouterPrice, perTokenToPerMillion} from '../../domain/money.js';
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
	toIsoTime,
	toText,
	toTexts,
} from '../wire.js';

/** A row of `GET /models`: https://openrouter.ai/docs/api-reference/list-available-models */
const modelRow = z.object({
	id: idText,
	canonical_slug: optionalText,
	name: optionalText,
	created: optionalNumber,
	description: optionalText,
	hugging_face_id: optionalText,
	context_length: optionalNumber,
	knowledge_cutoff: optionalText,
	expiration_date: optionalText,
	alias_target: z.object({slug: optionalText}).nullish().catch(null),
	architecture: z.object({input_modalities: textList, output_modalities: textList}).nullish().catch(null),
	pricing: z
		.object({
			prompt: optionalPrice,
			completion: optionalPrice,
			input_cache_read: optionalPrice,
			input_cache_write: optionalPrice,
			overrides: z.array(z.unknown()).nullish().catch(null),
		})
		.nullish()
		.catch(null),
	top_provider: z.object({context_length: optionalNumber, max_completion_tokens: optionalNumber}).nullish().catch(null),
	supported_parameters: textList,
	is_trainable_text: optionalBoolean,
});

type ModelRow = z.infer<typeof modelRow>;

const overrideRow = z.object({
	min_prompt_tokens: optionalNumber,
	utc_start: optionalNumber,
	utc_end: optionalNumber,
	prompt: optionalPrice,
	completion: optionalPrice,
});

export function readModelRows(list: readonly unknown[]): Rows<ModelRow> {
	return readRows(list, modelRow, 'id', (row) => row.id);
}

/** The domain's listing of each row; `reasonOf` says what the service records about distilling it. */
export function toListings(rows: readonly ModelRow[], reasonOf: (row: ModelRow) => readonly Reason[]): readonly Listing[] {
	const pool = createListPool();
	return rows.map((row) => ({
		gateway: 'openrouter',
		id: row.id,
		canonicalSlug: toText(row.canonical_slug),
		name: toText(row.name) ?? row.id,
		author: row.id.includes('/') ? row.id.slice(row.id.startsWith('~') ? 1 : 0, row.id.indexOf('/')) : null,
		createdAt: toIsoTime(row.created),
		description: toText(row.description),
		contextLength: toCount(row.context_length) ?? toCount(row.top_provider?.context_length),
		maxOutputTokens: toCount(row.top_provider?.max_completion_tokens),
		inputPrice: perTokenToPerMillion(row.pricing?.prompt),
		outputPrice: perTokenToPerMillion(row.pricing?.completion),
		cacheReadPrice: perTokenToPerMillion(row.pricing?.input_cache_read),
		cacheWritePrice: perTokenToPerMillion(row.pricing?.input_cache_write),
		isRouter: isRouterPrice(row.pricing?.prompt),
		priceOverrides: toOverrides(row.pricing?.overrides),
		inputModalities: pool(toTexts(row.architecture?.input_modalities)),
		outputModalities: pool(toTexts(row.architecture?.output_modalities)),
		parameters: pool(toTexts(row.supported_parameters)),
		knowledgeCutoff: toText(row.knowledge_cutoff),
		expiresAt: toText(row.expiration_date),
		aliasOf: toText(row.alias_target?.slug),
		huggingFaceId: toText(row.hugging_face_id),
		isSubscriptionIncluded: null,
		reasons: reasonOf(row),
	}));
}

const noOverrides: readonly PriceOverride[] = [];

function toOverrides(list: readonly unknown[] | null | undefined): readonly PriceOverride[] {
	if (!list || list.length === 0) return noOverrides;
	return readRows(list, overrideRow, 'prompt').rows.map((row) => ({
		minPromptTokens: row.min_prompt_tokens ?? null,
		utcStart: row.utc_start ?? null,
		utcEnd: row.utc_end ?? null,
		inputPrice: perTokenToPerMillion(row.prompt),
		outputPrice: perTokenToPerMillion(row.completion),
	}));
}
