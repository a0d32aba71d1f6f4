import xterm from '@xterm/headless';

/** How a cell is drawn: colours as `#rrggbb`. */
type Style = {
	readonly fill: string;
	readonly back: string | null;
	readonly isBold: boolean;
	readonly isItalic: boolean;
	readonly isUnderlined: boolean;
};

/** Cells beside each other in one style; `x` is the column of the first. */
type Run = {readonly x: number; readonly text: string; readonly width: number; readonly style: Style};

/** A frame as a terminal shows it. */
export type Frame = {readonly columns: number; readonly rows: ReadonlyArray<readonly Run[]>};

const page = '#0d1117';
const ink = '#d6dde5';
const faint = '#8b949e';
const sixteen = [
	...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#6cb6ff', '#c297ff', '#39c5cf', '#b1bac4'],
	...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#96d0ff', '#d2a8ff', '#56d4dd', '#f0f6fc'],
];
const hex = (...parts: readonly number[]) => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** One of the 256 colours: https://en.wikipedia.org/wiki/ANSI_escape_code#8-bit */
function paletteColor(index: number): string {
	if (index < 16) return sixteen[index]!;
	if (index >= 232) return hex(...Array.from({length: 3}, () => 8 + (index - 232) * 10));
	const level = (place: number) => [0, 95, 135, 175, 215, 255][Math.floor((index - 16) / place) % 6]!;
	return hex(level(36), level(6), level(1));
}

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<xterm.Terminal['buffer']['active']['getLine']>>['getCell']>>;

