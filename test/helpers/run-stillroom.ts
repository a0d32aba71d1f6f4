import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable, Writable} from 'node:stream';
import type {CliPorts} from '../../source/cli/command.js';
import {runCli} from '../../source/cli/run-cli.js';
import {createPorts} from '../../source/main.js';

/** A new empty folder, and how to get rid of it. */
export function makeFolder(): {readonly path: string; readonly remove: () => void} {
	const folder = mkdtempSync(path.join(tmpdir(), 'stillroom-test-'));
	return {path: folder, remove: () => rmSync(folder, {recursive: true, force: true})};
}

type CollectedStream = Writable & {text: string; isTTY?: boolean; columns?: number};

/** A stream that keeps what is written to it. */
export function collectStream(): CollectedStream {
	const stream = new Writable({
		write(chunk: Buffer, _, done) {
			stream.text += chunk.toString();
			done();
		},
	}) as CollectedStream;
	stream.text = '';
	return stream;
}

export type RunOptions = {
	readonly env?: Readonly<Record<string, string>>;
	/** Cells of the terminal that stdout is; a pipe when left out. */
	readonly columns?: number;
	readonly signal?: AbortSignal;
	readonly ports?: Partial<CliPorts>;
	/** What stands on stdin; a pipe that ends at once when left out. */
	readonly stdin?: string | Uint8Array;
	/** Called with each piece of stdout. */
	readonly onOutput?: (text: string) => void;
};

/** Runs the command line in this process, with its own environment and nothing from ours. */
export async function runStillroom(
	argv: readonly string[],
	{env = {}, columns, signal = new AbortController().signal, ports = {}, stdin: input = '', onOutput}: RunOptions = {},
): Promise<{readonly code: number; readonly stdout: string; readonly stderr: string}> {
	const stdout = collectStream();
	const stderr = collectStream();
	if (columns !== undefined) Object.assign(stdout, {isTTY: true, columns});
	if (onOutput) {
		const write = stdout._write.bind(stdout);
		stdout._write = (chunk, encoding, done) => {
			write(chunk, encoding, done);
			onOutput(stdout.text);
		};
	}
	const stdin = Object.assign(Readable.from(input === '' ? [] : [Buffer.from(input)]), {isTTY: columns !== undefined});
	const code = await runCli(argv, {stdin, stdout, stderr, env, signal}, {...createPorts(env), ...ports});
	return {code, stdout: stdout.text, stderr: stderr.text};
}
