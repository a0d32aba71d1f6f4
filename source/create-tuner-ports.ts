import {Failure} from './domain/failure.js';
import {type TuningService, tuningServices} from './domain/job.js';
import {type Party, partyNames} from './domain/service.js';
import {keyVariable} from './domain/service-key.js';
import {type TunerAddresses, toTunerSetup} from './read-tuner-setups.js';
import {systemClock} from './services/clock.js';
import type {Context, Embed, EmbeddingService, TunerClient, TunerSetup} from './services/context.js';

type Parts = {readonly log: Context['log']; readonly version: string};
type KeyReader = {readonly read: (party: Party) => Promise<string | null>; readonly has: (party: Party) => boolean};
type Reached = {readonly baseUrl: string; readonly apiKey: string | null; readonly account: string | null};

/** The client of a tuning service, with what the register says about it. */
async function createTuner(service: TuningService, reached: Reached, parts: Parts): Promise<TunerClient> {
	const [{createTuner: create}, register] = await Promise.all([import('./clients/tuners/create-tuner.js'), import('./policy/tuners.js')]);
	const {baseUrl, apiKey, account} = reached;
	if (service === 'compatible') {
		const rules = {maxFileBytes: null, wantsBom: false, takesPreference: true, notices: () => [], instead: null};
		return create(service, {...parts, baseUrl, apiKey, rules});
	}
	const {maxFileBytes, wantsBom, takesPreference, instead} = register.findTuner(service);
	const notices = (baseModel: string) => register.tunerNotices(service, baseModel, systemClock.now());
	return create(service, {...parts, baseUrl, apiKey, account, rules: {maxFileBytes, wantsBom, takesPreference, notices, instead}});
}

/** Throws Failure that names the variables which are missing. */
function needSetUp(service: TuningService, {baseUrl, missing}: TunerSetup): string {
	if (baseUrl !== null && missing.length === 0) return baseUrl;
	const isKeyMissing = missing.includes(keyVariable(service));
	throw new Failure('auth', `${partyNames[service]} is not set up.`, {
		service,
		why: `It needs ${missing.join(' and ')}.`,
		next: `Set ${missing.join(' and ')}, ${isKeyMissing ? `keep the key with stillroom setup ${service} (K in the dashboard), ` : ''}or work on the sandbox (--sandbox).`,
	});
}

type TunerPorts = Pick<Context, 'tuner' | 'chatAt' | 'embeddings'> & {
	/** Those that are set up now. */
	readonly listTuners: () => readonly TuningService[];
	readonly listSetups: () => Readonly<Record<TuningService, TunerSetup>>;
	/** The client of a service with another key, which is not kept. */
	readonly openTuner: (service: TuningService, apiKey: string | null) => Promise<TunerClient>;
	/** Drops the clients that hold the key of this service. */
	readonly forget: (party: Party) => void;
};

/** The ports to services that train, to the models that they serve, and to embeddings. Clients and keys are loaded when they are asked for. */
export function createTunerPorts(
	addresses: TunerAddresses,
	keys: KeyReader,
	parts: Parts,
	embeddingUrls: Readonly<Record<EmbeddingService, string>>,
): TunerPorts {
	const tuners = new Map<Party, Promise<TunerClient>>();
	const embeds = new Map<Party, Promise<Embed>>();
	const setupOf = (service: TuningService) => toTunerSetup(service, addresses[service], keys.has(service));
	const openTuner = async (service: TuningService, apiKey: string | null) => {
		const {baseUrl, account} = addresses[service];
		return createTuner(service, {baseUrl: baseUrl!, apiKey, account}, parts);
	};
	return {
		openTuner,
		async tuner(service) {
			const baseUrl = needSetUp(service, setupOf(service));
			const {account} = addresses[service];
			const open = async () => createTuner(service, {baseUrl, account, apiKey: await keys.read(service)}, parts);
			return remember(tuners, service, open);
		},
		listTuners: () => tuningServices.filter((service) => setupOf(service).missing.length === 0),
		listSetups: () => Object.fromEntries(tuningServices.map((service) => [service, setupOf(service)])) as Record<TuningService, TunerSetup>,
		async chatAt(service, model) {
			const baseUrl = needSetUp(service, setupOf(service));
			const [{createTunerChat}, apiKey] = await Promise.all([import('./clients/tuners/tuner-chat.js'), keys.read(service)]);
			return createTunerChat(service, model, {...parts, baseUrl, apiKey});
		},
		embeddings: (service) => async (model, texts, signal) => {
			const open = async () => {
				const [{createEmbed}, apiKey] = await Promise.all([import('./clients/embeddings.js'), keys.read(service)]);
				return createEmbed(service, {...parts, baseUrl: embeddingUrls[service], apiKey});
			};
			return (await remember(embeds, service, open))(model, texts, signal);
		},
		forget(party) {
			tuners.delete(party);
			embeds.delete(party);
		},
	};
}

/** Opened once; what could not be opened is tried again, since a keyring may be unlocked by then. */
export function remember<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, open: () => Promise<Value>): Promise<Value> {
	const found = known.get(key);
	if (found) return found;
	const opening = open();
	known.set(key, opening);
	opening.catch(() => {
		if (known.get(key) === opening) known.delete(key);
	});
	return opening;
}
