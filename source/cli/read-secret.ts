import {StringDecoder} from 'node:string_decoder';
import {Failure} from '../domain/failure.js';
import type {CliIo} from './cli-io.js';

/** Pasted text comes between marks, so that a line break in it is no enter key. */
const pasteOn = '\u001B[?2004h';
const pasteOff = '\u001B[?2004l';
const mostStars = 48;

/** What the keys did so far. */
type Entry = {text: string; isPasting: boolean; end: 'enter' | 'end-of-input' | 'interrupt' | null};

/** Applies one read of the terminal; what comes behind the end of a line is part of a paste that has several. */
function applyKeys(entry: Entry, read: string): void {
	for (const [token] of read.matchAll(/\u001B\[20[01]~|\u001B(?:\[[\d;]*[ -/]*[@-~]|O.|.)?|[\s\S]/gu)) {
		if (token === '\u001B[200~') entry.isPasting = true;
		else if (token === '\u001B[201~') entry.isPasting = false;
		else if (token.startsWith('\u001B')) continue;
		else if (entry.isPasting) entry.text += token;
		else if (token === '\u0003') entry.end = 'interrupt';
		else if (token === '\u0004') entry.end ??= entry.text === '' ? 'end-of-input' : null;
		else if (token === '\r' || token === '\n') {
			if (entry.end === 'enter') entry.text += '\n';
			entry.end ??= 'enter';
		} else if (token === '\u007F' || token === '\b') entry.text = [...entry.text].slice(0, -1).join('');
		else if (token === '\u0015' || token === '\u0017') entry.text = '';
		else entry.text += entry.end === 'enter' ? `\n${token}` : token;
	}
}

/**
 * Asks at a terminal for something that nobody may see: every character is drawn as a star. Null where the input ended without one. Throws
 * Failure kind interrupted on Ctrl+C or when the signal aborts; the terminal is as before in every case.
 */
export async function readSecret(
	{stdin, stderr, signal}: Pick<CliIo, 'stdin' | 'stderr' | 'signal'>,
	question: string,
): Promise<string | null> {
	const entry: Entry = {text: '', isPasting: false, end: null};
	const decoder = new StringDecoder('utf8');
	let stars = 0;
	const draw = () => {
		const wanted = Math.min(mostStars, [...entry.text.trim()].length);
		stderr.write(wanted >= stars ? '*'.repeat(wanted - stars) : '\b \b'.repeat(stars - wanted));
		stars = wanted;
	};
	stderr.write(`${question}${pasteOn}`);
	stdin.setRawMode?.(true);
	try {
		await new Promise<void>((resolve) => {
			const onData = (chunk: Buffer | string) => {
				applyKeys(entry, decoder.write(Buffer.from(chunk as Buffer)));
				draw();
				if (entry.end !== null) stop();
			};
			const stop = () => {
				stdin.off('data', onData);
				stdin.off('end', stop);
				signal.removeEventListener('abort', stop);
				stdin.pause();
				resolve();
			};
			stdin.on('data', onData);
			stdin.once('end', stop);
			signal.addEventListener('abort', stop, {once: true});
			if (signal.aborted || stdin.readableEnded) stop();
			else stdin.resume();
		});
	} finally {
		stdin.setRawMode?.(false);
		stderr.write(`${pasteOff}\n`);
	}
	if (entry.end === 'interrupt' || signal.aborted) throw new Failure('interrupted', 'Stopped.', {why: 'What was kept before stays.'});
	return entry.end === 'enter' ? entry.text : null;
}
