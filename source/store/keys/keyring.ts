/** The keyring of the operating system. Everything rejects with a KeyringError whose message is the end of a sentence. */
export type Keyring = {
	/** Null when it holds nothing under this name. */
	readonly read: (account: string) => Promise<string | null>;
	readonly save: (account: string, secret: string) => Promise<void>;
	readonly remove: (account: string) => Promise<void>;
};

/** Why the keyring was of no use. */
export class KeyringError extends Error {
	override readonly name = 'KeyringError';
}

/** The name under which keyrings list what belongs to this program. */
const owner = 'stillroom';
/** A keyring that is locked asks its user, who needs time; one that never answers must not hold the program. */
const answerMilliseconds = 45_000;

const reasons: ReadonlyArray<readonly [pattern: RegExp, words: string]> = [
	[/dbus|d-bus/i, 'this session has none that can be used'],
	[/cannot find (native binding|module)|failed to load|dlopen/i, 'there is none for this platform'],
	[/locked|prompt|dismissed|cancell?ed/i, 'it is locked'],
	[/access ?denied|no ?storage ?access|secure storage|secret service|platform storage/i, 'this session has none that can be used'],
	[/toolong|too long/i, 'it takes no value of this length'],
];

/** What its error says, without anything that could hold a secret. */
function toKeyringError(error: unknown): KeyringError {
	if (error instanceof KeyringError) return error;
	const text = error instanceof Error ? error.message : String(error);
	return new KeyringError(reasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'it answered with an error');
}

async function within<Value>(work: Promise<Value>): Promise<Value> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new KeyringError('it did not answer; it may be locked')), answerMilliseconds);
	});
	try {
		return await Promise.race([work, late]);
	} catch (error) {
		throw toKeyringError(error);
	} finally {
		clearTimeout(timer);
	}
}

/**
 * The Keychain of macOS, the Credential Manager of Windows, the Secret Service of Linux; never the keyring of Linux's kernel, which forgets
 * everything at the next start. Loading it takes 6 to 12 ms, so that is done when a key is asked for. Rejects with a KeyringError.
 */
export async function openSystemKeyring(): Promise<Keyring> {
	try {
		const {AsyncEntry} = await import('@napi-rs/keyring');
		const entryOf = (account: string) => new AsyncEntry(owner, account, {linux: {store: 'secret-service'}});
		return {
			read: (account) => within((async () => entryOf(account).getPassword())()),
			save: (account, secret) => within((async () => entryOf(account).setPassword(secret))()),
			remove: (account) => within((async () => void (await entryOf(account).deletePassword()))()),
		};
	} catch (error) {
		throw toKeyringError(error);
	}
}
