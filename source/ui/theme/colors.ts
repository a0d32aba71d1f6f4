import type {ColorDepth} from './color-depth.js';

/** The sixteen colours that every terminal names; what they look like is the terminal's own choice. */
const ansiNames = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
type Base = (typeof ansiNames)[number];
export type AnsiName = Base | `bright-${Base}`;

/** Every word that may stand for a colour; `default` is the terminal's own colour of text. */
export const colorNames: readonly string[] = ['default', ...ansiNames, ...ansiNames.map((name) => `bright-${name}`)];

export const isHex = (color: string): boolean => /^#[0-9a-f]{6}$/i.test(color);
export const isColorName = (color: string): boolean => isHex(color) || colorNames.includes(color);

/** Red, green and blue from 0 to 255. */
type Rgb = readonly [red: number, green: number, blue: number];

export const toRgb = (hex: string): Rgb => {
	const value = Number.parseInt(hex.slice(1), 16);
	return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

/** The 16 colours as xterm has them, to find the nearest. */
const xterm16: readonly Rgb[] = [
	[0, 0, 0],
	[205, 0, 0],
	[0, 205, 0],
	[205, 205, 0],
	[0, 0, 238],
	[205, 0, 205],
	[0, 205, 205],
	[229, 229, 229],
	[127, 127, 127],
	[255, 0, 0],
	[0, 255, 0],
	[255, 255, 0],
	[92, 92, 255],
	[255, 0, 255],
	[0, 255, 255],
	[255, 255, 255],
];

/** The six steps of each colour in the cube of 256: https://www.xfree86.org/current/ctlseqs.html */
const steps = [0, 95, 135, 175, 215, 255];
const rgbOf256 = (index: number): Rgb => {
	if (index >= 232) {
		const gray = 8 + (index - 232) * 10;
		return [gray, gray, gray];
	}
	const cube = index - 16;
	return [steps[Math.floor(cube / 36)]!, steps[Math.floor(cube / 6) % 6]!, steps[cube % 6]!];
};
/** Beyond the terminal's own 16, which are not known. */
const xterm256: readonly Rgb[] = Array.from({length: 240}, (_, index) => rgbOf256(index + 16));

/** How different two colours look, by the usual weighing of red: https://www.compuphase.com/cmetric.htm */
function distance([r1, g1, b1]: Rgb, [r2, g2, b2]: Rgb): number {
	const mean = (r1 + r2) / 2;
	return (2 + mean / 256) * (r1 - r2) ** 2 + 4 * (g1 - g2) ** 2 + (2 + (255 - mean) / 256) * (b1 - b2) ** 2;
}

function nearest(color: Rgb, palette: readonly Rgb[]): number {
	let best = 0;
	for (const [index, one] of palette.entries()) if (distance(color, one) < distance(color, palette[best]!)) best = index;
	return best;
}

/** The place of a colour among the 256, from 16 on. */
export const to256 = (hex: string): number => nearest(toRgb(hex), xterm256) + 16;
/** What the 256 colours from 16 on look like. */
export const from256 = (index: number): Rgb => xterm256[index - 16]!;

/** The code of a name or of the nearest of the 16; `ground` gives that of the background. Empty for the terminal's own. */
function code16(color: string, ground: boolean): string {
	if (color === 'default') return '';
	const index = isHex(color)
		? nearest(toRgb(color), xterm16)
		: ansiNames.indexOf(color.replace('bright-', '') as Base) + (color.startsWith('bright-') ? 8 : 0);
	return String((index < 8 ? 30 + index : 82 + index) + (ground ? 10 : 0));
}

/** Select Graphic Rendition parameters of a colour, in as many colours as there are; empty for the terminal's own and for none. */
export function colorCode(color: string, depth: ColorDepth, {isGround = false}: {readonly isGround?: boolean} = {}): string {
	if (depth === 1) return '';
	if (!isHex(color) || depth === 4) return code16(color, isGround);
	const kind = isGround ? 48 : 38;
	return depth === 8 ? `${kind};5;${to256(color)}` : `${kind};2;${toRgb(color).join(';')}`;
}
