import {once} from 'node:events';
import path from 'node:path';
import type {CommandRecord} from '../command.js';

/** 0 takes a free port. */
function parsePort(text: string): number {
	const port = Number(text);
	if (!/^\d+$/.test(text) || port > 65_535) throw new Error('A port is a whole number from 0 to 65535; 0 takes a free one.');
	return port;
}

/** The server's own list is in its settings.ts and control.ts; what is there is tested against what this says. */
const notes = `--catalogue, --distillable, --fault and --sandbox-set (below) are read by the server. Ctrl+C stops it; that is exit code 0.

--sandbox-set NAME=VALUE, several times:
  clock=+31d                            moves its clock: s, m, h or d, forward or back; or a time, 2027-01-07
  policy:openrouter:MODEL=unlisted      takes a model from the distillable list; listed puts it there
  policy:nanogpt:MODEL=disallowed       allowed, disallowed, unknown
  policy:nanogpt-provider:ID=unknown    the same for what a provider's terms say
  stored=5000                           so many more stored completions; none is an account without any
  files-limit=1000000                   the most bytes that an uploaded file may have
  files-wait=5                          seconds that an uploaded file is not ready
  jobs=instant                          fine-tuning jobs: instant, fast (10 to 20 seconds), real (some half an hour)
  fine-tuning=closed                    the account may create no jobs (403), as with the key sandbox-key-closed

A fine-tuning job behaves otherwise by its suffix sandbox-NAME, or by the metadata sandbox: NAME:
  fail, error-null, error-empty, error-nulls    fails half-way, with an error of that form
  unsafe                                trained, and refused by the safety checks
  odd-status                            statuses that no documentation names
  storm                                 50,000 events
  base64, plain                         the form of its result file
  stuck, slow                           queued for ever; ten times as long

A running server is switched from this machine, without a key:
  GET, POST /_sandbox/clock             {"days": 31}, also hours, minutes, seconds; or {"now": "2027-01-07"}
  GET, POST /_sandbox/policies          {"openrouter": {MODEL: false}, "nanogpt": {MODEL: "disallowed"},
                                        "nanogptProviders": {ID: "unknown"}}; null is as before
  GET, POST /_sandbox/stored            {"count": 100000} makes that many more
  POST      /_sandbox/reset             everything as at the start`;

export const sandboxCommand: CommandRecord = {
	name: 'sandbox',
	summary: 'Serve the APIs on this machine until stopped.',
	args: [],
	options: [
		{flags: '--port <n>', help: 'Port to listen on; 0, the default, takes a free one.', parse: parsePort},
		{flags: '--state <dir>', help: 'Keep files, jobs and changed completions here, so that the next start finds them.'},
	],
	outputs: [{flags: '', schema: 'sandbox'}],
	examples: [
		['stillroom sandbox --port 4010', 'prints one line of JSON with the base URLs'],
		['stillroom sandbox --sandbox-set clock=+31d', 'a month later: what was stored before has expired'],
		['stillroom sandbox --catalogue models.json --distillable distillable.json', 'serves a saved OpenRouter model list'],
	],
	notes: () => notes,
	async run({options}, session) {
		const {catalogue, distillable, fault, sandboxSet} = session.global;
		const sandbox = await session.ports.startSandbox({
			port: (options.port as number | undefined) ?? 0,
			catalogue,
			distillable,
			fault,
			sandboxSet,
			...(options.state === undefined ? {} : {stateFolder: path.resolve(String(options.state))}),
		});
		try {
			await session.output.write(`${JSON.stringify(sandbox.urls)}\n`);
			if (!session.signal.aborted) await once(session.signal, 'abort');
		} finally {
			await sandbox.close();
		}
		return 0;
	},
};
