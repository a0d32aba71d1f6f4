import type {Key} from 'ink';

const named = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'esc'],
	['tab', 'tab'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/** A key press: how bindings spell it (`ctrl+r`, `shift+tab`, `/`) and the text it types, if any. */
export type Press = {readonly chord: string; readonly text: string};

const controls: Readonly<Record<string, string>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\t': 'tab',
	'\u007F': 'backspace',
	'\b': 'backspace',
	'\u001B': 'esc',
	' ': 'space',
};

const spell = (character: string): string => controls[character] ?? character;
const isControl = (character: string): boolean => /\p{Cc}/u.test(character);

function toPress(character: string): Press {
	const code = character.codePointAt(0)!;
	if (controls[character]) return {chord: controls[character], text: character === ' ' ? ' ' : ''};
	if (code < 32) return {chord: `ctrl+${String.fromCodePoint(code + 96)}`, text: ''};
	return {chord: character, text: isControl(character) ? '' : character};
}

/** F1 as xterm, vt220, rxvt and the Linux console send it. */
const f1 = new Set(['\u001BOP', '\u001B[P', '\u001B[11~', '\u001B[[A']);

/** The one place that reads Ink's Key. `raw` is what was read, where Ink says nothing of it. Several letters that came in one read (`jj`, `/qwen` and enter) become several presses. */
export function toPresses(input: string, key: Key, raw = ''): readonly Press[] {
	if (f1.has(raw)) return [{chord: 'f1', text: ''}];
	const name = named.find(([flag]) => key[flag])?.[1];
	if (name) {
		const prefix = `${key.ctrl ? 'ctrl+' : ''}${key.meta && name !== 'esc' ? 'alt+' : ''}${key.shift ? 'shift+' : ''}`;
		return [{chord: `${prefix}${name}`, text: ''}];
	}
	if (key.ctrl || key.meta) return [{chord: `${key.ctrl ? 'ctrl+' : ''}${key.meta ? 'alt+' : ''}${spell(input)}`, text: ''}];
	return [...input].map(toPress);
}
