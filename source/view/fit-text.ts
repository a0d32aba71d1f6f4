import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();
const printableAscii = /^[\u0020-\u007E]*$/;

/** Width of clean text in terminal cells; wide characters count two, combining marks none. */
export function textWidth(text: string): number {
	return printableAscii.test(text) ? text.length : stringWidth(text);
}

/** Cuts clean text to at most `width` cells, ending in `…` where something was cut. */
export function truncateText(text: string, width: number): string {
	if (textWidth(text) <= width) return text;
	if (width <= 0) return '';
	if (printableAscii.test(text)) return `${text.slice(0, width - 1)}…`;
	let kept = '';
	let used = 0;
	for (const {segment} of segmenter.segment(text)) {
		const cells = textWidth(segment);
		if (used + cells > width - 1) break;
		kept += segment;
		used += cells;
	}
	return `${kept}…`;
}

/** Exactly `width` cells: cut when too long, filled with spaces when too short. */
export function fitText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
	const cut = truncateText(text, width);
	const space = ' '.repeat(Math.max(0, width - textWidth(cut)));
	return align === 'right' ? space + cut : cut + space;
}
