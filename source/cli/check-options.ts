import {releases, tunerIds} from '../domain/dataset.js';
import type {CheckProgress, CheckReport} from '../domain/dataset-check.js';
import {exitCodes} from '../domain/failure.js';
import type {CheckEvent} from '../services/dataset/check-file.js';
import {checkLines, formatBytes} from '../view/check-lines.js';
import type {Line} from '../view/line.js';
import {createProgressWords, type ProgressTeller} from '../view/progress-words.js';
import type {OptionRecord, Session} from './command.js';
import {openProgress, quietOption} from './progress.js';

/** A whole number from 1 to 50, as tuners take it. */
function parseEpochs(text: string): number {
	const epochs = Number(text);
	if (!/^\d+$/.test(text) || epochs < 1 || epochs > 50) throw new Error('It must be a whole number from 1 to 50.');
	return epochs;
}

/** Flags of both commands that check. */
export const checkOptions: readonly OptionRecord[] = [
	{flags: '--epochs <n>', help: 'Reckon with so many epochs instead of the rule of thumb.', parse: parseEpochs},
	{flags: '--no-tokens', help: 'Count no tokens: faster, and without distributions and estimate.'},
	{flags: '--strict', help: 'Warnings fail too.'},
	{flags: '--json', help: 'The report as one JSON object.'},
	quietOption,
];

/** Flags that say what a file is for. */
export const destinationOptions: readonly OptionRecord[] = [
	{flags: '--for <tuner>', help: 'Where it will be trained.', choices: tunerIds},
	{flags: '--base <model>', help: 'The base model, as the tuner names it.'},
	{flags: '--release <how>', help: 'What becomes of the student, for the gate.', choices: releases},
	{flags: '--student <name>', help: 'What the student will be called, for the gate.'},
	{flags: '--level <level>', help: 'How much the gate asks for.', choices: ['route', 'model']},
];

/** Iterates a check to its report, with a line of progress on stderr. */
export async function runCheck(
	session: Session,
	options: Readonly<Record<string, unknown>>,
	events: AsyncIterable<CheckEvent>,
	totalRows: number | null = null,
): Promise<CheckReport> {
	const progress = openProgress(session, options);
	const tell = createProgressWords('row');
	let report: CheckReport | null = null;
	try {
		for await (const event of events) {
			if (event.type === 'report') report = event.report;
			else progress.show(tell(toFacts(event.progress, totalRows)));
		}
	} finally {
		progress.clear();
	}
	return report!;
}

function toFacts({rows, bytes, totalBytes}: CheckProgress, totalRows: number | null): Parameters<ProgressTeller>[0] {
	const share = totalBytes === null || totalBytes === 0 || totalRows !== null ? null : bytes / totalBytes;
	return {verb: 'checked', done: rows, total: totalRows, share, more: [formatBytes(bytes)]};
}

/** Writes lines of cells in the colours of the session, at most `width` wide. */
export async function writeCells(session: Session, lines: readonly Line[]): Promise<void> {
	const paint = await session.paint();
	await session.output.writeLines(lines.map((cells) => cells.map(({text, tone}) => paint(text, tone)).join('')));
}

/** Where stdout is no terminal, lines are cut as on a wide one. */
export const widthOfOutput = ({output}: Session): number => output.columns ?? 100;

export async function writeReport(session: Session, report: CheckReport): Promise<void> {
	await writeCells(session, checkLines(report, widthOfOutput(session)));
}

/** 3 where the gate refuses or a duty is violated, 1 where a tuner would refuse; with `isStrict` also where there is a warning or an override. */
export function toExitCode(reports: readonly CheckReport[], isStrict: boolean): number {
	const isRefused = reports.some(
		({gate}) =>
			gate !== null && (gate.refused > 0 || (isStrict && gate.overridden > 0) || gate.duties.some(({state}) => state === 'violated')),
	);
	if (isRefused) return exitCodes.policy;
	const isBroken = ({isAccepted, findings}: CheckReport) =>
		!isAccepted || (isStrict && findings.some(({severity}) => severity === 'warning'));
	return reports.some(isBroken) ? exitCodes.failed : 0;
}
