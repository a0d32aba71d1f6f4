import {Failure} from './domain/failure.js';
import type {TuningService} from './domain/job.js';
import {type Party, parties, partyNames} from './domain/service.js';
import {type KeyState, keyVariable, readKeyText} from './domain/service-key.js';
import type {Context, KeyPort, TunerClient} from './services/context.js';
import type {KeyStore} from './store/keys/open-keys.js';

/** What the embedded server is sent instead of a real key. */
export const sandboxKey = 'sandbox-key';

type Environment = Readonly<Record<string, string | undefined>>;

/** Keys for the clients; what holds one stays in the composition root. */
export type Keys = {
	/** Null when there is none. Rejects with Failure kind auth when the keyring does not give it. */
	readonly read: (party: Party) => Promise<string | null>;
	/** Is one set? Nothing is read for that but a file without secrets, or the file that holds them. */
	readonly has: (party: Party) => boolean;
	readonly port: KeyPort;
};

export type KeysParts = {
	readonly env: Environment;
	/** Null with the sandbox: then no key of the user's is looked for. */
	readonly store: KeyStore | null;
	/** Where a service is; null where it has no address yet. */
	readonly addressOf: (party: Party) => string | null;
	readonly missingOf: (party: Party) => readonly string[];
	readonly log: Context['log'];
	readonly version: string;
	/** The client of a service that trains, with this key; rejects as `Context.tuner` does. */
	readonly openTuner: (service: TuningService, key: string | null) => Promise<TunerClient>;
	/** A key is another one now: clients that hold the old one are of no use. */
	readonly onChange: (party: Party) => void;
};

const inSandbox = () =>
	new Failure('usage', 'The sandbox has a key of its own for every service.', {
		why: 'What is kept there would never be sent to a real service.',
		next: 'Leave --sandbox out to keep real keys.',
	});

const fromEnvironment = (party: Party, env: Environment): string | null => env[keyVariable(party)]?.trim() || null;

/** The keys of a run: from the environment, else from the store; the sandbox's own where it is the sandbox. */
export function createKeys({env, store, addressOf, missingOf, log, version, openTuner, onChange}: KeysParts): Keys {
	const read = async (party: Party): Promise<string | null> =>
		store === null ? sandboxKey : (fromEnvironment(party, env) ?? store.read(party));

	function stateOf(party: Party, kept: 'keyring' | 'file' | null): KeyState {
		const missing = missingOf(party).filter((name) => name !== keyVariable(party));
		if (store === null) return {party, place: 'sandbox', where: 'the embedded sandbox', covered: null, missing};
		if (fromEnvironment(party, env) !== null) return {party, place: 'environment', where: keyVariable(party), covered: kept, missing};
		const where = kept === null ? null : kept === 'file' ? store.path : `stillroom, ${store.accountOf(party)}`;
		return {party, place: kept, where, covered: null, missing};
	}

	const states = (): readonly KeyState[] => {
		const places = store?.places() ?? {};
		return parties.map((party) => stateOf(party, places[party] ?? null));
	};

	const port: KeyPort = {
		path: store?.path ?? null,
		states,
		async save(party, key) {
			if (store === null) throw inSandbox();
			const kept = await store.save(party, key);
			onChange(party);
			if (fromEnvironment(party, env) === null) return kept;
			const note = `${keyVariable(party)} is set in the environment and wins as long as it is.`;
			return {...kept, note: [kept.note, note].filter(Boolean).join(' ')};
		},
		async remove(party) {
			if (store === null) throw inSandbox();
			const place = await store.remove(party);
			onChange(party);
			return place;
		},
		async test(party, text, signal) {
			const given = text === null ? null : readKeyText(party, text);
			if (given !== null && 'problem' in given) throw new Failure('usage', given.problem, {service: party});
			const key = given === null ? await read(party) : given.key;
			const missing = missingOf(party).filter((name) => name !== keyVariable(party));
			const address = addressOf(party);
			if (address === null || missing.length > 0) {
				return {
					verdict: 'not-tested',
					message: `${partyNames[party]} needs more than a key before it can be asked.`,
					next: `Set ${missing.join(' and ')}, or baseUrls in the settings.`,
				};
			}
			if (key === null) return {verdict: 'not-tested', message: `There is no key for ${partyNames[party]}.`, next: null};
			const {testKey} = await import('./clients/test-key.js');
			return testKey(party, {baseUrl: address, apiKey: key, log, version}, (service) => openTuner(service, key), signal);
		},
	};
	const has = (party: Party) => store === null || fromEnvironment(party, env) !== null || store.places()[party] !== undefined;
	return {read, has, port};
}
