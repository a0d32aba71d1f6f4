import type {NumberValue} from './filter.js';

const scales: Readonly<Record<string, number>> = {'': 0, k: 3, m: 6, b: 9};

/** Reads `128k`, `1.5M`, `$0.27`, `99.5%`: k is thousand, M million, B thousand million. Null when it is no number. */
export function parseQuantity(text: string): number | null {
	const match = /^\$?(\d{1,15}(?:\.\d{0,12})?|\.\d{1,12})([kmb]?)%?$/i.exec(text);
	return match === null ? null : Number(`${match[1]}e${scales[match[2]!.toLowerCase()]!}`);
}

/** Reads one value of a number key: `128k`, `32k..128k`, or `?` for items without the number. Null when malformed. */
export function parseNumberValue(text: string): NumberValue | null {
	if (text === '?') {
		return {from: null, to: null};
	}

	const dots = text.indexOf('..');
	if (dots === -1) {
		const from = parseQuantity(text);
		return from === null ? null : {from, to: null};
	}

	const from = parseQuantity(text.slice(0, dots));
	const to = parseQuantity(text.slice(dots + 2));
	return from === null || to === null || from > to ? null : {from, to};
}

/** The shortest plain spelling, without exponent. */
export function printQuantity(value: number): string {
	return value.toLocaleString('en-US', {useGrouping: false, maximumFractionDigits: 12});
}
