import type {Service} from '../domain/service.js';

/** A page of OpenAI's stored completions, newest first. */
export type StoredPage = {
	readonly rows: readonly StoredCompletion[];
	/** Rows that could not be read, each in a sentence. */
	readonly dropped: readonly string[];
	/** Id to go on after; null at the end. */
	readonly next: string | null;
	/** False where there is nothing to go on after and the service did not say that this is the end. */
	readonly isEnd: boolean;
};

/** A completion that the service keeps. Texts are as they came: clean them before drawing. */
export type StoredCompletion = {
	readonly id: string;
	/** Null when the row does not name it. */
	readonly model: string | null;
	/** ISO 8601; null when the row does not say. */
	readonly createdAt: string | null;
	/** ISO 8601: when the service drops it; null when it does not say, as OpenAI does not. */
	readonly expiresAt: string | null;
	readonly requestId: string | null;
	readonly metadata: Readonly<Record<string, string>>;
	/** The parameters that it tells, such as temperature, tools and response_format, as they came. */
	readonly parameters: Readonly<Record<string, unknown>>;
	readonly text: string | null;
	readonly refusal: string | null;
	readonly toolCalls: readonly unknown[];
	readonly finishReason: string | null;
	readonly promptTokens: number | null;
	readonly completionTokens: number | null;
};

/** The completions that a service keeps for its user. Everything throws Failure; an id that is not there is `failed` with status 404. */
export type StoredClient = {
	readonly service: Service;
	readonly baseUrl: string;
	readonly list: (
		query: {
			readonly after?: string | null;
			readonly limit?: number;
			readonly model?: string;
			readonly metadata?: Readonly<Record<string, string>>;
		},
		signal: AbortSignal,
	) => Promise<StoredPage>;
	readonly retrieve: (id: string, signal: AbortSignal) => Promise<StoredCompletion>;
	/** The messages of the request, all pages. */
	readonly messages: (id: string, signal: AbortSignal) => Promise<readonly Readonly<Record<string, unknown>>[]>;
	/** Replaces the metadata. */
	readonly update: (id: string, metadata: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<StoredCompletion>;
	readonly remove: (id: string, signal: AbortSignal) => Promise<void>;
};
