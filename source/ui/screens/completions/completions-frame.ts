import type {CompletionRow} from '../../../domain/ledger.js';
import type {Cell, Column} from '../../../view/cell.js';
import {createCompletionColumns} from '../../../view/completion-columns.js';
import {completionHead} from '../../../view/completion-lines.js';
import {previewLines} from '../../../view/conversation-lines.js';
import {emptyLine, indentLines, type Line, span} from '../../../view/line.js';
import type {SortMark} from '../../components/table-lines.js';
import {type Layout, layoutOf} from '../../layout.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';
import {selectRun, selectSeqs, selectView} from './state.js';

/** A row that is being read: its number stands for it. */
export type Slot = {readonly seq: number; readonly row: CompletionRow | undefined};

const waiting: Cell = span('…', 'dim');
const nothing: Cell = span('');

const day = 86_400_000;

/** The columns of the list for rows that may not have been read yet; days left are counted once a day. */
const columnsOfDay = memoizeLast((days: number): readonly Column<Slot>[] =>
	createCompletionColumns(new Date((days + 1) * day - 1)).map((column, index) => ({
		...column,
		cell: ({row}) => (row ? column.cell(row) : index === 0 ? waiting : nothing),
	})),
);

export const selectColumns = ({now}: State): readonly Column<Slot>[] => columnsOfDay(Math.floor(now / day));

const sortColumns: Readonly<Record<string, string>> = {expires: 'left'};

export type CompletionsFrame = {
	readonly layout: Layout;
	readonly isEmpty: boolean;
	readonly columns: readonly Column<Slot>[];
	readonly window: readonly Slot[];
	/** Index of the chosen row in the window. */
	readonly chosen: number;
	readonly marks: ReadonlySet<string>;
	readonly sort: SortMark;
	readonly detail: readonly Line[];
	readonly strip: readonly Line[];
};

/** From so many lines on an empty one may part the head from what was said. */
const roomy = 12;

/** What is laid out beside or under the list: of a long conversation what matters most. */
const selectDetail = memoizeLast((run: NonNullable<ReturnType<typeof selectRun>>, width: number, height: number): readonly Line[] => {
	const head = [...completionHead(run, width), ...(height > roomy ? [emptyLine] : [])];
	return [...head, ...previewLines(run, width, Math.max(2, height - head.length))];
});

/** One Slot object for as long as its row is the same, so that rows that did not change are not drawn again. */
const slots = new WeakMap<CompletionRow, Slot>();
function slotOf(seq: number, row: CompletionRow | undefined): Slot {
	if (!row) return {seq, row};
	const known = slots.get(row) ?? {seq, row};
	slots.set(row, known);
	return known;
}

/** Everything that the Completions screen shows, before it is drawn. */
export function completionsFrame(state: State): CompletionsFrame {
	const {list, rows} = state.screens.completions;
	const layout = layoutOf(state);
	const seqs = selectSeqs(state);
	const cursor = cursorIndexOf(list, selectView(state, layout.listRows));
	const offset = offsetOf(list.offset, cursor, {count: seqs.length, height: layout.listRows});
	const run = selectRun(state);
	const isBeside = layout.detailColumns > 0;
	const width = isBeside ? layout.detailColumns : layout.columns - 2;
	const height = isBeside ? layout.listRows + 1 : layout.stripRows - 1;
	const detail = run && height > 0 ? selectDetail(run, width, height) : [];
	return {
		layout,
		isEmpty: seqs.length === 0,
		columns: selectColumns(state),
		window: Array.from(seqs.subarray(offset, offset + layout.listRows), (seq) => slotOf(seq, rows.get(seq))),
		chosen: cursor - offset,
		marks: list.marks,
		sort: {column: sortColumns[list.sort.by] ?? list.sort.by, descending: list.sort.descending},
		detail: isBeside ? detail : [],
		strip: isBeside ? [] : indentLines(detail),
	};
}
