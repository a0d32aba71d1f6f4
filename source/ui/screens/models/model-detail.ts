import type {Listing, Model} from '../../../domain/model.js';
import {statusWords} from '../../../domain/model.js';
import type {Route} from '../../../domain/route.js';
import {gateways, serviceNames} from '../../../domain/service.js';
import {disclaimer, type Reason} from '../../../domain/verdict.js';
import {formatDate, formatPrice, formatReadAge, formatTokens} from '../../../view/format.js';
import {emptyLine, type Line, labelled, line, lineWidth, paragraph, span, wrapLines} from '../../../view/line.js';
import {policyCell, statusTones} from '../../../view/policy-cell.js';
import {layerNames} from '../../../view/verdict-lines.js';
import {fitText, truncate} from '../../../view/width.js';
import type {RouteEntry} from '../../state/state.js';

const shortLayer: Readonly<Record<Reason['layer'], string>> = {
	'openrouter-list': 'OpenRouter',
	'nanogpt-model': 'NanoGPT',
	'licence-register': 'Licence',
	'nanogpt-provider': 'Provider',
	'terms-register': 'Terms',
};

function reasonLines(reason: Reason, width: number, now: Date): readonly Line[] {
	const head = line(
		span(`${shortLayer[reason.layer].padEnd(11)}`, 'dim'),
		span(statusWords[reason.status].padEnd(4), statusTones[reason.status]),
		span(reason.fetchedAt ? formatReadAge(reason.fetchedAt, now) : '', 'dim'),
	);
	return [
		head,
		...paragraph(reason.label, width, 'plain', 2),
		...(reason.sourceUrl ? paragraph(reason.sourceUrl, width, 'accent', 2) : []),
	];
}

const price = (listing: Listing): string =>
	listing.isRouter ? 'set by the routed model' : `${formatPrice(listing.inputPrice)} in  ${formatPrice(listing.outputPrice)} out`;

function overrideText({minPromptTokens, utcStart, utcEnd, inputPrice, outputPrice}: Listing['priceOverrides'][number]): string {
	const from = minPromptTokens === null ? '' : `from ${formatTokens(minPromptTokens)} tokens`;
	const clock = utcStart === null || utcEnd === null ? '' : `${String(utcStart).padStart(4, '0')}-${String(utcEnd).padStart(4, '0')} UTC`;
	return `${formatPrice(inputPrice)} in  ${formatPrice(outputPrice)} out  ${[from, clock].filter(Boolean).join(', ')}`;
}

function listingLines(listing: Listing, width: number): readonly Line[] {
	return [
		...labelled(serviceNames[listing.gateway], price(listing), {width}),
		...listing.priceOverrides.slice(0, 3).flatMap((override) => labelled('', overrideText(override), {width, tone: 'dim'})),
		...(listing.cacheReadPrice === null ? [] : labelled('', `${formatPrice(listing.cacheReadPrice)} cached input`, {width, tone: 'dim'})),
		...(listing.isSubscriptionIncluded === null
			? []
			: labelled('', listing.isSubscriptionIncluded ? 'part of the subscription' : 'not part of the subscription', {width, tone: 'dim'})),
	];
}

const routeLine = (route: Route, width: number): Line =>
	line(
		span(`  ${policyCell(route.verdict).text.padEnd(5)}`, policyCell(route.verdict).tone),
		span(fitText(route.provider, Math.max(8, width - 34))),
		span(` ${route.gateway === 'openrouter' ? 'or  ' : 'nano'} `, 'dim'),
		span(`${formatPrice(route.inputPrice)}/${formatPrice(route.outputPrice)}`.padStart(14)),
	);

