import {widthOf, wrap} from '../view/width.js';

/** A line of this length was broken where it stands only because it was full. */
const fullLine = 100;

/** Where the second column of `  name   what it is` begins; else how far the line is indented. */
function hangOf(line: string): number {
	const column = /^\s+\S.*?\s{2,}(?=\S)/.exec(line)?.[0].length;
	return column ?? line.length - line.trimStart().length;
}

/** Notes and examples of help in so many cells: paragraphs are filled anew, columns hang below themselves. What can be typed as it stands is never broken. */
export function fitHelp(text: string, width: number): string {
	const lines: string[] = [];
	let isOpen = false;
	for (const line of text.split('\n')) {
		const joins = isOpen && /^\S/.test(line);
		isOpen = /^\S/.test(line) && line.length >= fullLine;
		if (joins) lines.push(`${lines.pop()} ${line}`);
		else lines.push(line);
	}
	return lines.flatMap((line) => fitLine(line, width)).join('\n');
}

function fitLine(line: string, width: number): readonly string[] {
	if (widthOf(line) <= width) return [line];
	const hang = hangOf(line);
	const room = width - hang;
	const rest = line.slice(hang);
	if (room < 20) {
		const head = line.slice(0, hang).trimEnd();
		return head === '' ? [line] : [head, ...wrap(rest, width - 4).map((part) => `    ${part}`)];
	}
	if (/^\s*stillroom /.test(rest)) return [line];
	return wrap(rest, room).map((part, index) => `${index === 0 ? line.slice(0, hang) : ' '.repeat(hang)}${part}`);
}
