import {cleanText} from '../domain/clean-text.js';
import {answerHashOf, type Completion} from '../domain/completion.js';
import {daysLeft} from '../domain/filter/completion-keys.js';
import type {LedgerRun} from '../domain/ledger.js';
import {type Origin, originNames} from '../domain/service.js';
import {disclaimer, type Layer} from '../domain/verdict.js';
import {completionTones, gradeTones} from './completion-columns.js';
import {conversationLines} from './conversation-lines.js';
import {proofWords} from './evidence-text.js';
import {absent, formatDateTime, formatMilliseconds, formatUsd} from './format.js';
import {emptyLine, type Line, labelled, line, paragraph, span, wrapLines} from './line.js';
import {statusTones} from './policy-cell.js';
import {layerNames} from './verdict-lines.js';

const decisions = {YES: 'allowed', NO: 'disallowed', UNKNOWN: 'unknown'} as const;
const sourceWords: Readonly<Record<Completion['source'], string>> = {
	sent: 'sent from here',
	'openai-stored': "read from OpenAI's stored completions",
	'chat-jsonl': 'imported from a file',
	'llm-log': 'imported from a log of llm',
	'openrouter-generation': "read from OpenRouter's record of the generation",
};

const tagsOf = ({tags}: Completion): string =>
	Object.entries(tags)
		.map(([name, value]) => (value === '' ? name : `${name}=${value}`))
		.join('  ');

function remoteWords({remote}: Completion, now: Date): string {
	if (remote === null) return 'none that is known of';
	const left = daysLeft({remote}, now.getTime());
	const isOver = remote.expires_at !== null && Date.parse(remote.expires_at) <= now.getTime();
	const when = left === null ? '' : isOver ? ', past its time there' : `, dropped there in ${left === 0 ? 'less than a day' : `${left} d`}`;
	const states = {
		stored: `stored as ${remote.id}${when}`,
		vanished: `no longer listed (was ${remote.id})`,
		deleted: `deleted from here (was ${remote.id})`,
	};
	return states[remote.state];
}

/** What people said of the answer. */
function curationLines(completion: Completion, width: number): readonly Line[] {
	const {rating, mark, note, editedHash} = completion;
	const words = [
		rating === null ? null : `rated ${rating} of 5`,
		mark === 'picked' ? 'accepted' : mark === 'rejected' ? 'rejected' : null,
		editedHash === null ? null : 'answer edited',
	].filter((word) => word !== null);
	const tags = tagsOf(completion);
	return [
		...(words.length === 0 ? [] : labelled('Curated', words.join(', '), {width, tone: 'accent'})),
		...(tags === '' ? [] : labelled('Tags', cleanText(tags), {width})),
		...(note === null ? [] : labelled('Note', cleanText(note), {width})),
	];
}

/** Two or three lines that say what a completion is: model, route, verdict, grade, figures. */
export function completionHead({completion}: LedgerRun, width: number): readonly Line[] {
	const {model, servedModel, grade, verdict, status, warnings} = completion;
	const served = servedModel === null || servedModel === model ? '' : `served as ${cleanText(servedModel)}, `;
	return [
		...wrapLines(
			[
				line(
					span({allowed: 'YES', disallowed: 'NO', unknown: '?'}[verdict], statusTones[verdict]),
					span(`  grade ${grade ?? absent}  `, grade === null ? 'dim' : gradeTones[grade]),
					span(status === 'finished' ? '' : `${status}  `, completionTones[status]),
					span(cleanText(model), 'strong'),
				),
			],
			width,
		),
		...paragraph(`${served}${serverWords(completion)}  ${figureWords(completion)}`, width, 'dim'),
		...warnings.flatMap((warning) => paragraph(`! ${cleanText(warning)}`, width, 'bad')),
		...curationLines(completion, width),
	];
}

/** What it took, as far as the service said it, and when it was sent. */
function figureWords({promptTokens, completionTokens, costUsd, latencyMilliseconds, createdAt, isTimeRecorded}: Completion): string {
	const tokens = promptTokens === null && completionTokens === null ? null : `${promptTokens ?? '?'}+${completionTokens ?? '?'} tokens`;
	const took = latencyMilliseconds === null ? [] : [formatMilliseconds(latencyMilliseconds)];
	const said =
		tokens === null && costUsd === null
			? ['tokens and cost not said']
			: [tokens ?? 'tokens not said', costUsd === null ? 'cost not said' : formatUsd(costUsd)];
	return [...said, ...took, isTimeRecorded === false ? 'time not recorded' : formatDateTime(createdAt)].join('  ');
}

