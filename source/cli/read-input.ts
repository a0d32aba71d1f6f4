import {createReadStream} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {Failure} from '../domain/failure.js';
import type {CliIo} from './cli-io.js';

function cannotRead(path: string, error: unknown): Failure {
	const code = (error as NodeJS.ErrnoException).code;
	const why = code === 'ENOENT' ? 'There is no such file.' : code === 'EISDIR' ? 'It is a folder.' : `${code ?? String(error)}.`;
	return new Failure('usage', `"${path}" could not be read.`, {why});
}

/** A file as text. Throws Failure kind usage, naming it, when it cannot be read. */
export async function readTextFile(path: string): Promise<string> {
	try {
		return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
	} catch (error) {
		throw cannotRead(path, error);
	}
}

/** A flag's value, or with `@` before it the file of that name; a doubled `@@` stands for one. */
export async function readTextOrFile(value: string): Promise<string> {
	if (value.startsWith('@@')) return value.slice(1);
	return value.startsWith('@') ? readTextFile(value.slice(1)) : value;
}

/** Everything that stands on stdin. Throws Failure kind interrupted when the signal aborts first. */
export async function readStdin(stdin: CliIo['stdin'], signal: AbortSignal): Promise<string> {
	const chunks: Buffer[] = [];
	const stop = () => stdin.destroy();
	signal.addEventListener('abort', stop, {once: true});
	try {
		for await (const chunk of stdin) chunks.push(Buffer.from(chunk as string | Uint8Array));
	} catch (error) {
		if (!signal.aborted) throw error;
	} finally {
		signal.removeEventListener('abort', stop);
	}
	if (signal.aborted) throw new Failure('interrupted', 'Stopped.');
	return Buffer.concat(chunks).toString('utf8');
}

/**
 * Lines of a file without reading it whole. A line ends with `\n` alone, a `\r` before it stays: JSON text may hold every other
 * character that some readers take for a line break. Throws Failure kind usage, naming it, when it cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<string> {
	let rest = '';
	try {
		for await (const chunk of createReadStream(path, {encoding: 'utf8', highWaterMark: 1 << 18})) {
			const lines = (rest + (chunk as string)).split('\n');
			rest = lines.pop()!;
			yield* lines;
		}
	} catch (error) {
		throw cannotRead(path, error);
	}
	if (rest !== '') yield rest;
}
