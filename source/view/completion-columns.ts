import {cleanText} from '../domain/clean-text.js';
import type {Completion} from '../domain/completion.js';
import type {EvidenceGrade} from '../domain/evidence-grade.js';
import type {CompletionRow} from '../domain/ledger.js';
import {statusWords} from '../domain/model.js';
import type {Column, Tone} from './cell.js';
import {absent, formatDateTime, formatMilliseconds, formatUsd} from './format.js';
import {statusTones} from './policy-cell.js';

export const gradeTones: Readonly<Record<EvidenceGrade, Tone>> = {A: 'good', B: 'good', C: 'plain', D: 'warn', E: 'bad'};

export const completionTones: Readonly<Record<Completion['status'], Tone>> = {
	finished: 'plain',
	failed: 'bad',
	aborted: 'warn',
	unfinished: 'warn',
};

const valueCell = (text: string) => ({text, tone: text === absent ? ('dim' as const) : ('plain' as const)});

/** The columns of every list of completions. Grade, policy and model never leave. */
export const completionColumns: ReadonlyArray<Column<CompletionRow>> = [
	{
		id: 'grade',
		title: 'Grade',
		width: 5,
		cell: ({grade, warnings}) =>
			grade === null
				? {text: absent, tone: 'dim'}
				: {text: warnings.length > 0 ? `${grade} !` : grade, tone: warnings.length > 0 ? 'bad' : gradeTones[grade]},
	},
	{id: 'policy', title: 'Policy', width: 6, cell: ({verdict}) => ({text: statusWords[verdict], tone: statusTones[verdict]})},
	{id: 'status', title: 'Status', width: 10, dropOrder: 7, cell: ({status}) => ({text: status, tone: completionTones[status]})},
	{id: 'model', title: 'Model', width: 30, cell: ({model}) => ({text: cleanText(model), tone: 'strong'})},
	{
		id: 'provider',
		title: 'Provider',
		width: 14,
		dropOrder: 5,
		cell: ({provider}) => valueCell(provider === null ? absent : cleanText(provider)),
	},
	{id: 'mark', title: 'Mark', width: 8, dropOrder: 2, cell: ({mark}) => valueCell(mark === 'none' ? absent : mark)},
	{
		id: 'tokens',
		title: 'Tokens',
		width: 11,
		align: 'right',
		dropOrder: 3,
		cell: ({promptTokens, completionTokens}) =>
			valueCell(promptTokens === null && completionTokens === null ? absent : `${promptTokens ?? '?'}+${completionTokens ?? '?'}`),
	},
	{id: 'cost', title: 'Cost', width: 9, align: 'right', dropOrder: 6, cell: ({costUsd}) => valueCell(formatUsd(costUsd))},
	{
		id: 'latency',
		title: 'Took',
		width: 5,
		align: 'right',
		dropOrder: 1,
		cell: ({latencyMilliseconds}) => valueCell(formatMilliseconds(latencyMilliseconds)),
	},
	{id: 'created', title: 'Sent', width: 17, dropOrder: 4, cell: ({createdAt}) => ({text: formatDateTime(createdAt), tone: 'dim'})},
	{
		id: 'prompt',
		title: 'Prompt',
		width: 24,
		isFlexible: true,
		cell: ({promptExcerpt}) =>
			promptExcerpt === null ? {text: 'text deleted', tone: 'dim'} : {text: cleanText(promptExcerpt).slice(0, 160), tone: 'plain'},
	},
	{id: 'id', title: 'Id', width: 26, dropOrder: 8, cell: ({id}) => ({text: id, tone: 'dim'})},
];
