import type {ScreenId} from './screens/screen.js';
import type {State} from './state/state.js';

/** Smallest terminal in which lists can be read. */
export const smallest = {columns: 60, rows: 15};

/** Where everything stands, in terminal cells. Pure, so that reducers know how many rows a page has. */
export type Layout = {
	readonly isTooSmall: boolean;
	readonly columns: number;
	/** Rows of the list, without its header. */
	readonly listRows: number;
	readonly listColumns: number;
	/** The detail pane beside the list; 0 when there is none. */
	readonly detailColumns: number;
	/** Lines of the strip under the list; 0 when there is none. */
	readonly stripRows: number;
	/** Rows between the two head lines and the foot. */
	readonly bodyRows: number;
	readonly hasLogLine: boolean;
};

/** Rows of the panel of the guided tour with its line of keys; it takes the place of the foot. */
export const tourRows = (columns: number): number => (columns < 76 ? 7 : columns < 110 ? 6 : 5);

/** Rows of an overlay, which has no head lines and a foot of two lines. */
export const overlayRows = ({size: {columns, rows}, tour}: Pick<State, 'size' | 'tour'>): number =>
	Math.max(3, rows - (tour ? tourRows(columns) : 2));

/** At least so wide that list and detail stand side by side. */
export const wideColumns = 110;

/** Screens whose detail stands beside the list where there is room: its part of the width, and the most columns of it and of the list. */
const detailShares: Partial<Readonly<Record<ScreenId, {readonly part: number; readonly most: number; readonly list?: number}>>> = {
	models: {part: 0.34, most: 110, list: 140},
	completions: {part: 0.4, most: 100},
	datasets: {part: 0.5, most: 120, list: 160},
	jobs: {part: 0.5, most: 130, list: 160},
	evals: {part: 0.55, most: 130, list: 160},
	setup: {part: 0.4, most: 70},
};

/** Lines of the strip under the list, where it is not four; by the rows of the terminal. */
const stripShares: Partial<Readonly<Record<ScreenId, (rows: number) => number>>> = {
	routes: (rows) => (rows >= 30 ? 10 : 4),
	completions: (rows) => Math.max(6, Math.floor(rows * 0.35)),
	datasets: (rows) => Math.max(8, Math.floor(rows * 0.5)),
	jobs: (rows) => Math.max(8, Math.floor(rows * 0.55)),
	evals: (rows) => Math.max(8, Math.floor(rows * 0.55)),
	// Eight services and their head stand above it.
	setup: (rows) => Math.max(4, rows - 14),
};

/** Head: title and filter line. Foot: message line, log line where there is room, hint line. */
export function layoutOf({
	size: {columns, rows},
	screen,
	isPreviewOpen,
	tour,
}: Pick<State, 'size' | 'screen' | 'isPreviewOpen' | 'tour'>): Layout {
	const hasLogLine = rows >= 24;
	const footRows = tour ? tourRows(columns) : hasLogLine ? 3 : 2;
	const bodyRows = Math.max(1, rows - 2 - footRows);
	const isWide = columns >= wideColumns;
	const share = detailShares[screen];
	const isBeside = share !== undefined && isWide;
	const detailColumns = isBeside ? Math.min(share.most, Math.floor(columns * share.part)) : 0;
	const wantedStrip = isBeside ? 0 : rows - (tour ? footRows - 3 : 0) < 20 ? 0 : (stripShares[screen]?.(rows) ?? 4);
	// Where the strip is large already, the preview leaves three rows of the list.
	const largeStrip = Math.max(Math.floor(bodyRows * 0.6), Math.min(wantedStrip + 4, bodyRows - 4));
	const stripRows = !isBeside && isPreviewOpen ? Math.max(wantedStrip, largeStrip) : wantedStrip;
	return {
		isTooSmall: columns < smallest.columns || rows < smallest.rows,
		columns,
		listColumns: isBeside ? Math.min(share.list ?? columns, columns - detailColumns - 2) : columns,
		listRows: Math.max(1, bodyRows - 1 - stripRows),
		detailColumns,
		stripRows,
		bodyRows,
		hasLogLine,
	};
}
