import type {Model, RouteCounts} from '../domain/model.js';
import type {RouteList} from '../domain/route.js';
import {countRoutes} from '../services/routes.js';
import type {State} from './state/state.js';

const counted = new WeakMap<RouteList, RouteCounts>();
const withCounts = new WeakMap<Model, {readonly list: RouteList; readonly model: Model}>();

/** The model with the newest route counts; the same object as long as nothing changed, so that its row is not drawn anew. */
export function withRouteCounts({routeLists}: Pick<State, 'routeLists'>, model: Model): Model {
	const list = routeLists.get(model.id)?.list;
	if (!list) return model;
	const known = withCounts.get(model);
	if (known?.list === list) return known.model;
	let routes = counted.get(list);
	if (!routes) {
		routes = countRoutes(list);
		counted.set(list, routes);
	}
	const updated = {...model, routes};
	withCounts.set(model, {list, model: updated});
	return updated;
}
