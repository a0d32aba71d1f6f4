import type {Listing, Model} from '../../domain/model.js';
import type {RouteList} from '../../domain/route.js';
import {serviceNames} from '../../domain/service.js';
import {countRoutes, loadRoutes} from '../../services/routes.js';
import {absent, formatAgo, formatDate, formatPrice, formatTokens} from '../../view/format.js';
import {toModelDetailJson} from '../../view/json.js';
import {lineText} from '../../view/line.js';
import {routeCountsCell} from '../../view/model-columns.js';
import type {Paint} from '../../view/plain-table.js';
import {verdictLines} from '../../view/verdict-lines.js';
import type {CommandRecord} from '../command.js';
import {freshnessOptions, readModel, toFreshness} from '../read-catalogue.js';

const list = (values: readonly string[]) => (values.length === 0 ? absent : values.join(' '));

function listingLines(listing: Listing, paint: Paint): string[] {
	const field = (name: string, text: string) => `    ${paint(name.padEnd(11), 'dim')} ${text}`;
	const price = listing.isRouter
		? 'set by the model that the router picks'
		: `${formatPrice(listing.inputPrice)} in, ${formatPrice(listing.outputPrice)} out`;
	return [
		`  ${paint(serviceNames[listing.gateway], 'strong')}  ${listing.id}`,
		field('price', `${price}${listing.isRouter ? '' : ' (USD per million tokens)'}`),
		field('limits', `context ${formatTokens(listing.contextLength)}, output ${formatTokens(listing.maxOutputTokens)}`),
		field('modalities', `${list(listing.inputModalities)} → ${list(listing.outputModalities)}`),
		field('parameters', list(listing.parameters)),
		...(listing.aliasOf === null ? [] : [field('alias of', listing.aliasOf)]),
		...(listing.expiresAt === null ? [] : [field('expires', formatDate(listing.expiresAt))]),
	];
}

function* detailLines(model: Model, routes: RouteList | null, now: Date, paint: Paint): Generator<string> {
	yield paint(model.id, 'strong') + (model.name === model.id ? '' : `  ${model.name}`);
	for (const line of verdictLines(model.verdict, now))
		yield line.length === 1 ? paint(lineText(line), line[0]!.tone) : line.map(({text, tone}) => paint(text, tone)).join('');
	for (const gateway of model.catalogues) {
		yield '';
		yield* listingLines(model.listings[gateway]!, paint);
	}
	yield '';
	if (routes === null) {
		yield `  Routes were not asked for: stillroom routes ${model.id}`;
		return;
	}
	const newest =
		routes.sources
			.map(({fetchedAt}) => fetchedAt)
			.filter((time) => time !== null)
			.sort()
			.at(-1) ?? null;
	yield `  Routes ${routeCountsCell(countRoutes(routes)).text} recorded as allowed (read ${formatAgo(newest, now)})`;
}

export const modelCommand: CommandRecord = {
	name: 'model',
	summary: 'Show one model with every layer of its verdict in full.',
	args: [{spec: '<id>', help: 'The id at either gateway.'}],
	options: [{flags: '--json', help: 'One JSON object.'}, ...freshnessOptions],
	outputs: [{flags: '--json', schema: 'model'}],
	examples: [
		['stillroom model deepseek/deepseek-v3.2', 'who says what, where it was read and when'],
		['stillroom model deepseek/deepseek-v3.2 --json | jq -r .verdict.status', 'allowed, disallowed or unknown'],
	],
	async run({args, options}, session) {
		const found = await readModel(session, String(args[0]), toFreshness(options));
		const context = await session.context();
		const routes = loadRoutes(context, found);
		const model = routes === null ? found : {...found, routes: countRoutes(routes)};
		if (options.json) await session.output.write(`${JSON.stringify(toModelDetailJson(model, routes), null, 2)}\n`);
		else await session.output.writeLines(detailLines(model, routes, context.clock.now(), await session.paint()));
		return 0;
	},
};
