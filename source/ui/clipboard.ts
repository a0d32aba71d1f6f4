import {spawn} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';

export type Command = readonly [program: string, ...args: string[]];
type Env = Readonly<Record<string, string | undefined>>;

/** What copying needs of the world; tests write a literal. */
export type ClipboardWorld = {
	readonly env: Env;
	readonly platform: NodeJS.Platform;
	/** Runs a program with this on its standard input; what it wrote when it ended well, else null. */
	readonly run: (command: Command, input: string | Uint8Array) => Promise<string | null>;
	/** Writes to the terminal. */
	readonly write: (text: string) => void;
	/** Writes a file that only its owner reads, and says where; null when that fails. */
	readonly save: (text: string) => string | null;
};

/** Programs hang on a display that is gone. */
const runMilliseconds = 2000;
/** Terminals cut longer sequences: https://www.xfree86.org/current/ctlseqs.html gives no limit, hterm and others stop at 100,000 characters. */
const osc52Limit = 74_000;
/** GNU screen passes on pieces up to 256 characters. */
const screenPiece = 250;

/** Programs that put text on the desktop's clipboard, the likeliest first. */
export function clipboardCommands(env: Env, platform: NodeJS.Platform): readonly Command[] {
	if (platform === 'darwin') return [['pbcopy']];
	if (platform === 'win32' || env.WSL_DISTRO_NAME || env.WSL_INTEROP) return [['clip.exe']];
	if (env.TERMUX_VERSION) return [['termux-clipboard-set']];
	return [
		...(env.WAYLAND_DISPLAY ? [['wl-copy'] as const] : []),
		...(env.DISPLAY ? [['xclip', '-selection', 'clipboard'] as const, ['xsel', '--clipboard', '--input'] as const] : []),
	];
}

/** OSC 52: the terminal puts the text on its own clipboard, also over SSH. It never answers, so success is not known. */
export function osc52(text: string, env: Env): string {
	const sequence = `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
	if (!env.STY) return sequence;
	// Screen takes no OSC 52 of its own; what stands in a DCS it hands on.
	const pieces = sequence.match(new RegExp(`[^]{1,${screenPiece}}`, 'g')) ?? [];
	return pieces.map((piece) => `\u001BP${piece}\u001B\\`).join('');
}

/** tmux takes no OSC 52 of programs unless `set-clipboard` is on; its own command reaches the terminal where it is not off. Null without tmux. */
async function copyInTmux(text: string, {env, run}: ClipboardWorld): Promise<string | null> {
	if (!env.TMUX) return null;
	const setting = (await run(['tmux', 'show-options', '-sv', 'set-clipboard'], ''))?.trim() ?? '';
	if (setting !== 'off' && (await run(['tmux', 'load-buffer', '-w', '-'], text)) !== null)
		return "in tmux's buffer, and handed to the terminal's clipboard";
	return (await run(['tmux', 'load-buffer', '-'], text)) === null
		? null
		: "in tmux's buffer only (prefix ] pastes it): set-clipboard is off or this tmux is old";
}

/**
 * Copies a text and says in one sentence where it went; never says copied when that is not known. The desktop's own program where there is one,
 * and over SSH the terminal, because the desktop is on the other side; always also a file, unless a program took it.
 */
export async function copyTo(text: string, world: ClipboardWorld): Promise<string> {
	const {env, platform, run, write, save} = world;
	const isRemote = Boolean(env.SSH_TTY || env.SSH_CONNECTION);
	if (!isRemote) {
		for (const command of clipboardCommands(env, platform)) {
			// clip.exe reads UTF-16 whatever the code page is.
			const input = command[0] === 'clip.exe' ? Buffer.from(text, 'utf16le') : text;
			if ((await run(command, input)) !== null) return `copied with ${command[0]}`;
		}
	}
	const file = save(text);
	const saved = file === null ? '' : `; also in ${file}`;
	const inTmux = await copyInTmux(text, world);
	if (inTmux !== null) return `${inTmux}${saved}`;
	if (Buffer.byteLength(text) > osc52Limit)
		return file === null
			? "too long for the terminal's clipboard, and no file could be written"
			: `too long for the terminal's clipboard, written to ${file}`;
	if (env.TERM === 'linux' || env.TERM === 'dumb')
		return file === null
			? 'this terminal has no clipboard, and no file could be written'
			: `this terminal has no clipboard, written to ${file}`;
	write(osc52(text, env));
	return `handed to the terminal's clipboard (OSC 52)${saved}`;
}

function run([program, ...args]: Command, input: string | Uint8Array): Promise<string | null> {
	return new Promise((resolve) => {
		// wl-copy and xclip leave a child behind that keeps the pipe open: only the end of the program itself counts.
		const isAsked = program === 'tmux';
		const child = spawn(program, args, {stdio: ['pipe', isAsked ? 'pipe' : 'ignore', 'ignore'], timeout: runMilliseconds});
		let output = '';
		child.stdout?.on('data', (chunk: Buffer) => {
			output += chunk.toString();
		});
		child.on('error', () => resolve(null));
		child.on(isAsked ? 'close' : 'exit', (code) => resolve(code === 0 ? output : null));
		child.stdin?.on('error', () => {});
		child.stdin?.end(input);
	});
}

function saveIn(folder: string, text: string): string | null {
	try {
		mkdirSync(folder, {recursive: true});
		const file = join(folder, 'clipboard.txt');
		writeFileSync(file, text, {mode: 0o600});
		return file;
	} catch {
		return null;
	}
}

/** Copies from this process: see `copyTo`. */
export const copyText = (text: string, folder: string): Promise<string> =>
	copyTo(text, {
		env: process.env,
		platform: process.platform,
		run,
		write: (sequence) => void process.stdout.write(sequence),
		save: (content) => saveIn(folder, content),
	});
