import type {Commands} from './commands.js';

/** Stands where invalid bytes go; a private-use character, three bytes in UTF-8. */
export const invalidMark = '\uf8ff';

/** Everything that a terminal might obey: colours, cursor, title, clipboard, links, bells, returns, C1 controls, overrides of direction. */
const escapes = [
	'Red \u001b[31mtext\u001b[0m, cleared \u001b[2J\u001b[H screen.',
	'Title \u001b]0;owned\u0007 and clipboard \u001b]52;c;c3RvbGVu\u0007.',
	'Link \u001b]8;;https://example.org\u001b\\here\u001b]8;;\u001b\\ and device \u001bP+q544e\u001b\\.',
	'Bell \u0007, backspaces abc\b\b\bxyz, return first\rsecond, tab\tstop, NUL \u0000.',
	'C1 \u009b31m and \u009d0;owned\u009c, alternate screen \u001b[?1049h, mouse \u001b[?1003h.',
	'Direction \u202egnirts desrever\u202c, zero width a\u200bb\u2060c, soft hyphen a\u00adb.',
].join('\n');

const wide = [
	'漢字とかな、全角ＡＢＣ。한국어 문장입니다。',
	'Emoji 👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 🇩🇪 ❤️ 1️⃣ and text ☺︎.',
	'Combining e\u0301 o\u0308 n\u0303, stacked a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307.',
	'Right to left: שלום עולם، مرحبا بالعالم.',
	'Devanagari क्षत्रिय, Thai ภาษาไทย, box ┌─┐ │ │ └─┘, full block ████.',
].join('\n');

const line = 'The quick brown fox counts its lines while the lazy dog reads them back, one after the other. ';

/** `5mb`, `20kb`, `300`: a size in bytes; 5 MB where the text is none. */
function readSize(text: string): number {
	const found = /^(\d+)\s*(kb|mb)?$/i.exec(text);
	if (!found) return 5_000_000;
	const unit = found[2]?.toLowerCase();
	return Math.min(Number(found[1]) * (unit === 'mb' ? 1_000_000 : unit === 'kb' ? 1000 : 1), 50_000_000);
}

/** Lines with numbers, in all exactly `bytes` long, without a newline at the end. */
function longText(bytes: number): string {
	const parts: string[] = [];
	let length = 0;
	for (let number = 1; length < bytes; number++) {
		const part = `${String(number).padStart(7)} ${line}\n`;
		parts.push(part);
		length += part.length;
	}
	const text = parts.join('').slice(0, bytes);
	return text.endsWith('\n') ? `${text.slice(0, -1)}.` : text;
}

/** The answer that a command asks for; null when none does. */
export function oddText(commands: Commands): string | null {
	if (commands.say !== undefined) return commands.say;
	if (commands.escapes !== undefined) return escapes;
	if (commands.wide !== undefined) return wide;
	if (commands.long !== undefined) return longText(readSize(commands.long));
	if (commands['invalid-utf8'] !== undefined) return `Valid before ${invalidMark} and after ${invalidMark}.`;
	return null;
}
