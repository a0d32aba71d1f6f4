// From a key to the end of its frame in a real pty of 120x40, with 600 and with 100,000 models; and what memory that takes.
import {readFileSync} from 'node:fs';
import process from 'node:process';
import {bin, runOnce, startServer} from './catalogue.mjs';
import {openTerminal, quantile, sleep} from './terminal.mjs';

const frame60Hz = 1000 / 60;

async function measure(terminal, keys, pause) {
	const values = [];
	for (const key of keys) {
		values.push(await terminal.keyToFrame(key));
		await sleep(pause);
	}
	return values;
}

/** Resident memory in MB, from the kernel. */
function residentMegabytes(pid) {
	try {
		return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
	} catch {
		return Number.NaN;
	}
}

async function benchSize(count, frames) {
	const server = await startServer(count);
	try {
		await runOnce([bin, 'models', '--json'], server.env);
		const terminal = openTerminal(process.execPath, [bin, '--fresh'], {env: server.env});
		// The refresh is over, and what is prepared while the hands rest has been.
		await terminal.waitFor(/or \d+ s {2}nano \d+ s/);
		await sleep(1500);
		await measure(terminal, Array(30).fill('\u001B[B'), 20);
		const move = await measure(terminal, Array(150).fill('\u001B[B'), 40);
		await measure(terminal, ['/'], 300);
		const word = 'graph router 7b';
		const typed = [...word, ...Array(word.length).fill('\u007F')];
		const type = await measure(terminal, [...typed, ...typed, ...typed], 60);
		const memory = residentMegabytes(terminal.pid);
		terminal.kill();
		const label = `${count.toLocaleString('en')} models`;
		const limit = frames * frame60Hz;
		const against = frames === 1 ? 'one 60 Hz frame' : 'two 60 Hz frames';
		return [
			{name: `key to frame, move, p50, ${label} (ms)`, ours: quantile(move, 0.5), limit, against, aim: 1},
			{name: `key to frame, move, p95, ${label} (ms)`, ours: quantile(move, 0.95), limit, against, aim: 1},
			{name: `key to frame, type, p50, ${label} (ms)`, ours: quantile(type, 0.5), limit, against, aim: 1},
			{name: `key to frame, type, p95, ${label} (ms)`, ours: quantile(type, 0.95), limit, against, aim: 1},
			{name: `memory, ${label} (MB)`, ours: memory, limit: null, against: '', aim: null},
		];
	} finally {
		server.stop();
	}
}

/** Rows of the table: ours, the limit, the ratio. */
export const benchKeys = async () => [...(await benchSize(600, 1)), ...(await benchSize(100_000, 2))];
