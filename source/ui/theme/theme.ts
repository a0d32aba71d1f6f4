import type {Tone} from '../../view/cell.js';

/** Select Graphic Rendition codes, from the terminal's own 16 colours, so that every colour scheme stays readable. */
export type Theme = Readonly<Record<Tone, string>>;

export const themes = {
	default: {plain: '', dim: '2', strong: '1', good: '32', bad: '31', warn: '33', accent: '36', unknown: '35', cursor: '7'},
	'high-contrast': {plain: '', dim: '', strong: '1', good: '1;92', bad: '1;91', warn: '1;93', accent: '1;96', unknown: '1;95', cursor: '7'},
	none: {plain: '', dim: '', strong: '', good: '', bad: '', warn: '', accent: '', unknown: '', cursor: '7'},
} as const satisfies Record<string, Theme>;

export type ThemeName = keyof typeof themes;
export const themeNames = Object.keys(themes) as readonly ThemeName[];
