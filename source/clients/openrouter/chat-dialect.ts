import {z} from 'zod';
import type {ChatFacts} from '../../domain/chat.js';
import type {ChatDialect} from '../chat/read-chunk.js';
import {optionalBoolean, optionalText, toText} from '../wire.js';

/** https://openrouter.ai/docs/guides/features/router-metadata */
const routerMetadata = z.object({
	region: optionalText,
	is_byok: optionalBoolean,
	attempts: z.array(z.unknown()).nullish().catch(null),
	endpoints: z
		.object({
			available: z
				.array(z.object({provider: optionalText, selected: optionalBoolean}).catch({}))
				.nullish()
				.catch(null),
		})
		.nullish()
		.catch(null),
});

const nothing: Partial<ChatFacts> = {};

/**
 * OpenRouter: the router's metadata is asked for and names the endpoint that was selected; the `provider` field of chunks, undocumented but
 * sent, is the weaker witness, and the header carries the generation's id before the first chunk.
 */
export const openrouterDialect: ChatDialect = {
	headers: {'X-OpenRouter-Metadata': 'enabled'},
	needsDone: false,
	readHeaders: (header) => ({
		...field('responseId', header('x-generation-id')),
		...field('requestId', header('x-request-id') ?? header('cf-ray')),
	}),
	readExtras(chunk) {
		if (chunk.openrouter_metadata === undefined && chunk.provider === undefined) return nothing;
		const provider = typeof chunk.provider === 'string' ? toText(chunk.provider) : null;
		const named = provider === null ? nothing : ({servedProvider: provider, proof: 'response_field'} as const);
		return chunk.openrouter_metadata ? {...named, ...readMetadata(chunk.openrouter_metadata)} : named;
	},
};

function readMetadata(json: unknown): Partial<ChatFacts> {
	const read = routerMetadata.safeParse(json);
	if (!read.success) return {};
	const {region, is_byok, attempts, endpoints} = read.data;
	const provider = toText(endpoints?.available?.find(({selected}) => selected === true)?.provider);
	return {
		...field('region', region),
		...(attempts ? {attempts} : {}),
		...(typeof is_byok === 'boolean' ? {isByok: is_byok} : {}),
		...(provider === null ? {} : {servedProvider: provider, proof: 'openrouter_metadata' as const}),
	};
}

function field<Key extends keyof ChatFacts>(key: Key, value: string | null | undefined): Partial<ChatFacts> {
	const text = toText(value);
	return text === null ? {} : {[key]: text};
}
