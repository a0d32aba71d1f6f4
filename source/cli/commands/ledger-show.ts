import type {Json} from '../../domain/canonical-json.js';
import {cleanText} from '../../domain/clean-text.js';
import {Failure} from '../../domain/failure.js';
import type {LedgerRun} from '../../domain/ledger.js';
import {disclaimer, type Layer} from '../../domain/verdict.js';
import {formatTags, gradeTones, sourceWords} from '../../view/completion-columns.js';
import {proofWords} from '../../view/evidence-text.js';
import {absent, formatDateTime, formatMilliseconds, formatUsd} from '../../view/format.js';
import type {Paint} from '../../view/plain-table.js';
import {statusTones} from '../../view/policy-cell.js';
import {toRunJson} from '../../view/run-json.js';
import {layerNames} from '../../view/verdict-lines.js';
import type {CommandRecord} from '../command.js';
import {openLedger} from '../ledger-filter.js';

const plain = (value: unknown): string => (value === null || value === undefined || value === '' ? absent : cleanText(String(value)));

/** Text from outside with its own line breaks, each line behind two spaces. */
const indented = (text: string) => cleanText(text, {isOneLine: false}).replaceAll(/^/gm, '  ');

function* policyLines({record}: LedgerRun, paint: Paint): Generator<string> {
	const {decision, conflicts, layers, duties, override} = record.policy;
	const status = decision === 'YES' ? 'allowed' : decision === 'NO' ? 'disallowed' : 'unknown';
	yield `${paint('Verdict when it was sent', 'strong')}  ${paint(decision, statusTones[status])}${conflicts.length > 0 ? `  ≠ ${conflicts.join(', ')}` : ''}`;
	for (const layer of layers) {
		yield `  ${paint(layer.status.padEnd(10), statusTones[layer.status])} ${layerNames[layer.register as Layer] ?? layer.register}`;
		yield `    ${paint('says', 'dim')} ${plain(layer.label)}  ${paint('basis', 'dim')} ${plain(layer.basis)}  ${paint('source', 'dim')} ${plain(layer.sourceUrl)}`;
		yield `    ${paint('read', 'dim')} ${plain(layer.from)}, ${formatDateTime(layer.fetchedAt)}${layer.note === null ? '' : `  ${paint('note', 'dim')} ${plain(layer.note)}`}`;
	}
	for (const {kind, text} of duties) yield `  ${paint('duty', 'dim')} ${plain(text)} (${kind})`;
	if (override !== null) yield `  ${paint('sent all the same, because', 'warn')} ${plain(override.reason)}`;
}

function messageParts(messages: Json): readonly (readonly [string, string])[] {
	if (!Array.isArray(messages)) return [];
	return messages.map((message) => {
		const {role, content} = (typeof message === 'object' && message !== null ? message : {}) as {role?: Json; content?: Json};
		return [typeof role === 'string' ? role : '?', typeof content === 'string' ? content : JSON.stringify(content ?? null)];
	});
}

function* textLines({messages, text, reasoning, completion, toolCalls, editedText}: LedgerRun, paint: Paint): Generator<string> {
	if (messages === null) yield paint('The prompt was deleted; its hash stays on record.', 'warn');
	for (const [role, content] of messageParts(messages)) {
		yield paint(`${role[0]?.toUpperCase()}${role.slice(1)}`, 'strong');
		yield indented(content);
	}
	if (reasoning !== null && reasoning !== '') {
		yield paint('Reasoning', 'strong');
		yield indented(reasoning);
	}
	if (text !== null) {
		yield paint('Answer', 'strong');
		yield indented(text);
	} else if (completion.textHash !== null) yield paint('The answer was deleted; its hash stays on record.', 'warn');
	if (editedText !== null) {
		yield paint('Answer as it was edited, which is the one that counts', 'strong');
		yield indented(editedText);
	} else if (completion.editedHash !== null) yield paint('The edited answer was deleted; its hash stays on record.', 'warn');
	if (Array.isArray(toolCalls) && toolCalls.length > 0) {
		yield paint('Tool calls', 'strong');
		yield indented(JSON.stringify(toolCalls, null, 2));
	}
}

