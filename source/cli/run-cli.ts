import {exitCodes, Failure} from '../domain/failure.js';
import type {CliIo} from './cli-io.js';
import type {CliPorts, CommandInput, CommandRecord, GlobalOptions, OpenContext, Session, SettingsView, UiWishes} from './command.js';
import {commands} from './commands/index.js';
import {createDiagnostics} from './diagnostics.js';
import {shortHelp} from './global-options.js';
import {createOutput, createPaint, OutputClosed, wantsColor} from './output.js';
import {withTourFolder} from './tour-folder.js';

function isColor({color}: GlobalOptions, settings: SettingsView | null, io: CliIo): boolean {
	const choice = color === false ? 'never' : (color ?? settings?.values.color ?? 'auto');
	return wantsColor(choice, io.stdout, io.env);
}

/** A screen reader is asked for by flag, by the variable that Ink reads as well, or in the settings. */
function isScreenReader({screenReader}: GlobalOptions, settings: SettingsView | null, {env}: CliIo): boolean {
	return screenReader ?? (env.INK_SCREEN_READER === 'true' || (settings?.values.screenReader ?? false));
}

/** Flag or settings may want that nothing moves by itself. */
const isAnimated = ({animation}: GlobalOptions, settings: SettingsView | null): boolean =>
	animation !== false && settings?.values.animation !== false;

function toWishes(global: GlobalOptions, settings: SettingsView, io: CliIo): UiWishes {
	return {
		isColor: isColor(global, settings, io),
		isFresh: global.fresh === true,
		theme: global.theme ?? null,
		isScreenReader: isScreenReader(global, settings, io),
		hasMouse: global.mouse ?? settings.values.mouse ?? false,
		isAnimated: isAnimated(global, settings),
		glyphs: global.ascii ? 'ascii' : (settings.values.glyphs ?? 'auto'),
		isTour: false,
		settings,
	};
}

type Parts = Pick<Session, 'io' | 'ports' | 'output' | 'diagnostics'>;

/** Runs one piece of work with a context that is opened on first use and always closed; turns what it throws into an exit code. */
async function runSession(
	{io, ports, output, diagnostics}: Parts,
	global: GlobalOptions,
	run: (session: Session, open: () => Promise<OpenContext>) => Promise<number>,
	whatStays?: string,
): Promise<number> {
	let opened: Promise<OpenContext> | null = null;
	let settings: SettingsView | null = null;
	const open = async () => {
		const isFirst = opened === null;
		opened ??= ports.openContext(global);
		settings = (await opened).settings;
		if (isFirst) for (const problem of settings.problems) diagnostics.warn(problem);
		return opened;
	};
	const session: Session = {
		io,
		ports,
		output,
		diagnostics,
		global,
		signal: io.signal,
		paint: async () => createPaint(isColor(global, opened === null ? null : (await opened).settings, io)),
		mood: () => ({isAnimated: isAnimated(global, settings), isAppended: isScreenReader(global, settings, io)}),
		context: async () => (await open()).context,
		openTour: () => runDashboard({io, ports, output, diagnostics}, global, true),
	};
	try {
		return await run(session, open);
	} catch (error) {
		if (error instanceof OutputClosed) return 0;
		if (io.signal.aborted) {
			// What a work says of its own end is more than what is said of every such work.
			if (error instanceof Failure && error.kind === 'interrupted' && error.why !== null) diagnostics.fail(error);
			else if (whatStays !== undefined) diagnostics.note(`Stopped. ${whatStays}`);
			return exitCodes.interrupted;
		}
		return diagnostics.fail(error);
	} finally {
		await (opened as Promise<OpenContext> | null)?.then(({close}) => close()).catch(() => {});
	}
}

/** The dashboard, and what the user goes over to from it: each with a context of its own, in the same terminal. */
async function runDashboard(parts: Parts, global: GlobalOptions, isTour = false): Promise<number> {
	if (isTour) {
		const settings = await parts.ports
			.openSettingsFile(global)
			.then((file) => file.read())
			.catch(() => null);
		return withTourFolder(global, settings, (options) => openDashboard(parts, options, true));
	}
	return openDashboard(parts, global, false);
}

async function openDashboard(parts: Parts, global: GlobalOptions, isTour: boolean): Promise<number> {
	let next: 'sandbox' | 'tour' | null = null;
	const code = await runSession(parts, global, async (_, open) => {
		const {context, settings} = await open();
		const end = await parts.ports.startUi(context, {...toWishes(global, settings, parts.io), isTour});
		if (typeof end === 'number') return end;
		next = end;
		return 0;
	});
	return next === null ? code : runDashboard(parts, {...global, sandbox: true}, next === 'tour');
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
	const parts = {io, ports, output, diagnostics};
	if (parsed.type === 'message') {
		if (parsed.stderr !== '') diagnostics.write(parsed.stderr);
		return runSession(parts, {}, async () => {
			await output.write(parsed.stdout);
			return parsed.exitCode;
		});
	}
	if (parsed.type === 'dashboard') {
		if (!io.stdout.isTTY || !io.stdin.isTTY) {
			diagnostics.write(shortHelp);
			return exitCodes.usage;
		}
		return runDashboard(parts, parsed.global);
	}
	const {record, input, global}: {record: CommandRecord; input: CommandInput; global: GlobalOptions} = parsed;
	const whatStays = input.options.quiet === true ? undefined : record.whatStays;
	return runSession(
		parts,
		global,
		async (session) => {
			const code = await record.run(input, session);
			if (!io.signal.aborted || code === 0) return code;
			if (whatStays !== undefined) diagnostics.note(`Stopped. ${whatStays}`);
			return exitCodes.interrupted;
		},
		whatStays,
	);
}
