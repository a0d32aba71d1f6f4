import {cleanText} from '../../../domain/clean-text.js';
import {serviceNames} from '../../../domain/service.js';
import type {Tone} from '../../../view/cell.js';
import {evidenceWords, figureWords} from '../../../view/evidence-text.js';
import {formatMilliseconds, formatNumber, formatUsd} from '../../../view/format.js';
import {emptyLine, type Line, line, paragraph, span, wrapLines} from '../../../view/line.js';
import {sayLeft, sayRate} from '../../../view/progress-words.js';
import {lineAt, visualLines} from '../../../view/visual-lines.js';
import {truncate} from '../../../view/width.js';
import type {State} from '../../state/state.js';
import {characterAt, type TextField} from '../../state/text-field.js';
import {sayParameters} from './parameters.js';
import {composerMargin, promptLayout} from './prompt-layout.js';
import type {Bulk, PromptField, Run} from './prompt-slice.js';
import {secondsToWait, selectRun, selectVariables} from './state.js';

const enforcementTone = (words: string): Tone =>
	/^ENFORCEMENT OFF/.test(words) ? 'bad' : /not|only|cannot/i.test(words) ? 'warn' : 'good';

/** Where the prompt goes and how it is held to allowed routes: always on screen, in words. */
export function promptSubhead(state: State): Line {
	const {runs, enforcement} = state.screens.prompt;
	const run = selectRun(state);
	if (!run) return [span(' no model chosen: ', 'dim'), span('t', 'accent'), span(' on Models or Routes brings one here', 'dim')];
	const words = run.plan?.enforcement.words ?? (enforcement === 'off' ? 'ENFORCEMENT OFF' : 'enforcement on, planning ...');
	const others = runs.length > 1 ? `  ${state.screens.prompt.column + 1} of ${runs.length}` : '';
	return [
		span(` ${run.target.modelId}`, 'strong'),
		span(` at ${serviceNames[run.target.gateway]}${others}  `, 'dim'),
		span(words, enforcementTone(words)),
	];
}

/** The visible part of a text that is edited, with its cursor. */
function areaLines(field: TextField, width: number, height: number, isActive: boolean): readonly Line[] {
	const lines = visualLines(field.text, width);
	const current = lineAt(lines, field.cursor);
	const first = isActive ? Math.max(0, Math.min(current - height + 1, lines.length - height)) : 0;
	const margin = span(' '.repeat(composerMargin));
	return lines.slice(first, first + height).map(({start, end: wrapped}, index): Line => {
		// The space at which a full line wraps has no cell of its own.
		const end = wrapped - start > width && field.text[wrapped - 1] === ' ' ? wrapped - 1 : wrapped;
		const text = (from: number, to: number): string =>
			cleanText(field.text.slice(from, to).replaceAll('\t', '  '), {isOneLine: false}).replaceAll('\n', '');
		if (!isActive || index + first !== current) return [margin, span(text(start, end))];
		const under = characterAt(field);
		const shown = under === '' || under === '\n' || field.cursor >= end ? ' ' : under;
		return [margin, span(text(start, field.cursor)), {text: shown, tone: 'cursor'}, span(text(field.cursor + under.length, end))];
	});
}

function textBlock(state: State, field: PromptField, label: string, rows: number): readonly Line[] {
	const {isEditing, field: current, [field]: text} = state.screens.prompt;
	const {composerColumns} = promptLayout(state);
	const isActive = isEditing && current === field;
	const size = text.text.length > 2000 ? `  ${text.text.length.toLocaleString('en')} characters` : '';
	const head: Line = [span(` ${isActive ? '>' : ' '}${label}`, isActive ? 'accent' : 'dim'), span(size, 'dim')];
	const lines =
		text.text === '' && !isActive ? [[span('   (none)', 'dim')]] : areaLines(text, composerColumns - composerMargin - 1, rows, isActive);
	return [head, ...lines, ...Array<Line>(Math.max(0, rows - lines.length)).fill(emptyLine)];
}

/** System and user text, parameters, and what the plan says. */
export function composerLines(state: State): readonly Line[] {
	const {systemRows, userRows, composerColumns} = promptLayout(state);
	const {parameters, variables} = state.screens.prompt;
	const plan = selectRun(state)?.plan;
	const names = selectVariables(state);
	const open = names.filter((name) => !variables[name]);
	const bound = plan ? (plan.costBoundUsd === null ? 'cost bound unknown' : `at most ${formatUsd(plan.costBoundUsd)}`) : '';
	const pin = plan?.enforcement.pin ? `pinned to ${plan.enforcement.pin.provider.only.join(', ')}` : '';
	const planText = truncate([bound, pin].filter(Boolean).join(' · '), composerColumns - 5);
	return [
		...textBlock(state, 'system', 'System', systemRows),
		...textBlock(state, 'user', 'User', userRows),
		...(names.length > 0
			? [
					line(
						span(`   ${names.map((name) => `{{${name}}}`).join(' ')}`, 'accent'),
						span(open.length > 0 ? '  V fills them' : '  filled', 'dim'),
					),
				]
			: []),
		line(span(`   ${sayParameters(parameters)}`, 'dim')),
		line(span('   '), span(planText, 'dim')),
	];
}

