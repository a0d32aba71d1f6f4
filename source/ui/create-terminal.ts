import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {type Command, copyText} from './clipboard.js';
import type {Terminal} from './terminal.js';
import type {TerminalModes} from './terminal-modes.js';

const openers: Readonly<Partial<Record<NodeJS.Platform, Command>>> = {
	darwin: ['open'],
	win32: ['rundll32', 'url.dll,FileProtocolHandler'],
	linux: ['xdg-open'],
};

/** Starts a program and leaves it alone; false when there is no such program. */
function start([program, ...args]: Command): Promise<boolean> {
	return new Promise((resolve) => {
		const child = spawn(program, args, {stdio: 'ignore', detached: true});
		child.on('error', () => resolve(false));
		child.on('spawn', () => {
			child.unref();
			resolve(true);
		});
	});
}

/** Runs the user's editor on the whole terminal; its exit code. */
function runEditor(command: string, file: string): Promise<number | null> {
	return new Promise((resolve) => {
		const child = spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', file], {stdio: 'inherit'});
		child.on('error', () => resolve(null));
		child.on('close', resolve);
	});
}

async function edit(text: string, controls: TerminalControls): Promise<string | {readonly problem: string}> {
	const command = process.env.VISUAL || process.env.EDITOR;
	if (!command) return {problem: 'no editor is set: put its name into EDITOR'};
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-'));
	const file = join(folder, 'prompt.md');
	try {
		writeFileSync(file, text, {mode: 0o600});
		let code: number | null = null;
		await handOver(controls, async () => {
			code = await runEditor(command, file);
		});
		if (code !== 0) return {problem: `${command} did not end well, so the prompt stays as it was`};
		return readFileSync(file, 'utf8').replace(/\n$/, '');
	} catch (error) {
		return {problem: `the prompt could not be handed to ${command}: ${error instanceof Error ? error.message : String(error)}`};
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** What only Ink can do, filled in as soon as it runs; and what the terminal does beside drawing. */
export type TerminalControls = {
	exit: (error?: unknown) => void;
	suspend: (run: () => Promise<void>) => Promise<void>;
	readonly modes: TerminalModes;
	/** Has somebody else the terminal now? */
	isHandedOver: boolean;
};

/** Lets somebody else have the terminal as it was before, and takes it back. */
async function handOver(controls: TerminalControls, run: () => Promise<void>): Promise<void> {
	controls.isHandedOver = true;
	try {
		await controls.suspend(async () => {
			controls.modes.leave();
			try {
				await run();
			} finally {
				controls.modes.enter();
			}
		});
	} finally {
		controls.isHandedOver = false;
	}
}

export function createTerminal(homeFolder: string, controls: TerminalControls): Terminal {
	return {
		copy: (text) => copyText(text, homeFolder),
		async open(url) {
			const opener = openers[process.platform];
			return opener !== undefined && /^https?:\/\//.test(url) && start([...opener, url]);
		},
		edit: (text) => edit(text, controls),
		bell: () => void process.stdout.write('\u0007'),
		redraw: () => void controls.suspend(async () => {}),
		suspend: () =>
			handOver(
				controls,
				() =>
					new Promise((resolve) => {
						process.once('SIGCONT', () => resolve());
						process.kill(process.pid, 'SIGTSTP');
					}),
			),
		exit: () => controls.exit(),
	};
}
