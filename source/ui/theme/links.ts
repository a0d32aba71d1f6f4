type Env = Readonly<Record<string, string | undefined>>;

/** Does a version such as `3.4`, `3.3a` or `0.5000` reach what is needed? */
function reaches(version: string | undefined, [major, minor]: readonly [number, number]): boolean {
	const [, first = '0', second = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
	return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}

/** Since when programs that name themselves in TERM_PROGRAM know links: https://github.com/Alhadis/OSC8-Adoption */
const since: Readonly<Record<string, readonly [number, number]>> = {
	'iTerm.app': [3, 1],
	WezTerm: [0, 0],
	vscode: [1, 72],
	ghostty: [0, 0],
	tmux: [3, 4],
	Hyper: [3, 0],
	rio: [0, 0],
	WarpTerminal: [0, 0],
};

/**
 * Does the terminal make addresses clickable by OSC 8? Only where that is known: others draw nothing for it, but some old ones draw garbage.
 * Pure over the environment, and it knows tmux, which packages for this do not.
 */
export function knowsLinks(env: Env): boolean {
	const {TERM = '', TERM_PROGRAM = '', TERM_PROGRAM_VERSION, VTE_VERSION} = env;
	if (env.FORCE_HYPERLINK) return env.FORCE_HYPERLINK !== '0';
	if (TERM === 'dumb' || TERM === 'linux' || TERM === '') return false;
	// tmux and screen stand between: what lies around them does not count.
	if (env.TMUX || TERM_PROGRAM === 'tmux') return TERM_PROGRAM === 'tmux' && reaches(TERM_PROGRAM_VERSION, since.tmux!);
	if (env.STY || TERM.startsWith('screen')) return false;
	const known = since[TERM_PROGRAM];
	if (known) return reaches(TERM_PROGRAM_VERSION, known);
	// VTE before 0.50.2 crashed on links: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
	if (VTE_VERSION) return Number.parseInt(VTE_VERSION, 10) > 5001;
	return Boolean(
		env.WT_SESSION || env.KITTY_WINDOW_ID || env.KONSOLE_VERSION || /^(xterm-kitty|xterm-ghostty|alacritty|foot|contour)\b/.test(TERM),
	);
}

/** Begins and ends what a click opens; the form that Ink's own reader of lines knows. */
export const linkStart = (url: string): string => `\u001B]8;;${url}\u0007`;
export const linkEnd = '\u001B]8;;\u0007';
