import {jobColumns} from '../../../view/job-columns.js';
import {indentLines} from '../../../view/line.js';
import {EmptyList} from '../../components/empty-list.js';
import {ListAndDetail} from '../../components/list-and-detail.js';
import {layoutOf} from '../../layout.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import type {ViewProps} from '../view.js';
import {selectPaneLines} from './job-pane.js';
import {jobKey} from './jobs-slice.js';
import {selectRows, selectView} from './state.js';
import {whyEmpty} from './why-empty.js';

export function JobsScreen({state, theme}: ViewProps) {
	const {list} = state.screens.jobs;
	const rows = selectRows(state);
	const layout = layoutOf(state);
	if (rows.length === 0) return <EmptyList lines={whyEmpty(state)} width={layout.columns} height={layout.bodyRows} theme={theme} />;
	const cursor = cursorIndexOf(list, selectView(state, layout.listRows));
	const offset = offsetOf(list.offset, cursor, {count: rows.length, height: layout.listRows});
	const isBeside = layout.detailColumns > 0;
	const lines = selectPaneLines(state, isBeside ? layout.detailColumns : layout.columns - 2);
	return (
		<ListAndDetail
			layout={layout}
			columns={jobColumns}
			items={rows.slice(offset, offset + layout.listRows)}
			chosen={cursor - offset}
			isMarked={({job}) => list.marks.has(jobKey(job))}
			sort={{column: list.sort.by, descending: list.sort.descending}}
			detail={isBeside ? lines : []}
			strip={isBeside ? [] : indentLines(lines)}
			theme={theme}
		/>
	);
}
