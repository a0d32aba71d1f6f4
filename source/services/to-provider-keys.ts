import type {RouteConstraints} from '../domain/prompt.js';

/** Constraints as keys of OpenRouter's `provider` object: https://openrouter.ai/docs/guides/routing/provider-selection */
export function toProviderKeys(constraints: RouteConstraints | undefined): Readonly<Record<string, unknown>> {
	if (constraints === undefined) return {};
	const {maxPrice, zdr, dataCollection, quantizations, requireParameters} = constraints;
	return {
		...(maxPrice === undefined ? {} : {max_price: maxPrice}),
		...(zdr === undefined ? {} : {zdr}),
		...(dataCollection === undefined ? {} : {data_collection: dataCollection}),
		...(quantizations === undefined ? {} : {quantizations}),
		...(requireParameters === undefined ? {} : {require_parameters: requireParameters}),
	};
}
