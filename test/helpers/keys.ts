/** What a terminal sends for the keys that have names; as xterm does. */
export const keyBytes: Readonly<Record<string, string>> = {
	f1: '\u001BOP',
	enter: '\r',
	esc: '\u001B',
	tab: '\t',
	'shift+tab': '\u001B[Z',
	space: ' ',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	home: '\u001B[H',
	end: '\u001B[F',
	pageup: '\u001B[5~',
	pagedown: '\u001B[6~',
	backspace: '\u007F',
	delete: '\u001B[3~',
	'ctrl+home': '\u001B[1;5H',
	'ctrl+end': '\u001B[1;5F',
	'alt+enter': '\u001B\r',
	'alt+backspace': '\u001B\u007F',
};

/** The bytes of a chord as bindings spell it (`ctrl+r`, `shift+tab`, `/`); other text is typed as it is. */
export function bytesOf(key: string): string {
	const named = keyBytes[key];
	if (named !== undefined) return named;
	const control = /^ctrl\+([a-z])$/.exec(key)?.[1];
	return control === undefined ? key : String.fromCodePoint(control.codePointAt(0)! - 96);
}
