const longest = 200;
const mostRepeats = 3;
const mostOptions = 8;

/**
 * A regular expression that stays fast on short texts, or the sentence why it is not taken. Case is ignored.
 * Refused: longer than 200 characters, a repeated group that itself repeats or chooses (`(a+)+`, `(a|a)*`), back references, more than three
 * open repeats and more than eight optional parts: these can take exponential time, and a filter runs on every key.
 */
export function createSafeRegex(source: string): RegExp | string {
	if (source.length > longest) {
		return `the expression is longer than ${longest} characters`;
	}

	let regex: RegExp;
	try {
		regex = new RegExp(source, 'i');
	} catch (error) {
		const why = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : 'it does not parse';
		return `the expression is not valid: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
	}

	return findRisk(source) ?? regex;
}

type Group = {hasRepeat: boolean; hasChoice: boolean};

/** Walks the expression once; assumes that it parses. */
function findRisk(source: string): string | null {
	const open: Group[] = [{hasRepeat: false, hasChoice: false}];
	let closed: Group | null = null;
	let repeats = 0;
	let options = 0;
	for (let index = 0; index < source.length; index++) {
		const character = source[index]!;
		const last = closed;
		closed = null;
		if (character === '\\') {
			if (/[1-9k]/.test(source[index + 1] ?? '')) return 'back references can take very long: leave them out';
			index++;
		} else if (character === '[') {
			index = endOfClass(source, index);
		} else if (character === '(') {
			open.push({hasRepeat: false, hasChoice: false});
			if (source[index + 1] === '?') index++;
		} else if (character === ')') {
			closed = open.pop()!;
			const parent = open.at(-1)!;
			parent.hasRepeat ||= closed.hasRepeat;
			parent.hasChoice ||= closed.hasChoice;
		} else if (character === '|') {
			open.at(-1)!.hasChoice = true;
		} else if (character === '?') {
			open.at(-1)!.hasRepeat = true;
			options++;
		} else if (isRepeat(source, index)) {
			if (last?.hasRepeat || last?.hasChoice) {
				return 'a repeated group that repeats or chooses inside can take very long: write it without nesting';
			}

			open.at(-1)!.hasRepeat = true;
			repeats++;
			index += source.slice(index).match(/^(?:[*+]|\{[\d,]+\})\??/)![0].length - 1;
		}
	}

	if (options > mostOptions) return `more than ${mostOptions} optional parts can take very long: use fewer ?`;
	return repeats > mostRepeats ? `more than ${mostRepeats} open repeats can take very long: use fewer of * + {n,}` : null;
}

/** `*`, `+`, and `{n,m}` repeat; `?` does not. */
function isRepeat(source: string, index: number): boolean {
	const character = source[index]!;
	return character === '*' || character === '+' || (character === '{' && /^\{\d+(,\d*)?\}/.test(source.slice(index, index + 24)));
}

function endOfClass(source: string, start: number): number {
	for (let index = start + 1; index < source.length; index++) {
		if (source[index] === '\\') {
			index++;
		} else if (source[index] === ']') {
			return index;
		}
	}

	return source.length;
}