function routeLines(model: Model, entry: RouteEntry | undefined, width: number): readonly Line[] {
	const list = entry?.list;
	if (!list) {
		const text = entry?.isAsking ? 'asking the catalogues …' : 'not asked yet: enter asks';
		return labelled('Routes', entry?.problem ?? text, {width, tone: entry?.problem ? 'bad' : 'dim'});
	}
	const problems = list.sources
		.filter(({state, message}) => (state === 'failed' || state === 'unsupported') && message)
		.map(({message}) => message!);
	const known = `${model.routes.allowed} of ${model.routes.total} recorded as allowed${entry.isAsking ? ', asking anew' : ''}`;
	return [
		...labelled('Routes', known, {width}),
		...list.routes.slice(0, 6).map((route) => routeLine(route, width)),
		...(list.routes.length > 6 ? [line(span(`  and ${list.routes.length - 6} more: enter`, 'dim'))] : []),
		...problems.flatMap((problem) => paragraph(problem, width, 'warn', 2)),
	];
}

/** Everything about one model, most important first, in `width` cells. `model` carries its newest route counts. */
export function modelDetail(model: Model, entry: RouteEntry | undefined, width: number, now: Date): readonly Line[] {
	const listings = gateways.map((gateway) => model.listings[gateway]).filter((listing) => listing !== undefined);
	const main = listings[0]!;
	const ids = listings.filter(({id}) => id !== model.id);
	const policy = policyCell(model.verdict);
	return [
		...paragraph(model.id, width, 'strong'),
		...paragraph(main.name, width, 'dim'),
		emptyLine,
		line(
			span(policy.text, policy.tone),
			span(model.verdict.conflict ? '  the layers contradict each other' : '  may its outputs train a model?', 'dim'),
		),
		...model.verdict.reasons.flatMap((reason) => reasonLines(reason, width, now)),
		...model.verdict.duties.flatMap((duty) => [line(span(`* ${duty.kind}`, 'warn')), ...paragraph(duty.text, width, 'plain', 2)]),
		...paragraph(disclaimer, width, 'dim'),
		emptyLine,
		...routeLines(model, entry, width),
		emptyLine,
		line(span('Price', 'dim'), span('  USD per million tokens', 'dim')),
		...listings.flatMap((listing) => listingLines(listing, width)),
		...labelled('Limits', `${formatTokens(model.contextLength)} context  ${formatTokens(model.maxOutputTokens)} output`, {width}),
		...labelled('Modality', `${main.inputModalities.join(' ')} -> ${main.outputModalities.join(' ')}`, {width}),
		...labelled('Parameters', main.parameters.join(' ') || '-', {width}),
		...(main.aliasOf ? labelled('Alias of', main.aliasOf, {width}) : []),
		...(main.knowledgeCutoff ? labelled('Knowledge', formatDate(main.knowledgeCutoff), {width}) : []),
		...labelled('Expires', main.expiresAt ? formatDate(main.expiresAt) : 'no date announced', {
			width,
			tone: main.expiresAt ? 'warn' : 'dim',
		}),
		...labelled('Created', formatDate(model.createdAt), {width}),
		...ids.flatMap((listing) => labelled(serviceNames[listing.gateway], `as ${listing.id}`, {width, tone: 'dim'})),
		...(main.description ? [emptyLine, ...paragraph(main.description, width, 'dim')] : []),
	];
}

/** The same in a few lines, for narrow terminals. */
export function modelStrip(model: Model, width: number): readonly Line[] {
	const policy = policyCell(model.verdict);
	const reasons = model.verdict.reasons.map(({layer, status}) => `${layerNames[layer].split(',')[0]} ${statusWords[status]}`);
	// The verdict stays, however long the id is.
	const id = truncate(model.id, width - policy.text.length - 2);
	const name = line(span(id, 'strong'), span('  '), span(policy.text, policy.tone));
	const layers = span([...new Set(reasons)].join(' · '), 'dim');
	const whole = line(...name, span('  '), layers);
	return [
		...(lineWidth(whole) <= width ? [whole] : [name, ...wrapLines([[layers]], width)]),
		...paragraph(model.verdict.reasons.find(({status}) => status === model.verdict.status)?.label ?? '', width),
		...(model.verdict.duties.length > 0 ? paragraph(`* ${model.verdict.duties.map(({text}) => text).join(' ')}`, width, 'warn') : []),
	];
}
