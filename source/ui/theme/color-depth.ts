/** Bits of a colour as the terminal takes it: none, the 16 of its own, the 256 of xterm, or red, green and blue. */
export type ColorDepth = 1 | 4 | 8 | 24;

type Env = Readonly<Record<string, string | undefined>>;

/** What FORCE_COLOR asks for by number: https://force-color.org and supports-color agree on these. */
const forced: Readonly<Record<string, ColorDepth>> = {'0': 1, '1': 4, '2': 8, '3': 24};

/** Terminals that take red, green and blue and say so by their name only. */
const trueTerms = /^(xterm-kitty|xterm-ghostty|wezterm|alacritty|foot|contour)\b|-direct$/;
const trueColor = /^(truecolor|24bit)$/;

/**
 * How many colours there are, once it is known that colours are wanted. Pure over the environment: Node's own `getColorDepth` calls tmux-256color
 * 16 colours and alacritty none, and supports-color, which comes with Ink, reads the arguments of the program and comes too late for the first frame.
 */
export function colorDepthOf(isColor: boolean, env: Env, platform: NodeJS.Platform): ColorDepth {
	if (!isColor) return 1;
	const {FORCE_COLOR = '', TERM = '', COLORTERM = '', TERM_PROGRAM = ''} = env;
	const wanted = forced[FORCE_COLOR];
	if (wanted !== undefined && wanted > 1) return wanted;
	// The console of Linux takes the other codes and shows something else for them.
	if (TERM === 'linux') return 4;
	// Apple's Terminal hands COLORTERM on from programs that started it, and draws garbage from it: https://github.com/termstandard/colors
	if (TERM_PROGRAM === 'Apple_Terminal') return 8;
	if (trueColor.test(COLORTERM) || env.WT_SESSION || platform === 'win32') return 24;
	if (trueTerms.test(TERM) || TERM_PROGRAM === 'iTerm.app' || TERM_PROGRAM === 'vscode') return 24;
	return /-256(color)?$/.test(TERM) ? 8 : 4;
}
