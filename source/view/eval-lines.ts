import {canonicalJson, contentHash, toJson} from '../domain/canonical-json.js';
import {cleanText} from '../domain/clean-text.js';
import type {
	Candidate,
	CandidateResult,
	EvalDefinition,
	EvalResult,
	EvalRow,
	EvalSample,
	Grade,
	Interval,
	PairedDifference,
} from '../domain/evaluation.js';
import {mcNemar} from '../domain/statistics.js';
import {formatScore, sayTestSet} from './eval-columns.js';
import {absent, formatCount, formatDateTime, formatMilliseconds, formatNumber, formatUsd} from './format.js';
import {emptyLine, type Line, labelled, line, paragraph, span, wrapLines} from './line.js';
import {isLinear} from './linear.js';
import {fitText, widthOf, wrap} from './width.js';

const barWidthOf = (width: number) => (width < 64 ? 8 : 16);

/** Below so many items an interval says little, whatever it is. */
const fewItems = 30;

/** Rows that are laid out, and lines of one answer. */
const shownRows = 100;
const answerLines = 8;

const signed = (value: number) => `${value > 0 && formatScore(value) !== '0.00' ? '+' : ''}${formatScore(value)}`;
const sayInterval = ({value, low, high}: Interval) => `${formatScore(value)} [${formatScore(low)}, ${formatScore(high)}]`;
const sayDifference = ({value, low, high}: Interval) => `${signed(value)} [${signed(low)}, ${signed(high)}]`;
/** How likely chance alone would split them so unevenly. */
const sayChance = (chance: number) => (chance < 0.001 ? '< 0.001' : chance.toFixed(3));
const holdsZero = ({low, high}: Interval) => low <= 0 && high >= 0;

const isSame = (one: Interval, other: Interval | null) => other !== null && sayInterval(one) === sayInterval(other);

/** A share, 0 to 1, as a bar. */
function bar(share: number, barWidth: number): Line {
	const filled = Math.round(Math.max(0, Math.min(1, share)) * barWidth);
	return [span('█'.repeat(filled), 'accent'), span('·'.repeat(barWidth - filled), 'dim')];
}

/** How a candidate is reached. */
export const sayTarget = ({target}: Pick<Candidate, 'target'>): string =>
	cleanText(target.kind === 'gateway' ? `${target.gateway}:${target.model}` : `${target.service}:${target.model}`);

function sayCosts({costUsdPerAnswer, costUsdPerThousand, latencyMillisecondsMedian, answered, failed}: CandidateResult): string {
	return [
		formatCount(answered, 'answer'),
		...(failed > 0 ? [`${failed} failed`] : []),
		costUsdPerAnswer === null ? 'cost not said' : `${formatUsd(costUsdPerAnswer)} an answer, ${formatUsd(costUsdPerThousand)} per thousand`,
		...(latencyMillisecondsMedian === null ? [] : [`${formatMilliseconds(latencyMillisecondsMedian)} median`]),
	].join(' · ');
}

type Measure = {readonly width: number; readonly nameWidth: number};

function measureLines(name: string, share: Interval, words: string, {width, nameWidth}: Measure): readonly Line[] {
	const barWidth = barWidthOf(width);
	const head = line(span(`  ${fitText(cleanText(name), nameWidth)} `, 'dim'), ...bar(share.value, barWidth));
	if (widthOf(words) + nameWidth + barWidth + 4 <= width) return [[...head, span(` ${words}`)]];
	return [head, ...paragraph(words, width, 'plain', 4)];
}

function candidateLines(result: CandidateResult, {definition}: EvalResult, width: number): readonly Line[] {
	const candidate = definition.candidates[result.candidate];
	const nameWidth = Math.min(24, Math.max(10, ...definition.graders.map(({name}) => widthOf(name))));
	const {passRate} = result;
	const graders = result.byGrader.flatMap(({grader, passRate: passes, meanScore, errors}): readonly Line[] => {
		const words = [
			...(passes === null ? [] : [`passes ${sayInterval(passes)}`]),
			// A grader that only passes or fails has no more to say.
			...(meanScore === null || isSame(meanScore, passes) ? [] : [`mean ${sayInterval(meanScore)}`]),
			...(errors === 0 ? [] : [`${errors} not graded`]),
		].join('  ');
		const shown = passes ?? meanScore;
		if (shown === null) return [line(span(`  ${fitText(cleanText(grader), nameWidth)} `, 'dim'), span(words || 'nothing graded', 'warn'))];
		return measureLines(grader, shown, words, {width, nameWidth});
	});
	return [
		line(
			span(cleanText(result.label), 'strong'),
			span(
				candidate === undefined ? '' : `  ${candidate.role === result.label ? '' : `${candidate.role}, `}${sayTarget(candidate)}`,
				'dim',
			),
		),
		...(passRate === null
			? [line(span(`  ${fitText('passes all', nameWidth)} `, 'dim'), span('no answer could be passed or failed', 'warn'))]
			: measureLines('passes all', passRate, sayInterval(passRate), {width, nameWidth})),
		...(graders.length > 0 ? graders : []),
		...paragraph(sayCosts(result), width, result.failed > 0 ? 'warn' : 'plain', 2),
		...result.failures.flatMap(({message, count}) => paragraph(`${formatNumber(count)} failed: ${cleanText(message)}`, width, 'warn', 2)),
	];
}

