import {exitCodes} from '../domain/failure.js';
import type {CliIo} from './cli-io.js';
import type {CliPorts, CommandInput, CommandRecord, GlobalOptions, OpenContext, Session} from './command.js';
import {commands} from './commands/index.js';
import {createDiagnostics, type Diagnostics} from './diagnostics.js';
import {shortHelp} from './global-options.js';
import {type ColorChoice, createOutput, createPaint, type Output, OutputClosed, wantsColor} from './output.js';

type Run = (session: Session) => Promise<number>;

function colorChoice({color}: GlobalOptions): ColorChoice {
	return color === false ? 'never' : (color ?? 'auto');
}

/** Runs one piece of work with a context that is opened on first use and always closed; turns what it throws into an exit code. */
async function runSession(
	io: CliIo,
	ports: CliPorts,
	output: Output,
	diagnostics: Diagnostics,
	global: GlobalOptions,
	run: Run,
): Promise<number> {
	let opened: Promise<OpenContext> | null = null;
	const session: Session = {
		io,
		ports,
		output,
		diagnostics,
		global,
		signal: io.signal,
		paint: createPaint(wantsColor(colorChoice(global), io.stdout, io.env)),
		context: async () => {
			opened ??= ports.openContext(global);
			return (await opened).context;
		},
	};
	try {
		return await run(session);
	} catch (error) {
		if (error instanceof OutputClosed) return 0;
		if (io.signal.aborted) return exitCodes.interrupted;
		return diagnostics.fail(error);
	} finally {
		await (opened as Promise<OpenContext> | null)?.then(({close}) => close()).catch(() => {});
	}
}

/**
 * The whole command line: parses the arguments (without the two that Node puts first), runs the command or the dashboard, and
 * resolves to the exit code once everything has been written. Never throws.
 */
export async function runCli(argv: readonly string[], io: CliIo, ports: CliPorts): Promise<number> {
	const output = createOutput(io.stdout);
	const diagnostics = createDiagnostics(io.stderr, {isDebug: Boolean(io.env.STILLROOM_DEBUG)});
	const {parseArguments} = await import('./parse-arguments.js');
	const parsed = await parseArguments(argv, commands, {version: ports.version, helpWidth: io.stdout.columns ?? 100});
	const withSession = (global: GlobalOptions, run: Run) => runSession(io, ports, output, diagnostics, global, run);
	if (parsed.type === 'message') {
		if (parsed.stderr !== '') diagnostics.write(parsed.stderr);
		return withSession({}, async () => {
			await output.write(parsed.stdout);
			return parsed.exitCode;
		});
	}
	if (parsed.type === 'dashboard') {
		if (!io.stdout.isTTY || !io.stdin.isTTY) {
			diagnostics.write(shortHelp);
			return exitCodes.usage;
		}
		const isColor = wantsColor(colorChoice(parsed.global), io.stdout, io.env);
		return withSession(parsed.global, async (session) =>
			ports.startUi(await session.context(), {isColor, isFresh: parsed.global.fresh === true}),
		);
	}
	const {record, input, global}: {record: CommandRecord; input: CommandInput; global: GlobalOptions} = parsed;
	return withSession(global, async (session) => {
		const code = await record.run(input, session);
		return io.signal.aborted && code !== 0 ? exitCodes.interrupted : code;
	});
}
