/** One answer of an `llm` log. Texts are as they stand there. */
export type LlmLogRow = {
	/** Its id in the log. */
	readonly id: string;
	readonly table: LlmLogTable;
	/** As it was asked for, such as `openrouter/qwen/qwen3-32b`: the part before the first slash may be the plugin that asked. */
	readonly model: string | null;
	/** What the plugin says answered. */
	readonly resolvedModel: string | null;
	/** In the form of chat completions, earlier turns of the conversation included. */
	readonly messages: readonly Readonly<Record<string, unknown>>[];
	/** Options, tools and response format of the request, in the form of chat completions. */
	readonly parameters: Readonly<Record<string, unknown>>;
	readonly text: string;
	readonly reasoning: string | null;
	readonly toolCalls: readonly unknown[];
	/** The response as the service sent it, where the log kept it; null when it did not. */
	readonly response: Readonly<Record<string, unknown>> | null;
	readonly conversationId: string | null;
	/** As the log writes it: UTC. */
	readonly createdAt: string | null;
	readonly promptTokens: number | null;
	readonly completionTokens: number | null;
	readonly durationMilliseconds: number | null;
	/** Why it cannot be used, in one sentence: a part of it is not in the log. Null when all is there. */
	readonly problem: string | null;
};

/** `turns` since llm 0.32, `responses` since 0.6, `logs` and `log` before. */
export type LlmLogTable = 'turns' | 'responses' | 'logs' | 'log';

/** A log of Simon Willison's `llm`, open for reading only: https://llm.datasette.io/en/stable/logging.html */
export type LlmLog = {
	readonly tables: readonly LlmLogTable[];
	readonly count: number;
	/** Oldest first; throws Failure where the file is damaged. */
	readonly rows: () => Iterable<LlmLogRow>;
	readonly close: () => void;
};