function differenceLines({differences, candidates, definition}: EvalResult, width: number): readonly Line[] {
	if (differences.length === 0) return [];
	const labelOf = (index: number) => cleanText(candidates[index]?.label ?? String(index));
	const toLines = (difference: PairedDifference): readonly Line[] => {
		const {one, other, grader, passRate, meanScore, pairs, onlyOnePasses, onlyOtherPasses} = difference;
		const head = grader === null ? `${labelOf(one)} − ${labelOf(other)}: ` : `  ${cleanText(grader)}: `;
		// Of a single grader only a score says more than the line above it.
		const isAlone = grader !== null && differences.filter((it) => it.one === one && it.other === other && it.grader !== null).length === 1;
		if (isAlone && (meanScore === null || meanScore.value === passRate?.value)) return [];
		const interval = passRate ?? meanScore;
		if (interval === null) return [line(span(head), span('nothing to compare', 'warn'))];
		const parts = [
			...(passRate === null ? [] : [`${grader === null ? '' : 'passes '}${sayDifference(passRate)}`]),
			...(meanScore === null || isSame(meanScore, passRate) ? [] : [`score ${sayDifference(meanScore)}`]),
		].join(', ');
		const split = `only ${labelOf(one)} passes ${onlyOnePasses}, only ${labelOf(other)} ${onlyOtherPasses} (McNemar p ${sayChance(mcNemar(onlyOnePasses, onlyOtherPasses))})`;
		const tone = holdsZero(interval) ? 'plain' : interval.value > 0 ? 'good' : 'bad';
		const [first, ...more] = wrap(`${head}${parts} on ${formatCount(pairs, 'item')}`, width - 4);
		return [
			[span(first ?? '', tone)],
			...more.map((part): Line => [span(`    ${part}`, tone)]),
			...(grader === null && passRate !== null ? paragraph(split, width, 'dim', 4) : []),
		];
	};
	return [
		emptyLine,
		[span('Differences on the same items', 'strong')],
		...differences.flatMap(toLines),
		...gapWords(candidates, definition).flatMap((words) => paragraph(words, width)),
	];
}

/** How much of what the base lacks to the teacher is made up by what was trained. */
function gapWords(candidates: EvalResult['candidates'], definition: EvalDefinition): readonly string[] {
	const roleOf = ({candidate}: CandidateResult) => definition.candidates[candidate]?.role;
	const [teacher, base] = ['teacher', 'base'].map((role) => candidates.find((one) => roleOf(one) === role)?.passRate ?? null);
	if (teacher == null || base == null || teacher.value <= base.value || teacher.count !== base.count) return [];
	const gap = teacher.value - base.value;
	return candidates.flatMap((one) => {
		if (one.passRate?.count !== teacher.count || !/^(?:student|checkpoint)$/.test(roleOf(one) ?? '')) return [];
		const share = (one.passRate.value - base.value) / gap;
		return [
			`${cleanText(one.label)} ${share < 0 ? 'falls below the base' : `makes up ${Math.round(share * 100)}% of the gap between base and teacher (${formatScore(gap)})`}.`,
		];
	});
}

/** Hash of what a judge is told, so that grades by other words are not taken for the same. */
function promptHash(definition: EvalDefinition, grader: string): string {
	const found = definition.graders.find(({name}) => name === grader);
	return contentHash(canonicalJson(toJson(found ?? null))).slice('sha256:'.length, 'sha256:'.length + 12);
}

/** Few repetitions bear no percentage. */
const fewRepeated = 20;

const sayShare = (agreement: number, repeated: number): string =>
	repeated < fewRepeated ? String(Math.round(agreement * repeated)) : `${Math.round(agreement * 100)}%`;

