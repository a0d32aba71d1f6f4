import {keyDetail} from '../../../view/key-lines.js';
import {indentLines} from '../../../view/line.js';
import {EmptyList} from '../../components/empty-list.js';
import {ListAndDetail} from '../../components/list-and-detail.js';
import {layoutOf} from '../../layout.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import type {ViewProps} from '../view.js';
import {selectRows, selectView, setupColumns, whyEmpty} from './state.js';

export function SetupScreen({state, theme}: ViewProps) {
	const {list} = state.screens.setup;
	const rows = selectRows(state);
	const layout = layoutOf(state);
	if (rows.length === 0) return <EmptyList lines={whyEmpty(state)} width={layout.columns} height={layout.bodyRows} theme={theme} />;
	const cursor = cursorIndexOf(list, selectView(state, layout.listRows));
	const offset = offsetOf(list.offset, cursor, {count: rows.length, height: layout.listRows});
	const isBeside = layout.detailColumns > 0;
	const lines = keyDetail(rows[cursor]!, isBeside ? layout.detailColumns : layout.columns - 2);
	return (
		<ListAndDetail
			layout={layout}
			columns={setupColumns}
			items={rows.slice(offset, offset + layout.listRows)}
			chosen={cursor - offset}
			isMarked={() => false}
			sort={{column: list.sort.by, descending: list.sort.descending}}
			detail={isBeside ? lines : []}
			strip={isBeside ? [] : indentLines(lines)}
			theme={theme}
		/>
	);
}
