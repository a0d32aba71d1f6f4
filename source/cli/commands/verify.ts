import {cleanText} from '../../domain/clean-text.js';
import {exitCodes, Failure} from '../../domain/failure.js';
import type {PackReport} from '../../domain/pack-report.js';
import {formatCount} from '../../view/format.js';
import {packFacts} from '../../view/pack-lines.js';
import {createProgressWords} from '../../view/progress-words.js';
import type {CommandRecord, Session} from '../command.js';
import {openProgress, quietOption} from '../progress.js';

function parseHash(text: string): string {
	const match = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(text.trim());
	if (match === null) throw new Error('It is sha256: and 64 hexadecimal digits, as `stillroom dataset pack` prints it.');
	return `sha256:${match[1]!.toLowerCase()}`;
}

/** Problems that are named; the rest is counted. */
const namedProblems = 20;

function sayReport({diagnostics}: Session, report: PackReport): void {
	const {dataset, isIntact, isAllowed, problems, problemCount, overridden, openDuties, notes, vouchedBy, registerDate} = report;
	const name = dataset === null ? report.folder : `${cleanText(dataset.name)}@${dataset.version}`;
	for (const note of notes) diagnostics.note(cleanText(note));
	if (!isIntact || !isAllowed) {
		const what = isIntact
			? 'is whole, but may not be used as it says'
			: isAllowed
				? 'is not what was written'
				: 'is not what was written, nor may it be used as it says';
		diagnostics.write(`stillroom: ${name} ${what}: ${formatCount(problemCount, 'problem')}.`);
		for (const {kind, message, offset} of problems.slice(0, namedProblems))
			diagnostics.write(`  ${kind}: ${cleanText(message)}${offset === null || / byte \d/.test(message) ? '' : ` (byte ${offset})`}`);
		if (problemCount > namedProblems)
			diagnostics.write(`  ... and ${problemCount - namedProblems} more; --json has the first hundred of each kind.`);
	} else {
		const rows = overridden.rows === 0 ? 'each passes the gate' : `${report.rows - overridden.rows} pass the gate`;
		diagnostics.note(`${name} is what was written: ${formatCount(report.rows, 'row')}, ${rows} (register of ${registerDate.now}).`);
	}
	if (overridden.rows > 0)
		diagnostics.note(
			`${formatCount(overridden.rows, 'row')} that the gate refused ${overridden.rows === 1 ? 'is' : 'are'} in, for this reason: ${cleanText(overridden.reason ?? 'none on record')}`,
		);
	if (openDuties.length > 0)
		diagnostics.note(`${formatCount(openDuties.length, 'duty', 'duties')} left for a person to see to: see README.md.`);
	if (vouchedBy === 'hash') diagnostics.note('The manifest is the one whose hash was given.');
	else if (vouchedBy === 'ledger') diagnostics.note('The ledger here vouches for the manifest.');
	else if (isIntact)
		diagnostics.note(
			'Nobody vouches for the manifest itself: compare its hash with the one that was printed when it was packed (--manifest-hash), or use --with-ledger.',
		);
}

export const verifyCommand: CommandRecord = {
	name: 'verify',
	whatStays: 'Nothing was changed; a verification begins anew.',
	summary: 'Recompute everything about a pack, offline: bytes, hashes, rows, provenance, the gate, duties.',
	args: [{spec: '<pack>', help: 'The folder that `stillroom dataset pack` wrote.'}],
	options: [
		{flags: '--manifest-hash <hash>', help: 'The hash of the manifest as it was printed when it was packed.', parse: parseHash},
		{flags: '--with-ledger', help: 'Compare the rows with the ledger here, and ask it for the manifest.'},
		{flags: '--json', help: 'The report as one JSON object.'},
		quietOption,
	],
	outputs: [{flags: '--json', schema: 'verify'}],
	examples: [
		['stillroom verify triage-v2', 'no ledger and no network; prints the hash of the manifest'],
		['stillroom verify triage-v2 --manifest-hash sha256:…', 'also finds a pack that was written anew'],
		['stillroom verify triage-v2 --with-ledger --json', 'compares every row with the ledger as well'],
	],
	notes: () => 'Exit codes: 0 fine, 1 the pack is not what was written, 3 a row or a duty is against the policy (also when both).',
	async run({args, options}, session) {
		const {verifyPack} = await import('../../services/pack/verify-pack.js');
		const ledger = options.withLedger === true ? await (await session.context()).ledger() : undefined;
		const manifestHash = options.manifestHash as string | undefined;
		const progress = openProgress(session, options);
		const tell = createProgressWords('row');
		let report: PackReport | null = null;
		try {
			const request = {
				tool: `stillroom@${session.ports.version}`,
				...(ledger === undefined ? {} : {ledger}),
				...(manifestHash === undefined ? {} : {manifestHash}),
			};
			for await (const event of verifyPack(args[0] as string, request, session.signal)) {
				if (event.type === 'progress') progress.show(tell(packFacts('verified', event.progress)));
				else report = event.report;
			}
		} finally {
			progress.clear();
		}
		if (report === null) throw new Failure('failed', 'Nothing was verified.');
		sayReport(session, report);
		if (options.json) await session.output.write(`${JSON.stringify(report, null, 2)}\n`);
		else if (report.manifestHash !== null) await session.output.write(`${report.manifestHash}\n`);
		if (!report.isAllowed) return exitCodes.policy;
		return report.isIntact ? 0 : exitCodes.failed;
	},
};
