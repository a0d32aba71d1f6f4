import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {describe, expect, test} from 'vitest';
import {refuseDumb} from '../../source/ui/terminal-facts.js';
import {type ColorDepth, colorDepthOf} from '../../source/ui/theme/color-depth.js';
import {colorCode, from256, to256, toRgb} from '../../source/ui/theme/colors.js';
import {drawable, glyphsOf, standIns} from '../../source/ui/theme/glyphs.js';
import {knowsLinks} from '../../source/ui/theme/links.js';
import {createLook, withKeptTheme} from '../../source/ui/theme/look.js';
import {paintLine} from '../../source/ui/theme/paint.js';
import {createThemes, type Theme} from '../../source/ui/theme/theme.js';
import type {Tone} from '../../source/view/cell.js';
import {paragraph, span} from '../../source/view/line.js';
import {widthOf} from '../../source/view/width.js';

describe('how many colours a terminal has', () => {
	test.each<readonly [string, Record<string, string>, ColorDepth]>([
		['the console of Linux', {TERM: 'linux', COLORTERM: 'truecolor'}, 4],
		['xterm', {TERM: 'xterm'}, 4],
		['screen', {TERM: 'screen'}, 4],
		['xterm of 256', {TERM: 'xterm-256color'}, 8],
		['tmux of 256', {TERM: 'tmux-256color'}, 8],
		['COLORTERM', {TERM: 'xterm-256color', COLORTERM: 'truecolor'}, 24],
		['24bit', {TERM: 'screen-256color', COLORTERM: '24bit'}, 24],
		['Windows Terminal', {TERM: 'xterm-256color', WT_SESSION: 'a'}, 24],
		['kitty', {TERM: 'xterm-kitty'}, 24],
		['alacritty', {TERM: 'alacritty'}, 24],
		['direct colour', {TERM: 'xterm-direct'}, 24],
		["Apple's Terminal", {TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal', COLORTERM: 'truecolor'}, 8],
		['FORCE_COLOR=1', {TERM: 'xterm-256color', FORCE_COLOR: '1'}, 4],
		['FORCE_COLOR=2', {TERM: 'xterm', FORCE_COLOR: '2'}, 8],
		['FORCE_COLOR=3', {TERM: 'linux', FORCE_COLOR: '3'}, 24],
		['a terminal nobody knows', {TERM: 'strange'}, 4],
	])('%s', (_, env, depth) => {
		expect(colorDepthOf(true, env, 'linux')).toBe(depth);
	});

	test('Windows without a TERM has all of them; none where none are wanted', () => {
		expect(colorDepthOf(true, {}, 'win32')).toBe(24);
		expect(colorDepthOf(false, {COLORTERM: 'truecolor', FORCE_COLOR: '3'}, 'linux')).toBe(1);
	});
});

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(rgb: readonly number[]): number {
	const [red, green, blue] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: readonly number[], other: readonly number[]): number {
	const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light! + 0.05) / (dark! + 0.05);
}

/** Foreground and background of a style, as they look. */
function coloursOf(on: string): {readonly text: readonly number[] | null; readonly ground: readonly number[] | null} {
	const find = (kind: 38 | 48): readonly number[] | null => {
		const direct = new RegExp(`${kind};2;(\\d+);(\\d+);(\\d+)`).exec(on);
		if (direct) return direct.slice(1).map(Number);
		const indexed = new RegExp(`${kind};5;(\\d+)`).exec(on)?.[1];
		return indexed === undefined ? null : from256(Number(indexed));
	};
	return {text: find(38), ground: find(48)};
}

const themesAt = (depth: ColorDepth): ReadonlyMap<string, Theme> => createThemes({depth, glyphs: 'unicode', hasLinks: false}).themes;

describe('contrast', () => {
	// Black, VS Code, One Dark, Dracula, Nord, Solarized, Ubuntu; white, GitHub, One Light, Solarized, Catppuccin.
	const dark = ['#000000', '#1e1e1e', '#282c34', '#282a36', '#2e3440', '#002b36', '#300a24'];
	const light = ['#ffffff', '#f6f8fa', '#fafafa', '#fdf6e3', '#eff1f5'];
	const tones: readonly Tone[] = ['dim', 'good', 'bad', 'warn', 'accent', 'unknown'];

	test.each<readonly [string, readonly string[], ColorDepth]>([
		['dark', dark, 24],
		['dark', dark, 8],
		['light', light, 24],
		['light', light, 8],
	])('%s is readable on %s at a depth of %i', (name, grounds, depth) => {
		for (const tone of tones) {
			const {text} = coloursOf(themesAt(depth).get(name)!.styles[tone]!.on);
			for (const ground of grounds) expect(contrast(text!, toRgb(ground)), `${tone} on ${ground}`).toBeGreaterThanOrEqual(4.5);
		}
	});

	test.each<ColorDepth>([24, 8])('high-contrast brings its own ground at a depth of %i', (depth) => {
		const {styles} = themesAt(depth).get('high-contrast')!;
		for (const tone of tones.filter((one) => one !== 'dim')) {
			const {text, ground} = coloursOf(styles[tone]!.on);
			expect(contrast(text!, ground!), tone).toBeGreaterThanOrEqual(7);
		}
		expect([styles.plain, styles.dim]).toEqual([undefined, undefined]);
	});

	test('with 16 colours every theme names colours of the terminal', () => {
		for (const {styles} of themesAt(4).values())
			for (const style of Object.values(styles)) expect(style.on).toMatch(/^\u001B\[(1|2|7|(1;)?(3|9)[0-7](;40)?)m$/);
	});

	test('without colours nothing is left but the cursor', () => {
		for (const {styles} of themesAt(1).values()) expect(Object.keys(styles)).toEqual(['cursor']);
	});

	test('a colour becomes the nearest that there is', () => {
		expect(to256('#ff0000')).toBe(196);
		expect(colorCode('#00aa55', 24)).toBe('38;2;0;170;85');
		expect(colorCode('#fe0102', 4)).toBe('91');
		expect(colorCode('bright-red', 24)).toBe('91');
		expect(colorCode('default', 8)).toBe('');
		expect(colorCode('#00aa55', 1)).toBe('');
	});
});

describe('themes of the settings', () => {
	const terminal = {depth: 24, glyphs: 'unicode', hasLinks: false} as const;

	test('begin with another and change what they name', () => {
		const {themes, problems} = createThemes(terminal, {
			mine: {base: 'dark', colors: {good: '#00aa55', bad: 'bright-red'}},
			yours: {base: 'mine', colors: {good: 'blue'}},
		});
		expect(problems).toEqual([]);
		expect(themes.get('mine')!.styles.good!.on).toBe('\u001B[38;2;0;170;85m');
		expect(themes.get('mine')!.styles.warn).toEqual(themes.get('dark')!.styles.warn);
		expect(themes.get('yours')!.styles.bad!.on).toBe('\u001B[91m');
		expect(themes.get('yours')!.styles.good!.on).toBe('\u001B[34m');
	});

	test('say what they get wrong, with what there is', () => {
		const {themes, problems} = createThemes(terminal, {
			mine: {base: 'drak', colors: {green: 'green', good: 'gren'}},
			round: {base: 'other', colors: {}},
			other: {base: 'round', colors: {}},
			dark: {colors: {}},
		});
		expect(problems).toEqual([
			expect.stringMatching(/^Theme "mine" begins with "drak", which is no theme: there are default, dark, .*round, other/),
			expect.stringMatching(/^Theme "mine" colours "green", which is no tone: there are plain, .*good/),
			expect.stringMatching(/^Theme "mine" draws good in "gren", which is no colour: there are #rrggbb and default, .*bright-white/),
			expect.stringContaining('"dark", which there is already'),
		]);
		expect([...themes.keys()]).toEqual(['default', 'dark', 'light', 'high-contrast', 'ansi', 'none', 'mine', 'round', 'other']);
	});

	test('a flag wins over the settings, these over the menu of an earlier run', () => {
		const look = (flagTheme: string | null, settingsTheme?: string) => createLook(terminal, {flagTheme, settingsTheme}).look;
		expect(withKeptTheme(look('light', 'dark'), 'ansi').theme).toBe('light');
		expect(withKeptTheme(look(null, 'dark'), 'ansi').theme).toBe('dark');
		expect(withKeptTheme(look(null), 'ansi').theme).toBe('ansi');
		expect(withKeptTheme(look(null), 'gone').theme).toBe('default');
		expect(createLook(terminal, {settingsTheme: 'nope'}).problems).toEqual([expect.stringContaining('there are default, dark')]);
	});
});

describe('signs', () => {
	test.each<readonly [string, Record<string, string>, NodeJS.Platform, string]>([
		['UTF-8', {LANG: 'en_GB.UTF-8'}, 'linux', 'unicode'],
		['no locale at all', {}, 'linux', 'unicode'],
		['LC_ALL before the others', {LC_ALL: 'C', LANG: 'en_GB.UTF-8'}, 'linux', 'only-ascii'],
		['LC_CTYPE before LANG', {LC_CTYPE: 'C.utf8', LANG: 'C'}, 'linux', 'unicode'],
		['Latin-1', {LANG: 'de_DE.ISO-8859-1'}, 'linux', 'only-ascii'],
		['the console of Linux', {TERM: 'linux', LANG: 'C.UTF-8'}, 'linux', 'ascii'],
		['Windows', {LANG: 'C'}, 'win32', 'unicode'],
	])('%s', (_, env, platform, glyphs) => {
		expect(glyphsOf(env, platform)).toBe(glyphs);
	});

	test('a wish wins, but no terminal gets bytes that it takes for others', () => {
		expect(glyphsOf({LANG: 'C.UTF-8'}, 'linux', 'ascii')).toBe('ascii');
		expect(glyphsOf({TERM: 'linux', LANG: 'C.UTF-8'}, 'linux', 'unicode')).toBe('unicode');
		expect(glyphsOf({LANG: 'C'}, 'linux', 'ascii')).toBe('only-ascii');
	});

	test('each has a stand-in of its own width', () => {
		for (const [sign, stand] of Object.entries(standIns)) {
			expect(stand, sign).toMatch(/^[\u0020-\u007E]$/);
			expect(widthOf(sign), sign).toBe(1);
		}
		expect(drawable('Help · x → y …', 'ascii')).toBe('Help - x > y .');
	});

	test('text of others keeps its letters, and its width where only ASCII goes', () => {
		expect(drawable('Größe · 漢字', 'ascii')).toBe('Größe - 漢字');
		expect(drawable('Größe · 漢字 e\u0301 👩‍👧', 'only-ascii')).toBe('Gro?e - ???? e ??');
		expect(widthOf(drawable('日本語 café', 'only-ascii'))).toBe(widthOf('日本語 café'));
	});

	test('every sign that the source draws has a stand-in, and none is Braille', () => {
		const root = join(import.meta.dirname, '../../source');
		const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter((file) =>
			/^(ui|view)\/.*\.tsx?$/.test(file.replaceAll('\\', '/')),
		);
		expect(files.length).toBeGreaterThan(100);
		for (const file of files) {
			const text = readFileSync(join(root, file), 'utf8');
			expect(text, file).not.toMatch(/[\u2800-\u28FF]/);
			if (file.endsWith('glyphs.ts')) continue;
			const signs = [...text.replaceAll(/^\s*(\/\*\*|\*|\/\/).*$/gm, '').matchAll(/[^\u0000-\u007F]/gu)].map(([sign]) => sign);
			expect(
				signs.filter((sign) => !(sign in standIns)),
				file,
			).toEqual([]);
		}
	});
});

describe('links', () => {
	test.each<readonly [string, Record<string, string>, boolean]>([
		['nothing known', {TERM: 'xterm-256color'}, false],
		['kitty', {TERM: 'xterm-kitty'}, true],
		['iTerm', {TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.0'}, true],
		['Windows Terminal', {TERM: 'xterm-256color', WT_SESSION: 'a'}, true],
		['VTE', {TERM: 'xterm-256color', VTE_VERSION: '7200'}, true],
		['old VTE', {TERM: 'xterm-256color', VTE_VERSION: '4800'}, false],
		['tmux 3.4 in anything', {TERM: 'tmux-256color', TMUX: 'a', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.4'}, true],
		[
			'tmux 3.3a in VTE',
			{TERM: 'tmux-256color', TMUX: 'a', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a', VTE_VERSION: '7200'},
			false,
		],
		['screen in kitty', {TERM: 'screen-256color', STY: 'a', KITTY_WINDOW_ID: '1'}, false],
		['the console of Linux', {TERM: 'linux', KITTY_WINDOW_ID: '1'}, false],
		["Apple's Terminal", {TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal'}, false],
		['as it is forced', {TERM: 'xterm', FORCE_HYPERLINK: '1'}, true],
	])('%s', (_, env, has) => {
		expect(knowsLinks(env)).toBe(has);
	});

	const {themes} = createThemes({depth: 4, glyphs: 'unicode', hasLinks: true});
	const theme = themes.get('default')!;
	const links = (painted: string): readonly string[] =>
		[...painted.matchAll(/\u001B\]8;;([^\u0007]+)\u0007([^\u001B]*)/g)].map(([, url, text]) => `${text} -> ${url}`);

	test('an address opens by a click, without what stands behind it', () => {
		const painted = paintLine(theme, [span('see https://a.example/x_(y), (http://b.example/?q=1).', 'dim')], 80);
		expect(links(painted)).toEqual([
			'https://a.example/x_(y) -> https://a.example/x_(y)',
			'http://b.example/?q=1 -> http://b.example/?q=1',
		]);
		expect(stripVTControlCharacters(painted)).toBe('see https://a.example/x_(y), (http://b.example/?q=1).');
	});

	test('each part of a broken address, and a cut one, opens the whole', () => {
		const url = `https://a.example/${'long/'.repeat(12)}end`;
		const lines = paragraph(`from ${url} and on`, 30);
		expect(lines.length).toBeGreaterThan(2);
		const opened = lines.flatMap((line) => links(paintLine(theme, line, 30)));
		expect(opened.map((one) => one.split(' -> ')[0]).join('')).toBe(url);
		expect(new Set(opened.map((one) => one.split(' -> ')[1]))).toEqual(new Set([url]));
		expect(links(paintLine(theme, [span(url)], 20))).toEqual([`${url.slice(0, 19)}… -> ${url}`]);
		expect(links(paintLine(theme, [span('https://a.example/cut…')], 40))).toEqual([]);
	});

	test('no other address and no control character becomes one', () => {
		expect(links(paintLine(theme, [span('file:///etc/passwd javascript://x ftp://a')], 80))).toEqual([]);
		expect(links(paintLine(theme, [span('https://a.example/\u001B]8;;https://evil.example')], 80))[0]).toBe(
			'https://a.example/ -> https://a.example/',
		);
	});
});

describe('a terminal that cannot place text', () => {
	test.each([{TERM: 'dumb'}, {TERM: 'unknown'}, {}, {TERM: ''}])('%o is refused with what to do', (env) => {
		expect(() => refuseDumb(env, 'linux')).toThrow(
			expect.objectContaining({kind: 'usage', next: expect.stringContaining('--screen-reader')}),
		);
	});
	test('Windows names none and is none', () => expect(() => refuseDumb({}, 'win32')).not.toThrow());
});