function sayRepetition(otherSeed: number, repeated: number): string {
	const few = repeated < fewRepeated ? ': too few to rely on' : '';
	if (otherSeed === repeated) return `with another seed${few}`;
	return `${otherSeed === 0 ? 'all' : String(repeated - otherSeed)} by the same request, which it may only have repeated${few}`;
}

function judgeLines({judges, definition}: EvalResult, width: number): readonly Line[] {
	return judges.flatMap(({grader, model, repeated, agreement, otherSeed = 0}) => {
		const agrees =
			agreement === null
				? 'asked once for each answer: how far it agrees with itself is not known'
				: `agrees with itself in ${sayShare(agreement, repeated)} of ${formatCount(repeated, 'answer')} judged twice, ${sayRepetition(otherSeed, repeated)}`;
		return labelled('Judged by', `${cleanText(model)} for "${cleanText(grader)}", prompt ${promptHash(definition, grader)}, ${agrees}`, {
			width,
			tone: agreement !== null && agreement < 0.8 ? 'warn' : 'plain',
		});
	});
}

/** What a reader should know before believing the numbers. */
function warningsOf({items, isComplete, differences, candidates, definition}: EvalResult, retry: string): readonly string[] {
	const {temperature} = definition.parameters;
	const refusing = temperature === null ? [] : candidates.filter(refusesTemperature);
	const labelOf = (index: number) => cleanText(candidates[index]?.label ?? '');
	const open = differences.filter(({grader, passRate}) => grader === null && passRate !== null && holdsZero(passRate));
	const pairs = open.map(({one, other}) => `${labelOf(one)} and ${labelOf(other)}`);
	return [
		...(isComplete ? [] : ['Not complete: answers or grades are missing. What is there is kept, and going on asks only for the rest.']),
		...(items > 0 && items < fewItems ? [`Only ${formatCount(items, 'item')}: so few say little, whatever the intervals.`] : []),
		...(pairs.length === 0 ? [] : [`The interval holds 0, so no difference is shown between ${pairs.join(', ')}.`]),
		...(refusing.length === 0
			? []
			: [
					`${refusing.map(({label}) => cleanText(label)).join(', ')} takes no temperature ${temperature}, so nothing was answered: start a new evaluation without it (--temperature none).`,
				]),
		...(candidates.some((candidate) => candidate.failed > 0 && !refusing.includes(candidate))
			? [`Answers that failed are left out of every number: ${retry} sends them again.`]
			: []),
		...(candidates.some(({byGrader}) => byGrader.some(({errors}) => errors > 0))
			? [`Answers that could not be graded are in no pass rate: ${retry} grades them again.`]
			: []),
		...(temperature === null
			? ['The temperature is left to the models: another run may give other answers.']
			: temperature > 0
				? ['Answers are drawn at a temperature above 0: another run gives other ones.']
				: []),
	];
}

/** Some models refuse a temperature, whatever it is, and say so by its name. */
function refusesTemperature({answered, failed, failures}: CandidateResult): boolean {
	return answered === 0 && failed > 0 && failures.every(({message}) => /temperature/i.test(message));
}

function sayTotal({costUsd, candidates}: EvalResult): string {
	const unpriced = candidates.filter((candidate) => candidate.unpriced > 0);
	const rest =
		unpriced.length === 0 ? '' : `; what ${unpriced.map(({label}) => cleanText(label)).join(', ')} cost is not said, and not in it`;
	return `${formatUsd(costUsd)} in all, judges included${rest}`;
}

/** An evaluation in full: candidates with intervals, differences, judges, and what the numbers cannot say. `retry` is what sends and grades again what failed. */
export function evalLines(result: EvalResult, width: number, retry = '--retry-failed'): readonly Line[] {
	const {definition, candidates, items} = result;
	const {maxTokens, temperature, seed} = definition.parameters;
	return [
		...wrapLines(
			[
				line(
					span(cleanText(definition.name), 'strong'),
					span(`  ${formatDateTime(definition.createdAt)}  ${formatCount(items, 'item')}, ${formatUsd(result.costUsd)}`, 'dim'),
				),
			],
			width,
		),
		...warningsOf(result, retry).flatMap((warning) => paragraph(`! ${warning}`, width, 'warn')),
		emptyLine,
		...candidates.flatMap((candidate, index) => [...(index === 0 ? [] : [emptyLine]), ...candidateLines(candidate, result, width)]),
		...differenceLines(result, width),
		emptyLine,
		[span('How it was asked', 'strong')],
		...labelled('Test set', `${sayTestSet(definition.testSet)}, ${formatCount(items, 'item')}`, {width}),
		...labelled(
			'Answers',
			`at most ${maxTokens} tokens, ${temperature === null ? 'no temperature sent' : `temperature ${temperature}`}${seed === null ? '' : `, seed ${seed}`}`,
			{width},
		),
		...labelled('Cost', sayTotal(result), {width}),
		...judgeLines(result, width),
		...paragraph('Intervals: 95 %, percentile bootstrap, seeded.', width, 'dim'),
		...labelled('Id', definition.id, {width, tone: 'dim'}),
	];
}

