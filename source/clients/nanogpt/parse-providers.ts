import {z} from 'zod';
import {perMillion, perThousandToPerMillion, withoutNanogptMarkup} from '../../domain/money.js';
import type {RouteRow} from '../../services/context.js';
import type {Rows} from '../wire.js';
import {idText, optionalBoolean, optionalPrice, optionalText, readRows} from '../wire.js';
import {distillationPolicy, toReason} from './policy.js';

/** A row of `GET /models/{id}/providers`: https://docs.nano-gpt.com/api-reference/miscellaneous/provider-selection */
const providerRow = z.object({
	provider: idText,
	available: optionalBoolean,
	pricing: z.object({inputPer1kTokens: optionalPrice, outputPer1kTokens: optionalPrice, unit: optionalText}).nullish().catch(null),
	distillationPolicy,
});

type ProviderRow = z.infer<typeof providerRow>;

export function readProviderRows(list: readonly unknown[]): Rows<ProviderRow> {
	return readRows(list, providerRow, 'provider', (row) => row.provider);
}

/** The domain's rows of a model's providers. A row's price includes NanoGPT's markup of 5 %; the base price is without it. */
export function toRouteRows(modelId: string, rows: readonly ProviderRow[], fetchedAt: string): readonly RouteRow[] {
	const readFrom = `nanogpt:/models/${encodeURIComponent(modelId)}/providers`;
	return rows.map((row) => {
		const price = row.pricing?.unit === 'per_million_tokens' ? perMillion : perThousandToPerMillion;
		const inputPrice = price(row.pricing?.inputPer1kTokens);
		const outputPrice = price(row.pricing?.outputPer1kTokens);
		return {
			gateway: 'nanogpt',
			modelId,
			provider: row.provider,
			tag: row.provider,
			isAvailable: row.available !== false,
			inputPrice,
			outputPrice,
			baseInputPrice: withoutNanogptMarkup(inputPrice),
			baseOutputPrice: withoutNanogptMarkup(outputPrice),
			cacheReadPrice: null,
			contextLength: null,
			maxOutputTokens: null,
			quantization: null,
			latencyP50: null,
			latencyP90: null,
			throughputP50: null,
			uptime: null,
			uptimeLastDay: null,
			parameters: [],
			dataPolicy: null,
			reason: toReason(row.distillationPolicy, {layer: 'nanogpt-provider', readFrom, fetchedAt}),
		};
	});
}
