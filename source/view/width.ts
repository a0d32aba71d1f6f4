import stringWidth from 'string-width';

/** What ends a text that was cut. */
export const cutMark = '…';

/**
 * ASCII, letters of western Europe and the signs that are drawn here: one UTF-16 unit and one cell each. They need no table of widths, and making
 * that costs the first frame 15 ms and more.
 */
const isPlain = /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u00FF…·≠→›–−─▀-█]*$/;

/** Width in terminal cells: wide characters count two, combining ones none. */
export const widthOf = (text: string): number => (isPlain.test(text) ? text.length : stringWidth(text));

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The longest beginning of `text` that fits into `width` cells, never cutting a character in half. */
function cut(text: string, width: number): {readonly text: string; readonly width: number} {
	let used = 0;
	let end = 0;
	for (const {segment, index} of segmenter.segment(text)) {
		const next = widthOf(segment);
		if (used + next > width) break;
		used += next;
		end = index + segment.length;
	}
	return {text: text.slice(0, end), width: used};
}

/** At most `width` cells; what is cut off is marked with `…`. */
export function truncate(text: string, width: number): string {
	if (width <= 0) return '';
	if (isPlain.test(text)) return text.length <= width ? text : `${text.slice(0, width - 1)}${cutMark}`;
	return stringWidth(text) <= width ? text : `${cut(text, width - 1).text}${cutMark}`;
}

/** Exactly `width` cells: truncated or padded. */
export function fitText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
	const short = truncate(text, width);
	const gap = ' '.repeat(Math.max(0, width - widthOf(short)));
	return align === 'right' ? gap + short : short + gap;
}

/** Breaks text into lines of at most `width` cells, at spaces where it can; keeps its own line breaks. */
export function wrap(text: string, width: number): readonly string[] {
	if (width <= 0) return [];
	return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
	const lines: string[] = [];
	let current = '';
	for (const word of line.split(/(?<=\s)/)) {
		let rest = word;
		if (widthOf(current) + widthOf(rest.trimEnd()) > width && current !== '') {
			lines.push(current.trimEnd());
			current = '';
		}
		while (widthOf(rest.trimEnd()) > width) {
			const part = cut(rest, width);
			if (part.text === '') break;
			lines.push(part.text);
			rest = rest.slice(part.text.length);
		}
		current += rest;
	}
	lines.push(current.trimEnd());
	return lines;
}
