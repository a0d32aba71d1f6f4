import {type ChildProcess, spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {GenerateSummary} from '../../source/cli/outputs.js';
import type {VerifyReport} from '../../source/domain/ledger.js';
import {openLedger} from '../../source/store/ledger/open-ledger.js';
import {findProgram} from './built-program.js';
import {makeFolder} from './run-stillroom.js';

type Ended = {readonly code: number | null; readonly signal: string | null; readonly stdout: string; readonly stderr: string};

/** How many rows have ended, and what was said. */
type Seen = {readonly rows: number; readonly stderr: string};

/** A bulk job of `count` different prompts, run by the built program in processes of its own, on a home of its own. */
export function createJob(
	count: number,
	env: Readonly<Record<string, string>>,
	flags: readonly string[] = [],
	toPrompt: (index: number) => string = (index) => `Name ${index} stills.`,
) {
	const home = makeFolder();
	const prompts = path.join(home.path, 'prompts.jsonl');
	writeFileSync(prompts, Array.from({length: count}, (_, index) => `${JSON.stringify({prompt: toPrompt(index)})}\n`).join(''));
	const start = (extra: readonly string[] = [], onOutput: (seen: Seen, child: ChildProcess) => void = () => {}): Promise<Ended> => {
		const child = spawn(process.execPath, [findProgram(), 'generate', prompts, '--model', 'deepseek/deepseek-v3.2', ...flags, ...extra], {
			env: {PATH: process.env.PATH ?? '', STILLROOM_HOME: home.path, ...env},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let [stdout, stderr, rows] = ['', '', 0];
		child.stdout.setEncoding('utf8').on('data', (data: string) => {
			stdout += data;
			rows += data.split('{"type":"row"').length - 1;
			onOutput({rows, stderr}, child);
		});
		child.stderr.setEncoding('utf8').on('data', (data: string) => {
			stderr += data;
			onOutput({rows, stderr}, child);
		});
		return new Promise((resolve) => child.on('close', (code, signal) => resolve({code, signal, stdout, stderr})));
	};
	return {
		prompts,
		home: home.path,
		start,
		/** Starts it and kills it with -9 once so many rows have ended. */
		killAfter: (rows: number) =>
			start(['--ndjson'], (seen, child) => {
				if (seen.rows >= rows) child.kill('SIGKILL');
			}),
		async finish(): Promise<{readonly code: number | null; readonly summary: GenerateSummary}> {
			const {code, stdout} = await start(['--json']);
			return {code, summary: JSON.parse(stdout) as GenerateSummary};
		},
		/** How often each row was finished, how many runs have no end, and what verification says. */
		async inspect(): Promise<{readonly finished: readonly number[]; readonly unfinished: number; readonly report: VerifyReport}> {
			const ledger = await openLedger(path.join(home.path, 'data'));
			const counts = new Map<string, number>();
			let after: string | null = null;
			do {
				const page = ledger.list({statuses: ['finished']}, {limit: 500, after});
				for (const {messagesHash} of page.rows) counts.set(messagesHash, (counts.get(messagesHash) ?? 0) + 1);
				after = page.next;
			} while (after !== null);
			const unfinished = ledger.count({statuses: ['unfinished']}).count;
			const report = await ledger.verify();
			await ledger.close();
			return {finished: [...counts.values()], unfinished, report};
		},
		[Symbol.dispose]: home.remove,
	};
}
