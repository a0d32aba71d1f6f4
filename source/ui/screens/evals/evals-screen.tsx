import type {EvalResult} from '../../../services/evals/eval-event.js';
import {evalColumns} from '../../../view/eval-columns.js';
import {evalLines} from '../../../view/eval-lines.js';
import {indentLines, type Line, wrapLines} from '../../../view/line.js';
import {EmptyList} from '../../components/empty-list.js';
import {ListAndDetail} from '../../components/list-and-detail.js';
import {layoutOf} from '../../layout.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {ViewProps} from '../view.js';
import {noResultLines, selectChosen, selectRows, selectView} from './state.js';
import {whyEmpty} from './why-empty.js';

const selectLines = memoizeLast((result: EvalResult, width: number): readonly Line[] => evalLines(result, width, 't'));

export function EvalsScreen({state, theme}: ViewProps) {
	const {list} = state.screens.evals;
	const rows = selectRows(state);
	const layout = layoutOf(state);
	if (rows.length === 0) return <EmptyList lines={whyEmpty(state)} width={layout.columns} height={layout.bodyRows} theme={theme} />;
	const cursor = cursorIndexOf(list, selectView(state, layout.listRows));
	const offset = offsetOf(list.offset, cursor, {count: rows.length, height: layout.listRows});
	const isBeside = layout.detailColumns > 0;
	const result = selectChosen(state)?.result;
	const width = isBeside ? layout.detailColumns : layout.columns - 2;
	const lines = result ? selectLines(result, width) : wrapLines(noResultLines(state), width);
	return (
		<ListAndDetail
			layout={layout}
			columns={evalColumns}
			items={rows.slice(offset, offset + layout.listRows)}
			chosen={cursor - offset}
			isMarked={({id}) => list.marks.has(id)}
			sort={{column: list.sort.by, descending: list.sort.descending}}
			detail={isBeside ? lines : []}
			strip={isBeside ? [] : indentLines(lines)}
			theme={theme}
		/>
	);
}
