import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build} from 'rolldown';
import {beforeAll, expect, test} from 'vitest';
import {openLedger} from '../../../source/store/ledger/open-ledger.js';
import {createFolder} from './ledger-samples.js';

let program = '';

beforeAll(async () => {
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-writer-'));
	program = join(folder, 'writer.mjs');
	await build({
		input: new URL('ledger-writer.ts', import.meta.url).pathname,
		platform: 'node',
		logLevel: 'warn',
		output: {file: program, format: 'esm', codeSplitting: false},
	});
	return () => rmSync(folder, {recursive: true});
});

type Writer = {
	readonly child: ChildProcess;
	readonly lines: string[];
	readonly ended: Promise<number | null>;
	readonly errors: () => string;
};

/** Starts a writer; `onLine` sees each acknowledged append. */
function startWriter(folder: string, name: string, runs: number, onLine: (count: number, child: ChildProcess) => void = () => {}): Writer {
	const child = spawn(process.execPath, [program, folder, name, String(runs)], {stdio: ['ignore', 'pipe', 'pipe']});
	const lines: string[] = [];
	let [rest, errors] = ['', ''];
	child.stderr?.on('data', (data) => {
		errors += data;
	});
	child.stdout?.setEncoding('utf8').on('data', (data: string) => {
		const parts = (rest + data).split('\n');
		rest = parts.pop() ?? '';
		for (const line of parts) onLine(lines.push(line), child);
	});
	return {child, lines, errors: () => errors, ended: new Promise((resolve) => child.once('close', resolve))};
}

test('nothing acknowledged is lost to kill -9, and a start without end shows as unfinished', async () => {
	const folder = createFolder();
	const acknowledged: string[] = [];
	for (const [round, killAfter] of [1, 2, 17, 60, 101].entries()) {
		const writer = startWriter(folder, `writer ${round}`, 1_000_000, (count, child) => count === killAfter && child.kill('SIGKILL'));
		await writer.ended;
		expect(writer.errors()).toBe('');
		expect(writer.lines.length).toBeGreaterThanOrEqual(killAfter);
		acknowledged.push(...writer.lines);

		const ledger = await openLedger(folder);
		const finished = new Set(acknowledged.filter((line) => line.startsWith('finish ')).map((line) => line.slice('finish '.length)));
		const started = acknowledged.filter((line) => line.startsWith('start ')).map((line) => line.slice('start '.length));
		for (const id of started) expect(ledger.readCompletion(id)?.status).toMatch(finished.has(id) ? /^finished$/ : /^(un)?finished$/);
		for (const id of finished) expect(ledger.readRun(id)?.text).toMatch(/answers \d+ still /);
		const unfinished = ledger.count({statuses: ['unfinished']}).count;
		expect(unfinished).toBeLessThanOrEqual(4 * (round + 1));
		expect(ledger.count({text: 'asks'}).count).toBe(ledger.count({}).count);
		const report = await ledger.verify();
		expect(report).toMatchObject({firstProblem: null, entries: 2 * report.completions - unfinished});
		await ledger.close();
	}
});

test.each([2, 4])('%i programs append at once, and the chain does not fork', async (count) => {
	const folder = createFolder();
	const writers = Array.from({length: count}, (_, index) => startWriter(folder, `writer ${index}`, 100));
	for (const writer of writers) expect([await writer.ended, writer.errors()]).toEqual([0, '']);
	const ledger = await openLedger(folder);
	for (const [index, writer] of writers.entries()) {
		expect(writer.lines).toHaveLength(200);
		for (let run = 0; run < 100; run++) expect(ledger.findByIdempotencyKey(`writer ${index} ${run}`)).toMatchObject([{status: 'finished'}]);
	}
	expect(ledger.count({statuses: ['finished'], text: 'answers'})).toEqual({count: 100 * count, isExact: true});
	expect(await ledger.verify()).toMatchObject({firstProblem: null, entries: 200 * count, completions: 100 * count});
	await ledger.close();
});
