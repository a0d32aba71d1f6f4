// From the command to the first useful frame on a saved catalogue, and headless commands, against a bare Node.
import process from 'node:process';
import {bin, runOnce, startServer} from './catalogue.mjs';
import {median, openTerminal} from './terminal.mjs';

const runs = 15;

async function repeat(measure) {
	const values = [];
	for (let run = 0; run < runs; run++) values.push(await measure());
	return median(values);
}

/** Rows of the table: ours, the limit, the ratio. */
export async function benchStart() {
	const server = await startServer();
	try {
		await runOnce([bin, 'models', '--json'], server.env);
		const firstFrame = async () => {
			const terminal = openTerminal(process.execPath, [bin], {env: server.env});
			const milliseconds = await terminal.waitFor(/deepseek\/\S+ [\s\S]*quit/);
			terminal.write('q');
			await terminal.exited;
			return milliseconds;
		};
		await firstFrame();
		const bare = await repeat(async () => (await runOnce(['-e', '0'])).milliseconds);
		const frame = await repeat(firstFrame);
		const version = await repeat(async () => (await runOnce([bin, '--version'])).milliseconds);
		const models = await repeat(async () => (await runOnce([bin, 'models', '--offline', '--json'], server.env)).milliseconds);
		return [
			{name: 'first frame, saved catalogue (ms)', ours: frame, limit: bare, against: 'node -e 0', aim: 4},
			{name: 'stillroom --version (ms)', ours: version, limit: bare, against: 'node -e 0', aim: 2},
			{name: 'models --offline --json (ms)', ours: models, limit: bare, against: 'node -e 0', aim: 4},
		];
	} finally {
		server.stop();
	}
}
