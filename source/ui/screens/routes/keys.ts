import type {Gateway} from '../../../domain/service.js';
import {pinRoutes} from '../../../services/pin-routes.js';
import type {Binding} from '../../keys/binding.js';
import {type Action, flash} from '../../state/action.js';
import {openMenu, openPages} from '../../state/overlay.js';
import {modelById, type State} from '../../state/state.js';
import type {Target} from '../../state/target.js';
import {selectAllRoutes, selectChosenRoute, selectEntry} from './state.js';

const hasRoute = (state: State) => (selectChosenRoute(state) ? true : 'no route is chosen');

/** The pin over the marked routes of a gateway, or over all that are eligible. */
export function pinFor(state: State, gateway: Gateway) {
	const model = modelById(state, state.screens.routes.modelId);
	const list = selectEntry(state)?.list;
	if (!model || !list) return 'the routes are not known yet: r asks for them';
	const {marks} = state.screens.routes.list;
	const marked = list.routes.filter((route) => route.gateway === gateway && marks.has(route.id)).map(({tag}) => tag);
	return pinRoutes(model, list, gateway, marked.length > 0 ? marked : undefined);
}

function pinned(state: State): readonly Action[] {
	const gateway = selectChosenRoute(state)!.gateway;
	const pin = pinFor(state, gateway);
	if (typeof pin === 'string') return [flash(pin, 'warn')];
	return [
		{type: 'pin/kept', pin},
		{
			type: 'copy/asked',
			what: ['provider object, kept as the pin', ...pin.warnings].join('; '),
			text: JSON.stringify({model: pin.model, provider: pin.provider}),
		},
	];
}

/** Each marked route for itself, for a bake-off; else the gateway of the route under the cursor, with the kept pin. */
function targetsOf(state: State): readonly Target[] {
	const {modelId, list} = state.screens.routes;
	const marked = selectAllRoutes(state).filter(({id}) => list.marks.has(id));
	if (marked.length > 1) return marked.map(({gateway, tag}) => ({gateway, modelId: modelId!, only: [tag]}));
	const route = marked[0] ?? selectChosenRoute(state)!;
	const isKept = state.pin?.gateway === route.gateway && state.pin.model === route.modelId;
	return [{gateway: route.gateway, modelId: modelId!, only: marked[0] ? [marked[0].tag] : isKept ? state.pin!.provider.only : null}];
}

function sourceOf(state: State): string | undefined {
	const reasons = selectChosenRoute(state)?.verdict.reasons ?? [];
	return (
		(reasons.find(({layer, sourceUrl}) => /provider|terms/.test(layer) && sourceUrl) ?? reasons.find(({sourceUrl}) => sourceUrl))
			?.sourceUrl ?? undefined
	);
}

export const routesBindings: readonly Binding[] = [
	{
		id: 'routes.pin',
		keys: ['enter'],
		label: 'keep and copy the safe-route pin',
		short: 'keep the pin',
		hint: 10,
		when: hasRoute,
		act: pinned,
	},
	{
		id: 'routes.prompt',
		keys: ['t'],
		label: 'test prompt',
		hint: 12,
		when: hasRoute,
		act: (state) => ({type: 'prompt/opened', targets: targetsOf(state)}),
	},
	{id: 'routes.policy', keys: ['P'], label: 'policy evidence', hint: 15, when: hasRoute, act: () => openPages('policy')},
	{id: 'routes.raw', keys: ['i'], label: 'this route as JSON', when: hasRoute, act: () => openPages('raw')},
	{
		id: 'routes.compare',
		keys: ['c'],
		label: 'compare the marked routes',
		when: ({screens}) => (screens.routes.list.marks.size > 1 ? true : 'mark at least two routes with space, then compare'),
		act: () => openPages('compare'),
	},
	{
		id: 'routes.copy',
		keys: ['y'],
		label: 'copy tag',
		hint: 50,
		when: hasRoute,
		act: (state) => ({type: 'copy/asked', what: 'route tag', text: selectChosenRoute(state)!.tag}),
	},
	{
		id: 'routes.copy-as',
		keys: ['Y'],
		label: 'copy as JSON, curl, provider object …',
		hint: 55,
		when: hasRoute,
		act: () => openMenu('copy'),
	},
	{
		id: 'routes.open-source',
		keys: ['O', 'o'],
		label: 'open the terms',
		when: (state) => (sourceOf(state) ? true : 'no layer names a source for this route'),
		act: (state) => ({type: 'page/asked', url: sourceOf(state)!}),
	},
	{id: 'routes.preview', keys: ['p'], label: 'larger preview', act: () => ({type: 'app/preview-toggled'})},
];
