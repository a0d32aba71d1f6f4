import type {Tone} from '../../view/cell.js';
import type {ColorDepth} from './color-depth.js';
import {type AnsiName, colorCode, colorNames, isColorName} from './colors.js';
import type {Glyphs} from './glyphs.js';

/** What begins a tone and what ends exactly that, in the form Ink itself would write, so that Ink's parser sees each line once. */
export type Style = {readonly on: string; readonly off: string; readonly hasGround: boolean};

/** How tones are drawn in one terminal. */
export type Theme = {
	readonly name: string;
	/** Undefined where a tone looks like any text. */
	readonly styles: Readonly<Partial<Record<Tone, Style>>>;
	readonly glyphs: Glyphs;
	/** Can addresses be made to open by a click? */
	readonly hasLinks: boolean;
};

/** A name such as `green`, `bright-red` or `default`, or `#rrggbb`. */
type Color = string;
type ToneLook = {
	readonly color?: Color;
	/** The name to take where there are only 16 colours; the nearest when left out. */
	readonly ansi?: AnsiName;
	readonly ground?: Color;
	readonly weight?: 'bold' | 'faint' | 'inverse';
};
type ThemeLook = Readonly<Record<Tone, ToneLook>>;

const cursor: ToneLook = {weight: 'inverse'};
const strong: ToneLook = {weight: 'bold'};

/** The terminal's own colours: readable in every colour scheme that is. */
const own = {
	plain: {},
	strong,
	good: {color: 'green'},
	bad: {color: 'red'},
	warn: {color: 'yellow'},
	accent: {color: 'cyan'},
	unknown: {color: 'magenta'},
	cursor,
} as const;

/** On a background of its own, so that it is the same in a light and in a dark terminal. */
const onBlack = (color: Color, ansi: AnsiName): ToneLook => ({color, ansi, ground: '#000000', weight: 'bold'});

const looks = {
	default: {...own, dim: {weight: 'faint'}},
	dark: {
		plain: {},
		dim: {color: '#b1bac4', ansi: 'white'},
		strong,
		good: {color: '#7ee787', ansi: 'bright-green'},
		bad: {color: '#ffa198', ansi: 'bright-red'},
		warn: {color: '#f2cc60', ansi: 'bright-yellow'},
		accent: {color: '#79c0ff', ansi: 'bright-cyan'},
		unknown: {color: '#d2a8ff', ansi: 'bright-magenta'},
		cursor,
	},
	light: {
		plain: {},
		dim: {color: '#57606a', ansi: 'bright-black'},
		strong,
		good: {color: '#116329', ansi: 'green'},
		bad: {color: '#a40e26', ansi: 'red'},
		warn: {color: '#7d4e00', ansi: 'yellow'},
		accent: {color: '#0550ae', ansi: 'blue'},
		unknown: {color: '#6639ba', ansi: 'magenta'},
		cursor,
	},
	'high-contrast': {
		plain: {},
		dim: {},
		strong,
		good: onBlack('#00ff5f', 'bright-green'),
		bad: onBlack('#ff8787', 'bright-red'),
		warn: onBlack('#ffff00', 'bright-yellow'),
		accent: onBlack('#5fffff', 'bright-cyan'),
		unknown: onBlack('#ff87ff', 'bright-magenta'),
		cursor,
	},
	/** Nothing but the 16 colours: faint text is drawn badly by many terminals. */
	ansi: {...own, dim: {}},
	none: {plain: {}, dim: {}, strong: {}, good: {}, bad: {}, warn: {}, accent: {}, unknown: {}, cursor},
} as const satisfies Record<string, ThemeLook>;

export type ThemeName = keyof typeof looks;
/** The themes that there are without the settings. */
export const themeNames = Object.keys(looks) as readonly ThemeName[];
const tones = Object.keys(looks.default) as readonly Tone[];

/** Themes of the settings, by name: a theme to begin with, and colours by tone. */
export type CustomThemes = Readonly<Record<string, {readonly base?: string; readonly colors: Readonly<Record<string, string>>}>>;

const weights = {bold: ['1', '22'], faint: ['2', '22'], inverse: ['7', '27']} as const;
const sgr = (codes: readonly string[]): string => `\u001B[${codes.join(';')}m`;

function styleOf({color, ansi, ground, weight}: ToneLook, depth: ColorDepth): Style | undefined {
	if (depth === 1 && weight !== 'inverse') return undefined;
	const foreground = color === undefined ? '' : colorCode(depth === 4 ? (ansi ?? color) : color, depth);
	const background = ground === undefined ? '' : colorCode(ground, depth, {isGround: true});
	const [on, off] = weight === undefined ? ['', ''] : weights[weight];
	const codes = [on, foreground, background].filter(Boolean);
	const ends = [off, foreground && '39', background && '49'].filter(Boolean);
	return codes.length === 0 ? undefined : {on: sgr(codes), off: ends.map((end) => sgr([end])).join(''), hasGround: background !== ''};
}

/** What a theme of the settings looks like, and what is wrong with it. */
function customLook(name: string, custom: CustomThemes, above: readonly string[] = []): {look: ThemeLook; problems: readonly string[]} {
	const {base = 'default', colors} = custom[name]!;
	const problems: string[] = [];
	let look: ThemeLook = looks.default;
	if (base in looks) look = looks[base as ThemeName];
	else if (base in custom && base !== name && !above.includes(base)) look = customLook(base, custom, [...above, name]).look;
	else problems.push(`Theme "${name}" begins with "${base}", which is no theme: there are ${listThemes(custom, name)}.`);
	for (const [tone, color] of Object.entries(colors)) {
		if (!(tones as readonly string[]).includes(tone))
			problems.push(`Theme "${name}" colours "${tone}", which is no tone: there are ${tones.join(', ')}.`);
		else if (!isColorName(color))
			problems.push(`Theme "${name}" draws ${tone} in "${color}", which is no colour: there are #rrggbb and ${colorNames.join(', ')}.`);
		else look = {...look, [tone]: {...look[tone as Tone], color, ansi: undefined}};
	}
	return {look, problems};
}

const listThemes = (custom: CustomThemes, except?: string): string =>
	[...themeNames, ...Object.keys(custom).filter((name) => name !== except && !(name in looks))].join(', ');

/** What a terminal can do, as far as themes go. */
export type ThemeTerminal = {readonly depth: ColorDepth; readonly glyphs: Glyphs; readonly hasLinks: boolean};

/** Every theme by name, made for one terminal, and sentences about those of the settings that cannot be drawn as they are written. */
export function createThemes(
	{depth, glyphs, hasLinks}: ThemeTerminal,
	custom: CustomThemes = {},
): {readonly themes: ReadonlyMap<string, Theme>; readonly problems: readonly string[]} {
	const problems: string[] = [];
	const themes = new Map<string, Theme>();
	const add = (name: string, look: ThemeLook): void => {
		const styles: Partial<Record<Tone, Style>> = {};
		for (const tone of tones) {
			const style = styleOf(look[tone], depth);
			if (style) styles[tone] = style;
		}
		themes.set(name, {name, styles, glyphs, hasLinks});
	};
	for (const name of themeNames) add(name, looks[name]);
	for (const name of Object.keys(custom)) {
		const made = customLook(name, custom);
		problems.push(...made.problems);
		if (name in looks) problems.push(`The settings call a theme of their own "${name}", which there is already: it is left out.`);
		else add(name, made.look);
	}
	return {themes, problems};
}
