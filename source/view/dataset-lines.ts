import {cleanText} from '../domain/clean-text.js';
import {
	type Dataset,
	type DatasetCounts,
	type DatasetDrop,
	type Destination,
	type DropStep,
	type DutyCheck,
	dropSteps,
	type GateLevel,
	type Release,
	type TeacherCount,
	type TunerId,
} from '../domain/dataset.js';
import {tuningServiceNames} from '../domain/job.js';
import {type Origin, originNames} from '../domain/service.js';
import {disclaimer} from '../domain/verdict.js';
import type {Tone} from './cell.js';
import {formatDateTime, formatTokens} from './format.js';
import {emptyLine, type Line, labelled, line, paragraph, span, wrapLines} from './line.js';
import {reasonLines} from './reason-lines.js';
import {fitText, widthOf} from './width.js';

const releaseWords: Readonly<Record<Release, string>> = {
	internal: 'kept inside the organisation',
	service: 'offered to others as a service',
	weights: 'weights given to others',
};

/** Where a student is trained. */
export const tunerWords: Readonly<Record<TunerId, string>> = {...tuningServiceNames, own: "machines of one's own"};

const levelWords: Readonly<Record<GateLevel, string>> = {
	route: 'route: the route that served is known and its terms allow',
	model: "model: the model's layers allow, none forbids; a route may be unrecorded",
};

/** Why chosen completions are not in, in the order of the decision. */
export const dropWords: Readonly<Record<DropStep, string>> = {
	unusable: 'cannot be trained on: no answer, cut off, failed',
	rejected: 'rejected by a person',
	gate: 'refused by the gate',
	duplicate: 'the same prompt and answer again',
	'near-duplicate': 'nearly the same again',
	'too-long': 'longer than the longest row',
	balance: 'more than the balance leaves',
	'no-pair': 'no better and worse answer to make a pair of',
};

const dropTones: Readonly<Record<DropStep, Tone>> = {
	unusable: 'warn',
	rejected: 'dim',
	gate: 'bad',
	duplicate: 'dim',
	'near-duplicate': 'dim',
	'too-long': 'warn',
	balance: 'dim',
	'no-pair': 'dim',
};

const number = (count: number): string => count.toLocaleString('en');

/** `3`, or `3 of 8` where there are more. */
const countOf = (count: number, all = count): string => (all > count ? `${number(count)} of ${number(all)}` : number(count));

function destinationLines({tuner, baseModel, release, studentName}: Destination, level: GateLevel, width: number): readonly Line[] {
	return [
		...labelled('For', `${tunerWords[tuner]}, on ${cleanText(baseModel)}, ${releaseWords[release]}`, {width}),
		...(studentName === null ? [] : labelled('Student', cleanText(studentName), {width})),
		...labelled('Gate', levelWords[level], {width, tone: level === 'route' ? 'good' : 'warn'}),
	];
}

function countLines(counts: DatasetCounts, tokenizer: string, width: number): readonly Line[] {
	const {chosen, train, valid, overridden, dropped, trainTokens, validTokens} = counts;
	const steps = dropSteps.filter((step) => dropped[step] > 0);
	return [
		...wrapLines(
			[
				line(
					span('Rows'.padEnd(11), 'dim'),
					span(`${number(train)} train`, 'strong'),
					span(`, ${number(valid)} validation`),
					span(`, of ${number(chosen)} chosen`, 'dim'),
				),
			],
			width,
		),
		...labelled('Tokens', `${formatTokens(trainTokens)} train, ${formatTokens(validTokens)} validation, counted with ${tokenizer}`, {
			width,
		}),
		...(overridden > 0
			? labelled('Overridden', `${number(overridden)} rows are in although the gate refused them`, {width, tone: 'bad'})
			: []),
		...(steps.length === 0 ? [] : [line(span('Left out', 'dim'))]),
		...steps.map((step) => line(span(number(dropped[step]).padStart(9), dropTones[step]), span(`  ${dropWords[step]}`))),
	];
}

