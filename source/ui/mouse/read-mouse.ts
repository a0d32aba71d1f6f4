/** What the mouse did, in cells from 0 at the upper left. */
export type MouseEvent = {readonly kind: 'click' | 'wheel-up' | 'wheel-down'; readonly x: number; readonly y: number};

const pasteStart = '\u001B[200~';
const pasteEnd = '\u001B[201~';
/** SGR form (mode 1006): `ESC [ < button ; column ; row M` on press, `m` on release. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const report = /\u001B\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/;
/** The beginning of a report, or of a mark of a paste, at the end of what was read. */
const beginning = /\u001B(\[(<[\d;]{0,18}|2(0[01]?)?)?)?$/;

/** Bits of the button number: 4 shift, 8 alt, 16 ctrl, 32 motion, 64 wheel. */
function toEvent(button: number, column: number, row: number, isPress: boolean): MouseEvent | null {
	const place = {x: column - 1, y: row - 1};
	if (!isPress || (button & 32) !== 0) return null;
	if (button === 64) return {kind: 'wheel-up', ...place};
	if (button === 65) return {kind: 'wheel-down', ...place};
	return button === 0 ? {kind: 'click', ...place} : null;
}

/** What is left for the keys, and what the mouse did before, between and after it. */
export type Read = {readonly text: string; readonly events: readonly MouseEvent[]};

/**
 * Takes the reports of the mouse out of what a terminal sends, also where a read ends inside one. What was pasted is handed on as it is: a report
 * in it is text of somebody else. `push` keeps back what may be the beginning of a report; `flush` gives it up.
 */
export function createMouseReader() {
	let held = '';
	let isPasting = false;
	return {
		push(chunk: string): Read {
			let rest = held + chunk;
			held = '';
			let text = '';
			const events: MouseEvent[] = [];
			while (rest !== '') {
				if (isPasting) {
					const end = rest.indexOf(pasteEnd);
					if (end < 0) {
						const cut = beginning.exec(rest)?.index ?? rest.length;
						text += rest.slice(0, cut);
						held = rest.slice(cut);
						break;
					}
					text += rest.slice(0, end + pasteEnd.length);
					rest = rest.slice(end + pasteEnd.length);
					isPasting = false;
					continue;
				}
				const paste = rest.indexOf(pasteStart);
				const found = report.exec(paste < 0 ? rest : rest.slice(0, paste));
				if (found) {
					const [whole, button, column, row, end] = found;
					text += rest.slice(0, found.index);
					const event = toEvent(Number(button), Number(column), Number(row), end === 'M');
					if (event) events.push(event);
					rest = rest.slice(found.index + whole.length);
				} else if (paste >= 0) {
					text += rest.slice(0, paste + pasteStart.length);
					rest = rest.slice(paste + pasteStart.length);
					isPasting = true;
				} else {
					const cut = beginning.exec(rest)?.index ?? rest.length;
					text += rest.slice(0, cut);
					held = rest.slice(cut);
					break;
				}
			}
			return {text, events};
		},
		/** What was kept back, because nothing came that makes it a report. */
		flush(): string {
			const text = held;
			held = '';
			return text;
		},
		isHolding: () => held !== '',
	};
}