/** What is known of a running answer: time to the first token, speed, running cost. */
export function runningWords(run: Run, state: State): string {
	if (run.status === 'sending') return 'sending ...';
	if (run.firstTokenAt === null || run.startedAt === null) return 'waiting for the first token ...';
	const tokens = Math.round((run.text.length + run.reasoning.length) / 4);
	const seconds = Math.max(0.001, ((run.lastTokenAt ?? run.firstTokenAt) - run.firstTokenAt) / 1000);
	const model = state.catalogue.models.find(({id}) => id === run.target.modelId);
	const cost =
		model?.outputPrice === null || model === undefined
			? ''
			: ` · about ${formatUsd(((run.plan?.promptTokens ?? 0) * (model.inputPrice ?? 0) + tokens * model.outputPrice) / 1e6)}`;
	return `first token ${formatMilliseconds(run.firstTokenAt - run.startedAt)} · about ${tokens} tokens, ${Math.round(tokens / seconds)}/s${cost}`;
}

/** The evidence of an answer: what was asked for, what served, how that is known. */
export function evidenceLines(run: Run, width: number, now: number): readonly Line[] {
	const {answer, plan} = run;
	if (!answer) return [];
	const {grade, warnings} = answer.evidence;
	const tone: Tone = grade === 'B' || grade === 'A' ? 'good' : grade === 'C' ? 'plain' : 'warn';
	return wrapLines(
		[
			...warnings.map((warning) => line(span(`! ${cleanText(warning)}`, 'bad'))),
			line(span(`Evidence ${grade ?? '-'}  `, tone), span(evidenceWords(answer, plan, new Date(now)).join(' · '))),
			line(span(figureWords(answer).join(' · '), 'dim')),
		],
		width,
	);
}

/** A refusal in full: what happened, why, what to do, where to go instead. */
export function refusalLines(run: Run, width: number, now: number): readonly Line[] {
	const refusal = run.refusal ?? run.answer?.problem ?? null;
	if (!refusal) return [];
	const left = secondsToWait(run, now);
	return [
		...paragraph(refusal.message, width, 'bad'),
		...(refusal.why ? paragraph(refusal.why, width) : []),
		...(refusal.next ? paragraph(refusal.next, width, 'accent') : []),
		...(left === null ? [] : paragraph(left > 0 ? `It may be tried again in ${left} s.` : 'It may be tried again now.', width, 'warn')),
		...(refusal.affordableMaxTokens === null
			? []
			: paragraph(`The credit affords max_tokens ${refusal.affordableMaxTokens}.`, width, 'warn')),
		...wrapLines(
			refusal.alternatives.map(({modelId, note}, index) =>
				line(span(index === 0 ? 'a  ' : '   ', 'accent'), span(modelId, 'strong'), span(`  ${note}`, 'dim')),
			),
			width,
		),
		...(run.refusal ? [emptyLine, line(span('Your prompt is kept: i edits it, ctrl+s sends it again.', 'dim'))] : []),
	];
}

const stopWords = {
	done: ['All rows were sent.', 'good'],
	budget: ['Stopped before it could cost more than the limit. Generate again with a higher limit to go on.', 'warn'],
	refused: ['Stopped: what refused this row would refuse the others too.', 'bad'],
	interrupted: ['Stopped. Generate again to send what is missing.', 'warn'],
} as const;

/** A bulk job: how far it is, what it cost, how it ended. */
export function bulkLines({file, progress, invalid, stopped}: Bulk, width: number): readonly Line[] {
	const head = line(span('Generate ', 'strong'), span(cleanText(file)));
	if (invalid.length > 0)
		return [
			head,
			emptyLine,
			...invalid.slice(0, 10).flatMap((text) => paragraph(text, width, 'bad')),
			emptyLine,
			line('Nothing was sent: mend the file and generate again.'),
		];
	if (!progress) return [head, emptyLine, line(span('reading the file ...', 'dim'))];
	const {done, failed, total, inFlight, costUsd, projectedCostUsd, rowsPerSecond, limit, pausedSeconds} = progress;
	const cells = Math.max(10, Math.min(60, width - 20));
	const filled = total === 0 ? 0 : Math.floor((cells * (done + failed)) / total);
	return [
		head,
		emptyLine,
		line(
			span('='.repeat(filled), 'good'),
			span('-'.repeat(cells - filled), 'dim'),
			` ${total === 0 ? 0 : Math.floor((100 * (done + failed)) / total)}%`,
		),
		line(
			`${formatNumber(done)} of ${formatNumber(total)} done`,
			span(failed > 0 ? `, ${failed} failed (X sends them again)` : '', 'bad'),
			span(`, ${inFlight} under way of at most ${limit}`, 'dim'),
		),
		line(`${formatUsd(costUsd)} so far`, span(projectedCostUsd === null ? '' : `, about ${formatUsd(projectedCostUsd)} at the end`, 'dim')),
		...(stopped
			? []
			: [
					line(
						span(
							[rowsPerSecond > 0 ? sayRate(rowsPerSecond, 'answer') : '', sayLeft({done: done + failed, total, perSecond: rowsPerSecond})]
								.filter(Boolean)
								.join(', '),
							'dim',
						),
					),
				]),
		...(pausedSeconds > 0 ? [line(span(`the service asked for a pause: ${Math.ceil(pausedSeconds)} s`, 'warn'))] : []),
		...(stopped ? [emptyLine, ...paragraph(stopWords[stopped.reason][0], width, stopWords[stopped.reason][1])] : []),
		...(stopped?.refusal
			? paragraph([stopped.refusal.message, stopped.refusal.why, stopped.refusal.next].filter(Boolean).join(' '), width)
			: []),
	];
}
