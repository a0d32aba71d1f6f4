import type {CustomThemes, Theme, ThemeTerminal} from './theme.js';
import {createThemes} from './theme.js';

/** Who named the theme that is drawn; the dashboard's own menu is asked last, so that a settings file is never silently overruled. */
export type ThemeOrigin = 'flag' | 'settings' | 'menu';

/** How the program looks and behaves in this terminal; what the user may change while it runs. */
export type Look = {
	readonly themes: ReadonlyMap<string, Theme>;
	/** A name of `themes`. */
	readonly theme: string;
	/** What the next start takes again, whatever is chosen now; null when what is chosen now. */
	readonly fixed: {readonly by: Exclude<ThemeOrigin, 'menu'>; readonly theme: string} | null;
	/** Are the wheel and clicks taken? */
	readonly hasMouse: boolean;
	/** May anything move without the user? */
	readonly isAnimated: boolean;
};

export type LookWishes = {
	/** From the flag; null where there is none. */
	readonly flagTheme?: string | null;
	readonly settingsTheme?: string | undefined;
	readonly customThemes?: CustomThemes | undefined;
	readonly hasMouse?: boolean;
	readonly isAnimated?: boolean;
};

const plainTerminal: ThemeTerminal = {depth: 4, glyphs: 'unicode', hasLinks: false};

/** The look before the first key, and sentences about themes of the settings that cannot be as they are written. A flag wins over the settings. */
export function createLook(
	terminal: ThemeTerminal = plainTerminal,
	{flagTheme = null, settingsTheme, customThemes, hasMouse = false, isAnimated = true}: LookWishes = {},
): {readonly look: Look; readonly problems: readonly string[]} {
	const {themes, problems} = createThemes(terminal, customThemes);
	const isKnown = settingsTheme === undefined || themes.has(settingsTheme);
	const unknown = isKnown ? [] : [`The settings name the theme "${settingsTheme}"; there are ${[...themes.keys()].join(', ')}.`];
	const fixed: Look['fixed'] =
		flagTheme !== null && themes.has(flagTheme)
			? {by: 'flag', theme: flagTheme}
			: settingsTheme !== undefined && isKnown
				? {by: 'settings', theme: settingsTheme}
				: null;
	return {look: {themes, theme: fixed?.theme ?? 'default', fixed, hasMouse, isAnimated}, problems: [...problems, ...unknown]};
}

/** The look with what was chosen in the menu in an earlier run, where neither flag nor settings name a theme. */
export const withKeptTheme = (look: Look, kept: string | undefined): Look =>
	look.fixed === null && kept !== undefined && look.themes.has(kept) ? {...look, theme: kept} : look;
