import type {Filter, FilterTerm, NumberValue} from './filter.js';
import {printQuantity} from './quantity.js';

function quote(text: string): string {
	return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function printValue(text: string): string {
	return /[\s,"]/.test(text) ? quote(text) : text;
}

function printNumber({from, to}: NumberValue): string {
	return from === null ? '?' : to === null ? printQuantity(from) : `${printQuantity(from)}..${printQuantity(to)}`;
}

/** One condition in its plainest spelling. */
export function printTerm(term: FilterTerm): string {
	const not = term.negated ? '!' : '';
	switch (term.kind) {
		case 'word': {
			return not + term.text;
		}
		case 'phrase': {
			return not + quote(term.text);
		}
		case 'regex': {
			return `${not}/${term.source}/`;
		}
		case 'flag': {
			return not + term.key;
		}
		case 'words': {
			return `${not}${term.key}:${term.values.map(printValue).join(',')}`;
		}
		case 'number': {
			return `${not}${term.key}${term.operator === '=' ? ':' : term.operator}${term.values.map(printNumber).join(',')}`;
		}
	}
}

/** The filter as text that reads back as the same filter. */
export function printFilter(filter: Filter): string {
	return filter.terms.map(printTerm).join(' ');
}
