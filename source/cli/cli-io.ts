import type {Readable, Writable} from 'node:stream';

/** A stream that may be a terminal. */
export type CliStream = Writable & {readonly isTTY?: boolean; readonly columns?: number};

/** Everything outside that a command touches besides its ports; a test hands in its own. */
export type CliIo = {
	readonly stdout: CliStream;
	readonly stderr: CliStream;
	readonly stdin: Readable & {readonly isTTY?: boolean; readonly setRawMode?: (isRaw: boolean) => unknown};
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Aborts on Ctrl+C or when the process is asked to end. */
	readonly signal: AbortSignal;
};
