import {gateways, serviceNames} from '../../../domain/service.js';
import {emptyLine, type Line, line, span} from '../../../view/line.js';
import type {State} from '../../state/state.js';
import {distillWords} from './state.js';

/** A list is never empty without saying why and what to do. */
export function whyEmpty(state: State): readonly Line[] {
	const {list, distill} = state.screens.models;
	if (state.catalogue.models.length > 0) {
		const filters = [
			...(list.filter.text.trim() ? [`the filter "${list.filter.text.trim()}"`] : []),
			...(distill === 'all' ? [] : [`distillable ${distillWords[distill]}`]),
		];
		return [
			line(`None of ${state.catalogue.models.length} models passes ${filters.join(' and ')}.`),
			emptyLine,
			line(
				span('ctrl+x', 'accent'),
				' clears the filter, ',
				span('D', 'accent'),
				' cycles distillability, ',
				span('?', 'accent'),
				' lists the filter keys.',
			),
		];
	}
	const failures = gateways.flatMap((gateway): Line[] => {
		const {state: word, message} = state.services[gateway];
		const said =
			word === 'fetching'
				? 'asking …'
				: word === 'failed'
					? (message ?? 'failed')
					: word === 'fresh'
						? 'answered with an empty list'
						: 'not asked yet';
		// A failure names its service itself.
		return [word === 'failed' && message ? line(span(message, 'bad')) : line(span(serviceNames[gateway].padEnd(11), 'strong'), span(said))];
	});
	const isAsking = gateways.some((gateway) => ['fetching', 'not-asked'].includes(state.services[gateway].state));
	return [
		line(isAsking ? 'Reading the catalogues for the first time.' : 'No catalogue could be read, and none is saved from an earlier run.'),
		emptyLine,
		...failures,
		emptyLine,
		...(isAsking
			? []
			: [
					line(
						span('r', 'accent'),
						' tries again. Without a network, ',
						span('stillroom --sandbox', 'accent'),
						' shows everything on the embedded server.',
					),
				]),
	];
}
