import {Box} from 'ink';
import {indentLines} from '../../../view/line.js';
import {routeColumns} from '../../../view/route-columns.js';
import {EmptyList} from '../../components/empty-list.js';
import {Lines} from '../../components/lines.js';
import {DataTable} from '../../components/table.js';
import {layoutOf} from '../../layout.js';
import {cursorIndexOf, offsetOf} from '../../state/list.js';
import {memoizeLast} from '../../state/memoize-last.js';
import type {ViewProps} from '../view.js';
import {routeDetail} from './route-detail.js';
import {selectRouteRows, selectRouteView} from './state.js';
import {whyEmpty} from './why-empty.js';

const sortColumns: Readonly<Record<string, string>> = {
	policy: 'policy',
	provider: 'provider',
	in: 'input-price',
	out: 'output-price',
	ctx: 'context',
	p50: 'p50',
	tps: 'throughput',
	uptime: 'uptime',
};

const selectDetail = memoizeLast((...args: Parameters<typeof routeDetail>) => indentLines(routeDetail(...args)));
const selectDate = memoizeLast((now: number) => new Date(now));

export function RoutesScreen({state, theme}: ViewProps) {
	const {list} = state.screens.routes;
	const rows = selectRouteRows(state);
	const layout = layoutOf(state);
	if (rows.length === 0) return <EmptyList lines={whyEmpty(state)} width={layout.columns} height={layout.bodyRows} theme={theme} />;
	const cursor = cursorIndexOf(list, selectRouteView(state, layout.listRows));
	const offset = offsetOf(list.offset, cursor, {count: rows.length, height: layout.listRows});
	const chosen = rows[cursor]!;
	return (
		<Box flexDirection="column" height={layout.bodyRows}>
			<Box height={layout.listRows + 1}>
				<DataTable
					columns={routeColumns}
					items={rows.slice(offset, offset + layout.listRows)}
					chosen={cursor - offset}
					isMarked={({id}) => list.marks.has(id)}
					width={layout.columns}
					theme={theme}
					sort={{column: sortColumns[list.sort.by], descending: list.sort.descending}}
				/>
			</Box>
			{layout.stripRows > 0 && (
				<Box marginTop={1} height={layout.stripRows - 1} flexDirection="column">
					<Lines
						lines={selectDetail(chosen, layout.columns - 2, selectDate(state.now))}
						width={layout.columns - 1}
						height={layout.stripRows - 1}
						theme={theme}
					/>
				</Box>
			)}
		</Box>
	);
}
