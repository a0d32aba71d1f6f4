import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	mcNemar,
	meanInterval,
	median,
	pairedInterval,
	percentile,
	proportionInterval,
	selfAgreement,
} from '../../source/domain/statistics.js';

const scores = fc.array(fc.double({min: 0, max: 1, noNaN: true}), {minLength: 1, maxLength: 60});

describe('known values', () => {
	// scipy.stats.binom.ppf([0.025, 0.975], n, k/n) / n
	test.each([
		[7, 10, 0.4, 1],
		[1, 3, 0, 1],
		[45, 50, 0.82, 0.98],
		[500, 1000, 0.469, 0.531],
		[123, 10_000, 0.0102, 0.0145],
	])('%d of %d', (hits, count, low, high) => {
		const found = proportionInterval(hits, count)!;
		expect(found.value).toBeCloseTo(hits / count, 12);
		expect(found.low).toBeCloseTo(low, 10);
		expect(found.high).toBeCloseTo(high, 10);
	});

	// scipy.stats.binomtest(b, b + c, 0.5).pvalue
	test.each([
		[0, 0, 1],
		[5, 5, 1],
		[1, 9, 0.021_484_375],
		[0, 6, 0.031_25],
		[10, 25, 0.016_673_847_8],
		[900, 1100, 8.457_089_535e-6],
	])('McNemar of %d and %d', (one, other, value) => {
		expect(mcNemar(one, other) / value).toBeCloseTo(1, 6);
		expect(mcNemar(other, one)).toBe(mcNemar(one, other));
	});

	test('median and percentiles', () => {
		expect([median([]), median([3]), median([4, 1, 3, 2]), percentile([1, 2, 3, 4, 5], 0.9)]).toEqual([null, 3, 2.5, 4.6]);
	});

	test('the spread of a mean is that of its standard error, for few and for many values', () => {
		for (const count of [400, 1000, 20_000]) {
			const values = Array.from({length: count}, (_, index) => (index + 0.5) / count);
			const {low, high} = meanInterval(values)!;
			// ± 1.96 standard errors of a uniform distribution.
			const half = (1.959_964 * Math.sqrt(1 / 12)) / Math.sqrt(count);
			expect((0.5 - low) / half).toSatisfy((ratio: number) => ratio > 0.9 && ratio < 1.1);
			expect((high - 0.5) / half).toSatisfy((ratio: number) => ratio > 0.9 && ratio < 1.1);
		}
	});
});

test('an interval holds its mean and lies within the values; the same seed gives the same', () => {
	fc.assert(
		fc.property(scores, fc.nat(), (values, seed) => {
			const found = meanInterval(values, seed)!;
			expect(found).toEqual(meanInterval(values, seed));
			expect(found.count).toBe(values.length);
			expect(found.low).toBeLessThanOrEqual(found.value + 1e-12);
			expect(found.high).toBeGreaterThanOrEqual(found.value - 1e-12);
			expect(found.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
			expect(found.high).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
		}),
		{numRuns: 30},
	);
});

test('a difference of pairs turns around with them, is none for equal lists, and knows what pairing takes away', () => {
	fc.assert(
		fc.property(scores, (values) => {
			expect(pairedInterval(values, values)).toEqual({value: 0, low: 0, high: 0, count: values.length});
			const better = values.map((value) => value + 0.25);
			expect(pairedInterval(better, values)!.low).toBeCloseTo(0.25, 9);
			const mirrored = pairedInterval(values, better)!;
			expect(mirrored.high).toBeCloseTo(-0.25, 9);
		}),
		{numRuns: 30},
	);
	expect(() => pairedInterval([1], [])).toThrow(RangeError);
	expect(meanInterval([])).toBeNull();
});

test('how far a judge agrees with itself', () => {
	const label = (name: string) => ({label: name, score: null});
	const score = (value: number | null) => ({label: null, score: value});
	expect(selfAgreement([])).toEqual({repeated: 0, agreement: null, otherSeed: 0});
	expect(
		selfAgreement([
			[label('a'), label('a')],
			[label('a'), label('b')],
		]),
	).toEqual({repeated: 2, agreement: 0.5, otherSeed: 0});
	expect(
		selfAgreement([
			[score(0.3), score(0.4)],
			[score(0.3), score(0.41)],
			[score(null), score(1)],
		]),
	).toEqual({repeated: 2, agreement: 0.5, otherSeed: 0});
	expect(
		selfAgreement(
			[
				[score(2), score(2.4)],
				[score(2), score(3)],
			],
			[1, 5],
		),
	).toEqual({repeated: 2, agreement: 0.5, otherSeed: 0});
});
