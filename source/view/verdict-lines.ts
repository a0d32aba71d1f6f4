import {statusWords} from '../domain/model.js';
import {disclaimer, type Layer, type Reason, type Verdict} from '../domain/verdict.js';
import type {Cell} from './cell.js';
import {absent, formatAgo, formatDate, formatDateTime} from './format.js';
import type {Line} from './line.js';
import {policyCell, statusTones} from './policy-cell.js';

/** How a layer is written for people. */
export const layerNames: Readonly<Record<Layer, string>> = {
	'openrouter-list': 'OpenRouter, list of distillable models',
	'nanogpt-model': 'NanoGPT, policy of the model',
	'licence-register': 'stillroom, register of licences',
	'nanogpt-provider': 'NanoGPT, policy of the provider',
	'terms-register': 'stillroom, register of provider terms',
};

const summaries = {
	allowed: 'Recorded as allowed for training other models.',
	disallowed: 'Recorded as not allowed for training other models.',
	unknown: 'Not recorded: this never counts as a yes.',
};

const field = (name: string, text: string, tone: Cell['tone'] = 'plain'): Line => [
	{text: `    ${name.padEnd(7)} `, tone: 'dim'},
	{text, tone},
];

/** A time comes with its age; a register's day of checking is a date, which has none worth counting. */
function formatRead(fetchedAt: string | null, now: Date): string {
	if (fetchedAt === null) return 'not read';
	return fetchedAt.includes('T') ? `${formatDateTime(fetchedAt)} (${formatAgo(fetchedAt, now)})` : `last checked ${formatDate(fetchedAt)}`;
}

function reasonLines(reason: Reason, now: Date): readonly Line[] {
	const read = formatRead(reason.fetchedAt, now);
	return [
		[
			{text: `  ${statusWords[reason.status].padEnd(3)} `, tone: statusTones[reason.status]},
			{text: layerNames[reason.layer], tone: 'strong'},
		],
		field('says', reason.label),
		field('basis', reason.basis),
		field('source', reason.sourceUrl ?? absent, reason.sourceUrl === null ? 'dim' : 'accent'),
		field('read', `${reason.readFrom}, ${read}`),
		...(reason.note === null ? [] : [field('note', reason.note)]),
	];
}

/**
 * A verdict in full, as lines of cells: the word, every layer with its basis, source and time, the duties, and the sentence that
 * it is no legal advice. Lines are not cut to any width.
 */
export function verdictLines(verdict: Verdict, now: Date): readonly Line[] {
	const policy = policyCell(verdict);
	const summary = verdict.conflict ? `${summaries[verdict.status]} The layers contradict each other (≠).` : summaries[verdict.status];
	return [
		[
			{text: policy.text, tone: policy.tone},
			{text: `  ${summary}`, tone: 'plain'},
		],
		...verdict.reasons.flatMap((reason) => reasonLines(reason, now)),
		...(verdict.duties.length === 0 ? [] : [[{text: '  * Duties that come with it', tone: 'strong'} as const]]),
		...verdict.duties.flatMap((duty): readonly Line[] => [
			[
				{text: '    ', tone: 'plain'},
				{text: duty.text, tone: 'warn'},
				{text: ` (${duty.kind})`, tone: 'dim'},
			],
			...(duty.sourceUrl === null ? [] : [field('source', duty.sourceUrl, 'accent')]),
		]),
		[{text: `  ${disclaimer}`, tone: 'dim'}],
	];
}
