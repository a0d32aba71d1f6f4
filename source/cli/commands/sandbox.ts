import {once} from 'node:events';
import type {CommandRecord} from '../command.js';

/** 0 takes a free port. */
function parsePort(text: string): number {
	const port = Number(text);
	if (!/^\d+$/.test(text) || port > 65_535) throw new Error('A port is a whole number from 0 to 65535; 0 takes a free one.');
	return port;
}

export const sandboxCommand: CommandRecord = {
	name: 'sandbox',
	summary: 'Serve the three APIs on this machine until stopped.',
	args: [],
	options: [{flags: '--port <n>', help: 'Port to listen on; 0, the default, takes a free one.', parse: parsePort}],
	examples: [
		['stillroom sandbox --port 4010', 'prints one line of JSON with the three base URLs'],
		['stillroom sandbox --catalogue models.json --distillable distillable.json', 'serves a saved OpenRouter model list'],
	],
	notes: () => '--catalogue, --distillable and --fault (below) are read by the server. Ctrl+C stops it; that is exit code 0.',
	async run({options}, session) {
		const {catalogue, distillable, fault} = session.global;
		const sandbox = await session.ports.startSandbox({port: (options.port as number | undefined) ?? 0, catalogue, distillable, fault});
		try {
			const {openrouter, nanogpt, openai} = sandbox.urls;
			await session.output.write(`${JSON.stringify({openrouter, nanogpt, openai})}\n`);
			if (!session.signal.aborted) await once(session.signal, 'abort');
		} finally {
			await sandbox.close();
		}
		return 0;
	},
};
