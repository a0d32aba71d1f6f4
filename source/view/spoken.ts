import {serviceNames} from '../domain/service.js';
import type {Cell, Column} from './cell.js';
import {absent} from './format.js';
import {type Line, lineText} from './line.js';

/** Verdicts in words; the word that stands on the screen comes first. */
const verdictWords: Readonly<Record<string, string>> = {YES: 'YES, allowed', NO: 'NO, restricted', '?': 'unknown, not recorded'};

const units: Readonly<Record<string, string>> = {
	k: 'thousand',
	M: 'million',
	d: 'days',
	mo: 'months',
	y: 'years',
	ms: 'milliseconds',
	s: 'seconds',
	m: 'minutes',
};

type Rule = readonly [pattern: RegExp, words: (...parts: string[]) => string];

/** What cells write short, each with how it is said. The first rule that fits a whole cell is taken. */
const cellRules: readonly Rule[] = [
	[
		/^(YES|NO|\?)(≠?)(\*?)$/,
		(_, status, conflict, duty) =>
			`${verdictWords[status!]}${conflict ? ', sources contradict each other' : ''}${duty ? ', with duties' : ''}`,
	],
	[/^or$/, () => serviceNames.openrouter],
	[/^nano$/, () => serviceNames.nanogpt],
	[/^or\+nano$/, () => `${serviceNames.openrouter} and ${serviceNames.nanogpt}`],
	[/^or≠nano$/, () => `${serviceNames.openrouter} and ${serviceNames.nanogpt}, which contradict each other`],
	[/^([A-E]) !$/, (_, grade) => `${grade}, with a warning`],
	[/^(\d?) \+$/, (_, rating) => [rating, 'accepted'].filter(Boolean).join(', ')],
	[/^(\d?) x$/, (_, rating) => [rating, 'rejected'].filter(Boolean).join(', ')],
	[/^del\.$/, () => 'deleted from here'],
	[/^(\d+)\/(\d+) (\d+)%$/, (_, done, all, share) => `${done} of ${all}, ${share} percent`],
	[/^([\d-]+)\/(\d+)$/, (_, some, all) => `${some === absent ? 'an unknown number' : some} of ${all}`],
	[/^(\d+|\?)\+(\d+|\?)$/, (_, sent, came) => `${orUnknown(sent!)} in and ${orUnknown(came!)} out`],
	[/^(~?)\$([\d.]+)$/, (_, about, usd) => `${about ? 'about ' : ''}${usd} US dollars`],
	[/^([\d.]+)%$/, (_, percent) => `${percent} percent`],
	[/^([\d.]+)(k|M|d|mo|y|ms|s|m)$/, (_, count, unit) => `${count} ${count === '1' ? units[unit!]!.replace(/s$/, '') : units[unit!]}`],
	[/^([\w ]+) \?$/, (_, word) => `${word} when it was last asked`],
	[/^(\d{4}-\d\d-\d\d \d\d:\d\d)Z$/, (_, time) => `${time} UTC`],
];

const orUnknown = (text: string): string => (text === '?' ? 'an unknown number' : text);

/** A cell of a list in words: `164k` → `164 thousand`, `9/11` → `9 of 11`, `YES*` → `YES, allowed, with duties`. */
export function cellWords(text: string): string {
	const short = text.trim();
	for (const [pattern, words] of cellRules) {
		const found = pattern.exec(short);
		if (found) return words(...found);
	}
	return short;
}

/** One cell of a row with the column it stands in. */
export type TitledCell = {readonly column: Column<never>; readonly cell: Cell};

/** The cells of one row, for whoever reads it without a table. */
export const cellsOf = <Item>(columns: readonly Column<Item>[], item: Item): readonly TitledCell[] =>
	columns.map((column) => ({column, cell: column.cell(item)}));

const isVerdict = ({column: {id}}: TitledCell): boolean => id === 'policy' || id === 'status';

/** One cell with the words of its column: `context 164 thousand tokens`. */
export function titledWords({column: {title, said}, cell: {text}}: TitledCell): string {
	const [before = title.toLowerCase(), behind = ''] = said ?? [];
	return [before, cellWords(text), behind].filter(Boolean).join(' ');
}

/**
 * A row in words, its verdict first: `YES, allowed. deepseek/deepseek-v3.2, OpenRouter and NanoGPT, context 164 thousand tokens …`. What is not
 * known is named at the end.
 */
