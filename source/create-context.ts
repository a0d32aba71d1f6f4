import path from 'node:path';
import type {GlobalOptions, OpenContext, RunningSandbox, SandboxRequest} from './cli/command.js';
import {parseBaseUrl} from './clients/base-url.js';
import {createKeys} from './create-keys.js';
import {createTunerPorts, remember} from './create-tuner-ports.js';
import type {Ledger} from './domain/ledger.js';
import {type Gateway, isService, type Party, type Service} from './domain/service.js';
import {defaultBaseUrls} from './domain/settings-schema.js';
import {readTunerAddresses, sandboxTunerAddresses} from './read-tuner-setups.js';
import {systemClock} from './services/clock.js';
import type {ChatClient, Context, DatasetStore, EvalStore, GatewayClient, JobStore, StoredClient} from './services/context.js';
import {createRequestLog} from './services/request-log.js';
import {openCatalogueStore} from './store/catalogue-store.js';
import type {Keyring} from './store/keys/keyring.js';
import {openKeys} from './store/keys/open-keys.js';
import {type Folders, resolveFolders} from './store/paths.js';
import {openSettings} from './store/settings.js';
import {openStateStore} from './store/state-store.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings, data and screens' memories live: below `--home` or STILLROOM_HOME, else in the user's own places. */
export function findFolders({home}: GlobalOptions, env: Environment): Folders {
	return resolveFolders(home ?? env.STILLROOM_HOME ?? null, {env});
}

/** Is the embedded server wanted? What only it can read implies it. */
export function isSandboxWanted({sandbox, catalogue, distillable, fault, sandboxSet}: GlobalOptions): boolean {
	return sandbox === true || [catalogue, distillable, fault, sandboxSet].some((option) => option !== undefined);
}

function chooseBaseUrls(options: GlobalOptions, env: Environment, settings: Partial<Record<Service, string>>): Record<Service, string> {
	const flags: Partial<Record<Service, string>> = {
		openrouter: options.openrouterUrl,
		nanogpt: options.nanogptUrl,
		openai: options.openaiUrl,
	};
	const choose = (service: Service) =>
		parseBaseUrl(
			service,
			flags[service] ?? (env[`${service.toUpperCase()}_BASE_URL`]?.trim() || settings[service] || defaultBaseUrls[service]),
		).url;
	return {openrouter: choose('openrouter'), nanogpt: choose('nanogpt'), openai: choose('openai')};
}

async function createClient(
	gateway: Gateway,
	options: Parameters<typeof import('./clients/openrouter/openrouter-client.js').createOpenrouterClient>[0],
): Promise<GatewayClient> {
	if (gateway === 'openrouter') return (await import('./clients/openrouter/openrouter-client.js')).createOpenrouterClient(options);
	return (await import('./clients/nanogpt/nanogpt-client.js')).createNanogptClient(options);
}

async function createChat(
	service: Service,
	options: Parameters<typeof import('./clients/openrouter/chat-client.js').createOpenrouterChat>[0],
): Promise<ChatClient> {
	if (service === 'openrouter') return (await import('./clients/openrouter/chat-client.js')).createOpenrouterChat(options);
	if (service === 'nanogpt') return (await import('./clients/nanogpt/chat-client.js')).createNanogptChat(options);
	return (await import('./clients/openai/chat-client.js')).createOpenaiChat(options);
}

async function createStored(
	options: Parameters<typeof import('./clients/openai/stored-client.js').createStoredClient>[0],
): Promise<StoredClient> {
	return (await import('./clients/openai/stored-client.js')).createStoredClient(options);
}

/**
 * Builds the real context from flags, environment and settings. With the sandbox it starts the embedded server, keeps its data in a folder
 * of its own and sends it no real key. Throws Failure kind usage for a base URL that is none.
 */
