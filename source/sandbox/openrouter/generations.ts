import type {Completion} from '../chat/complete.js';
import type {Speed} from '../chat/pace.js';
import type {Cost} from './price.js';

/** What is kept of a generation for `GET /generation`. */
export type Generation = {
	readonly id: string;
	readonly model: string;
	readonly provider: string;
	readonly createdAt: Date;
	/** Its counts; the texts are not kept. */
	readonly completion: Omit<Completion, 'content' | 'reasoning' | 'refusal'>;
	readonly cost: Cost;
	readonly speed: Speed;
	readonly isStreamed: boolean;
	readonly router: string | null;
	readonly attempts: readonly {readonly provider: string; readonly model: string; readonly status: number}[];
	/** The client left before the end. */
	isCancelled: boolean;
	/** Times that it is still asked for in vain. */
	hidden: number;
};

export type Generations = {
	readonly add: (generation: Generation) => void;
	/** `{data}` as `GET /generation` tells it; null for an id that is not known, or not yet. */
	readonly describe: (id: string) => Readonly<Record<string, unknown>> | null;
};

/** The oldest are forgotten beyond this many. */
const most = 100_000;

function describe(generation: Generation): Readonly<Record<string, unknown>> {
	const {completion, cost, speed} = generation;
	const milliseconds = (completion.completionTokens / speed.tokensPerSecond) * 1000;
	return {
		id: generation.id,
		upstream_id: `chatcmpl-${generation.id.slice(-20)}`,
		request_id: `req-${generation.id.slice(4)}`,
		total_cost: cost.total,
		usage: cost.total,
		upstream_inference_cost: cost.total,
		cache_discount: null,
		created_at: generation.createdAt.toISOString(),
		model: generation.model,
		app_id: null,
		streamed: generation.isStreamed,
		cancelled: generation.isCancelled,
		provider_name: generation.provider,
		latency: Math.round(speed.firstTokenMilliseconds),
		moderation_latency: null,
		generation_time: Math.round(milliseconds),
		finish_reason: completion.finishReason,
		native_finish_reason: completion.finishReason,
		tokens_prompt: completion.promptTokens,
		tokens_completion: completion.completionTokens,
		native_tokens_prompt: completion.promptTokens,
		native_tokens_completion: completion.completionTokens,
		native_tokens_completion_images: 0,
		native_tokens_reasoning: completion.reasoningTokens,
		native_tokens_cached: 0,
		num_media_prompt: null,
		num_input_audio_prompt: null,
		num_media_completion: null,
		num_search_results: null,
		num_fetches: null,
		web_search_engine: null,
		origin: '',
		is_byok: false,
		external_user: null,
		api_type: 'completions',
		preset_id: null,
		router: generation.router,
		provider_responses: generation.attempts.map(({provider, model, status}) => ({
			provider_name: provider,
			model_permaslug: model,
			status,
			is_byok: false,
			latency: Math.round(speed.firstTokenMilliseconds),
		})),
		service_tier: null,
		session_id: null,
		user_agent: null,
		http_referer: null,
		data_region: 'global',
		workspace_id: 'ws_sandbox',
	};
}

/** The generations of one running sandbox, in its memory. */
export function createGenerations(): Generations {
	const kept = new Map<string, Generation>();
	return {
		add: (generation) => {
			kept.set(generation.id, generation);
			if (kept.size > most) kept.delete(kept.keys().next().value!);
		},
		describe: (id) => {
			const generation = kept.get(id);
			if (!generation || generation.hidden-- > 0) return null;
			return describe(generation);
		},
	};
}
