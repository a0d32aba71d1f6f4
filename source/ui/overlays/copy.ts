import type {Gateway} from '../../domain/service.js';
import {gateways, serviceNames} from '../../domain/service.js';
import {lineText} from '../../view/line.js';
import {verdictLines} from '../../view/verdict-lines.js';
import {selectChosen} from '../screens/models/state.js';
import {pinFor} from '../screens/routes/keys.js';
import {selectChosenRoute} from '../screens/routes/state.js';
import type {State} from '../state/state.js';
import {curlFor} from './curl.js';
import type {Menu, MenuItem} from './menu.js';

const copy = (label: string, text: string): MenuItem => ({label, actions: [{type: 'copy/asked', what: label, text}]});

const evidence = (state: State, verdict: Parameters<typeof verdictLines>[0]): string =>
	verdictLines(verdict, new Date(state.now)).map(lineText).join('\n');

function modelItems(state: State): readonly MenuItem[] {
	const model = selectChosen(state);
	if (!model) return [];
	const listed = gateways.filter((gateway) => model.listings[gateway]);
	return [
		copy('id', model.id),
		...listed.map((gateway) => copy(`id at ${serviceNames[gateway]}`, model.listings[gateway]!.id)),
		copy('JSON', JSON.stringify(model, null, 2)),
		copy('policy evidence', evidence(state, model.verdict)),
		...(model.listings.openrouter ? [copy('provider object with enforcement on', JSON.stringify({enforce_distillable_text: true}))] : []),
		...listed.map((gateway) =>
			copy(
				`curl for ${serviceNames[gateway]}`,
				curlFor(
					gateway,
					state.baseUrls[gateway],
					model.listings[gateway]!.id,
					gateway === 'openrouter' ? {enforce_distillable_text: true} : null,
				),
			),
		),
	];
}

function pinItems(state: State, gateway: Gateway): readonly MenuItem[] {
	const pin = pinFor(state, gateway);
	const label = `safe-route pin for ${serviceNames[gateway]}`;
	if (typeof pin === 'string') return [{label, blocked: pin, actions: []}];
	return [
		copy(label, JSON.stringify({model: pin.model, provider: pin.provider})),
		copy(`curl with the ${label}`, curlFor(gateway, state.baseUrls[gateway], pin.model, pin.provider)),
	];
}

function routeItems(state: State): readonly MenuItem[] {
	const route = selectChosenRoute(state);
	if (!route) return [];
	return [
		copy('tag', route.tag),
		copy('JSON', JSON.stringify(route, null, 2)),
		copy('policy evidence', evidence(state, route.verdict)),
		...gateways.flatMap((gateway) => pinItems(state, gateway)),
	];
}

export const copyMenu: Menu = {
	title: () => 'Copy as',
	items: (state) => (state.screen === 'routes' ? routeItems(state) : modelItems(state)),
};
