import type {ChatPiece, Generation, GenerationContent} from '../domain/chat.js';
import type {Dataset, DatasetDrop, DatasetPart, DatasetRow, DropStep} from '../domain/dataset.js';
import type {EvalDefinition, EvalItem, EvalResult, EvalSample, EvalSummary} from '../domain/evaluation.js';
import type {TuningService} from '../domain/job.js';
import type {Ledger} from '../domain/ledger.js';
import type {Listing} from '../domain/model.js';
import type {RouteFacts} from '../domain/route.js';
import type {Gateway, Party, Service} from '../domain/service.js';
import type {KeptKey, KeyState, KeyTest} from '../domain/service-key.js';
import type {LogEntry} from '../domain/service-state.js';
import type {Reason} from '../domain/verdict.js';
import type {JobAsk, JobPlace, JobStore, SavedJob, StoredUpload} from './job-store.js';
import type {LlmLog, LlmLogRow, LlmLogTable} from './llm-log.js';
import type {StoredClient, StoredCompletion, StoredPage} from './stored-client.js';
import type {EventPage, JobPage, TunerAbilities, TunerClient, UploadedFile} from './tuner-client.js';

export type {
	EventPage,
	JobAsk,
	JobPage,
	JobPlace,
	JobStore,
	LlmLog,
	LlmLogRow,
	LlmLogTable,
	SavedJob,
	StoredClient,
	StoredCompletion,
	StoredPage,
	StoredUpload,
	TunerAbilities,
	TunerClient,
	UploadedFile,
};

/** A gateway's catalogue as one refresh read it. */
export type CatalogueRead = {
	readonly gateway: Gateway;
	/** ISO 8601 when the model list was read. */
	readonly fetchedAt: string;
	readonly listings: readonly Listing[];
	/** Rows that could not be read: counted and named, never fatal. */
	readonly dropped: readonly string[];
	/** Set when the policy part failed or could not be trusted while the list itself is fine (e.g. the filter was ignored). */
	readonly policyProblem: string | null;
};

/** A route before it is judged. */
export type RouteRow = RouteFacts & {
	/** The row's own recorded policy (NanoGPT); null when the row has none or the gateway records none. */
	readonly reason: Reason | null;
};

export type RouteRead = {
	readonly gateway: Gateway;
	readonly modelId: string;
	readonly fetchedAt: string;
	readonly rows: readonly RouteRow[];
	/** NanoGPT's `supportsProviderSelection`; true for OpenRouter. */
	readonly supportsSelection: boolean;
	readonly dropped: readonly string[];
};

export type GatewayClient = {
	readonly gateway: Gateway;
	readonly baseUrl: string;
	/** Throws Failure. */
	readonly fetchCatalogue: (signal: AbortSignal) => Promise<CatalogueRead>;
	/** Throws Failure; an unknown model is Failure kind `failed` with status 404. */
	readonly fetchRoutes: (modelId: string, signal: AbortSignal) => Promise<RouteRead>;
	/** The row as the gateway sent it, for the raw JSON view; null when it is not known. */
	readonly fetchRawModel: (modelId: string, signal: AbortSignal) => Promise<unknown>;
};

/** Chat completions of one service. */
export type ChatClient = {
	readonly service: Party;
	/**
	 * Sends the body once, never again by itself, and yields the answer as it comes: as a stream, or in one go where `stream` is not true.
	 * Never throws for what the service or the network does: that is a piece `problem`, the last one. Ending the iteration ends the request.
	 */
	readonly stream: (body: Readonly<Record<string, unknown>>, signal: AbortSignal) => AsyncIterable<ChatPiece>;
	/** OpenRouter's record of a generation; null when it has none (yet). Absent where a service has no such look-up. Throws Failure. */
	readonly fetchGeneration?: (id: string, signal: AbortSignal) => Promise<Generation | null>;
	/** The prompt and the answer of a generation, where OpenRouter still has them; else null. Throws Failure. */
	readonly fetchGenerationContent?: (id: string, signal: AbortSignal) => Promise<GenerationContent | null>;
};

/** Services that turn texts into vectors. */
export type EmbeddingService = 'openai' | 'openrouter';

/** One vector for each text, in their order. Throws Failure. `costUsd` is null where the service does not say. */
export type Embed = (
	model: string,
	texts: readonly string[],
	signal: AbortSignal,
) => Promise<{
	readonly vectors: readonly (readonly number[])[];
	readonly promptTokens: number | null;
	readonly costUsd: number | null;
}>;

