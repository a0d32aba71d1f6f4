import type {Route} from '../domain/route.js';
import {type Reason, routeLayers, type Verdict} from '../domain/verdict.js';
import type {Column} from './cell.js';
import {absent, formatMilliseconds, formatPercent, formatPrice, formatThroughput, formatTokens} from './format.js';
import {gatewayAbbreviations, valueCell} from './model-columns.js';
import {policyCell} from './policy-cell.js';

/** The reason that best explains a verdict: one that says the same, of the route before the model. */
export function decidingReason(verdict: Verdict): Reason | null {
	const same = verdict.reasons.filter((reason) => reason.status === verdict.status);
	return same.find((reason) => routeLayers.includes(reason.layer)) ?? same[0] ?? verdict.reasons[0] ?? null;
}

/** The columns of every list of routes. Policy, provider, gateway and the two prices never leave: the same host is a route at each gateway. */
export const routeColumns: ReadonlyArray<Column<Route>> = [
	{id: 'policy', title: 'Policy', width: 7, said: [''], cell: (route) => policyCell(route.verdict)},
	{
		id: 'provider',
		title: 'Provider',
		width: 14,
		isFlexible: true,
		most: 60,
		said: [''],
		cell: (route) => ({text: route.provider, tone: route.isAvailable ? 'plain' : 'dim'}),
	},
	{id: 'via', title: 'Via', width: 4, said: ['at'], cell: (route) => ({text: gatewayAbbreviations[route.gateway], tone: 'dim'})},
	{id: 'input-price', title: 'In$/M', width: 7, align: 'right', said: ['input'], cell: (route) => valueCell(formatPrice(route.inputPrice))},
	{
		id: 'output-price',
		title: 'Out$/M',
		width: 7,
		align: 'right',
		said: ['output', 'US dollars per million tokens'],
		cell: (route) => valueCell(formatPrice(route.outputPrice)),
	},
	{
		id: 'base-price',
		title: 'Base$ in/out',
		width: 13,
		align: 'right',
		dropOrder: 2,
		said: ['without markup'],
		cell: (route) =>
			route.baseInputPrice === null && route.baseOutputPrice === null
				? {text: absent, tone: 'dim'}
				: {text: `${formatPrice(route.baseInputPrice)}/${formatPrice(route.baseOutputPrice)}`, tone: 'dim'},
	},
	{
		id: 'cache-price',
		title: 'Cache',
		width: 6,
		align: 'right',
		dropOrder: 6,
		said: ['cached input'],
		cell: (route) => valueCell(formatPrice(route.cacheReadPrice)),
	},
	{
		id: 'context',
		title: 'Ctx',
		width: 6,
		align: 'right',
		dropOrder: 7,
		said: ['context', 'tokens'],
		cell: (route) => valueCell(formatTokens(route.contextLength)),
	},
	{
		id: 'quantization',
		title: 'Quant',
		width: 6,
		dropOrder: 12,
		said: ['quantization'],
		cell: (route) => valueCell(route.quantization ?? absent),
	},
	{
		id: 'p50',
		title: 'p50',
		width: 5,
		align: 'right',
		dropOrder: 11,
		said: ['median latency'],
		cell: (route) => valueCell(formatMilliseconds(route.latencyP50)),
	},
	{
		id: 'p90',
		title: 'p90',
		width: 5,
		align: 'right',
		dropOrder: 5,
		said: ['90th percentile latency'],
		cell: (route) => valueCell(formatMilliseconds(route.latencyP90)),
	},
	{
		id: 'throughput',
		title: 'tok/s',
		width: 5,
		align: 'right',
		dropOrder: 9,
		said: ['', 'tokens per second'],
		cell: (route) => valueCell(formatThroughput(route.throughputP50)),
	},
	{
		id: 'uptime',
		title: 'Up30m',
		width: 6,
		align: 'right',
		dropOrder: 10,
		said: ['up', 'of the last 30 minutes'],
		cell: (route) => valueCell(formatPercent(route.uptime)),
	},
	{
		id: 'uptime-day',
		title: 'Up1d',
		width: 6,
		align: 'right',
		dropOrder: 4,
		said: ['up', 'of the last day'],
		cell: (route) => valueCell(formatPercent(route.uptimeLastDay)),
	},
	{id: 'data', title: 'Data', width: 4, dropOrder: 1, said: ['data policy'], cell: (route) => valueCell(route.dataPolicy ?? absent)},
	{
		id: 'pin',
		title: 'Pin',
		width: 3,
		dropOrder: 13,
		said: ['in the pin:'],
		cell: (route) => (route.eligible ? {text: 'yes', tone: 'good'} : {text: 'no', tone: 'dim'}),
	},
	{id: 'basis', title: 'Basis', width: 24, dropOrder: 3, cell: (route) => valueCell(decidingReason(route.verdict)?.basis ?? absent)},
];
