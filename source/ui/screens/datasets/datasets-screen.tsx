import type {Dataset} from '../../../domain/dataset.js';
import {datasetRef} from '../../../domain/filter-datasets.js';
import {datasetColumns} from '../../../view/dataset-columns.js';
import {datasetLines} from '../../../view/dataset-lines.js';
import {indentLines, type Line} from '../../../view/line.js';
import {EmptyList} from '../../components/empty-list.js';
import {ListAndDetail} from '../../components/list-and-detail.js';
import {layoutOf} from '../../layout.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {ViewProps} from '../view.js';
import {selectChosen, selectRows, selectView} from './state.js';
import {whyEmpty} from './why-empty.js';

const selectDetail = memoizeLast((dataset: Dataset, width: number): readonly Line[] => datasetLines(dataset, width));

export function DatasetsScreen({state, theme}: ViewProps) {
	const {list} = state.screens.datasets;
	const rows = selectRows(state);
	const layout = layoutOf(state);
	if (rows.length === 0) return <EmptyList lines={whyEmpty(state)} width={layout.columns} height={layout.bodyRows} theme={theme} />;
	const cursor = cursorIndexOf(list, selectView(state, layout.listRows));
	const offset = offsetOf(list.offset, cursor, {count: rows.length, height: layout.listRows});
	const chosen = selectChosen(state)!;
	const isBeside = layout.detailColumns > 0;
	const detail = selectDetail(chosen, isBeside ? layout.detailColumns : layout.columns - 2);
	return (
		<ListAndDetail
			layout={layout}
			columns={datasetColumns}
			items={rows.slice(offset, offset + layout.listRows)}
			chosen={cursor - offset}
			isMarked={(dataset) => list.marks.has(datasetRef(dataset))}
			sort={{column: list.sort.by, descending: list.sort.descending}}
			detail={isBeside ? detail : []}
			strip={isBeside ? [] : indentLines(detail)}
			theme={theme}
		/>
	);
}
