/** OpenRouter's shapes as the sandbox writes them; `Record` parts are passed on as they are. */
export type Pricing = {
	readonly prompt: string;
	readonly completion: string;
	readonly discount?: number;
	readonly overrides?: readonly Readonly<Record<string, string | number>>[];
	readonly [part: string]: unknown;
};

export type ModelRow = {
	readonly id: string;
	readonly canonical_slug: string;
	readonly name: string;
	readonly created: number;
	readonly context_length: number | null;
	readonly hugging_face_id?: string | null;
	readonly knowledge_cutoff?: string | null;
	readonly expiration_date?: string | null;
	readonly description?: string;
	readonly alias_target?: {readonly name: string; readonly slug: string};
	readonly architecture: {
		readonly modality: string | null;
		readonly input_modalities: readonly string[];
		readonly output_modalities: readonly string[];
		readonly tokenizer?: string;
		readonly instruct_type?: string | null;
	};
	readonly pricing: Pricing;
	readonly top_provider: {
		readonly context_length?: number | null;
		readonly max_completion_tokens?: number | null;
		readonly is_moderated: boolean;
	};
	readonly supported_parameters: readonly string[];
	readonly benchmarks?: {
		readonly artificial_analysis?: {
			readonly intelligence_index: number | null;
			readonly coding_index: number | null;
			readonly agentic_index: number | null;
		};
		readonly design_arena?: readonly {readonly elo: number}[];
	};
	/** Not part of OpenRouter's document; honoured where a saved catalogue carries it. */
	readonly is_trainable_text?: boolean | null;
	readonly [field: string]: unknown;
};

type Percentiles = {readonly p50: number; readonly p75: number; readonly p90: number; readonly p99: number};

export type Endpoint = {
	readonly name: string;
	readonly model_id: string;
	readonly model_name: string;
	readonly provider_name: string;
	readonly tag: string;
	readonly quantization: string | null;
	readonly context_length: number;
	readonly max_completion_tokens: number | null;
	readonly max_prompt_tokens: number | null;
	readonly pricing: Pricing;
	readonly supported_parameters: readonly string[];
	readonly status: number;
	readonly uptime_last_5m: number | null;
	readonly uptime_last_30m: number | null;
	readonly uptime_last_1d: number | null;
	/** Milliseconds. */
	readonly latency_last_30m: Percentiles | null;
	/** Tokens per second. */
	readonly throughput_last_30m: Percentiles | null;
	readonly supports_implicit_caching: boolean;
	readonly supports_tool_choice: {readonly auto: boolean; readonly none: boolean; readonly required: boolean; readonly function: boolean};
};
