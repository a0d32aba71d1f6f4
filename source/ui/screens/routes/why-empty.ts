import {emptyLine, type Line, line, span} from '../../../view/line.js';
import type {State} from '../../state/state.js';
import {selectAllRoutes, selectEntry} from './state.js';

/** A list is never empty without saying why and what to do. */
export function whyEmpty(state: State): readonly Line[] {
	const {modelId, list} = state.screens.routes;
	if (modelId === null)
		return [
			line('No model is chosen yet: ', span('1', 'accent'), ' opens Models, ', span('enter', 'accent'), ' there shows the routes of one.'),
		];
	const entry = selectEntry(state);
	if (selectAllRoutes(state).length > 0)
		return [
			line(`No route of ${modelId} passes the filter "${list.filter.text.trim()}".`),
			emptyLine,
			line(span('ctrl+x', 'accent'), ' clears it.'),
		];
	if (!entry || entry.isAsking) return [line(`Asking for the routes of ${modelId} …`)];
	const said = entry.list?.sources.map(
		({gateway, state: word, message}): Line => [
			span(`${gateway}  `, 'dim'),
			span(
				message ?? (word === 'not-listed' ? 'does not list this model' : 'lists no route for it now'),
				word === 'failed' ? 'bad' : 'plain',
			),
		],
	);
	return [
		line(`${modelId} has no known route.`),
		emptyLine,
		...(said ?? []),
		...(entry.problem ? [line(span(entry.problem, 'bad'))] : []),
		emptyLine,
		line(span('r', 'accent'), ' asks again, ', span('esc', 'accent'), ' goes back to Models.'),
	];
}
