import {Readable} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';
import type {ReadStream} from 'node:tty';
import {createMouseReader, type MouseEvent} from './read-mouse.js';

/** A lone escape is a key: nobody waits longer for it than this. Ink waits 20 ms more for what it may begin. */
const holdMilliseconds = 15;

/** As much of a terminal's input as is needed here. */
export type Source = Pick<ReadStream, 'on' | 'off' | 'pause' | 'resume' | 'ref' | 'unref' | 'setRawMode'> & {readonly isTTY?: boolean};

/** A stream of keys that Ink reads like the terminal itself. */
export type Input = Readable & {readonly isTTY: boolean; setRawMode: (isRaw: boolean) => void; ref: () => void; unref: () => void};

/**
 * The terminal's input without the reports of its mouse, which are handed to `onMouse`: Ink knows no mouse. It reads only while it is in raw mode,
 * so that an editor or a shell that has the terminal in between gets every key.
 */
export function createInput(source: Source, onMouse: (event: MouseEvent) => void): Input {
	const reader = createMouseReader();
	let decoder = new StringDecoder('utf8');
	let timer: NodeJS.Timeout | undefined;
	const input = new Readable({read() {}}) as Input;
	const hand = (text: string): void => {
		if (text !== '') input.push(text);
	};
	const read = (chunk: Buffer | string): void => {
		clearTimeout(timer);
		const {text, events} = reader.push(typeof chunk === 'string' ? chunk : decoder.write(chunk));
		hand(text);
		for (const event of events) onMouse(event);
		if (reader.isHolding()) timer = setTimeout(() => hand(reader.flush()), holdMilliseconds);
	};
	return Object.assign(input, {
		isTTY: source.isTTY === true,
		setRawMode(isRaw: boolean) {
			source.off('data', read);
			source.setRawMode(isRaw);
			if (isRaw) {
				source.on('data', read);
				source.resume();
				return;
			}
			clearTimeout(timer);
			hand(reader.flush());
			decoder = new StringDecoder('utf8');
			source.pause();
		},
		ref: () => void source.ref(),
		unref: () => void source.unref(),
	});
}
