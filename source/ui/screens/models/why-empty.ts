import {gateways, serviceNames, services} from '../../../domain/service.js';
import {keyUnlocks} from '../../../domain/service-key.js';
import {formatNumber} from '../../../view/format.js';
import {emptyLine, type Line, line, span} from '../../../view/line.js';
import type {State} from '../../state/state.js';
import {distillWords, hasNoKey} from './state.js';

/** A list is never empty without saying why and what to do. */
export function whyEmpty(state: State): readonly Line[] {
	const {list, distill} = state.screens.models;
	if (state.catalogue.models.length > 0) {
		const filters = [
			...(list.filter.text.trim() ? [`the filter "${list.filter.text.trim()}"`] : []),
			...(distill === 'all' ? [] : [`distillable ${distillWords[distill]}`]),
		];
		return [
			line(`None of ${formatNumber(state.catalogue.models.length)} models passes ${filters.join(' and ')}.`),
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
	return welcome(state);
}

/** How reading the catalogues goes, a line for each service; a failure names its service itself. */
function catalogueLines(state: State): readonly Line[] {
	return gateways.map((gateway) => {
		const {state: word, message} = state.services[gateway];
		// Why, and what to do, stands in the message line.
		if (word === 'failed') return line(span(message?.replace(/^(.*?\.) .*$/s, '$1') ?? `${serviceNames[gateway]} failed`, 'bad'));
		const said = word === 'fetching' ? 'asking …' : word === 'fresh' ? 'answered with an empty list' : 'not asked yet';
		return line(span(serviceNames[gateway].padEnd(11), 'strong'), span(said));
	});
}

const keyLine = (key: string, words: string): Line => line(span(key.padEnd(8), 'accent'), span(words));

/** What can be done before anything was read: the more of it, the more room there is. */
function waysOn(state: State): readonly Line[] {
	const again = keyLine('r', 'tries again; models and routes need no key');
	if (state.isSandbox) return [again];
	return [
		keyLine('K', hasNoKey(state) ? 'sets up keys of services' : 'shows which keys of services are set'),
		keyLine('B', 'opens the embedded sandbox: no network, no key'),
		keyLine(': tour', 'plays the whole workflow on the sandbox'),
		again,
	];
}

/** What each key is good for, for those who have none yet. */
function unlockLines(state: State): readonly Line[] {
	if (state.isSandbox || !hasNoKey(state)) return [];
	return [
		emptyLine,
		line(span('What a key unlocks', 'strong')),
		...services.map((service) => line(span(serviceNames[service].padEnd(11), 'dim'), span(keyUnlocks[service]))),
		line(span('Others'.padEnd(11), 'dim'), span('fine-tuning at Azure, Nebius, Together, Fireworks, elsewhere')),
	];
}

/** The first thing that is seen where nothing was saved: what this is, how reading goes, and what can be done without it. */
function welcome(state: State): readonly Line[] {
	const isAsking = gateways.some((gateway) => ['fetching', 'not-asked'].includes(state.services[gateway].state));
	const reading = isAsking
		? 'Reading the catalogues for the first time.'
		: 'No catalogue could be read, and none is saved from an earlier run.';
	// Below 24 rows what can be done comes before what went wrong, and the rest stands on the screen of keys.
	const isLow = state.size.rows < 24;
	const gap = isLow ? [] : [emptyLine];
	return [
		line(
			span('stillroom', 'accent'),
			span(
				isLow ? ': which models may be distilled, by which route' : ': which models may be distilled, by which route, and on whose word.',
			),
		),
		...gap,
		line(reading),
		...(isLow ? [] : [...catalogueLines(state), emptyLine]),
		...waysOn(state),
		...(isLow ? catalogueLines(state) : unlockLines(state)),
	];
}
