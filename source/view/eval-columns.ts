import {cleanText} from '../domain/clean-text.js';
import type {EvalSummary} from '../domain/evaluation.js';
import type {Cell, Column} from './cell.js';
import {absent, formatCount, formatDateTime, formatUsd} from './format.js';

/** Where the items come from, in a few words. */
export function sayTestSet(testSet: EvalSummary['definition']['testSet']): string {
	if (testSet.kind === 'dataset') return `${testSet.name}@${testSet.version} ${testSet.part}`;
	if (testSet.kind === 'file') return cleanText(testSet.path.split(/[\\/]/).at(-1) ?? testSet.path);
	return formatCount(testSet.runs.length, 'completion');
}

/** A share or a score with two decimals; a true minus before what is below zero. */
export function formatScore(value: number): string {
	const text = Math.abs(value).toFixed(2);
	return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

function samplesCell({samples, expected}: EvalSummary): Cell {
	return samples >= expected ? {text: String(samples), tone: 'plain'} : {text: `${samples}/${expected}`, tone: 'warn'};
}

/** Pass rates in the order of the candidates: `0.92 0.71 0.88`. */
function passesCell({result}: EvalSummary): Cell {
	if (result === null) return {text: absent, tone: 'dim'};
	const rates = result.candidates.map(({passRate}) => (passRate === null ? absent : formatScore(passRate.value)));
	return {text: rates.join(' '), tone: 'plain'};
}

/** The last candidate against the first teacher: the newest student, where one was added. */
function differenceCell({result, definition}: EvalSummary): Cell {
	const against = Math.max(
		0,
		definition.candidates.findIndex(({role}) => role === 'teacher'),
	);
	const difference = result?.differences.findLast(({grader, other}) => grader === null && other === against)?.passRate ?? null;
	if (difference === null) return {text: absent, tone: 'dim'};
	const {value, low, high} = difference;
	const text = `${value > 0 ? '+' : ''}${formatScore(value)}`;
	return {text, tone: low <= 0 && high >= 0 ? 'dim' : value > 0 ? 'good' : 'bad'};
}

/** The columns of every list of evaluations. Name and pass rates never leave. */
export const evalColumns: ReadonlyArray<Column<EvalSummary>> = [
	{
		id: 'name',
		title: 'Evaluation',
		width: 22,
		isFlexible: true,
		most: 60,
		said: [''],
		cell: ({name}) => ({text: cleanText(name), tone: 'strong'}),
	},
	{id: 'set', title: 'Test set', width: 18, dropOrder: 4, cell: ({definition}) => ({text: sayTestSet(definition.testSet), tone: 'plain'})},
	{
		id: 'candidates',
		title: 'Candidates',
		width: 26,
		dropOrder: 5,
		cell: ({definition}) => ({text: definition.candidates.map(({label}) => cleanText(label)).join(' '), tone: 'plain'}),
	},
	{id: 'samples', title: 'Samples', width: 9, align: 'right', dropOrder: 6, cell: samplesCell},
	{id: 'passes', title: 'Passes', width: 15, cell: passesCell},
	{id: 'difference', title: 'Diff.', width: 6, align: 'right', dropOrder: 7, said: ['difference'], cell: differenceCell},
	{id: 'cost', title: 'Cost', width: 9, align: 'right', dropOrder: 3, cell: ({costUsd}) => ({text: formatUsd(costUsd), tone: 'plain'})},
	{id: 'created', title: 'Begun', width: 17, dropOrder: 2, cell: ({createdAt}) => ({text: formatDateTime(createdAt), tone: 'dim'})},
	{id: 'id', title: 'Id', width: 26, dropOrder: 1, cell: ({id}) => ({text: id, tone: 'dim'})},
];
