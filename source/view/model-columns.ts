import type {Model, RouteCounts} from '../domain/model.js';
import type {Gateway} from '../domain/service.js';
import type {Layer, Status} from '../domain/verdict.js';
import type {Cell, Column} from './cell.js';
import {absent, formatAge, formatPrice, formatTokens} from './format.js';
import {policyCell} from './policy-cell.js';

/** How a gateway is written where space is short. */
export const gatewayAbbreviations: Readonly<Record<Gateway, string>> = {openrouter: 'or', nanogpt: 'nano'};

/** A value that may be absent: dim when it is. */
export function valueCell(text: string): Cell {
	return {text, tone: text === absent ? 'dim' : 'plain'};
}

function layerStatus(model: Model, layer: Layer): Status {
	return model.verdict.reasons.find((reason) => reason.layer === layer)?.status ?? 'unknown';
}

/** Do the two catalogues contradict each other, one recording a permission and the other a prohibition? */
export function isCatalogueConflict(model: Model): boolean {
	const statuses = [layerStatus(model, 'openrouter-list'), layerStatus(model, 'nanogpt-model')];
	return statuses.includes('allowed') && statuses.includes('disallowed');
}

/** `or+nano`, `or`, `nano`; `or≠nano` where the two contradict each other. */
export function catalogueCell(model: Model): Cell {
	const isConflict = isCatalogueConflict(model);
	const names = model.catalogues.map((gateway) => gatewayAbbreviations[gateway]);
	return {text: names.join(isConflict ? '≠' : '+'), tone: isConflict ? 'warn' : 'dim'};
}

/** `9/11`: routes recorded as allowed, of all; `-` when routes were not asked for. */
export function routeCountsCell({allowed, total}: RouteCounts): Cell {
	if (total === null) return {text: absent, tone: 'dim'};
	return {text: `${allowed ?? absent}/${total}`, tone: total > 0 && allowed === 0 ? 'dim' : 'plain'};
}

/** The columns of every list of models; `now` is what ages are counted from. Policy and the model never leave. */
export function createModelColumns(now: Date): ReadonlyArray<Column<Model>> {
	return [
		{id: 'policy', title: 'Policy', width: 7, said: [''], cell: (model) => policyCell(model.verdict)},
		{id: 'model', title: 'Model', width: 34, isFlexible: true, most: 70, said: [''], cell: (model) => ({text: model.id, tone: 'plain'})},
		{id: 'catalogue', title: 'Catalogue', width: 9, dropOrder: 1, said: [''], cell: catalogueCell},
		{
			id: 'context',
			title: 'Ctx',
			width: 6,
			align: 'right',
			dropOrder: 4,
			said: ['context', 'tokens'],
			cell: (model) => valueCell(formatTokens(model.contextLength)),
		},
		{
			id: 'input-price',
			title: 'In$/M',
			width: 7,
			align: 'right',
			dropOrder: 3,
			said: ['input'],
			cell: (model) => valueCell(formatPrice(model.inputPrice)),
		},
		{
			id: 'output-price',
			title: 'Out$/M',
			width: 7,
			align: 'right',
			dropOrder: 6,
			said: ['output', 'US dollars per million tokens'],
			cell: (model) => valueCell(formatPrice(model.outputPrice)),
		},
		{
			id: 'routes',
			title: 'Routes',
			width: 6,
			align: 'right',
			dropOrder: 5,
			said: ['', 'routes allowed'],
			cell: (model) => routeCountsCell(model.routes),
		},
		{
			id: 'age',
			title: 'Age',
			width: 4,
			align: 'right',
			dropOrder: 2,
			said: ['', 'old'],
			cell: (model) => valueCell(formatAge(model.createdAt, now)),
		},
	];
}
