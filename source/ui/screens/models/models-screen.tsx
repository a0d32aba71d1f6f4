import {Box} from 'ink';
import {useDeferredValue} from 'react';
import type {Model} from '../../../domain/model.js';
import type {Column} from '../../../view/cell.js';
import {createModelColumns} from '../../../view/model-columns.js';
import {EmptyList} from '../../components/empty-list.js';
import {Lines} from '../../components/lines.js';
import {DataTable} from '../../components/table.js';
import {layoutOf} from '../../layout.js';
import {withRouteCounts} from '../../route-counts.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import {memoizeLast} from '../../state/state.js';
import type {ViewProps} from '../view.js';
import {modelDetail, modelStrip} from './model-detail.js';
import {selectRowsFor, selectView} from './state.js';
import {whyEmpty} from './why-empty.js';

const day = 86_400_000;
/** Ages are counted in days, so the columns change once a day. */
const selectColumns = memoizeLast((days: number): readonly Column<Model>[] => createModelColumns(new Date((days + 1) * day)));

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
const selectStrip = memoizeLast(modelStrip);
const selectDate = memoizeLast((now: number) => new Date(now));

export function ModelsScreen({state, theme}: ViewProps) {
	const {list} = state.screens.models;
	const text = useDeferredValue(list.filter.text);
	const rows = selectRowsFor(state, text);
	const layout = layoutOf(state);
	const cursor = cursorIndexOf(list, selectView(state, layout.listRows, rows));
	const offset = offsetOf(list.offset, cursor, {count: rows.length, height: layout.listRows});
	const chosen = rows[cursor] && withRouteCounts(state, rows[cursor]);
	const window = rows.slice(offset, offset + layout.listRows).map((model) => withRouteCounts(state, model));
	if (rows.length === 0) return <EmptyList lines={whyEmpty(state)} width={layout.columns} height={layout.bodyRows} theme={theme} />;
	const now = selectDate(state.now);
	const entry = chosen && state.routeLists.get(chosen.id);
	return (
		<Box flexDirection="column" height={layout.bodyRows}>
			<Box height={layout.listRows + 1 + (layout.detailColumns > 0 ? layout.stripRows : 0)}>
				<DataTable
					columns={selectColumns(Math.floor(state.now / day))}
					items={window}
					chosen={cursor - offset}
					isMarked={({id}) => list.marks.has(id)}
					width={layout.listColumns}
					theme={theme}
					sort={{column: sortColumns[list.sort.by], descending: list.sort.descending}}
				/>
				{layout.detailColumns > 0 && chosen && (
					<Box marginLeft={2} width={layout.detailColumns} flexDirection="column">
						<Lines
							lines={selectDetail(chosen, entry, layout.detailColumns, now)}
							width={layout.detailColumns}
							height={layout.bodyRows}
							theme={theme}
						/>
					</Box>
				)}
			</Box>
			{layout.stripRows > 0 && chosen && (
				<Box marginTop={1} height={layout.stripRows - 1} flexDirection="column">
					<Lines
						lines={state.isPreviewOpen ? selectDetail(chosen, entry, layout.columns - 2, now) : selectStrip(chosen, layout.columns - 2)}
						width={layout.columns - 1}
						height={layout.stripRows - 1}
						theme={theme}
					/>
				</Box>
			)}
		</Box>
	);
}
