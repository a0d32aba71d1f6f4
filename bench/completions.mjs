// From a key to the end of its frame on the Completions screen, in a real pty of 120x40 over a ledger of 100,000 completions.
// Alone: node bench/completions.mjs [completions, 100000]
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {bin, runOnce, startServer} from './catalogue.mjs';
import {createMirrored, loadLedger} from './ledger.mjs';
import {openTerminal, quantile, sleep} from './terminal.mjs';

const twoFrames = (2 * 1000) / 60;
const runsAtOnce = 500;

async function fillLedger(folder, count) {
	mkdirSync(folder, {recursive: true});
	const openLedger = await loadLedger(folder);
	const ledger = await openLedger(folder);
	for (let from = 0; from < count; from += runsAtOnce) {
		const drafts = Array.from({length: Math.min(runsAtOnce, count - from)}, (_, index) => createMirrored(ledger, from + index)).flat();
		await ledger.appendMany(drafts);
	}
	await ledger.close();
}

async function measure(terminal, keys, pause) {
	const values = [];
	for (const key of keys) {
		values.push(await terminal.keyToFrame(key));
		await sleep(pause);
	}
	return values;
}

/** Milliseconds from keys to a screen that shows what they ask for. */
async function untilShown(terminal, keys, pattern) {
	const from = performance.now();
	terminal.write(keys);
	await terminal.waitFor(pattern);
	return performance.now() - from;
}

/** Rows of the table: ours, the limit, the ratio. */
export async function benchCompletions(count = 100_000) {
	const server = await startServer(600);
	try {
		await fillLedger(join(server.env.STILLROOM_HOME, 'data'), count);
		await runOnce([bin, 'models', '--json'], server.env);
		const terminal = openTerminal(process.execPath, [bin, '--fresh'], {env: server.env});
		await terminal.waitFor(/or \d+ s {2}nano \d+ s/);
		const said = count.toLocaleString('en');
		const all = new RegExp(`${said} of ${said}`);
		const open = await untilShown(terminal, '4', all);
		await sleep(500);
		await measure(terminal, Array(20).fill('\u001B[B'), 30);
		const move = await measure(terminal, Array(120).fill('\u001B[B'), 40);
		const ends = await measure(
			terminal,
			Array.from({length: 20}, (_, index) => (index % 2 ? 'g' : 'G')),
			120,
		);
		await measure(terminal, ['/'], 300);
		const word = 'katore mi';
		const typed = [...word, ...Array(word.length).fill('\u007F')];
		const type = await measure(terminal, [...typed, ...typed], 200);
		terminal.write('\r');
		await sleep(300);
		const filter = await untilShown(terminal, '/meta.task:task-3\r', /meta\.task:task-3 .*\d+ of \d+/);
		const sorted = await untilShown(terminal, '\u0018', all);
		await sleep(500);
		const mark = await untilShown(terminal, '\u0001', new RegExp(`${said} marked`));
		terminal.kill();
		const label = `${count.toLocaleString('en')} completions`;
		const against = 'two 60 Hz frames';
		return [
			{name: `key to frame, move, p95, ${label} (ms)`, ours: quantile(move, 0.95), limit: twoFrames, against, aim: 1},
			{name: `key to frame, first and last, p95, ${label} (ms)`, ours: quantile(ends, 0.95), limit: twoFrames, against, aim: 1},
			{name: `key to frame, type, p95, ${label} (ms)`, ours: quantile(type, 0.95), limit: twoFrames, against, aim: 1},
			{name: `open the screen, ${label} (ms)`, ours: open, limit: 500, against: 'half a second', aim: 1},
			{name: `filter, typed at once, to its rows, ${label} (ms)`, ours: filter, limit: 500, against: 'half a second', aim: 1},
			{name: `clear the filter, ${label} (ms)`, ours: sorted, limit: 200, against: 'a fifth of a second', aim: 1},
			{name: `mark all, ${label} (ms)`, ours: mark, limit: 200, against: 'a fifth of a second', aim: 1},
		];
	} finally {
		server.stop();
	}
}

if (process.argv[1]?.endsWith(join('bench', 'completions.mjs'))) {
	for (const {name, ours, limit} of await benchCompletions(Number(process.argv[2] ?? 100_000)))
		process.stdout.write(`${name.padEnd(60)} ${ours.toFixed(1).padStart(8)} ${String(Math.round(limit)).padStart(8)}\n`);
	process.exit(0);
}