function* runLines(run: LedgerRun, paint: Paint): Generator<string> {
	const {record, completion} = run;
	const {grade, warnings} = record.policy;
	const field = (name: string, ...values: readonly unknown[]) => `${paint(name.padEnd(12), 'dim')} ${values.map(plain).join('  ')}`;
	yield `${paint(completion.model, 'strong')}  ${paint(`grade ${grade ?? absent}`, grade === null ? 'dim' : gradeTones[grade])}  ${record.status}`;
	for (const warning of warnings) yield paint(`  ! ${plain(warning)}`, 'bad');
	if (record.response.error !== null) yield paint(`  ! ${plain(record.response.error.message)}`, 'bad');
	yield field('id', record.id);
	yield record.time.is_recorded === false
		? field('sent', 'time not recorded')
		: field('sent', formatDateTime(record.time.requested), `ended ${formatDateTime(record.time.completed)}`);
	yield field('gateway', record.gateway.name, record.gateway.base_url, `response ${plain(record.gateway.response_id)}`);
	yield field('served', record.model.served, `by ${plain(record.route.provider)} (${proofWords[record.route.proof]})`);
	yield field('pin', record.route.pin === null ? 'none' : record.route.pin.map(({tag}) => tag).join(' '));
	yield field('enforcement', record.enforcement.level, (record.enforcement as {readonly state?: string}).state);
	yield field('parameters', JSON.stringify(record.request.params));
	yield field(
		'usage',
		`${record.usage.prompt ?? '?'} + ${record.usage.completion ?? '?'} tokens`,
		formatUsd(record.usage.cost_usd),
		formatMilliseconds(record.usage.latency_ms),
		record.response.finish_reason,
	);
	const labels = [`task ${plain(completion.task)}`, `dataset ${plain(completion.dataset)}`, `mark ${completion.mark}`];
	yield field('labels', ...labels, ...[formatTags(completion.tags)].filter(Boolean));
	if (completion.rating !== null || completion.note !== null)
		yield field('curation', `rating ${plain(completion.rating)}`, `note ${plain(completion.note)}`);
	const {source, remote} = record;
	if (source !== null) yield field('source', sourceWords[source.kind], source.from, source.ref, `read ${formatDateTime(source.read_at)}`);
	if (source !== null && Object.keys(source.claims).length > 0) yield field('claims', JSON.stringify(source.claims));
	if (remote !== null)
		yield field(
			'copy',
			remote.state,
			remote.id,
			`until ${formatDateTime(remote.expires_at)}`,
			...[formatTags(remote.metadata)].filter(Boolean),
		);
	yield field('tool', record.operator.tool);
	yield* policyLines(run, paint);
	yield* textLines(run, paint);
	yield paint('Entries', 'strong');
	for (const {seq, kind, hash} of record.entries) yield `  ${String(seq).padStart(8)}  ${kind.padEnd(14)}  ${hash}`;
	yield paint(disclaimer, 'dim');
}

export const ledgerShowCommand: CommandRecord = {
	name: 'show',
	summary: 'Show one completion whole: texts, evidence, every layer of the verdict, its entries.',
	args: [{spec: '<id>', help: 'Id of the completion; `last` is the newest.'}],
	options: [{flags: '--json', help: 'One JSON object: the provenance record and the texts.'}],
	outputs: [{flags: '--json', schema: 'completions-show'}],
	examples: [
		['stillroom ledger show last', 'the newest one'],
		['stillroom ledger show 01JD8Z… --json | jq .record.policy', 'the verdict with all its layers'],
	],
	async run({args, options}, session) {
		const ledger = await openLedger(session);
		const asked = String(args[0]);
		const id = asked === 'last' ? (ledger.list({}, {limit: 1}).rows[0]?.id ?? null) : asked.toUpperCase();
		const run = id === null ? null : ledger.readRun(id);
		if (run === null) {
			throw new Failure('failed', id === null ? 'The ledger is empty: nothing was sent yet.' : `The ledger has no completion "${asked}".`, {
				why: `It was looked for in ${ledger.path}.`,
				next: 'List what there is: stillroom ledger list',
			});
		}
		if (options.json) await session.output.write(`${JSON.stringify(toRunJson(run), null, 2)}\n`);
		else await session.output.writeLines(runLines(run, await session.paint()));
		return 0;
	},
};
