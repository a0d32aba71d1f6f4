import {z} from 'zod';
import type {Generation} from '../../domain/chat.js';
import {Failure} from '../../domain/failure.js';
import type {ChatClient} from '../../services/context.js';
import {createChatClient} from '../chat/chat-client.js';
import {createHttp, type HttpOptions} from '../http.js';
import {optionalBoolean, optionalNumber, optionalText, toText} from '../wire.js';
import {openrouterDialect} from './chat-dialect.js';

const generation = z.object({
	data: z.object({
		model: optionalText,
		provider_name: optionalText,
		total_cost: optionalNumber,
		is_byok: optionalBoolean,
		data_region: optionalText,
		upstream_id: optionalText,
		request_id: optionalText,
	}),
});

/** OpenRouter's chat completions and its record of each: https://openrouter.ai/docs/api-reference/get-a-generation */
export function createOpenrouterChat(options: Omit<HttpOptions, 'service'>): ChatClient {
	const http = createHttp({...options, service: 'openrouter'});
	return {
		...createChatClient({...options, service: 'openrouter'}, openrouterDialect),
		async fetchGeneration(id, signal): Promise<Generation | null> {
			try {
				return await http.get(`/generation?id=${encodeURIComponent(id)}`, {
					signal,
					parse(json) {
						const read = generation.safeParse(json);
						if (!read.success) throw http.toBroken('its answer has no generation');
						const {data} = read.data;
						const value = {
							servedModel: toText(data.model),
							servedProvider: toText(data.provider_name),
							requestId: toText(data.request_id),
							upstreamId: toText(data.upstream_id),
							region: toText(data.data_region),
							quantization: null,
							isByok: data.is_byok ?? null,
							costUsd: data.total_cost ?? null,
						};
						return {value, note: null};
					},
				});
			} catch (error) {
				if (error instanceof Failure && error.status === 404) return null;
				throw error;
			}
		},
	};
}
