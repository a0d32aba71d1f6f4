/**
 * Names that differ between the gateways and mean the same thing. Every row was looked at; nothing here is derived by likeness.
 * Add a row only when both sides name the same weights (or the same API model), and say why.
 * Checked on 2026-11-21.
 */

/** One maker, two spellings: left the Hugging Face organisation that NanoGPT uses, right OpenRouter's author. */
export const authorAliases: ReadonlyMap<string, string> = new Map([
	['zai-org', 'z-ai'],
	['deepseek-ai', 'deepseek'],
	['minimaxai', 'minimax'],
	['xiaomimimo', 'xiaomi'],
	['meituan-longcat', 'meituan'],
	['stepfun-ai', 'stepfun'],
	['liquidai', 'liquid'],
]);

/** Why a row stands in the table of models. */
export type AliasReason =
	/** OpenRouter's own row names this Hugging Face repository. */
	| 'hugging-face-id'
	/** The maker's own API name for the model that OpenRouter lists under the maker. */
	| 'maker-api-name'
	/** The maker's own name with the release date that its documentation gives for the model. */
	| 'dated-api-name';

export type ModelAlias = {readonly from: string; readonly to: string; readonly why: AliasReason};

const huggingFace: ReadonlyArray<readonly [string, string]> = [
	['meta-llama/meta-llama-3.1-8b-instruct', 'meta-llama/llama-3.1-8b-instruct'],
	['meta-llama/meta-llama-3.1-70b-instruct', 'meta-llama/llama-3.1-70b-instruct'],
	['meta-llama/llama-4-maverick-17b-128e-instruct', 'meta-llama/llama-4-maverick'],
	['meta-llama/llama-4-scout-17b-16e-instruct', 'meta-llama/llama-4-scout'],
	['deepseek/deepseek-v3', 'deepseek/deepseek-chat'],
	['deepseek/deepseek-v3-0324', 'deepseek/deepseek-chat-v3-0324'],
	['deepseek/deepseek-v3.1', 'deepseek/deepseek-chat-v3.1'],
	['qwen/qwen2.5-7b-instruct', 'qwen/qwen-2.5-7b-instruct'],
	['qwen/qwen2.5-72b-instruct', 'qwen/qwen-2.5-72b-instruct'],
	['qwen/qwen2.5-coder-32b-instruct', 'qwen/qwen-2.5-coder-32b-instruct'],
	['qwen/qwen3-235b-a22b-instruct-2507', 'qwen/qwen3-235b-a22b-2507'],
	['qwen/qwen3-coder-480b-a35b-instruct', 'qwen/qwen3-coder'],
	['moonshotai/kimi-k2-instruct', 'moonshotai/kimi-k2'],
	['moonshotai/kimi-k2-instruct-0711', 'moonshotai/kimi-k2'],
	['moonshotai/kimi-k2-instruct-0905', 'moonshotai/kimi-k2-0905'],
	['mistralai/mistral-nemo-instruct-2407', 'mistralai/mistral-nemo'],
	['mistralai/mistral-small-3.2-24b-instruct-2506', 'mistralai/mistral-small-3.2-24b-instruct'],
	['mistralai/mistral-small-3.1-24b-instruct-2503', 'mistralai/mistral-small-3.1-24b-instruct'],
	['mistralai/mixtral-8x22b-instruct-v0.1', 'mistralai/mixtral-8x22b-instruct'],
	['mistralai/mistral-small-4-119b-2603', 'mistralai/mistral-small-2603'],
	['mistralai/ministral-3-14b-instruct-2512', 'mistralai/ministral-14b-2512'],
	['mistralai/ministral-3-8b-instruct-2512', 'mistralai/ministral-8b-2512'],
	['mistralai/ministral-3-3b-instruct-2512', 'mistralai/ministral-3b-2512'],
	['nvidia/nvidia-nemotron-3-nano-30b-a3b-bf16', 'nvidia/nemotron-3-nano-30b-a3b'],
	['nvidia/nvidia-nemotron-3-ultra-550b-a55b-bf16', 'nvidia/nemotron-3-ultra-550b-a55b'],
	['nvidia/nvidia-nemotron-3-super-120b-a12b-fp8', 'nvidia/nemotron-3-super-120b-a12b'],
	['nvidia/nvidia-nemotron-nano-9b-v2', 'nvidia/nemotron-nano-9b-v2'],
	['minimax/minimax-text-01', 'minimax/minimax-01'],
	['rekaai/reka-edge-2603', 'rekaai/reka-edge'],
	['cohereforai/c4ai-command-a-03-2025', 'cohere/command-a'],
	['coherelabs/north-mini-code-1.0', 'cohere/north-mini-code'],
	['bytedance-seed/ui-tars-1.5-7b', 'bytedance/ui-tars-1.5-7b'],
	['baidu/ernie-4.5-vl-424b-a47b-pt', 'baidu/ernie-4.5-vl-424b-a47b'],
	['sao10k/l3.3-70b-euryale-v2.3', 'sao10k/l3.3-euryale-70b'],
	['sao10k/l3.1-70b-euryale-v2.2', 'sao10k/l3.1-euryale-70b'],
	['sao10k/l3-8b-lunaris-v1', 'sao10k/l3-lunaris-8b'],
	['thedrummer/unslopnemo-12b-v4.1', 'thedrummer/unslopnemo-12b'],
	['thedrummer/rocinante-12b-v1.1', 'thedrummer/rocinante-12b'],
];

