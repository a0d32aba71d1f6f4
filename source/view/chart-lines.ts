import type {Tone} from './cell.js';
import {type Line, span} from './line.js';
import {isLinear} from './linear.js';
import {widthOf} from './width.js';

export type ChartPoint = {readonly x: number; readonly y: number};
export type ChartSeries = {readonly name: string; readonly tone: Tone; readonly points: readonly ChartPoint[]};

/** What each series is drawn with, in order, so that they are told apart without colour; where they meet stands the first one's. */
const marks = ['▄', 'o', 'x', '+'];
/** The first series has two places a line. */
const upperHalf = '▀';
const labelRows = 2;
const leastWidth = 24;

/**
 * Series of numbers over one axis as a chart: `height` lines of plot, labelled axes with units, and a legend that says which mark is which with
 * its first and last value. Points that share a column are drawn as their mean; columns between two points stay empty. No Braille: it is
 * missing from many fonts. A value that is no number is left out. Where it is read aloud it is numbers: first, lowest and last.
 */
export function chartLines({
	series,
	width,
	height,
	xUnit,
	yUnit,
}: {
	readonly series: readonly ChartSeries[];
	/** Cells. */
	readonly width: number;
	/** Lines of the plot itself. */
	readonly height: number;
	readonly xUnit: string;
	readonly yUnit: string;
}): readonly Line[] {
	const kept = series
		.map((one) => (one.points.every(isDrawable) ? one : {...one, points: one.points.filter(isDrawable)}))
		.filter(({points}) => points.length > 0);
	if (kept.length === 0) return [];
	if (isLinear(width)) return kept.map((one) => spokenSeries(one, xUnit, yUnit));
	const {x, y} = rangesOf(kept);
	const rows = Math.max(2, height);
	const labels = Array.from({length: rows}, (_, row) => labelOf(row, rows, y));
	const labelWidth = Math.max(...labels.map((label) => label.length));
	const columns = Math.max(1, Math.max(leastWidth, width) - labelWidth - 2);
	const cells: ({readonly mark: string; readonly tone: Tone} | null)[][] = Array.from({length: rows}, () => Array(columns).fill(null));
	for (const [index, one] of kept.entries()) {
		for (const [column, value] of meansByColumn(one.points, x, columns)) {
			const share = (value - y.min) / (y.max - y.min);
			const half = Math.round((1 - share) * (rows * 2 - 1));
			const mark = index % marks.length === 0 ? (half % 2 === 0 ? upperHalf : marks[0]!) : marks[index % marks.length]!;
			cells[half >> 1]![column] ??= {mark, tone: one.tone};
		}
	}
	return [
		...legendLines(kept, yUnit, width),
		...cells.map((row, index): Line => [span(`${labels[index]!.padStart(labelWidth)} |`, 'dim'), ...toSpans(row)]),
		[span(`${' '.repeat(labelWidth)} +${'-'.repeat(columns)}`, 'dim')],
		[span(`${' '.repeat(labelWidth + 2)}${axisText(x, xUnit, columns)}`, 'dim')],
	];
}

/** `Loss, training: first 2.31, lowest 0.42 at 180 steps, last 0.44 at 200 steps.` */
function spokenSeries({name, points}: ChartSeries, xUnit: string, yUnit: string): Line {
	const [first, last] = [points[0]!, points.at(-1)!];
	const pick = (isBetter: (a: number, b: number) => boolean) => points.reduce((best, point) => (isBetter(point.y, best.y) ? point : best));
	const [lowest, highest] = [pick((a, b) => a < b), pick((a, b) => a > b)];
	const range = highest.y - lowest.y;
	const at = ({x, y}: ChartPoint): string => `${formatValue(y, range)} at ${Math.round(x).toLocaleString('en')} ${xUnit}`;
	const words = points.length === 1 ? at(first) : `first ${at(first)}, lowest ${at(lowest)}, highest ${at(highest)}, last ${at(last)}`;
	return [span(`${yUnit}, ${name}: ${words}.`)];
}

type Range = {readonly min: number; readonly max: number};

const isDrawable = ({x, y}: ChartPoint): boolean => Number.isFinite(x) && Number.isFinite(y);

