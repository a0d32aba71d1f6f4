import type {Model} from '../domain/model.js';
import type {Route, RouteList, RoutePin} from '../domain/route.js';
import {type Gateway, serviceNames} from '../domain/service.js';
import {isOnDistillableList} from './judge-routes.js';

const payAsYouGo = "Naming providers makes NanoGPT bill pay-as-you-go: the provider's price plus 5 %, and the subscription is bypassed.";

/**
 * The `provider` object that keeps a prompt on the routes recorded as allowed, or the sentence why there is none.
 * `only` narrows it to chosen tags (or route ids); a chosen route that is not eligible never gets in.
 * https://openrouter.ai/docs/guides/routing/provider-selection and https://docs.nano-gpt.com/api-reference/miscellaneous/provider-selection
 */
export function pinRoutes(model: Model, list: RouteList, gateway: Gateway, only?: readonly string[]): RoutePin | string {
	const name = serviceNames[gateway];
	const listing = model.listings[gateway];
	if (listing === undefined) return `${model.id} is not listed at ${name}.`;
	if (gateway === 'nanogpt' && list.nanogptSupportsSelection === false) {
		return `NanoGPT takes no provider selection for ${model.id}: no route can be guaranteed there.`;
	}

	if (gateway === 'openrouter' && !isOnDistillableList(model)) {
		return `${model.id} is not on OpenRouter's distillable list: with enforcement on, OpenRouter would refuse the prompt.`;
	}

	const routes = list.routes.filter((route) => route.gateway === gateway);
	if (routes.length === 0) return `No routes of ${model.id} are known at ${name}: refresh the routes.`;
	const eligible = routes.filter((route) => route.eligible);
	if (eligible.length === 0) return `No route of ${model.id} at ${name} is in the pin: ${sayWhy(routes)}.`;
	const isChosen = ({tag, id}: Route) => only === undefined || only.includes(tag) || only.includes(id);
	const tags = [...new Set(eligible.filter(isChosen).map(({tag}) => tag))];
	const refused = routes.filter((route) => !route.eligible && only !== undefined && isChosen(route) && !tags.includes(route.tag));
	if (tags.length === 0) {
		const why = refused[0] === undefined ? 'none of them is a route of this model' : `${refused[0].tag} ${refused[0].reason}`;
		return `None of the chosen routes can be pinned: ${why}.`;
	}

	const warnings = [
		...(gateway === 'nanogpt' ? [payAsYouGo] : widerTags(tags, routes)),
		...(refused.length === 0 ? [] : [`Left out: ${refused.map(({tag, reason}) => `${tag} ${reason}`).join('; ')}.`]),
	];
	const provider = {only: tags, allow_fallbacks: false} as const;
	return {
		gateway,
		model: listing.id,
		provider: gateway === 'openrouter' ? {...provider, enforce_distillable_text: true} : provider,
		warnings,
	};
}

/** The most frequent reason first, with its count. */
function sayWhy(routes: readonly Route[]): string {
	const counts = new Map<string, number>();
	for (const {reason} of routes) counts.set(reason, (counts.get(reason) ?? 0) + 1);
	return [...counts.entries()]
		.toSorted((a, b) => b[1] - a[1])
		.map(([reason, count]) => `${count} ${reason}`)
		.join('; ');
}

/** OpenRouter takes a tag without a slash for every variant of the host, so it can let in more than was chosen. */
function widerTags(tags: readonly string[], routes: readonly Route[]): readonly string[] {
	return tags.flatMap((tag) => {
		const more = [
			...new Set(routes.filter((route) => route.tag.startsWith(`${tag}/`) && !tags.includes(route.tag)).map((route) => route.tag)),
		];
		return more.length === 0 ? [] : [`OpenRouter also takes ${more.join(', ')} for "${tag}".`];
	});
}
