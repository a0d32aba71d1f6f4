import path from 'node:path';
import {Failure} from '../../domain/failure.js';
import {type Party, parties, partyNames} from '../../domain/service.js';
import {howToSetUp, type KeptKey, readKeyText} from '../../domain/service-key.js';
import {sayError} from '../write-file.js';
import {type KeyFileContent, readKeyFile, writeKeyFile} from './key-file.js';
import {type Keyring, KeyringError, openSystemKeyring} from './keyring.js';

type Kept = 'keyring' | 'file';

/** Keys of services that were handed to this program. */
export type KeyStore = {
	/** The file that holds keys, or says that the keyring has them. */
	readonly path: string;
	/** Which service has a key where. Reads the file only: the keyring is not asked. */
	readonly places: () => Readonly<Partial<Record<Party, Kept>>>;
	/** How the keyring names a service's key, for people who look for it there. */
	readonly accountOf: (party: Party) => string;
	/** Null when there is none. Rejects with Failure kind auth when the keyring does not give it. */
	readonly read: (party: Party) => Promise<string | null>;
	/** Into the keyring, else into the file. Rejects with Failure when neither takes it; what was there is then still there. */
	readonly save: (party: Party, key: string) => Promise<KeptKey>;
	/** Where it was; null when there was none. Rejects with Failure when it could not be taken away. */
	readonly remove: (party: Party) => Promise<Kept | null>;
	/** Sentences about what is wrong with the file, or was put right. */
	readonly problems: () => readonly string[];
};

/** What stands in the file for a key that the keyring has. */
const inKeyring = {in: 'keyring'} as const;

const isInKeyring = (value: unknown): boolean => typeof value === 'object' && value !== null && Reflect.get(value, 'in') === 'keyring';

function placeOf(content: KeyFileContent, party: Party): Kept | null {
	const value = Object.hasOwn(content, party) ? content[party] : undefined;
	if (typeof value === 'string' && value.trim() !== '') return 'file';
	return isInKeyring(value) ? 'keyring' : null;
}

/** Entries that nobody can use, named by the service. */
const strange = (content: KeyFileContent): readonly Party[] =>
	parties.filter((party) => Object.hasOwn(content, party) && placeOf(content, party) === null && content[party] !== '');

/**
 * The store of keys in a folder. `isFileOnly` leaves the keyring alone, as STILLROOM_KEYRING=off and `"keyStore": "file"` ask for; keys that
 * the keyring has already are still read from it.
 */
export function openKeys({
	folder,
	isFileOnly,
	openKeyring = openSystemKeyring,
}: {
	readonly folder: string;
	readonly isFileOnly: boolean;
	readonly openKeyring?: () => Promise<Keyring>;
}): KeyStore {
	const file = path.join(folder, 'keys.json');
	const said = new Set<string>();
	const look = () => {
		const found = readKeyFile(file);
		if (found.problem !== null) said.add(found.problem);
		if (found.repaired !== null) said.add(found.repaired);
		for (const party of strange(found.content))
			said.add(`What ${file} holds for ${party} is no key; it is left as it is, and replaced when a key is saved.`);
		return found;
	};
	/** Throws Failure where the file must be left alone. */
	const readForWriting = (): KeyFileContent => {
		const {content, problem} = look();
		if (problem !== null) throw new Failure('failed', 'The key was not changed.', {why: problem});
		return content;
	};
	const write = (content: KeyFileContent) => {
		try {
			writeKeyFile(file, content);
		} catch (error) {
			throw new Failure('failed', `${file} could not be written.`, {
				why: `The reason: ${sayError(error)}.`,
				next: 'Give it room and rights, or set the key in the environment.',
			});
		}
	};
	// Two homes have keys of their own.
	const accountOf = (party: Party) => `${party} (${path.resolve(folder)})`;

	/** Puts it into the keyring and looks whether it is there; the end of a sentence where that does not work, else null. */
	async function saveInKeyring(party: Party, key: string): Promise<string | null> {
		try {
			const keyring = await openKeyring();
			await keyring.save(accountOf(party), key);
			return (await keyring.read(accountOf(party))) === key ? null : 'it did not keep the key';
		} catch (error) {
			return error instanceof KeyringError ? error.message : 'it answered with an error';
		}
	}

	return {
		path: file,
		accountOf,
		places() {
			const {content} = look();
			return Object.fromEntries(parties.map((party) => [party, placeOf(content, party)]).filter(([, place]) => place !== null));
		},
		async read(party) {
			const {content, problem} = look();
			const place = placeOf(content, party);
			if (problem !== null || place === null) return null;
			if (place === 'file') return (content[party] as string).trim();
			try {
				const key = await (await openKeyring()).read(accountOf(party));
				if (key !== null) return key;
				throw new KeyringError('it has the key no more');
			} catch (error) {
				throw new Failure('auth', `The key of ${partyNames[party]} could not be read from the keyring.`, {
					service: party,
					why: `The keyring: ${error instanceof KeyringError ? error.message : 'it answered with an error'}.`,
					next: `Unlock the keyring and try again. ${howToSetUp(party)}.`,
				});
			}
		},
		async save(party, text) {
			const read = readKeyText(party, text);
			if ('problem' in read) throw new Failure('usage', read.problem, {service: party});
			readForWriting();
			const refusal = isFileOnly ? null : await saveInKeyring(party, read.key);
			const isKept = !isFileOnly && refusal === null;
			// Read anew: another stillroom may have written while the keyring was asked.
			write({...readForWriting(), [party]: isKept ? inKeyring : read.key});
			if (isKept) return {place: 'keyring', where: `stillroom, ${accountOf(party)}`, note: null};
			return {place: 'file', where: file, note: refusal === null ? null : `The keyring was not used: ${refusal}.`};
		},
		async remove(party) {
			const place = placeOf(readForWriting(), party);
			if (place === null) return null;
			if (place === 'keyring') {
				try {
					await (await openKeyring()).remove(accountOf(party));
				} catch (error) {
					throw new Failure('failed', `The key of ${partyNames[party]} could not be taken out of the keyring.`, {
						service: party,
						why: `The keyring: ${error instanceof KeyringError ? error.message : 'it answered with an error'}.`,
						next: 'Unlock the keyring and try again.',
					});
				}
			}
			const {[party]: _, ...others} = readForWriting();
			write(others);
			return place;
		},
		problems: () => [...said],
	};
}
