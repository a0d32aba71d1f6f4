/**
 * Moves the decimal point of a plain decimal text, exactly: `shiftDecimal('0.15', -6)` is `0.00000015`. Prices are told per million
 * tokens in the tables and per token on OpenRouter's wire; going through a float would add digits.
 */
export function shiftDecimal(text: string, places: number): string {
	const negative = text.startsWith('-');
	const [whole = '', fraction = ''] = (negative ? text.slice(1) : text).split('.');
	let digits = whole + fraction;
	let point = whole.length + places;
	if (point < 0) {
		digits = '0'.repeat(-point) + digits;
		point = 0;
	}
	digits = digits.padEnd(point, '0');
	const head = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
	const tail = digits.slice(point).replace(/0+$/, '');
	const shifted = tail === '' ? head : `${head}.${tail}`;
	return negative && shifted !== '0' ? `-${shifted}` : shifted;
}

/** A decimal text without exponent, with at most four significant digits. */
export function toDecimal(value: number): string {
	if (value === 0) return '0';
	const places = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
	const text = value.toFixed(Math.min(places, 20));
	return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
