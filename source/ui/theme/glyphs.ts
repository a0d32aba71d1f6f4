import {widthOf} from '../../view/width.js';

/**
 * What a terminal can draw: everything; our own signs as ASCII, for a font that has few; or nothing but ASCII, where the encoding is not UTF-8
 * and other bytes would come out as several characters each.
 */
export type Glyphs = 'unicode' | 'ascii' | 'only-ascii';

type Env = Readonly<Record<string, string | undefined>>;

/** Every sign beyond ASCII that the program draws by itself, with one of the same width. */
export const standIns: Readonly<Record<string, string>> = {
	'…': '~',
	'·': '-',
	'≠': '!',
	'→': '>',
	'›': '>',
	'×': 'x',
	'−': '-',
	'–': '-',
	'’': "'",
	'“': '"',
	'”': '"',
	'─': '-',
	'═': '=',
	'│': '|',
	'┌': '+',
	'┐': '+',
	'└': '+',
	'┘': '+',
	'▁': '_',
	'▂': '_',
	'▃': '.',
	'▄': '-',
	'▅': '=',
	'▆': '+',
	'▇': '*',
	'█': '#',
	'▀': '"',
};

const ours = new RegExp(`[${Object.keys(standIns).join('')}]`, 'g');
const beyondAscii = /[^\u0000-\u007F]/;

/** Which signs this terminal can draw. A wish wins; Windows has no locale in its environment; without one UTF-8 is taken to be there. */
export function glyphsOf(env: Env, platform: NodeJS.Platform, wish: 'auto' | 'ascii' | 'unicode' = 'auto'): Glyphs {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	const isUtf8 = platform === 'win32' || locale === '' || /utf-?8/i.test(locale);
	if (wish === 'unicode') return 'unicode';
	if (!isUtf8) return 'only-ascii';
	return wish === 'ascii' || env.TERM === 'linux' ? 'ascii' : 'unicode';
}

let segmenter: Intl.Segmenter | undefined;

/** Accents are left out; what has no letter below them becomes as many question marks as it is wide. */
function toAscii(text: string): string {
	// Made when it is first needed: the first frame does without.
	segmenter ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
	let result = '';
	for (const {segment} of segmenter.segment(text)) {
		const bare = segment.normalize('NFD').replaceAll(/\p{Mn}/gu, '');
		result += beyondAscii.test(bare) ? '?'.repeat(widthOf(segment)) : bare;
	}
	return result;
}

/** The text as this terminal can draw it, of the same width. */
export function drawable(text: string, glyphs: Glyphs): string {
	if (glyphs === 'unicode' || !beyondAscii.test(text)) return text;
	// After a space it says that something goes on, else that a text was cut.
	const plain = text.replaceAll(' …', ' .').replaceAll(ours, (sign) => standIns[sign]!);
	return glyphs === 'ascii' || !beyondAscii.test(plain) ? plain : toAscii(plain);
}
