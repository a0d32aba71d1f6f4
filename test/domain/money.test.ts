import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {isRouterPrice, perMillion, perThousandToPerMillion, perTokenToPerMillion, withoutNanogptMarkup} from '../../source/domain/money.js';

describe('perTokenToPerMillion', () => {
	test.each([
		['0.00000027', 0.27],
		['0.0000011', 1.1],
		['2.7e-7', 0.27],
		['0.000075', 75],
		['0', 0],
		[0.0000003, 0.3],
		['.0000005', 0.5],
		[' 0.000001 ', 1],
	])('%s USD per token is %s USD per million', (price, expected) => {
		expect(perTokenToPerMillion(price)).toBe(expected);
	});

	test.each([['-1'], [-1], ['-0.000001'], [''], ['free'], [null], [undefined], [Number.NaN], ['0x10'], [{}], ['1e999']])(
		'%s is no price',
		(price) => {
			expect(perTokenToPerMillion(price)).toBeNull();
		},
	);

	test('shifts any decimal exactly', () => {
		fc.assert(
			fc.property(fc.integer({min: 0, max: 10 ** 9}), fc.integer({min: 0, max: 6}), (digits, places) => {
				const perMillionText = `${digits}e-${places}`;
				expect(perTokenToPerMillion(`${digits}e-${places + 6}`)).toBe(Number(perMillionText));
			}),
		);
	});
});

test('per thousand and per million are read with the same strictness', () => {
	expect(perThousandToPerMillion(0.00027)).toBe(0.27);
	expect(perThousandToPerMillion(-1)).toBeNull();
	expect(perMillion(0.27)).toBe(0.27);
	expect(perMillion('soon')).toBeNull();
});

test('only -1 marks a router', () => {
	expect([isRouterPrice('-1'), isRouterPrice(-1), isRouterPrice('0'), isRouterPrice(''), isRouterPrice(null)]).toEqual([
		true,
		true,
		false,
		false,
		false,
	]);
});

test("NanoGPT's markup of 5 % comes off", () => {
	expect(withoutNanogptMarkup(0.2835)).toBe(0.27);
	expect(withoutNanogptMarkup(null)).toBeNull();
});
