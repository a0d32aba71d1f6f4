import type {CommandRecord} from '../command.js';
import {parseUsd} from '../prompt-options.js';

export const mcpCommand: CommandRecord = {
	name: 'mcp',
	summary: 'Serve the Model Context Protocol on stdin and stdout, so that an assistant can ask what may be distilled.',
	args: [],
	options: [
		{flags: '--offline', help: 'Answer from what was saved by an earlier run; no network.', conflicts: ['allowSpend']},
		{
			flags: '--allow-spend <usd>',
			help: 'Also offer a tool that sends prompts, held to allowed routes, for at most so many USD until the server ends.',
			parse: parseUsd,
		},
	],
	examples: [
		['claude mcp add stillroom -- stillroom mcp', 'adds it to Claude Code'],
		['stillroom mcp --sandbox', 'answers from the embedded server, to try it out'],
		['stillroom mcp --allow-spend 0.50', 'lets the assistant send prompts as well, for half a dollar in all'],
	],
	notes:
		() => `An assistant starts this program itself; its settings hold {"command": "stillroom", "args": ["mcp"]}. The tools only read: none sends a
prompt, spends money or deletes. With --allow-spend prompts can be sent, to allowed routes only, and are kept in the ledger. It ends when stdin is
closed, and on Ctrl+C. stdout holds the protocol only; logs go to stderr.`,
	async run({options}, session) {
		const {io, signal, diagnostics} = session;
		const [{serveStdio, StdioServerTransport}, {createMcpServer}, {createBudget}] = await Promise.all([
			import('@modelcontextprotocol/server/stdio'),
			import('../mcp/create-server.js'),
			import('../mcp/budget.js'),
		]);
		if (io.stdin.isTTY) diagnostics.note('This speaks the Model Context Protocol; an assistant starts it. Ctrl+C ends it.');
		const ended = Promise.withResolvers<void>();
		for (const event of ['end', 'close', 'error']) io.stdin.once(event, () => ended.resolve());
		signal.addEventListener('abort', () => ended.resolve(), {once: true});
		const stop = new AbortController();
		const serving = {...session, signal: AbortSignal.any([signal, stop.signal])};
		const budget = options.allowSpend === undefined ? null : createBudget(options.allowSpend as number);
		const handle = serveStdio(() => createMcpServer(serving, {isOffline: options.offline === true, budget}), {
			transport: new StdioServerTransport(io.stdin, io.stdout),
			onerror: (error) => diagnostics.warn(error.message),
		});
		if (!signal.aborted) await ended.promise;
		stop.abort();
		await handle.close().catch(() => {});
		return 0;
	},
};
