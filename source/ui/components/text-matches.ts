import {type Line, lineText} from '../../view/line.js';

/** Where a text holds what is searched for, as ranges of UTF-16 units; capitals count as small letters. */
function rangesOf(text: string, query: string): readonly (readonly [start: number, end: number])[] {
	const lowered = text.toLowerCase();
	const wanted = query.toLowerCase();
	// A few letters grow when they are made small: then the places in the two texts differ.
	if (wanted === '' || lowered.length !== text.length) return [];
	const ranges: (readonly [number, number])[] = [];
	for (let at = lowered.indexOf(wanted); at >= 0; at = lowered.indexOf(wanted, at + wanted.length)) ranges.push([at, at + wanted.length]);
	return ranges;
}

/** A line with everything inverse that matches the search, wherever one tone ends and the next begins. */
export function markMatches(line: Line, query: string): Line {
	const ranges = rangesOf(lineText(line), query);
	if (ranges.length === 0) return line;
	let from = 0;
	return line.flatMap((cell) => {
		const start = from;
		const end = start + cell.text.length;
		from = end;
		const borders = ranges.flat().filter((at) => at > start && at < end);
		return [start, ...borders, end].slice(0, -1).map((piece, index) => {
			const until = [...borders, end][index]!;
			const isMatch = ranges.some(([a, b]) => piece >= a && until <= b);
			const text = cell.text.slice(piece - start, until - start);
			return isMatch ? {...cell, text, tone: 'cursor' as const} : {...cell, text};
		});
	});
}