const makerApi: ReadonlyArray<readonly [maker: string, ids: readonly string[]]> = [
	[
		'openai',
		[
			'gpt-3.5-turbo',
			'gpt-4-turbo',
			'gpt-4o',
			'gpt-4o-2024-05-13',
			'gpt-4o-2024-08-06',
			'gpt-4o-2024-11-20',
			'gpt-4o-mini',
			'gpt-4o-mini-2024-07-18',
			'gpt-4.1',
			'gpt-4.1-mini',
			'gpt-4.1-nano',
			'gpt-5',
			'gpt-5-mini',
			'gpt-5-nano',
			'gpt-5-pro',
			'gpt-5.1',
			'gpt-5.2',
			'gpt-5.4',
			'gpt-5.5',
			'gpt-oss-20b',
			'gpt-oss-120b',
			'o1',
			'o1-pro',
			'o3',
			'o3-mini',
			'o3-pro',
			'o4-mini',
		],
	],
	['google', ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-3-flash-preview', 'gemini-3.1-pro-preview']],
	['deepseek', ['deepseek-r1-0528', 'deepseek-chat-v3-0324']],
];

const dated: ReadonlyArray<readonly [string, string]> = [
	['deepseek-v3-0324', 'deepseek/deepseek-chat-v3-0324'],
	['claude-opus-4-20250514', 'anthropic/claude-opus-4'],
	['claude-sonnet-4-20250514', 'anthropic/claude-sonnet-4'],
	['claude-opus-4-1-20250805', 'anthropic/claude-opus-4.1'],
	['claude-sonnet-4-5-20250929', 'anthropic/claude-sonnet-4.5'],
	['claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4.5'],
	['claude-opus-4-5-20251101', 'anthropic/claude-opus-4.5'],
	['claude-3-haiku-20240307', 'anthropic/claude-3-haiku'],
];

/** NanoGPT drops the maker after `TEE/`; these names are unmistakable there. */
const teeBases: ReadonlyArray<readonly [maker: string, ids: readonly string[]]> = [
	['deepseek', ['deepseek-v3.1', 'deepseek-v3.2', 'deepseek-v4-flash', 'deepseek-v4-pro', 'deepseek-v4.1-flash']],
	['google', ['gemma-3-27b-it', 'gemma-4-31b-it']],
	['meta-llama', ['llama-3.3-70b-instruct']],
	['minimax', ['minimax-m2.1', 'minimax-m2.5']],
	['moonshotai', ['kimi-k2-thinking', 'kimi-k2.5', 'kimi-k2.6']],
	['nvidia', ['nemotron-3.5-lightning']],
	['qwen', ['qwen3-30b-a3b-instruct-2507', 'qwen3.5-27b', 'qwen3.5-122b-a10b', 'qwen3.6-27b', 'qwen3.6-35b-a3b']],
	['z-ai', ['glm-4.6', 'glm-4.7', 'glm-5', 'glm-5.1', 'glm-5.2', 'glm-5.3']],
];

/** A name after `TEE/` to the name with its maker. */
export const teeAliases: ReadonlyMap<string, string> = new Map(
	teeBases.flatMap(([maker, ids]) => ids.map((id): [string, string] => [id, `${maker}/${id}`])),
);

/** The whole table of models, for tests and for the evidence view. Both sides are case-folded and without variant. */
export const modelAliasRows: readonly ModelAlias[] = [
	...huggingFace.map(([from, to]): ModelAlias => ({from, to, why: 'hugging-face-id'})),
	...makerApi.flatMap(([maker, ids]) => ids.map((id): ModelAlias => ({from: id, to: `${maker}/${id}`, why: 'maker-api-name'}))),
	...dated.map(([from, to]): ModelAlias => ({from, to, why: 'dated-api-name'})),
];

export const modelAliases: ReadonlyMap<string, string> = new Map(modelAliasRows.map(({from, to}) => [from, to]));

/** NanoGPT's public provider ids, which its `:<provider>` suffix takes. */
export const nanogptProviderIds: ReadonlySet<string> = new Set(
	`akash alibaba ambient arliai atlascloud awsbedrock azure baidu baseten cerebras chutes clarifai cloudflare crusoe dekallm deepinfra
	deepseek fireworks friendli gmicloud google groq hyperbolic inceptron ionet lilac mancer mara meganova minimax modelrun moonshot morph
	ncompass nebius neuralwatt nextbit novita parasail phala redpill sambanova sambanova-high-throughput siliconflow streamlake tinfoil
	together venice wandb zai`.split(/\s+/),
);

/** Hosts that both gateways spell alike, and makers that only OpenRouter names as a host. */
const sameSpelling = `alibaba ambient anthropic azure baidu baseten cerebras chutes clarifai cloudflare crusoe deepinfra deepseek fireworks
	friendli gmicloud groq hyperbolic inceptron mancer meta minimax mistral modelrun morph ncompass nebius nextbit novita openai parasail
	perplexity phala sambanova siliconflow streamlake together venice wandb xai`.split(/\s+/);

/** OpenRouter's provider slug to the key of the host. `google` stays out: NanoGPT does not say whether it is Vertex or AI Studio. */
export const hostAliases: ReadonlyMap<string, string> = new Map([
	...sameSpelling.map((id): [string, string] => [id, id]),
	['amazon-bedrock', 'awsbedrock'],
	['atlas-cloud', 'atlascloud'],
	['io-net', 'ionet'],
	['moonshotai', 'moonshot'],
	['z-ai', 'zai'],
	['google-vertex', 'google-vertex'],
	['google-ai-studio', 'google-ai-studio'],
]);
