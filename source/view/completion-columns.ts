import {cleanText} from '../domain/clean-text.js';
import type {Completion} from '../domain/completion.js';
import type {EvidenceGrade} from '../domain/evidence-grade.js';
import {daysLeft} from '../domain/filter/completion-keys.js';
import type {CompletionRow} from '../domain/ledger.js';
import {statusWords} from '../domain/model.js';
import type {Cell, Column, Tone} from './cell.js';
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

/** Where a completion was read, in the words that the filter takes as well. */
export const sourceWords: Readonly<Record<Completion['source'], string>> = {
	sent: 'sent',
	'openai-stored': 'stored',
	'chat-jsonl': 'jsonl',
	'llm-log': 'llm',
	'openrouter-generation': 'generation',
};

/** Days from which on a copy that goes soon is marked. */
const soon = 5;

function leftCell({remote}: Completion, now: number): Cell {
	if (remote !== null && remote.state !== 'stored') return {text: remote.state === 'vanished' ? 'gone' : 'del.', tone: 'dim'};
	const days = daysLeft({remote}, now);
	return days === null ? {text: absent, tone: 'dim'} : {text: `${days}d`, tone: days < soon ? 'warn' : 'plain'};
}

/** Tags as the filter writes them: `checked split=train`. */
export function formatTags(tags: Completion['tags']): string {
	return Object.entries(tags)
		.map(([name, value]) => (value === '' ? name : `${name}=${value}`))
		.join(' ');
}

/** Beside the rating: `+` accepted, `x` rejected. */
const markSigns = {picked: ' +', rejected: ' x'} as const;

/** The columns of every list of completions. Grade, policy and model never leave. Days are counted from `now`, or from the machine's clock. */
export const createCompletionColumns = (now?: Date): ReadonlyArray<Column<CompletionRow>> => [
	{
		id: 'grade',
		title: 'Grade',
		width: 5,
		cell: ({grade, warnings}) =>
			grade === null
				? {text: absent, tone: 'dim'}
				: {text: warnings.length > 0 ? `${grade} !` : grade, tone: warnings.length > 0 ? 'bad' : gradeTones[grade]},
	},
	{id: 'policy', title: 'Policy', width: 6, said: [''], cell: ({verdict}) => ({text: statusWords[verdict], tone: statusTones[verdict]})},
	{
		id: 'status',
		title: 'Status',
		width: 10,
		dropOrder: 10,
		said: [''],
		cell: ({status}) => ({text: status, tone: completionTones[status]}),
	},
	{id: 'model', title: 'Model', width: 24, said: [''], cell: ({model}) => ({text: cleanText(model), tone: 'strong'})},
	{
		id: 'provider',
		title: 'Provider',
		width: 14,
		dropOrder: 9,
		said: ['by'],
		cell: ({provider}) => valueCell(provider === null ? absent : cleanText(provider)),
	},
	{
		id: 'rating',
		title: 'Rate',
		width: 4,
		align: 'right',
		dropOrder: 13,
		said: ['rated'],
		cell({rating, mark}) {
			if (mark === 'picked' || mark === 'rejected')
				return {text: `${rating ?? ''}${markSigns[mark]}`, tone: mark === 'picked' ? 'accent' : 'bad'};
			return valueCell(rating === null ? absent : String(rating));
		},
	},
	{
		id: 'tags',
		title: 'Tags',
		width: 14,
		dropOrder: 11,
		cell: ({tags}) => valueCell(cleanText(formatTags(tags)).slice(0, 100) || absent),
	},
	{
		id: 'left',
		title: 'Left',
		width: 4,
		align: 'right',
		dropOrder: 12,
		said: ['at OpenAI for'],
		cell: (row) => leftCell(row, now?.getTime() ?? Date.now()),
	},
	{
		id: 'source',
		title: 'Source',
		width: 10,
		dropOrder: 4,
		cell: ({source}) => ({text: sourceWords[source], tone: source === 'sent' ? 'dim' : 'plain'}),
	},
	{
		id: 'tokens',
		title: 'Tokens',
		width: 11,
		align: 'right',
		dropOrder: 6,
		said: ['', 'tokens'],
		cell: ({promptTokens, completionTokens}) =>
			valueCell(promptTokens === null && completionTokens === null ? absent : `${promptTokens ?? '?'}+${completionTokens ?? '?'}`),
	},
	{id: 'cost', title: 'Cost', width: 9, align: 'right', dropOrder: 5, cell: ({costUsd}) => valueCell(formatUsd(costUsd))},
	{
		id: 'latency',
		title: 'Took',
		said: ['took'],
		width: 5,
		align: 'right',
		dropOrder: 3,
		cell: ({latencyMilliseconds}) => valueCell(formatMilliseconds(latencyMilliseconds)),
	},
	{
		id: 'created',
		title: 'Sent',
		width: 17,
		dropOrder: 2,
		cell: ({createdAt, isTimeRecorded}) => ({
			text: isTimeRecorded === false ? 'time not recorded' : formatDateTime(createdAt),
			tone: 'dim',
		}),
	},
	{
		id: 'prompt',
		title: 'Prompt',
		width: 24,
		isFlexible: true,
		cell: ({promptExcerpt}) =>
			promptExcerpt === null ? {text: 'text deleted', tone: 'dim'} : {text: cleanText(promptExcerpt).slice(0, 160), tone: 'plain'},
	},
	{id: 'id', title: 'Id', width: 26, dropOrder: 1, cell: ({id}) => ({text: id, tone: 'dim'})},
];

/** The same, from the machine's clock: for lists that are drawn again and again. */
export const completionColumns = createCompletionColumns();
