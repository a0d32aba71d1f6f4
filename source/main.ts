import process from 'node:process';
import type {CliIo} from './cli/cli-io.js';
import type {CliPorts, GlobalOptions, SandboxRequest, SettingsFile} from './cli/command.js';
import {runCli} from './cli/run-cli.js';
import {findFolders, isSandboxWanted, openContext} from './create-context.js';
import {Failure} from './domain/failure.js';
import {changeSettings, checkSettings, readSettings, readSettingsText, settingsPath, writeSettings} from './store/settings.js';
import {readVersion} from './version.js';

/** Starts the embedded server; what it cannot read or serve becomes a Failure. */
async function startSandbox({port, catalogue, distillable, fault, sandboxSet, stateFolder}: SandboxRequest) {
	const {startSandbox: start} = await import('./sandbox/start-sandbox.js');
	try {
		// At a terminal somebody watches the answers stream; a pipe wants them at once.
		const pace = process.stdout.isTTY && !process.env.STILLROOM_SANDBOX_PACE ? ({pace: 'demo'} as const) : {};
		const settings = sandboxSet ?? [];
		const files = {catalogueFile: catalogue, distillableFile: distillable, stateFolder};
		return await start({port, ...files, faults: fault?.join(';'), settings, ...pace});
	} catch (error) {
		const isUsage = error instanceof Error && ['FaultSyntaxError', 'SettingSyntaxError', 'UnknownNameError'].includes(error.name);
		throw new Failure(isUsage ? 'usage' : 'failed', error instanceof Error ? error.message : String(error));
	}
}

/** The settings of the folder that flags and environment name. */
function openSettingsFile(options: GlobalOptions, env: CliIo['env']): SettingsFile {
	const folders = findFolders(options, env);
	const {STILLROOM_HOME: _, ...rest} = env;
	return {
		path: settingsPath(folders.config),
		home: {value: folders.home, default: findFolders({}, rest).home},
		isSandbox: isSandboxWanted(options),
		read: () => readSettingsText(folders.config),
		check: checkSettings,
		change: changeSettings,
		write: (text) => writeSettings(folders.config, text),
	};
}

/** The real ports of the command line; front ends, server and clients are loaded when they are asked for. */
export function createPorts(env: CliIo['env'], {onDashboard = () => {}}: {readonly onDashboard?: () => void} = {}): CliPorts {
	const version = readVersion();
	return {
		version,
		openContext: (options) => openContext(options, {env, version, startSandbox}),
		readSettings: async (options) => readSettings(findFolders(options, env).config),
		openSettingsFile: async (options) => openSettingsFile(options, env),
		checkKeys: async (keys) => (await import('./ui/keys/check-bindings.js')).checkBindings(keys),
		checkThemes: async ({theme, themes}) =>
			(await import('./ui/theme/look.js')).createLook(undefined, {settingsTheme: theme, customThemes: themes}).problems,
		startSandbox,
		keyTable: async (keys) => (await import('./ui/keys/key-table.js')).keyTable(keys),
		tourTable: async () => (await import('./ui/tour/tour-table.js')).tourTable(),
		async startUi(context, options) {
			onDashboard();
			return (await import('./ui/start-ui.js')).startUi(context, options);
		},
	};
}

/** Runs the program in this process and ends it when everything has been written. The second Ctrl+C ends it at once. */
export async function runProcess(): Promise<void> {
	const controller = new AbortController();
	const stop = () => {
		if (controller.signal.aborted) process.exit(130);
		controller.abort();
	};
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const name of signals) process.on(name, stop);
	// The dashboard restores the terminal itself, and needs the signals for that.
	const onDashboard = () => {
		for (const name of signals) process.off(name, stop);
	};
	const {stdin, stdout, stderr, env} = process;
	const code = await runCli(
		process.argv.slice(2),
		{stdin, stdout, stderr, env, signal: controller.signal},
		createPorts(env, {onDashboard}),
	);
	await new Promise<void>((resolve) => stderr.write('', () => resolve()));
	process.exit(code);
}
