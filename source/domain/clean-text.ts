import {stripVTControlCharacters} from 'node:util';

/** C0 and C1 controls, DEL, bidirectional overrides and isolates, and other characters that are invisible yet steer a terminal. */
const unsafe = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/gu;

/** Text from outside, safe to draw: no escape sequence, no control character; tabs and line breaks stay unless `isOneLine`. */
export function cleanText(text: string, {isOneLine = true}: {readonly isOneLine?: boolean} = {}): string {
	const safe = stripVTControlCharacters(text.replaceAll('\r\n', '\n')).replace(unsafe, '').toWellFormed();
	return isOneLine ? safe.replaceAll(/\s+/g, ' ').trim() : safe;
}
