import {statusWords} from '../../../domain/model.js';
import type {Route, RouteList} from '../../../domain/route.js';
import {serviceNames} from '../../../domain/service.js';
import {disclaimer} from '../../../domain/verdict.js';
import {formatPercent, formatPrice, formatReadAge, formatTokens} from '../../../view/format.js';
import {type Line, labelled, line, span, wrapLines} from '../../../view/line.js';
import {policyCell, statusTones} from '../../../view/policy-cell.js';
import {layerNames} from '../../../view/verdict-lines.js';

function priceText(route: Route): string {
	const paid = `${formatPrice(route.inputPrice)} in  ${formatPrice(route.outputPrice)} out`;
	if (route.gateway === 'openrouter') return `${paid}  USD per million tokens`;
	return `${paid} with NanoGPT's markup  ·  ${formatPrice(route.baseInputPrice)} / ${formatPrice(route.baseOutputPrice)} without  ·  naming this provider is pay-as-you-go`;
}

/** Why a route may or may not be used, most important first. */
export function routeDetail(route: Route, width: number, now: Date): readonly Line[] {
	const policy = policyCell(route.verdict);
	return wrapLines(
		[
			line(
				span(`${route.provider} `, 'strong'),
				span(`${serviceNames[route.gateway]} `, 'dim'),
				span(route.tag, 'accent'),
				span('  '),
				span(policy.text, policy.tone),
			),
			line(span('Pin        ', 'dim'), span(route.reason, route.eligible ? 'good' : 'warn')),
			...route.verdict.reasons.map((reason) =>
				line(
					span(`${statusWords[reason.status].padEnd(4)}`, statusTones[reason.status]),
					span(`${layerNames[reason.layer]}: `, 'dim'),
					span(
						`${reason.label}${reason.sourceUrl ? ` · ${reason.sourceUrl}` : ''}${reason.fetchedAt ? ` · ${formatReadAge(reason.fetchedAt, now)}` : ''}`,
					),
				),
			),
			...route.verdict.duties.map(({kind, text}) => line(span(`* ${kind}: `, 'warn'), text)),
			...labelled('Price', priceText(route), {width}),
			...labelled(
				'Limits',
				`${formatTokens(route.contextLength)} context  ${formatTokens(route.maxOutputTokens)} output  ${route.quantization ?? 'quantization not said'}  up ${formatPercent(route.uptime)}`,
				{width},
			),
			...labelled('Parameters', route.parameters.join(' ') || '-', {width}),
			...labelled('Data', route.dataPolicy === 'zdr' ? 'zero data retention (listed by the gateway)' : 'no data policy recorded', {
				width,
				tone: 'dim',
			}),
			line(span(disclaimer, 'dim')),
		],
		width,
	);
}

/** What enforcement and the pin leave, in one line, and what a gateway could not answer; in fewer words below 76 cells. */
export function routeSummary({routes, sources, nanogptSupportsSelection}: RouteList, width = Number.POSITIVE_INFINITY): Line {
	const counts = {allowed: 0, disallowed: 0, unknown: 0};
	for (const {verdict} of routes) counts[verdict.status]++;
	const left = routes.filter((route) => route.isLeftByEnforcement).length;
	const atOpenrouter = routes.filter(({gateway}) => gateway === 'openrouter').length;
	const eligible = routes.filter((route) => route.eligible).length;
	const problems = sources.filter(({state}) => state === 'failed').map(({gateway}) => `${serviceNames[gateway]} failed`);
	return line(
		span(`${counts.allowed} YES`, 'good'),
		span('  '),
		span(`${counts.disallowed} NO`, 'bad'),
		span('  '),
		span(`${counts.unknown} ?`, 'unknown'),
		span(`  ·  ${width < 76 ? 'enforced' : "OpenRouter's enforcement leaves"} ${left} of ${atOpenrouter}`, 'dim'),
		span(`  ·  safe pin ${eligible}`, 'strong'),
		...(nanogptSupportsSelection === false ? [span('  ·  NanoGPT takes no provider selection here', 'warn')] : []),
		...(problems.length > 0 ? [span(`  ·  ${problems.join(', ')}`, 'bad')] : []),
	);
}