function styleOf(cell: Cell): Style {
	const color = (isRgb: boolean, isPalette: boolean, value: number) =>
		isRgb ? `#${value.toString(16).padStart(6, '0')}` : isPalette ? paletteColor(value) : null;
	const front = color(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()) ?? (cell.isDim() ? faint : ink);
	const back = color(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
	const marks = {isBold: cell.isBold() !== 0, isItalic: cell.isItalic() !== 0, isUnderlined: cell.isUnderline() !== 0};
	return cell.isInverse() ? {fill: back ?? page, back: front, ...marks} : {fill: front, back, ...marks};
}

const isSame = (one: Style, other: Style) =>
	one.fill === other.fill &&
	one.back === other.back &&
	one.isBold === other.isBold &&
	one.isItalic === other.isItalic &&
	one.isUnderlined === other.isUnderlined;

/** Runs of one row; gaps of two blanks and more end a run, so that what follows stands in its column in every font. */
function runsOf(cells: readonly Cell[]): readonly Run[] {
	const runs: Run[] = [];
	let blanks = 0;
	for (const [x, cell] of cells.entries()) {
		if (cell.getWidth() === 0) continue;
		const [style, text] = [styleOf(cell), cell.getChars() || ' '];
		const last = runs.at(-1);
		const isJoined =
			last !== undefined && last.x + last.width === x && isSame(last.style, style) && (blanks < 2 || style.back !== null || text === ' ');
		if (isJoined) runs[runs.length - 1] = {...last, text: last.text + text, width: last.width + cell.getWidth()};
		else runs.push({x, text, width: cell.getWidth(), style});
		blanks = text === ' ' ? blanks + 1 : 0;
	}
	return runs
		.map((run) => {
			if (run.style.back !== null) return run;
			const text = run.text.trimEnd();
			const lead = text.length - text.trimStart().length;
			return {...run, text: text.trimStart(), x: run.x + lead};
		})
		.filter((run) => run.text !== '' || run.style.back !== null);
}

/** What a terminal of this size shows after a text with escape sequences. */
export async function readFrame(text: string, columns: number, rows: number): Promise<Frame> {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
	await new Promise<void>((resolve) => terminal.write(text.replaceAll('\n', '\r\n'), resolve));
	const {active} = terminal.buffer;
	const frame = Array.from({length: rows}, (_, y) => {
		const line = active.getLine(y)!;
		return runsOf(Array.from({length: columns}, (__, x) => line.getCell(x)!));
	});
	terminal.dispose();
	return {columns, rows: frame};
}

/**
 * What is not the same in each run is blotted out: the line of the last request, because requests run side by side; the part of ids that is
 * chance; and hashes, because they hold the times that were measured.
 */
export function blot(frame: Frame): Frame {
	const rows = frame.rows.map((runs) => {
		const text = runs.map((run) => run.text).join(' ');
		if (/^\d\d:\d\d:\d\d (?:OpenRouter|NanoGPT|OpenAI|Together)/.test(text)) return [];
		return runs.flatMap((run) => {
			const still = run.text
				.replaceAll(/\b(01[0-9A-HJKMNP-TV-Z]{8})[0-9A-HJKMNP-TV-Z]{16}\b/g, '$1...')
				.replaceAll(/sha256:[0-9a-f]{16,}/g, 'sha256:...')
				.replaceAll(/^[0-9a-f]{16,}$/g, '');
			return still === '' && run.style.back === null ? [] : [{...run, text: still}];
		});
	});
	return {...frame, rows};
}

const escapes: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
const escapeXml = (text: string) => text.replaceAll(/[&<>"]/g, (character) => escapes[character]!);

const cellWidth = 8.4;
const cellHeight = 18;
const margin = 12;
const bar = 30;
/** At most two decimals, without trailing zeros. */
const px = (value: number) => String(Math.round(value * 100) / 100);

/**
 * The frame as an SVG that needs no font, script or file: text that can be selected, on a window of its own colour, so that it looks the same
 * on a light and on a dark page. `title` and `text` are what is read aloud instead.
 */
export function toSvg(
	{columns, rows}: Frame,
	{title, text, caption}: {readonly title: string; readonly text: string; readonly caption: string},
): string {
	const width = columns * cellWidth + 2 * margin;
	const height = rows.length * cellHeight + bar + margin + 4;
	const colors = [...new Set(rows.flat().map(({style}) => style.fill))].filter((color) => color !== ink);
	const classOf = ({fill, isBold, isItalic, isUnderlined}: Style) =>
		[fill === ink ? '' : `c${colors.indexOf(fill)}`, isBold ? 'b' : '', isItalic ? 'i' : '', isUnderlined ? 'u' : '']
			.filter(Boolean)
			.join(' ');
	const drawn = rows.flatMap((runs, y) => {
		if (runs.length === 0) return [];
		const top = bar + y * cellHeight;
		const backs = runs
			.filter(({style}) => style.back !== null)
			.map(
				({x, width: cells, style}) =>
					`<rect x="${px(margin + x * cellWidth)}" y="${top}" width="${px(cells * cellWidth)}" height="${cellHeight}" fill="${style.back}"/>`,
			);
		const spans = runs
			.filter((run) => run.text.trim() !== '')
			.map((run) => {
				const lead = run.text.length - run.text.trimStart().length;
				const names = classOf(run.style);
				return `<tspan x="${px(margin + (run.x + lead) * cellWidth)}"${names === '' ? '' : ` class="${names}"`}>${escapeXml(run.text.trim())}</tspan>`;
			});
		return [...backs, ...(spans.length > 0 ? [`<text y="${top + 13}">${spans.join(' ')}</text>`] : [])];
	});
	return `${[
		`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" viewBox="0 0 ${px(width)} ${height}" width="${px(width)}" height="${height}">`,
		`<title id="t">${escapeXml(title)}</title>`,
		`<desc id="d">${escapeXml(text)}</desc>`,
		'<style>',
		`text{font:14px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono","Cascadia Mono",Consolas,monospace;fill:${ink};white-space:pre}`,
		`.b{font-weight:700}.i{font-style:italic}.u{text-decoration:underline}${colors.map((color, index) => `.c${index}{fill:${color}}`).join('')}`,
		'</style>',
		`<rect x=".5" y=".5" width="${px(width - 1)}" height="${height - 1}" rx="8" fill="${page}" stroke="#57606a"/>`,
		`<g fill="#57606a"><circle cx="18" cy="15" r="5"/><circle cx="35" cy="15" r="5"/><circle cx="52" cy="15" r="5"/></g>`,
		`<text x="${px(width / 2)}" y="19" text-anchor="middle" style="fill:${faint}">${escapeXml(caption)}</text>`,
		...drawn,
		'</svg>',
	].join('\n')}\n`;
}