/** How a tuning service is set up; the key itself is not in it. */
export type TunerSetup = {
	/** Without credentials; null where it has no default and none was given. */
	readonly baseUrl: string | null;
	readonly hasKey: boolean;
	/** Names of the variables that it still needs; empty when it can be asked. */
	readonly missing: readonly string[];
};

/** Frozen data sets: their rows, and what was left out. The ledger holds the hash of each. */
export type DatasetStore = {
	readonly path: string;
	/** Begins the next version of a name; nothing of it is there before `commit`. */
	readonly begin: (name: string) => DatasetWriter;
	/** Newest first; every version. */
	readonly list: () => readonly Dataset[];
	/** The newest version, or the one asked for; null when there is none. */
	readonly find: (name: string, version?: number | null) => Dataset | null;
	/** In order of the file. */
	readonly rows: (name: string, version: number, part?: DatasetPart) => Iterable<DatasetRow>;
	/** A part of the rows, for a list that can be moved through. */
	readonly slice: (name: string, version: number, part: DatasetPart, from: number, count: number) => readonly DatasetRow[];
	readonly drops: (name: string, version: number, step?: DropStep) => Iterable<DatasetDrop>;
	/** Data sets that hold this completion. */
	readonly findByRun: (run: string) => readonly {readonly name: string; readonly version: number}[];
	/** Sealed versions whose process was killed before it could commit: the ledger knows what they are. */
	readonly unsettled: () => readonly Dataset[];
	/** Ends such a version: there when the ledger holds it, else gone. */
	readonly settle: (name: string, version: number, isInLedger: boolean) => void;
	readonly close: () => void;
};

export type DatasetWriter = {
	readonly version: number;
	readonly add: (rows: readonly DatasetRow[]) => void;
	readonly drop: (drops: readonly DatasetDrop[]) => void;
	/** All is written: on disk, not yet visible. What the ledger is told next can be committed even after this process was killed. */
	readonly seal: (dataset: Dataset) => void;
	/** Makes all of it visible at once. */
	readonly commit: (dataset: Dataset) => void;
	/** Takes all of it back. */
	readonly abandon: () => void;
};

/** Evaluations: definitions, items, which run answered which item, and how it was graded. The answers themselves are in the ledger. */
export type EvalStore = {
	readonly path: string;
	/**
	 * Keeps a definition with its items in their order, or a longer one under the same id: more candidates, graders or items behind those that
	 * are there. `expected` is how many samples it will have.
	 */
	readonly define: (definition: EvalDefinition, items: readonly EvalItem[], expected: number) => void;
	/** Newest first. */
	readonly list: () => readonly EvalSummary[];
	readonly find: (id: string) => EvalSummary | null;
	readonly items: (id: string) => readonly EvalItem[];
	/** In order of items and candidates; `text` is null: the ledger has it under `run`. */
	readonly samples: (id: string) => readonly EvalSample[];
	/** Each replaces an earlier one of the same item and candidate. */
	readonly addSamples: (samples: readonly EvalSample[]) => void;
	/** `hash` is what the ledger holds of it; null while it is not finished. */
	readonly saveResult: (id: string, result: EvalResult, hash: string | null) => void;
	/** Hash of the result that the ledger was last told; null when there is none. */
	readonly resultHash: (id: string) => string | null;
	readonly close: () => void;
};

/** What the disk holds between runs. Every read tolerates a missing or broken file and says so through `problems`. */
export type CatalogueStore = {
	readonly readCatalogue: (gateway: Gateway) => CatalogueRead | null;
	/** Returns a sentence when it could not be saved (read-only, full disk), else null. Never throws. */
	readonly saveCatalogue: (read: CatalogueRead) => string | null;
	readonly readRoutes: (gateway: Gateway, modelId: string) => RouteRead | null;
	readonly saveRoutes: (read: RouteRead) => string | null;
	/** Sentences about files that were set aside. */
	readonly problems: () => readonly string[];
};

/** Settings that live in the config file; everything else is flags and environment. */
export type UiState = Readonly<Record<string, unknown>>;
export type StateStore = {
	/** What a screen kept at its last run; undefined when nothing. */
	readonly read: (name: string) => unknown;
	/** Never throws; a read-only home only loses the state. */
	readonly save: (name: string, value: unknown) => void;
};

