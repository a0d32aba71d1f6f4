import {describe, expect, test} from 'vitest';
import {type ClipboardWorld, type Command, clipboardCommands, copyTo, osc52} from '../../source/ui/clipboard.js';

/** A world in which these programs are there, with what each writes. */
function makeWorld(given: Partial<ClipboardWorld> & {readonly programs?: Readonly<Record<string, string>>} = {}) {
	const ran: (readonly [string, string | Uint8Array])[] = [];
	const written: string[] = [];
	const world: ClipboardWorld = {
		env: {},
		platform: 'linux',
		run: async (command: Command, input) => {
			ran.push([command.join(' '), input]);
			return given.programs?.[command.join(' ')] ?? null;
		},
		write: (text) => void written.push(text),
		save: () => '/home/me/clipboard.txt',
		...given,
	};
	return {world, ran, written};
}

describe('where a copied text goes', () => {
	test.each<readonly [string, Record<string, string>, NodeJS.Platform, readonly string[]]>([
		['macOS', {}, 'darwin', ['pbcopy']],
		['Windows', {}, 'win32', ['clip.exe']],
		['WSL', {WSL_DISTRO_NAME: 'Debian', DISPLAY: ':0'}, 'linux', ['clip.exe']],
		['Wayland before X', {WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0'}, 'linux', ['wl-copy', 'xclip', 'xsel']],
		['no desktop', {}, 'linux', []],
	])('the programs of %s', (_, env, platform, programs) => {
		expect(clipboardCommands(env, platform).map(([program]) => program)).toEqual(programs);
	});

	test('a program that took it is named', async () => {
		const {world, written} = makeWorld({platform: 'darwin', programs: {pbcopy: ''}});
		expect(await copyTo('x', world)).toBe('copied with pbcopy');
		expect(written).toEqual([]);
	});

	test('clip.exe reads UTF-16', async () => {
		const {world, ran} = makeWorld({platform: 'win32', programs: {'clip.exe': ''}});
		await copyTo('ö', world);
		expect(ran).toEqual([['clip.exe', Buffer.from('ö', 'utf16le')]]);
	});

	test('without a program the terminal is asked, and nobody says copied', async () => {
		const {world, written} = makeWorld();
		expect(await copyTo('héllo', world)).toBe("handed to the terminal's clipboard (OSC 52); also in /home/me/clipboard.txt");
		expect(written).toEqual([`\u001B]52;c;${Buffer.from('héllo').toString('base64')}\u0007`]);
	});

	test('over SSH the desktop of the other side is left alone', async () => {
		const {world, ran} = makeWorld({env: {SSH_TTY: '/dev/pts/1', DISPLAY: 'localhost:10'}, programs: {'xclip -selection clipboard': ''}});
		expect(await copyTo('x', world)).toMatch(/OSC 52/);
		expect(ran).toEqual([]);
	});

	test('tmux does it by its own command; where set-clipboard is off, that is said', async () => {
		const env = {TMUX: '/tmp/tmux'};
		const on = makeWorld({env, programs: {'tmux show-options -sv set-clipboard': 'external\n', 'tmux load-buffer -w -': ''}});
		expect(await copyTo('x', on.world)).toMatch(/^in tmux's buffer, and handed to the terminal's clipboard/);
		const off = makeWorld({
			env,
			programs: {'tmux show-options -sv set-clipboard': 'off\n', 'tmux load-buffer -': '', 'tmux load-buffer -w -': ''},
		});
		expect(await copyTo('x', off.world)).toMatch(/^in tmux's buffer only .*set-clipboard is off/);
		expect([...on.written, ...off.written]).toEqual([]);
		expect(await copyTo('x', makeWorld({env}).world)).toMatch(/OSC 52/);
	});

	test('screen hands on pieces', () => {
		const sequence = osc52('y'.repeat(1000), {STY: '1.pts'});
		const pieces = sequence.match(/\u001BP[^\u001B]*(?:\u001B(?!\\)[^\u001B]*)*\u001B\\/g)!;
		expect(pieces.length).toBeGreaterThan(4);
		expect(pieces.every((piece) => piece.length <= 256)).toBe(true);
		expect(pieces.map((piece) => piece.slice(2, -2)).join('')).toBe(osc52('y'.repeat(1000), {}));
	});

	test('what is too long, or has nowhere to go, is said to be in a file, or not to be anywhere', async () => {
		const long = 'z'.repeat(100_000);
		const {world, written} = makeWorld();
		expect(await copyTo(long, world)).toBe("too long for the terminal's clipboard, written to /home/me/clipboard.txt");
		expect(await copyTo(long, {...world, save: () => null})).toMatch(/no file could be written/);
		expect(await copyTo('x', {...world, env: {TERM: 'linux'}})).toBe('this terminal has no clipboard, written to /home/me/clipboard.txt');
		expect(written).toEqual([]);
	});
});
