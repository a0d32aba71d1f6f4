import {z} from 'zod';
import {perTokenToPerMillion} from '../../domain/money.js';
import type {RouteRow} from '../../services/context.js';
import type {Rows} from '../wire.js';
import {
	createListPool,
	idText,
	optionalNumber,
	optionalPrice,
	optionalText,
	readRows,
	textList,
	toCount,
	toText,
	toTexts,
} from '../wire.js';

const percentiles = z.object({p50: optionalNumber, p90: optionalNumber}).nullish().catch(null);

/** A row of `GET /models/{author}/{slug}/endpoints`: https://openrouter.ai/docs/api-reference/list-endpoints-for-a-model */
const endpointRow = z.object({
	tag: idText,
	model_id: optionalText,
	provider_name: optionalText,
	quantization: optionalText,
	context_length: optionalNumber,
	max_completion_tokens: optionalNumber,
	pricing: z.object({prompt: optionalPrice, completion: optionalPrice, input_cache_read: optionalPrice}).nullish().catch(null),
	supported_parameters: textList,
	status: optionalNumber,
	uptime_last_30m: optionalNumber,
	uptime_last_1d: optionalNumber,
	latency_last_30m: percentiles,
	throughput_last_30m: percentiles,
});

type EndpointRow = z.infer<typeof endpointRow>;

export function readEndpointRows(list: readonly unknown[]): Rows<EndpointRow> {
	return readRows(list, endpointRow, 'tag');
}

/** How `/endpoints/zdr` names a route: the model's permanent slug and the routing tag. */
export function zdrKey(row: EndpointRow): string {
	return `${row.model_id ?? ''} ${row.tag}`;
}

/**
 * The domain's rows of a model's endpoints. Listed prices already include `discount`. A negative `status` means that
 * OpenRouter has taken the endpoint back in its routing; such a route does not count as available. Latency is in milliseconds.
 */
export function toRouteRows(modelId: string, rows: readonly EndpointRow[], zdr: ReadonlySet<string> | null): readonly RouteRow[] {
	const pool = createListPool();
	return rows.map((row) => {
		const inputPrice = perTokenToPerMillion(row.pricing?.prompt);
		const outputPrice = perTokenToPerMillion(row.pricing?.completion);
		const quantization = toText(row.quantization);
		return {
			gateway: 'openrouter',
			modelId,
			provider: toText(row.provider_name) ?? row.tag,
			tag: row.tag,
			isAvailable: (row.status ?? 0) >= 0,
			inputPrice,
			outputPrice,
			baseInputPrice: inputPrice,
			baseOutputPrice: outputPrice,
			cacheReadPrice: perTokenToPerMillion(row.pricing?.input_cache_read),
			contextLength: toCount(row.context_length),
			maxOutputTokens: toCount(row.max_completion_tokens),
			quantization: quantization === 'unknown' ? null : quantization,
			latencyP50: row.latency_last_30m?.p50 ?? null,
			latencyP90: row.latency_last_30m?.p90 ?? null,
			throughputP50: row.throughput_last_30m?.p50 ?? null,
			uptime: row.uptime_last_30m ?? null,
			uptimeLastDay: row.uptime_last_1d ?? null,
			parameters: pool(toTexts(row.supported_parameters)),
			dataPolicy: zdr?.has(zdrKey(row)) ? 'zdr' : null,
			reason: null,
		};
	});
}