/** The service, and who served behind it where that is another. */
function serverWords({gateway, provider}: Completion): string {
	const name = gateway === 'unknown' ? 'service not known' : gatewayName(gateway);
	return provider === null || provider === name ? name : `${name}, ${cleanText(provider)}`;
}

const gatewayName = (gateway: Origin): string => originNames[gateway];

/** The level is said once: most states name it themselves. */
function enforcementWords({level, state}: LedgerRun['record']['enforcement']): string {
	if (state === '') return level;
	return /^ENFORCE/.test(state) ? cleanText(state) : `${level}: ${cleanText(state)}`;
}

/** A NO is about training any model; what the gate lets pass depends on what is trained where. */
const destinationWords = (gateway: Origin): string =>
	gateway === 'openai'
		? "This NO is about training any model. OpenAI's terms except its own models, tuned at OpenAI: a data set that is trained there is judged by that."
		: 'This NO is about training any model. A data set is judged again for what is trained where.';

/** Why it may be trained on, or not: where it came from, what was recorded when, by which entries. */
export function evidenceLines(run: LedgerRun, width: number, now: Date): readonly Line[] {
	const {completion, record} = run;
	const {policy, route, enforcement, gateway, model} = record;
	const status = decisions[policy.decision];
	const field = (label: string, value: string) => labelled(label, value, {width, labelWidth: 13});
	return [
		[span('Evidence', 'strong')],
		...field('origin', `${sourceWords[completion.source]}, ${formatDateTime(record.source?.read_at ?? record.time.requested)}`),
		...field(
			'asked for',
			gateway.name === 'unknown'
				? `${cleanText(model.requested)}, at a service that is not known`
				: `${cleanText(model.requested)} at ${gatewayName(gateway.name)} (${cleanText(gateway.base_url)})`,
		),
		...field(
			'served',
			`${cleanText(model.served ?? 'not said')} by ${cleanText(route.provider ?? 'an unknown provider')} (${proofWords[route.proof]})`,
		),
		...field('enforcement', enforcementWords(enforcement)),
		...field('copy', remoteWords(completion, now)),
		...(completion.remote === null || Object.keys(completion.remote.metadata).length === 0
			? []
			: field(
					'metadata',
					cleanText(
						Object.entries(completion.remote.metadata)
							.map(([key, value]) => `${key}=${value}`)
							.join('  '),
					),
				)),
		emptyLine,
		line(
			span('Verdict when it was recorded  ', 'strong'),
			span(policy.decision === 'UNKNOWN' ? '?' : policy.decision, statusTones[status]),
		),
		...policy.layers.flatMap((layer): readonly Line[] => [
			line(span(`  ${layer.status.padEnd(11)}`, statusTones[layer.status]), layerNames[layer.register as Layer] ?? layer.register),
			...paragraph(`${cleanText(layer.label)} (${cleanText(layer.basis)})`, width, 'plain', 4),
			...(layer.sourceUrl === null ? [] : paragraph(cleanText(layer.sourceUrl), width, 'accent', 4)),
			...paragraph(`${cleanText(layer.from)}, ${formatDateTime(layer.fetchedAt)}`, width, 'dim', 4),
		]),
		...(policy.decision === 'NO' ? paragraph(destinationWords(gateway.name), width, 'plain', 2) : []),
		...policy.duties.flatMap(({kind, text}) => paragraph(`* ${cleanText(text)} (${kind})`, width, 'warn', 2)),
		...(policy.override === null ? [] : paragraph(`sent all the same, because: ${cleanText(policy.override.reason)}`, width, 'warn', 2)),
		emptyLine,
		...field('ledger', completion.id),
		...field('messages', completion.messagesHash),
		...field('answer', answerHashOf(completion) ?? absent),
		...wrapLines(
			record.entries.map(({seq, kind, hash}): Line => [span(`  ${String(seq).padStart(7)} ${kind.padEnd(15)} `, 'dim'), span(hash, 'dim')]),
			width,
		),
		...paragraph(disclaimer, width, 'dim'),
	];
}

/** One completion whole: what it is, what was said, why it may be used. */
export function completionLines(run: LedgerRun, width: number, now: Date): readonly Line[] {
	return [...completionHead(run, width), emptyLine, ...conversationLines(run, width), emptyLine, ...evidenceLines(run, width, now)];
}
