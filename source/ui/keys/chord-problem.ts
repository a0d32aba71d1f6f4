import {sayNearest} from '../../domain/nearest-names.js';

/** Keys with a name, which may stand behind modifiers. */
const named = ['up', 'down', 'left', 'right', 'pageup', 'pagedown', 'home', 'end', 'enter', 'esc', 'tab', 'backspace', 'delete', 'space'];
/** What other programs call them. */
const otherNames: Readonly<Record<string, string>> = {
	escape: 'esc',
	return: 'enter',
	cr: 'enter',
	pgup: 'pageup',
	pgdn: 'pagedown',
	pgdown: 'pagedown',
	del: 'delete',
	bs: 'backspace',
	spacebar: 'space',
	ctl: 'ctrl',
	control: 'ctrl',
	option: 'alt',
	meta: 'alt',
};
const modifiers = ['ctrl', 'alt', 'shift'];

/** A terminal sends one code for both: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, C0 control characters. */
const sameCode: Readonly<Record<string, string>> = {i: 'tab', m: 'enter', j: 'enter', h: 'backspace', '[': 'esc'};

/** How the settings write the chords of an action: commas between them, `comma` for the comma itself. */
export const splitChords = (text: string): readonly string[] =>
	text
		.split(',')
		.map((chord) => chord.trim())
		.filter(Boolean)
		.map((chord) => (chord === 'comma' ? ',' : chord));

/** Why a key press can never be called so, as the end of a sentence; null when it can arrive. */
export function chordProblem(chord: string): string | null {
	if ([...chord].length === 1) return chord === ' ' ? 'is written "space"' : null;
	if (chord === 'f1') return null;
	// The plus itself may stand behind modifiers.
	const parts = chord.endsWith('++') ? [...chord.slice(0, -2).split('+'), '+'] : chord.split('+');
	const key = parts.at(-1)!;
	const before = parts.slice(0, -1);
	const spelt = parts.map((part, index) => {
		const small = index < parts.length - 1 || [...part].length > 1 ? part.toLowerCase() : part;
		return otherNames[small] ?? small;
	});
	if (spelt.join('+') !== chord) return `is written "${spelt.join('+')}"`;
	const unknown = before.find((one) => !modifiers.includes(one));
	if (unknown !== undefined) return `has no modifier "${unknown}"${sayNearest(modifiers, unknown)}`.replace(/\?$/, '');
	if (/^f\d+$/.test(key)) return 'is not told by every terminal; of the function keys there is f1 without modifiers';
	if ([...key].length > 1 && !named.includes(key)) return `names no key${sayNearest([...named, 'f1'], key).replace(/\?$/, '')}`;
	const sorted = modifiers.filter((one) => before.includes(one));
	if (sorted.length < before.length) return 'names a modifier twice';
	if (sorted.join() !== before.join()) return `is written "${[...sorted, key].join('+')}"`;
	return named.includes(key) ? namedProblem(key, before) : letterProblem(key, before);
}

function namedProblem(key: string, before: readonly string[]): string | null {
	if (key === 'space' && before.length > 0) return 'is not told by terminals: space stands alone';
	if (key === 'tab')
		return before.length === 0 || before.join() === 'shift' ? null : 'is not told by terminals: there are tab and shift+tab';
	if (key === 'esc' && before.length > 0) return 'is not told by terminals: esc stands alone';
	if ((key === 'enter' || key === 'backspace') && before.some((one) => one !== 'alt'))
		return `is not told by terminals: there are ${key} and alt+${key}`;
	return null;
}

function letterProblem(key: string, before: readonly string[]): string | null {
	const isLetter = /^[a-z]$/.test(key);
	if (before.includes('ctrl')) {
		if (before.includes('shift') || /^[A-Z]$/.test(key))
			return `reaches no program as such: terminals send the same for it as for ctrl+${key.toLowerCase()}`;
		if (sameCode[key]) return `is ${sameCode[key]} to a terminal`;
		return isLetter ? null : 'is not told by terminals: behind ctrl stand the letters a to z';
	}
	if (before.includes('shift'))
		return isLetter
			? `is written "${[...before.filter((one) => one !== 'shift'), key.toUpperCase()].join('+')}"`
			: `is written as the sign that it types`;
	return null;
}
