import type {Model} from '../../domain/model.js';
import type {Route} from '../../domain/route.js';
import type {Cell} from '../../view/cell.js';
import {formatDate, formatMilliseconds, formatPercent, formatPrice, formatThroughput, formatTokens} from '../../view/format.js';
import {type Line, span} from '../../view/line.js';
import {catalogueCell, routeCountsCell} from '../../view/model-columns.js';
import {policyCell} from '../../view/policy-cell.js';
import {decidingReason} from '../../view/route-columns.js';
import {fitText} from '../../view/width.js';
import {withRouteCounts} from '../route-counts.js';
import {selectAllRoutes} from '../screens/routes/state.js';
import {modelById, type State} from '../state/state.js';
import type {Page} from './page.js';

type Field<Item> = readonly [label: string, cell: (item: Item) => Cell | string];

const modelFields: readonly Field<Model>[] = [
	['Model', ({id}) => span(id, 'strong')],
	['Policy', ({verdict}) => policyCell(verdict)],
	['Because', ({verdict}) => decidingReason(verdict)?.label ?? '-'],
	['Duties', ({verdict}) => (verdict.duties.length === 0 ? '-' : span(verdict.duties.map(({kind}) => kind).join(', '), 'warn'))],
	['Catalogue', catalogueCell],
	['Context', ({contextLength}) => formatTokens(contextLength)],
	['Output limit', ({maxOutputTokens}) => formatTokens(maxOutputTokens)],
	['In $/M', ({inputPrice}) => formatPrice(inputPrice)],
	['Out $/M', ({outputPrice}) => formatPrice(outputPrice)],
	['Routes ok', ({routes}) => routeCountsCell(routes)],
	['Inputs', ({listings}) => (listings.openrouter ?? listings.nanogpt)!.inputModalities.join(' ')],
	['Parameters', ({listings}) => (listings.openrouter ?? listings.nanogpt)!.parameters.join(' ')],
	['Created', ({createdAt}) => formatDate(createdAt)],
	['Expires', ({listings}) => formatDate(listings.openrouter?.expiresAt ?? null)],
];

const routeFields: readonly Field<Route>[] = [
	['Provider', ({provider}) => span(provider, 'strong')],
	['Gateway', ({gateway}) => gateway],
	['Tag', ({tag}) => tag],
	['Policy', ({verdict}) => policyCell(verdict)],
	['Because', ({verdict}) => decidingReason(verdict)?.label ?? '-'],
	['In the pin', ({eligible, reason}) => span(reason, eligible ? 'good' : 'dim')],
	['In $/M', ({inputPrice}) => formatPrice(inputPrice)],
	['Out $/M', ({outputPrice}) => formatPrice(outputPrice)],
	['Context', ({contextLength}) => formatTokens(contextLength)],
	['Quantization', ({quantization}) => quantization ?? '-'],
	['Latency p50', ({latencyP50}) => formatMilliseconds(latencyP50)],
	['Latency p90', ({latencyP90}) => formatMilliseconds(latencyP90)],
	['Tokens/s', ({throughputP50}) => formatThroughput(throughputP50)],
	['Uptime 30 m', ({uptime}) => formatPercent(uptime)],
	['Data policy', ({dataPolicy}) => dataPolicy ?? 'not recorded'],
];

const labelWidth = 13;

/** Fields down, items across; as many items as are readable side by side. */
function sideBySide<Item>(fields: readonly Field<Item>[], items: readonly Item[], width: number): readonly Line[] {
	const most = Math.max(1, Math.floor((width - labelWidth) / 20));
	const shown = items.slice(0, most);
	const cellWidth = Math.min(48, Math.floor((width - labelWidth) / Math.max(1, shown.length)) - 1);
	const rows = fields.map(
		([label, toCell]): Line => [
			span(fitText(label, labelWidth), 'dim'),
			...shown.map((item) => {
				const cell = toCell(item);
				const {text, tone} = typeof cell === 'string' ? span(cell) : cell;
				return span(`${fitText(text, cellWidth)} `, tone);
			}),
		],
	);
	return items.length > shown.length
		? [...rows, [span(`and ${items.length - shown.length} more: widen the terminal or unmark some`, 'dim')]]
		: rows;
}

const markedModels = (state: State): readonly Model[] =>
	[...state.screens.models.list.marks]
		.map((id) => modelById(state, id))
		.filter((model) => model !== undefined)
		.map((model) => withRouteCounts(state, model));

const markedRoutes = (state: State): readonly Route[] => selectAllRoutes(state).filter(({id}) => state.screens.routes.list.marks.has(id));

export const comparePage: Page = {
	title: (state) => `Compare · ${state.screen === 'routes' ? `routes of ${state.screens.routes.modelId}` : 'models'}`,
	lines: (state, width) =>
		state.screen === 'routes' ? sideBySide(routeFields, markedRoutes(state), width) : sideBySide(modelFields, markedModels(state), width),
};