export async function openContext(
	options: GlobalOptions,
	{
		env,
		version,
		startSandbox,
		openKeyring,
	}: {
		readonly env: Environment;
		readonly version: string;
		readonly startSandbox: (request: SandboxRequest) => Promise<RunningSandbox>;
		/** Instead of the operating system's. */
		readonly openKeyring?: () => Promise<Keyring>;
	},
): Promise<OpenContext> {
	const folders = findFolders(options, env);
	const isSandbox = isSandboxWanted(options);
	const below = (folder: string) => (isSandbox ? path.join(folder, 'sandbox') : folder);
	const state = openStateStore(below(folders.state));
	const settings = await openSettings(folders.config, state);
	const sandbox = isSandbox
		? await startSandbox({
				port: 0,
				catalogue: options.catalogue,
				distillable: options.distillable,
				fault: options.fault,
				sandboxSet: options.sandboxSet,
				stateFolder: path.join(below(folders.data), 'server'),
			})
		: null;
	const baseUrls = sandbox?.urls ?? chooseBaseUrls(options, env, settings.values.baseUrls ?? {});
	const log = createRequestLog();
	const isFileOnly = env.STILLROOM_KEYRING === 'off' || settings.values.keyStore === 'file';
	const store = isSandbox ? null : openKeys({folder: folders.config, isFileOnly, ...(openKeyring && {openKeyring})});
	const addresses = sandbox
		? sandboxTunerAddresses(sandbox.urls)
		: readTunerAddresses(env, settings.values.baseUrls ?? {}, baseUrls.openai);
	const keys = createKeys({
		env,
		store,
		addressOf: (party) => (isService(party) ? baseUrls[party] : addresses[party].baseUrl),
		missingOf: (party) => (isService(party) ? [] : addresses[party].missing),
		log,
		version,
		openTuner: (service, key) => tunerPorts.openTuner(service, key),
		onChange: (party) => forget(party),
	});
	const tunerPorts = createTunerPorts(addresses, keys, {log, version}, baseUrls);
	/** Models and routes need no key: a keyring that stays shut must not keep them away. */
	const readForCatalogue = (gateway: Gateway) => keys.read(gateway).catch(() => null);
	const clients = new Map<Party, Promise<GatewayClient>>();
	const chats = new Map<Party, Promise<ChatClient>>();
	const storedClients = new Map<Party, Promise<StoredClient>>();
	const forget = (party: Party) => {
		for (const known of [clients, chats, storedClients]) known.delete(party);
		tunerPorts.forget(party);
	};
	let ledger: Promise<Ledger> | null = null;
	/** A ledger that could not be opened is tried again: a full disk may have room by then. */
	const openLedger = async () => {
		try {
			return await (await import('./store/ledger/open-ledger.js')).openLedger(below(folders.data));
		} catch (error) {
			ledger = null;
			throw error;
		}
	};
	let datasets: Promise<DatasetStore> | null = null;
	const openDatasets = async () => {
		try {
			return await (await import('./store/datasets/open-datasets.js')).openDatasets(below(folders.data));
		} catch (error) {
			datasets = null;
			throw error;
		}
	};
	let jobs: Promise<JobStore> | null = null;
	const openJobs = async () => {
		try {
			return await (await import('./store/jobs/open-jobs.js')).openJobs(below(folders.data));
		} catch (error) {
			jobs = null;
			throw error;
		}
	};
	let evals: Promise<EvalStore> | null = null;
	const openEvals = async () => {
		try {
			return await (await import('./store/evals/open-evals.js')).openEvals(below(folders.data));
		} catch (error) {
			evals = null;
			throw error;
		}
	};
	const context: Context = {
		client: (gateway) =>
			remember(clients, gateway, async () =>
				createClient(gateway, {baseUrl: baseUrls[gateway], apiKey: await readForCatalogue(gateway), log, version}),
			),
		chat: (service) =>
			remember(chats, service, async () =>
				createChat(service, {baseUrl: baseUrls[service], apiKey: await keys.read(service), log, version}),
			),
		ledger: () => (ledger ??= openLedger()),
		datasets: () => (datasets ??= openDatasets()),
		jobs: () => (jobs ??= openJobs()),
		evals: () => (evals ??= openEvals()),
		llmLog: async (file) => (await import('./store/llm-log/open-llm-log.js')).openLlmLog(file),
		stored: () =>
			remember(storedClients, 'openai', async () =>
				createStored({baseUrl: baseUrls.openai, apiKey: await keys.read('openai'), log, version}),
			),
		tuner: tunerPorts.tuner,
		chatAt: tunerPorts.chatAt,
		embeddings: tunerPorts.embeddings,
		get tuners() {
			return tunerPorts.listTuners();
		},
		get tunerSetups() {
			return tunerPorts.listSetups();
		},
		keys: keys.port,
		catalogues: openCatalogueStore({dataFolder: below(folders.data), baseUrls, isSandbox}),
		state,
		clock: systemClock,
		log,
		baseUrls,
		get hasKey() {
			return {openrouter: keys.has('openrouter'), nanogpt: keys.has('nanogpt'), openai: keys.has('openai')};
		},
		isSandbox,
		tunerPrices: settings.values.tunerPrices ?? {},
		tunerDates: settings.values.tunerDates ?? {},
		homeFolder: folders.data,
		tool: `stillroom@${version}`,
	};
	const close = async () => {
		await ledger?.then((opened) => opened.close()).catch(() => {});
		await datasets?.then((opened) => opened.close()).catch(() => {});
		await jobs?.then((opened) => opened.close()).catch(() => {});
		await evals?.then((opened) => opened.close()).catch(() => {});
		await sandbox?.close();
	};
	// Looking says what is wrong with the file, before anything is drawn.
	store?.places();
	return {context, settings: {...settings, problems: [...settings.problems, ...(store?.problems() ?? [])]}, close};
}
