import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/** Writes the whole file or nothing, so that another process never reads half of it; creates the folder. Throws the system's error. */
export function writeWhole(file: string, text: string): void {
	mkdirSync(path.dirname(file), {recursive: true});
	const temporary = `${file}.${process.pid}-${Math.random().toString(36).slice(2, 10)}.tmp`;
	try {
		writeFileSync(temporary, text);
		renameSync(temporary, file);
	} catch (error) {
		rmSync(temporary, {force: true});
		throw error;
	}
}

/** The text of a file; null when there is none. Throws the system's error for anything else. */
export function readText(file: string): string | null {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
		throw error;
	}
}

/** Renames a broken file so that it is neither read again nor overwritten. Returns the sentence that says so. */
export function setAside(file: string, why: string, now: Date): string {
	const aside = `${file}.broken-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
	try {
		renameSync(file, aside);
		return `${file} ${why}; it was set aside as ${path.basename(aside)}.`;
	} catch (error) {
		return `${file} ${why}; it is ignored, and could not be set aside: ${sayError(error)}.`;
	}
}

/** A system error in words. */
export function sayError(error: unknown): string {
	const words = systemErrors[errorCode(error) ?? ''];
	return words ?? (error instanceof Error ? error.message : String(error));
}

const systemErrors: Readonly<Record<string, string>> = {
	EACCES: 'permission is denied',
	EPERM: 'permission is denied',
	EROFS: 'the disk is read-only',
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	ENOTDIR: 'a part of the path is a file, not a folder',
	EISDIR: 'it is a folder',
	EMFILE: 'too many files are open',
};

function errorCode(error: unknown): string | null {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
