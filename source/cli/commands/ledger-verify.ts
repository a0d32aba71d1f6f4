import {exitCodes} from '../../domain/failure.js';
import type {LedgerHead, VerifyReport} from '../../domain/ledger.js';
import {formatCount} from '../../view/format.js';
import {createProgressWords} from '../../view/progress-words.js';
import type {CommandRecord, Session} from '../command.js';
import {openLedger} from '../ledger-filter.js';
import {openProgress, quietOption} from '../progress.js';

/** `COUNT:HASH` as an earlier run printed it. */
function parseHead(text: string): LedgerHead {
	const match = /^(\d{1,15}):(?:sha256:)?([0-9a-f]{64})$/i.exec(text.trim());
	if (match === null) throw new Error('It is COUNT:sha256:HASH, as `stillroom ledger verify` prints it.');
	return {count: Number(match[1]), hash: `sha256:${match[2]!.toLowerCase()}`};
}

/** Problems that are named; the rest is counted. */
const namedProblems = 10;

function sayReport({diagnostics}: Session, report: VerifyReport, path: string, expected: LedgerHead | undefined): void {
	const {entries, completions, texts, deletedTexts, problems, problemCount} = report;
	if (!report.isIntact) {
		diagnostics.write(`stillroom: The ledger is broken: ${formatCount(problemCount, 'problem')} (${path}).`);
		for (const {message} of problems.slice(0, namedProblems)) diagnostics.write(`  ${message}`);
		if (problemCount > namedProblems) diagnostics.write(`  ... and ${problemCount - namedProblems} more.`);
		diagnostics.write('  Keep the file as it is, and compare it with a copy from before.');
		return;
	}
	if (entries === 0) {
		diagnostics.note(`The ledger is empty: nothing was sent yet (${path}).`);
		return;
	}
	const deleted = deletedTexts === 0 ? '' : `, ${formatCount(deletedTexts, 'text')} deleted on record`;
	diagnostics.note(
		`The ledger is intact: ${formatCount(entries, 'entry', 'entries')}, ${formatCount(completions, 'completion')}, ${formatCount(texts, 'text')}${deleted}.`,
	);
	diagnostics.note(
		expected === undefined
			? 'Write the head down elsewhere: with --head a later run also finds an end that was cut off or a chain that was written anew.'
			: 'It still holds the head that was given.',
	);
}

export const ledgerVerifyCommand: CommandRecord = {
	name: 'verify',
	whatStays: 'Nothing was changed; a verification begins anew.',
	summary: 'Recompute the chain, every text and the list of completions; no network.',
	args: [],
	options: [
		{flags: '--head <count:hash>', help: 'A head that was written down: the ledger must still hold it.', parse: parseHead},
		{flags: '--json', help: 'The report as one JSON object.'},
		quietOption,
	],
	outputs: [{flags: '--json', schema: 'ledger-verify'}],
	examples: [
		['stillroom ledger verify', 'prints the head to write down; exit code 1 names the first broken entry'],
		['stillroom ledger verify --head "$(cat head.txt)"', 'nothing up to that head was changed, cut off or written anew'],
	],
	async run({options}, session) {
		const ledger = await openLedger(session);
		const progress = openProgress(session, options);
		const tell = createProgressWords('entry');
		const expectedHead = options.head as LedgerHead | undefined;
		const report = await ledger
			.verify({
				signal: session.signal,
				onProgress: ({entries, total}) => progress.show(tell({verb: 'verified', done: entries, total})),
				...(expectedHead === undefined ? {} : {expectedHead}),
			})
			.finally(progress.clear);
		sayReport(session, report, ledger.path, expectedHead);
		if (options.json) await session.output.write(`${JSON.stringify({path: ledger.path, ...report}, null, 2)}\n`);
		else if (report.isIntact) await session.output.write(`${report.head.count}:${report.head.hash}\n`);
		return report.isIntact ? 0 : exitCodes.failed;
	},
};
