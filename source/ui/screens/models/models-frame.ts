import type {Model} from '../../../domain/model.js';
import type {Column} from '../../../view/cell.js';
import {indentLines, type Line} from '../../../view/line.js';
import {createModelColumns} from '../../../view/model-columns.js';
import type {SortMark} from '../../components/table-lines.js';
import {type Layout, layoutOf} from '../../layout.js';
import {withRouteCounts} from '../../route-counts.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {State} from '../../state/state.js';
import {modelDetail, modelStrip} from './model-detail.js';
import {selectRowsFor, selectView} from './state.js';

const day = 86_400_000;
/** Ages are counted in days, so the columns change once a day. */
const columnsOfDay = memoizeLast((days: number): readonly Column<Model>[] => createModelColumns(new Date((days + 1) * day)));
export const selectColumns = ({now}: State): readonly Column<Model>[] => columnsOfDay(Math.floor(now / day));

const sortColumns: Readonly<Record<string, string>> = {
	policy: 'policy',
	id: 'model',
	ctx: 'context',
	in: 'input-price',
	out: 'output-price',
	routes: 'routes',
	age: 'age',
	name: 'model',
};

const selectDetail = memoizeLast(modelDetail);
const selectStrip = memoizeLast((...args: Parameters<typeof modelStrip>) => indentLines(modelStrip(...args)));
const selectPreview = memoizeLast((...args: Parameters<typeof modelDetail>) => indentLines(modelDetail(...args)));
const selectDate = memoizeLast((now: number) => new Date(now));

/** Everything that the Models screen shows, before it is drawn. */
export type ModelsFrame = {
	readonly layout: Layout;
	/** No row passes the filter, or there is no model at all. */
	readonly isEmpty: boolean;
	readonly columns: readonly Column<Model>[];
	readonly window: readonly Model[];
	/** Index of the chosen row in the window. */
	readonly chosen: number;
	readonly marks: ReadonlySet<string>;
	readonly sort: SortMark;
	/** Beside the list. */
	readonly detail: readonly Line[];
	/** Under the list. */
	readonly strip: readonly Line[];
};

/** `text` is the filter to draw; while typing it may lag behind the filter that the keys act on. */
export function modelsFrame(state: State, text: string): ModelsFrame {
	const {list} = state.screens.models;
	const layout = layoutOf(state);
	const rows = selectRowsFor(state, text);
	const cursor = cursorIndexOf(list, selectView(state, layout.listRows, rows));
	const offset = offsetOf(list.offset, cursor, {count: rows.length, height: layout.listRows});
	const chosen = rows[cursor] && withRouteCounts(state, rows[cursor]);
	const entry = chosen && state.routeLists.get(chosen.id);
	const now = selectDate(state.now);
	return {
		layout,
		isEmpty: rows.length === 0,
		columns: selectColumns(state),
		window: rows.slice(offset, offset + layout.listRows).map((model) => withRouteCounts(state, model)),
		chosen: cursor - offset,
		marks: list.marks,
		sort: {column: sortColumns[list.sort.by], descending: list.sort.descending},
		detail: chosen && layout.detailColumns > 0 ? selectDetail(chosen, entry, layout.detailColumns, now) : noLines,
		strip: stripOf(),
	};

	function stripOf(): readonly Line[] {
		if (!chosen || layout.stripRows === 0) return noLines;
		return state.isPreviewOpen ? selectPreview(chosen, entry, layout.columns - 2, now) : selectStrip(chosen, layout.columns - 2);
	}
}

const noLines: readonly Line[] = [];