function rangesOf(series: readonly ChartSeries[]): {readonly x: Range; readonly y: Range} {
	let [left, right, bottom, top] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const {points} of series) {
		for (const {x, y} of points) {
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < bottom) bottom = y;
			if (y > top) top = y;
		}
	}
	return {x: {min: left, max: right}, y: widen({min: bottom, max: top})};
}

/** A flat line is drawn in the middle. */
function widen({min, max}: Range): Range {
	if (max > min) return {min, max};
	const room = Math.max(Math.abs(min) * 0.1, 0.1);
	return {min: min - room, max: max + room};
}

/** The mean of the points in each column that has any. */
function meansByColumn(points: readonly ChartPoint[], x: Range, columns: number): ReadonlyMap<number, number> {
	const sums = new Float64Array(columns);
	const counts = new Uint32Array(columns);
	const extent = x.max - x.min;
	for (const point of points) {
		const column = extent === 0 ? 0 : Math.round(((point.x - x.min) / extent) * (columns - 1));
		sums[column]! += point.y;
		counts[column]!++;
	}
	const means = new Map<number, number>();
	for (const [column, count] of counts.entries()) if (count > 0) means.set(column, sums[column]! / count);
	return means;
}

function toSpans(row: readonly ({readonly mark: string; readonly tone: Tone} | null)[]): Line {
	const line: {text: string; tone: Tone}[] = [];
	const end = row.findLastIndex((cell) => cell !== null);
	for (const cell of row.slice(0, end + 1)) {
		const [text, tone] = cell === null ? [' ', 'plain' as Tone] : [cell.mark, cell.tone];
		const last = line.at(-1);
		if (last?.tone === tone) last.text += text;
		else line.push({text, tone});
	}
	return line;
}

/** Labels at the top, at the bottom, and at every second line between where there is room. */
function labelOf(row: number, rows: number, {min, max}: Range): string {
	const isEdge = row === 0 || row === rows - 1;
	if (!isEdge && (row % labelRows !== 0 || row === rows - 2)) return '';
	return formatValue(row === 0 ? max : row === rows - 1 ? min : max - ((max - min) * (row * 2 + 0.5)) / (rows * 2 - 1), max - min);
}

/** As many digits as the range needs: `2.31`, `0.0042`, `1200`. */
export function formatValue(value: number, range: number): string {
	if (value === 0) return '0';
	const size = Math.max(Math.abs(value), range);
	if (size >= 1000) return Math.round(value).toString();
	const digits = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(range > 0 ? Math.min(size, range * 10) : size))));
	return value.toFixed(Math.min(4, Math.max(digits, size >= 100 ? 0 : 1)));
}

function legendLines(series: readonly ChartSeries[], yUnit: string, width: number): readonly Line[] {
	const lines: Line[] = [];
	const entries = series.map(({name, tone, points}, index) => {
		const range = Math.abs(points[0]!.y - points.at(-1)!.y);
		const [first, last] = [points[0]!, points.at(-1)!].map(({y}) => formatValue(y, range));
		const values = points.length === 1 ? last : `${first} → ${last}`;
		return {mark: marks[index % marks.length]!, tone, text: `${name} ${values}`};
	});
	let current: Line = [span(yUnit, 'strong')];
	let used = widthOf(yUnit);
	for (const {mark, tone, text} of entries) {
		const size = 4 + widthOf(text);
		if (used + size > width && current.length > 0) {
			lines.push(current);
			[current, used] = [[], 0];
		}
		current = [...current, span(used === 0 ? '  ' : '   '), span(mark, tone), span(` ${text}`)];
		used += size;
	}
	return [...lines, current];
}

/** First, middle and last value below the axis, with the unit behind them. */
function axisText({min, max}: Range, unit: string, columns: number): string {
	const whole = (value: number) => Math.round(value).toLocaleString('en');
	if (min === max) return `${whole(min)} ${unit}`;
	const [left, right] = [whole(min), `${whole(max)} ${unit}`];
	const middle = whole((min + max) / 2);
	const at = Math.floor(columns / 2 - middle.length / 2);
	const hasMiddle = at > left.length + 2 && at + middle.length + 2 < columns - right.length;
	const start = hasMiddle ? left.padEnd(at) + middle : left;
	return start.padEnd(Math.max(start.length + 1, columns - right.length)) + right;
}