export type Clock = {
	readonly now: () => Date;
	/** Resolves early, without throwing, when the signal aborts. */
	readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

export type RequestLog = {
	readonly entries: () => readonly LogEntry[];
	readonly append: (entry: LogEntry) => void;
	/** Called after each append; returns the unsubscribe function. */
	readonly subscribe: (listener: () => void) => () => void;
};

/** Keys of services: what is known of them, and how they are changed. No key comes out of it. */
export type KeyPort = {
	/** The file that holds keys or says where they are; null with the sandbox. */
	readonly path: string | null;
	/** One for each service, as it is now. Never asks the keyring. */
	readonly states: () => readonly KeyState[];
	/** Into the keyring, else into a file. It counts at once. Rejects with Failure: usage for what is no key, failed where nothing takes it. */
	readonly save: (party: Party, key: string) => Promise<KeptKey>;
	/** Where it was kept; null when it was not. A key of the environment stays. Rejects with Failure. */
	readonly remove: (party: Party) => Promise<'keyring' | 'file' | null>;
	/**
	 * Asks the service about this key, null for the one that is set, with a request that costs nothing. Rejects with Failure: usage for what is
	 * no key, auth where the keyring does not give it, interrupted when stopped.
	 */
	readonly test: (party: Party, key: string | null, signal: AbortSignal) => Promise<KeyTest>;
};

/** The ports of every use case. main.ts builds the real one, tests write literals. */
export type Context = {
	/** Built on first use: loading a client must not delay the first frame. */
	readonly client: (gateway: Gateway) => Promise<GatewayClient>;
	readonly chat: (service: Service) => Promise<ChatClient>;
	/** Opened on first use. Rejects with a Failure when the disk does not let it. */
	readonly ledger: () => Promise<Ledger>;
	/** Opened on first use. Rejects with a Failure when the disk does not let it. */
	readonly datasets: () => Promise<DatasetStore>;
	/** Opened on first use. Rejects with a Failure when the disk does not let it. */
	readonly evals: () => Promise<EvalStore>;
	/** What is remembered of fine-tuning jobs. Opened on first use. Rejects with a Failure when the disk does not let it. */
	readonly jobs: () => Promise<JobStore>;
	/** OpenAI's stored completions. */
	readonly stored: () => Promise<StoredClient>;
	/** Rejects with a Failure, kind auth or usage, naming the variables, when the service is not set up. */
	readonly tuner: (service: TuningService) => Promise<TunerClient>;
	/** Those that are set up: with a key, and a base URL where there is no default. The sandbox has all that it serves. */
	readonly tuners: readonly TuningService[];
	readonly tunerSetups: Readonly<Record<TuningService, TunerSetup>>;
	/** Asks a model that a tuning service serves: every body is sent with this model. Rejects as `tuner` does. */
	readonly chatAt: (service: TuningService, model: string) => Promise<ChatClient>;
	readonly embeddings: (service: EmbeddingService) => Embed;
	/** Rejects with a Failure when the file is no such log, or cannot be read. */
	readonly llmLog: (path: string) => Promise<LlmLog>;
	readonly catalogues: CatalogueStore;
	/** Prices that the user set, by `tuner/base model`, in USD per million trained tokens; they win over the register's. */
	readonly tunerPrices: Readonly<Record<string, {readonly usdPerMillionTokens: number; readonly asOf: string}>>;
	/** When tuners and base models end, as the user knows it: by `tuner` or `tuner/base model`; they win over the register's. */
	readonly tunerDates: Readonly<
		Record<string, {readonly jobsUntil?: string | null; readonly retiresAt?: string | null; readonly asOf: string}>
	>;
	readonly state: StateStore;
	readonly clock: Clock;
	readonly log: RequestLog;
	/** Base URL of every service, without credentials, for display. */
	readonly baseUrls: Readonly<Record<Service, string>>;
	/** Is a key set, now? The keys themselves are not in the context. */
	readonly hasKey: Readonly<Record<Service, boolean>>;
	readonly keys: KeyPort;
	/** True when the services are the embedded sandbox. */
	readonly isSandbox: boolean;
	readonly homeFolder: string;
	/** Name and version of this program, as the ledger records them: `stillroom@0.1.0`. */
	readonly tool: string;
};
