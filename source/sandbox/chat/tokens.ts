/**
 * The sandbox's own idea of a token, about four characters of English: a word of up to six letters with the space before it, up to three
 * digits, one sign, a run of white space, one wide character. Counting and cutting use the same boundaries.
 */
export function tokenEnd(text: string, start: number): number {
	let at = start;
	let code = text.charCodeAt(at);
	if (code === 32 && at + 1 < text.length) {
		const next = text.charCodeAt(at + 1);
		if (next > 32) {
			at++;
			code = next;
		}
	}
	if (isLetter(code)) {
		const most = at + 6;
		do at++;
		while (at < most && at < text.length && isLetter(text.charCodeAt(at)));
		return at;
	}
	if (code >= 48 && code <= 57) {
		const most = at + 3;
		do at++;
		while (at < most && at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57);
		return at;
	}
	if (code <= 32) {
		do at++;
		while (at < text.length && text.charCodeAt(at) <= 32 && at - start < 8);
		return at;
	}
	// A surrogate pair stays whole.
	return code >= 0xd800 && code < 0xdc00 && at + 1 < text.length ? at + 2 : at + 1;
}

function isLetter(code: number): boolean {
	return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code < 0x530);
}

export function countTokens(text: string): number {
	let count = 0;
	for (let at = 0; at < text.length; at = tokenEnd(text, at)) count++;
	return count;
}

/** The text's first `most` tokens. */
export function takeTokens(text: string, most: number): {readonly text: string; readonly tokens: number; readonly isCut: boolean} {
	let at = 0;
	let tokens = 0;
	while (at < text.length && tokens < most) {
		at = tokenEnd(text, at);
		tokens++;
	}
	return {text: text.slice(0, at), tokens, isCut: at < text.length};
}

/** More events than this are not sent for one answer; the tokens of a longer one travel in groups. */
const mostPieces = 2000;

/** The text as a stream sends it: a token a piece, groups of tokens where the text is very long. */
export function splitPieces(text: string, tokens: number): string[] {
	const group = Math.ceil(tokens / mostPieces);
	const pieces: string[] = [];
	for (let at = 0; at < text.length; ) {
		const start = at;
		for (let index = 0; index < group && at < text.length; index++) at = tokenEnd(text, at);
		pieces.push(text.slice(start, at));
	}
	return pieces;
}