const gradeMark = ({isPassed, error}: Grade): string => (error !== null ? '?' : isPassed === null ? '-' : isPassed ? '+' : 'x');

function sayGrade(grade: Grade): string {
	const value = grade.error ?? grade.label ?? (grade.score === null ? absent : formatScore(grade.score));
	return `${gradeMark(grade)} ${cleanText(grade.grader)} ${cleanText(value)}`;
}

/** One answer in a column: who, the answer, the grades. */
function columnOf(sample: EvalSample | null, label: string, width: number): readonly Line[] {
	if (sample === null) return [[span(fitText(label, width), 'strong')], [span(fitText('not asked yet', width), 'dim')]];
	const {text, error, grades, run} = sample;
	const words = wrap(cleanText((text ?? error ?? '(no text)').slice(0, 4000), {isOneLine: false}), width);
	const shown = words.slice(0, answerLines);
	const isBad = error !== null || text === null;
	const seen = new Set<string>();
	const first = grades.filter(({grader}) => !seen.has(grader) && seen.add(grader));
	return [
		[span(fitText(label, width), 'strong')],
		...shown.map((part): Line => [span(fitText(part, width), isBad ? 'warn' : 'plain')]),
		...(words.length > shown.length
			? [[span(fitText(`… ${formatCount(words.length - shown.length, 'more line')}`, width), 'dim')] as Line]
			: []),
		...first.map((grade): Line => {
			const tone = grade.error !== null ? 'warn' : grade.isPassed === null ? 'plain' : grade.isPassed ? 'good' : 'bad';
			return [span(fitText(sayGrade(grade), width), tone)];
		}),
		...(run === null ? [] : [[span(fitText(run, width), 'dim')] as Line]),
	];
}

/** Columns beside each other where they are readable, else, and where they are read aloud, below each other. */
function answersOf(row: EvalRow, {candidates}: EvalDefinition, width: number): readonly Line[] {
	const count = Math.max(1, candidates.length);
	const columnWidth = Math.floor((width - 2 * (count - 1)) / count);
	const isBeside = columnWidth >= 26 && !isLinear(width);
	const columns = candidates.map(({label}, index) =>
		columnOf(row.samples[index] ?? null, cleanText(label), isBeside ? columnWidth : width),
	);
	if (!isBeside) return columns.flatMap((column, index) => [...(index === 0 ? [] : [emptyLine]), ...column]);
	const height = Math.max(0, ...columns.map(({length}) => length));
	return Array.from({length: height}, (_, at) => {
		const cells = columns.flatMap(
			(column, index): Line => [...(index === 0 ? [] : [span('  ')]), ...(column[at] ?? [span(' '.repeat(columnWidth))])],
		);
		const last = cells.at(-1)!;
		return [...cells.slice(0, -1), {...last, text: last.text.trimEnd()}];
	});
}

/** Where candidates differ: what was asked and expected, and the answers side by side, those on which they differ most first. */
export function evalRowsLines(rows: readonly EvalRow[], definition: EvalDefinition, width: number): readonly Line[] {
	if (rows.length === 0) return [[span('Nothing was answered yet.', 'dim')]];
	const shown = rows.slice(0, shownRows);
	const excerpt = (text: string) => cleanText(text.slice(0, 2000));
	return [
		...shown.flatMap((row, index): readonly Line[] => [
			...(index === 0 ? [] : [emptyLine]),
			line(
				span(`${index + 1}. `, 'strong'),
				span(`disagreement ${formatScore(row.disagreement)}`, row.disagreement > 0 ? 'warn' : 'dim'),
				span(`  ${row.key}`, 'dim'),
			),
			...labelled('Asked', excerpt(row.prompt), {width}).slice(0, 4),
			...(row.reference === null ? [] : labelled('Expected', excerpt(row.reference), {width, tone: 'accent'}).slice(0, 4)),
			...answersOf(row, definition, width),
		]),
		...(rows.length > shown.length ? [emptyLine, [span(`and ${rows.length - shown.length} more items`, 'dim')] as Line] : []),
	];
}