/** The service, and who served behind it where that is another: `OpenRouter/Novita`. */
function routeWords(gateway: string, provider: string | null): string {
	const name = originNames[gateway as Origin] ?? cleanText(gateway);
	return provider === null || provider === name ? name : `${name}/${cleanText(provider)}`;
}

function teacherLines(teachers: readonly TeacherCount[], width: number): readonly Line[] {
	if (teachers.length === 0) return [];
	const names = teachers.map(({model}) => cleanText(model));
	const routes = teachers.map(({gateway, provider}) => routeWords(gateway, provider));
	const widest = (texts: readonly string[]): number => Math.max(...texts.map(widthOf));
	const routeWidth = Math.min(24, Math.floor(width / 4), widest(routes));
	const rowsWidth = 2 + widest(teachers.map(({rows}) => number(rows)));
	// The grade and the gaps take 8 cells.
	const others = rowsWidth + routeWidth + widest(teachers.map(({gate}) => gate)) + 8;
	const nameWidth = Math.max(8, Math.min(widest(names), width - others));
	return [
		emptyLine,
		[span('Teachers', 'strong')],
		...teachers.map(({gate, grade, rows}, index) =>
			line(
				span(number(rows).padStart(rowsWidth)),
				span(`  ${fitText(names[index]!, nameWidth)}`),
				span(`  ${fitText(routes[index]!, routeWidth)}`, 'dim'),
				span(`  ${grade ?? '-'} `),
				span(gate, gate === 'passed' ? 'good' : 'bad'),
			),
		),
	];
}

const dutyTones: Readonly<Record<DutyCheck['state'], Tone>> = {met: 'good', open: 'warn', violated: 'bad', 'not-applicable': 'dim'};
const dutyMarks: Readonly<Record<DutyCheck['state'], string>> = {met: '[x]', open: '[ ]', violated: '[!]', 'not-applicable': '[-]'};

/** The duties as a checklist: `[x]` met, `[ ]` open, `[!]` violated, `[-]` does not apply. */
export function dutyLines(duties: readonly DutyCheck[], width: number): readonly Line[] {
	if (duties.length === 0) return paragraph('No licence or terms on record ask for more, of the rows or of the base model.', width, 'dim');
	return duties.flatMap(({state, text, because, sourceUrl, rows, of}): readonly Line[] => {
		const [first, ...more] = paragraph(cleanText(text), width - 5);
		return [
			[span(`${dutyMarks[state]} `, dutyTones[state]), ...(first ?? [])],
			...more.map((part): Line => [span('    '), ...part]),
			...paragraph(
				`${state.replace('-', ' ')}: ${cleanText(because)} (${of === 'base' ? 'by the base model' : `${number(rows)} rows`})`,
				width,
				dutyTones[state],
				4,
			),
			...(sourceUrl === null ? [] : paragraph(cleanText(sourceUrl), width, 'accent', 4)),
		];
	});
}

type Reason = {readonly reason: string; readonly sourceUrl: string | null; readonly runs: string[]};

/** Drops for the same reason together, the commonest first. */
function groupByReason(drops: readonly DatasetDrop[]): readonly Reason[] {
	const groups = new Map<string, Reason>();
	for (const {run, reason, sourceUrl} of drops) {
		const group = groups.get(reason) ?? {reason, sourceUrl, runs: []};
		groups.set(reason, group);
		group.runs.push(run);
	}
	return [...groups.values()].sort((a, b) => b.runs.length - a.runs.length);
}

const countWidth = 8;

/** Lines with a count before the first of them. */
const counted = (count: number, tone: Tone, [first = [], ...more]: readonly Line[]): readonly Line[] => [
	[span(`${number(count).padStart(countWidth - 2)}  `, tone), ...first],
	...more.map((part): Line => [span(' '.repeat(countWidth)), ...part]),
];

