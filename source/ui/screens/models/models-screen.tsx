import {Box} from 'ink';
import {useDeferredValue} from 'react';
import {EmptyList} from '../../components/empty-list.js';
import {Lines} from '../../components/lines.js';
import {DataTable} from '../../components/table.js';
import type {ViewProps} from '../view.js';
import {modelsFrame} from './models-frame.js';
import {whyEmpty} from './why-empty.js';

export function ModelsScreen({state, theme}: ViewProps) {
	const text = useDeferredValue(state.screens.models.list.filter.text);
	const {layout, isEmpty, columns, window, chosen, marks, sort, detail, strip} = modelsFrame(state, text);
	if (isEmpty) return <EmptyList lines={whyEmpty(state)} width={layout.columns} height={layout.bodyRows} theme={theme} />;
	return (
		<Box flexDirection="column" height={layout.bodyRows}>
			<Box height={layout.listRows + 1}>
				<DataTable
					columns={columns}
					items={window}
					chosen={chosen}
					isMarked={({id}) => marks.has(id)}
					width={layout.listColumns}
					theme={theme}
					sort={sort}
				/>
				{layout.detailColumns > 0 && (
					<Box marginLeft={2} width={layout.detailColumns} flexDirection="column">
						<Lines lines={detail} width={layout.detailColumns} height={layout.listRows + 1} theme={theme} />
					</Box>
				)}
			</Box>
			{layout.stripRows > 0 && (
				<Box marginTop={1} height={layout.stripRows - 1} flexDirection="column">
					<Lines lines={strip} width={layout.columns - 1} height={layout.stripRows - 1} theme={theme} />
				</Box>
			)}
		</Box>
	);
}
