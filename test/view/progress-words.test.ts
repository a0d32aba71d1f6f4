import {describe, expect, test} from 'vitest';
import {
	createProgressWords,
	fitProgress,
	nextPace,
	type Pace,
	paceRate,
	progressWords,
	sayDuration,
	sayRate,
} from '../../source/view/progress-words.js';

describe('progress in words', () => {
	test.each([
		[{done: 1204, total: 2407, unit: 'row', perSecond: 210}, '1,204 of 2,407 rows · 210 rows/s · 6 s left'],
		[{done: 12, total: 2000, unit: 'answer', perSecond: 14 / 60}, '12 of 2,000 answers · 14 answers/min · 2 h 22 min left'],
		[{done: 12_000_000, total: 118_000_000, unit: 'byte', perSecond: 1.2e6}, '12.0 MB of 118 MB · 1.20 MB/s · 89 s left'],
		[{done: 1204, total: null, unit: 'completion', perSecond: 9.3}, '1,204 completions · 9.3 completions/s'],
		[{done: 0, total: 1, unit: 'entry', perSecond: null}, '0 of 1 entry'],
		[{done: 5, total: 5, unit: 'row', perSecond: 3}, '5 of 5 rows · 3 rows/s'],
		[{done: 5, total: 9, unit: 'row', perSecond: 0}, '5 of 9 rows'],
		[{done: 999, total: 1000, unit: 'row', perSecond: 4000}, '999 of 1,000 rows · 4,000 rows/s · 1 s left'],
		[{done: 5, total: 9, unit: 'copy', perSecond: 2, instead: 'OpenAI: again in 20 s'}, '5 of 9 copies · OpenAI: again in 20 s'],
		[{done: 5, total: 9, unit: 'row', perSecond: 2, more: ['', '2 failed']}, '5 of 9 rows · 2 rows/s · 2 s left · 2 failed'],
	] as const)('%j', (facts, words) => {
		expect(progressWords(facts)).toBe(words);
	});

	test('with a share of something else, the remaining time follows that', () => {
		const facts = {verb: 'checked', done: 300, total: null, unit: 'row', perSecond: 100, share: 0.257, sharePerSecond: 0.1} as const;
		expect(progressWords(facts)).toBe('checked 300 rows · 25% · 100 rows/s · 8 s left');
	});

	test('in a short line keep how far it is', () => {
		const words = '1,204 of 2,407 rows · 210 rows/s · 6 s left · 3 new';
		expect([60, 45, 30, 5].map((width) => fitProgress(words, width))).toEqual([
			words,
			'1,204 of 2,407 rows · 210 rows/s · 6 s left',
			'1,204 of 2,407 rows',
			'1,204 of 2,407 rows',
		]);
	});

	test.each([
		[0.2, '0 s'],
		[99, '99 s'],
		[100, '2 min'],
		[3600, '60 min'],
		[12_000, '3 h 20 min'],
		[355_000, '4 d 3 h'],
	])('%d seconds are %s', (seconds, words) => {
		expect(sayDuration(seconds)).toBe(words);
	});

	test('a rate below one in a span is told in a longer one', () => {
		expect([2.04, 0.99, 0.01].map((rate) => sayRate(rate, 'row'))).toEqual(['2 rows/s', '59 rows/min', '36 rows/h']);
		expect(sayRate(0.4, 'byte')).toBe('0 bytes/s');
	});
});

describe('the pace of a work', () => {
	const paceOf = (samples: readonly (readonly [seconds: number, done: number])[]): Pace =>
		samples.reduce<Pace | null>((pace, [seconds, done]) => nextPace(pace, {seconds, done}), null)!;

	test('is not told before there is something to tell from', () => {
		expect(paceRate(paceOf([[0, 0]]))).toBeNull();
		expect(
			paceRate(
				paceOf([
					[0, 0],
					[0.9, 90],
				]),
			),
		).toBeNull();
		expect(
			paceRate(
				paceOf([
					[0, 7],
					[30, 7],
				]),
			),
		).toBeNull();
	});

	test('leaves out what was done before, and forgets what is longer ago than ten seconds', () => {
		const quick = [...Array(41).keys()].map((step) => [step / 4, 500 + step * 25] as const);
		expect(paceRate(paceOf(quick))).toBe(100);
		const slow = [...Array(60).keys()].map((step) => [10.25 + step / 4, 1500 + step * 0.25] as const);
		expect(paceRate(paceOf([...quick, ...slow]))).toBeCloseTo(1, 5);
		expect(paceOf([...quick, ...slow]).samples.length).toBeLessThan(50);
	});

	test('begins anew with another step', () => {
		const pace = paceOf([
			[0, 0],
			[5, 1000],
			[6, 3],
		]);
		expect(paceRate(pace)).toBeNull();
		expect(paceRate(nextPace(pace, {seconds: 8, done: 23}))).toBe(10);
	});

	test('is looked at with every report, whether it is shown or not', () => {
		let now = 1000;
		const tell = createProgressWords('row', () => now);
		tell({done: 100, total: 1000});
		now = 3000;
		expect(tell({done: 300, total: 1000, more: ['3 new']})()).toBe('300 of 1,000 rows · 100 rows/s · 7 s left · 3 new');
	});
});
