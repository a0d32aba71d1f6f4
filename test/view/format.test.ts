import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	formatAge,
	formatAgo,
	formatDate,
	formatDateTime,
	formatMilliseconds,
	formatPercent,
	formatPrice,
	formatThroughput,
	formatTokens,
} from '../../source/view/format.js';

const now = new Date('2026-11-21T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();

test.each([
	[null, '-'],
	[0, '0'],
	[512, '512'],
	[8192, '8.2k'],
	[8000, '8k'],
	[131_072, '131k'],
	[163_840, '164k'],
	[999_499, '999k'],
	[999_999, '1M'],
	[1_048_576, '1.05M'],
	[10_000_000, '10M'],
])('%s tokens read %s', (tokens, text) => {
	expect(formatTokens(tokens)).toBe(text);
});

describe('a price', () => {
	test.each([
		[null, '-'],
		[0, '0.00'],
		[0.27, '0.27'],
		[0.6, '0.60'],
		[0.125, '0.125'],
		[0.0375, '0.0375'],
		[0.000_012, '0.000012'],
		[3, '3.00'],
		[15.5, '15.50'],
		[1250.4, '1250'],
	])('of %s reads %s', (price, text) => {
		expect(formatPrice(price)).toBe(text);
	});

	test('that is not nothing never reads as nothing', () => {
		fc.assert(
			fc.property(fc.double({min: 1e-9, max: 1e6, noNaN: true}), (price) => {
				expect(Number(formatPrice(price))).toBeGreaterThan(0);
			}),
		);
	});
});

test.each([
	[null, '-'],
	[0, '0%'],
	[99.87, '99.8%'],
	[99.99, '99.9%'],
	[100, '100%'],
])('%s percent reads %s', (percent, text) => {
	expect(formatPercent(percent)).toBe(text);
});

test.each([
	[null, '-'],
	[45, '45ms'],
	[94.9, '95ms'],
	[900, '0.9s'],
	[12_300, '12s'],
	[180_000, '3m'],
])('%s milliseconds read %s', (milliseconds, text) => {
	expect(formatMilliseconds(milliseconds)).toBe(text);
});

test('throughput keeps a decimal only where it is slow', () => {
	expect([null, 3.42, 60.6].map(formatThroughput)).toEqual(['-', '3.4', '61']);
});

test.each([
	[12, '12 s ago'],
	[-30, '0 s ago'],
	[200, '3 min ago'],
	[7300, '2 h ago'],
	[200_000, '2 d ago'],
])('%s seconds ago reads %s', (seconds, text) => {
	expect(formatAgo(before(seconds), now)).toBe(text);
});

test('an age is days, then months, then years', () => {
	expect([before(5 * 86_400), '2026-06-01T00:00:00Z', '2023-01-01T00:00:00Z', null, 'soon'].map((iso) => formatAge(iso, now))).toEqual([
		'5d',
		'5mo',
		'3y',
		'-',
		'-',
	]);
});

test('dates are days in UTC, times go to the minute, other text stays', () => {
	expect(formatDate('2026-11-21T01:40:12.345Z')).toBe('2026-11-21');
	expect(formatDateTime('2026-11-21T01:40:12.345Z')).toBe('2026-11-21 01:40Z');
	expect(formatDateTime('2026-11-21')).toBe('2026-11-21');
	expect(formatDate('soon')).toBe('soon');
});