export function rowWords(cells: readonly TitledCell[]): string {
	const isKnown = ({cell: {text}}: TitledCell): boolean => text.trim() !== '' && text !== absent;
	const verdicts = cells.filter((one) => isVerdict(one) && isKnown(one)).map(titledWords);
	const rest = cells.filter((one) => !isVerdict(one) && isKnown(one)).map(titledWords);
	const unknown = cells.filter(({cell: {text}}) => text === absent).map(({column: {title, said}}) => said?.[0] || title.toLowerCase());
	const known = verdicts.length > 0 ? `${verdicts.join(', ')}. ${rest.join(', ')}` : rest.join(', ');
	return `${known.replace(/[.]$/, '')}.${unknown.length === 0 ? '' : ` Not known: ${unknown.join(', ')}.`}`;
}

const keyNames: Readonly<Record<string, string>> = {
	'/': 'slash',
	'?': 'question mark',
	':': 'colon',
	'.': 'period',
	',': 'comma',
	'<': 'less than',
	'>': 'greater than',
	'-': 'minus',
	'[': 'left bracket',
	']': 'right bracket',
	esc: 'escape',
	pageup: 'page up',
	pagedown: 'page down',
};

/** A key as it is said: `D` → `capital D`, `ctrl+r` → `control r`, `?` → `question mark`. */
export function keyWords(chord: string): string {
	const parts = chord.length === 1 ? [chord] : chord.split('+');
	return parts
		.map((part) => keyNames[part] ?? (/^[A-Z]$/.test(part) ? `capital ${part}` : part))
		.join(' ')
		.replace(/^ctrl /, 'control ')
		.replace(/^alt /, 'alt ');
}

const isChord = (text: string): boolean =>
	/^(?:[^\s\w]|[A-Za-z]|(?:ctrl|alt|shift)\+\S+|f\d+|esc|enter|tab|space|page(?:up|down))$/.test(text);

/** What a piece of text stands for where its tone says it: keys are accented, an unknown verdict has a tone of its own. */
function cellText({text, tone}: Cell): string {
	if (tone === 'unknown') return text.replaceAll('?', 'unknown');
	const parts = text.trim().split(/\s+/);
	const isKeys = tone === 'accent' && parts.every(isChord);
	return isKeys ? text.replace(text.trim(), parts.map(keyWords).join(' or ')) : text;
}

const boxes: Readonly<Record<string, string>> = {'[x]': 'Met:', '[ ]': 'Open:', '[!]': 'Violated:', '[-]': 'Does not apply:'};

const longestLabel = 40;
const isLabel = ({text, tone}: Cell): boolean =>
	tone === 'dim' && text.length <= longestLabel && /^(?:[A-Za-z][^:,]* |\s*[A-Za-z][^:,]* {2,})$/.test(text);

/** A line of text in words: rules, bars and margins fall away, gaps become commas, signs become words. */
export function lineWords(line: Line): string {
	const cells = line.filter(({text}) => text.trim() !== '');
	const [only] = cells;
	// What others wrote stands in one plain piece, and is read as it is.
	if (cells.length === 1 && only!.tone === 'plain' && !/[─═█▀▄▁▂▃▅▆▇]{3,}/.test(only!.text)) return only!.text.trim();
	return (
		line
			.map((cell) => (cell === only && cells.length > 1 && isLabel(cell) ? `${cell.text.trim()}: ` : cellText(cell)))
			.join('')
			.trim()
			// Cells are filled up to the width of the text: what looks for gaps below would try every part of a long one.
			.replaceAll(/ {3,}/g, '  ')
			.replace(/^\[[x !-]\]/, (box) => boxes[box]!)
			.replaceAll(/[─═█▀▄▁▂▃▅▆▇]+|·{2,}|={6,}|-{6,}/g, ' ')
			.trim()
			.replace(/^\* /, 'Duty: ')
			.replace(/^! /, 'Warning: ')
			.replaceAll(/\b(YES|NO)(≠?)\*(?=\s+\w)/g, '$1$2 with duties,')
			.replaceAll(/\b(YES|NO)(≠?)\*/g, '$1$2 with duties')
			.replaceAll(/\b(YES|NO)≠/g, '$1, contradicted')
			.replaceAll(/\bverdict \?/g, 'verdict unknown')
			.replaceAll('(≠)', '')
			.replaceAll('≠', ' contradicts ')
			.replaceAll(/\s+→\s+/g, ' to ')
			.replaceAll(/\s+·\s+/g, ', ')
			.replaceAll(/\s*…/g, ' …')
			.replaceAll(/([,;:.!?])\s{2,}/g, '$1 ')
			.replaceAll(/\s{2,}/g, ', ')
			.trim()
	);
}

/** Lines in words; of several empty ones in a row none is left. */
export const linesWords = (lines: readonly Line[]): readonly string[] =>
	lines.filter((line) => lineText(line).trim() !== '').flatMap((line) => lineWords(line) || []);