/** Drops by step and reason, with their sources; `dropped` tells how many there are where not all are named. */
export function dropLines(drops: readonly DatasetDrop[], width: number, dropped?: DatasetCounts['dropped']): readonly Line[] {
	if (drops.length === 0) return [[span('No chosen completion was dropped.', 'dim')]];
	return dropSteps.flatMap((step): readonly Line[] => {
		const here = drops.filter((drop) => drop.step === step);
		if (here.length === 0) return [];
		return [
			line(span(countOf(here.length, dropped?.[step]), dropTones[step]), span(`  ${dropWords[step]}`, 'strong')),
			...groupByReason(here).flatMap(({reason, sourceUrl, runs}) => [
				...counted(runs.length, 'plain', reasonLines(reason, sourceUrl, width - countWidth)),
				...paragraph(runs.join('  '), width, 'dim', countWidth),
			]),
			emptyLine,
		];
	});
}

/** A data set in full: destination, counts, what was left out and why, teachers, duties, hashes. */
export function datasetLines(dataset: Dataset, width: number): readonly Line[] {
	const {name, version, createdAt, destination, level, counts, tokenizer, teachers, duties, selection, override, note} = dataset;
	const chosenBy = selection.filter === null ? `${number(selection.chosen)} marked by hand` : selection.filter.trim() || 'all completions';
	return [
		line(span(`${name}@${version}`, 'strong'), span(`  frozen ${formatDateTime(createdAt)}`, 'dim')),
		...(note === null ? [] : paragraph(cleanText(note), width, 'plain')),
		...destinationLines(destination, level, width),
		...labelled('Chosen by', cleanText(chosenBy), {width}),
		...countLines(counts, tokenizer, width),
		...(override === null ? [] : labelled('Because', cleanText(override.reason), {width, tone: 'bad'})),
		...teacherLines(teachers, width),
		emptyLine,
		[span('Duties', 'strong')],
		...dutyLines(duties, width),
		emptyLine,
		...labelled('Rows hash', dataset.rowsHash, {width, tone: 'dim'}),
		...labelled('Ledger', `entry ${dataset.ledgerHead.count} ${dataset.ledgerHead.hash}`, {width, tone: 'dim'}),
		...labelled('Made by', `${dataset.tool}, register of ${dataset.registerDate}`, {width, tone: 'dim'}),
		...paragraph(disclaimer, width, 'dim'),
	];
}

/** What freezing would make, as far as it is known before it. */
export type PlannedDataset = {
	/** Empty while it has none. */
	readonly name: string;
	/** Null while it is not known which comes next. */
	readonly version: number | null;
	readonly destination: Destination;
	readonly level: GateLevel;
	readonly counts: DatasetCounts;
	readonly refusals: readonly {readonly reason: string; readonly sourceUrl: string | null; readonly count: number}[];
	readonly duties: readonly DutyCheck[];
	readonly teachers: readonly TeacherCount[];
	readonly tokenizer: string;
	/** What a person should know before freezing it. */
	readonly notices: readonly string[];
};

/** Why the gate refuses, each reason with how often it was said; nothing where it refuses none. */
export function refusalLines(refusals: PlannedDataset['refusals'], width: number): readonly Line[] {
	return [
		...(refusals.length === 0 ? [] : [emptyLine, [span('Why the gate refuses', 'strong')] as Line]),
		...refusals.flatMap(({reason, sourceUrl, count}) => counted(count, 'bad', reasonLines(reason, sourceUrl, width - countWidth))),
	];
}

/** What would be frozen: rows, what is left out, why the gate refuses, teachers, duties. */
export function planLines(
	{name, version, counts, refusals, duties, teachers, tokenizer, notices}: PlannedDataset,
	width: number,
): readonly Line[] {
	return [
		line(span(name === '' ? 'Would be frozen' : `Would be ${name}${version === null ? '' : `@${version}`}`, 'strong')),
		...countLines(counts, tokenizer, width),
		...refusalLines(refusals, width),
		...(notices.length === 0 ? [] : [emptyLine]),
		...notices.flatMap((notice) => paragraph(`! ${cleanText(notice)}`, width, 'warn')),
		...teacherLines(teachers, width),
		emptyLine,
		[span('Duties', 'strong')],
		...dutyLines(duties, width),
	];
}
