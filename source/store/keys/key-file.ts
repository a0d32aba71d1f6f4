import {chmodSync, closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {sayError} from '../write-file.js';

/** Only its owner may read or write it. */
const mode = 0o600;

/** By name of a service: the key itself, or that the keyring has it. Whatever else stands there is kept as it is. */
export type KeyFileContent = Readonly<Record<string, unknown>>;

export type KeyFileRead = {
	readonly content: KeyFileContent;
	/** Why it cannot be used, as a sentence; it is then left alone. Null when it is fine or not there. */
	readonly problem: string | null;
	/** What was put right while reading, as a sentence; null when nothing was. */
	readonly repaired: string | null;
};

const none: KeyFileContent = {};
const broken = (problem: string): KeyFileRead => ({content: none, problem, repaired: null});

/** Who else may do something with the file; windows has no such bits. */
function repairMode(file: string, found: number): string | null {
	const wide = found & 0o077;
	if (wide === 0 || process.platform === 'win32') return null;
	chmodSync(file, mode);
	return `${file} could be read by others (its mode was ${(found & 0o777).toString(8)}); it is 600 now. If others use this machine, make new keys at the services.`;
}

/** Reads the file and takes the rights of others away. Never throws, and changes nothing where something is wrong. */
export function readKeyFile(file: string): KeyFileRead {
	try {
		const stat = lstatSync(file, {throwIfNoEntry: false});
		if (stat === undefined) return {content: none, problem: null, repaired: null};
		if (stat.isSymbolicLink())
			return broken(`${file} is a symbolic link, so its keys are neither read nor written. Put the file itself there, or remove the link.`);
		if (!stat.isFile()) return broken(`${file} is no file, so no keys are read or written.`);
		let repaired: string | null;
		try {
			repaired = repairMode(file, stat.mode);
		} catch (error) {
			return broken(
				`${file} can be read by others and its mode could not be changed (${sayError(error)}), so its keys are not used. Run chmod 600 on it.`,
			);
		}
		const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
		if (typeof content !== 'object' || content === null || Array.isArray(content))
			return {...broken(`${file} holds no object, so no keys are read or written. Mend it, or move it away.`), repaired};
		return {content: content as KeyFileContent, problem: null, repaired};
	} catch (error) {
		// What JSON.parse says quotes the text, and the text holds keys.
		const why = error instanceof SyntaxError ? 'is not JSON' : `cannot be read (${sayError(error)})`;
		return broken(`${file} ${why}, so no keys are read or written. Mend it, or move it away.`);
	}
}

/** Writes the whole file or nothing, for its owner alone. Throws the system's error. */
export function writeKeyFile(file: string, content: KeyFileContent): void {
	mkdirSync(path.dirname(file), {recursive: true});
	const temporary = `${file}.${process.pid}-${Math.random().toString(36).slice(2, 10)}.tmp`;
	try {
		const handle = openSync(temporary, 'wx', mode);
		try {
			writeFileSync(handle, `${JSON.stringify(content, null, '\t')}\n`);
			fsyncSync(handle);
		} finally {
			closeSync(handle);
		}
		renameSync(temporary, file);
	} catch (error) {
		rmSync(temporary, {force: true});
		throw error;
	}
}
