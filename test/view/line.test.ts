import {describe, expect, test} from 'vitest';
import {firstLines, type Line, lineText, lineWidth, span, wrapLines} from '../../source/view/line.js';
import {sideBySide} from '../../source/view/side-by-side.js';

const texts = (lines: readonly Line[]): readonly string[] => lines.map(lineText);

describe('lines that are too long', () => {
	test('wrap whichever of their pieces it is, and lose no word', () => {
		const duty = [span('    '), span('A business above 10 billion USD must pass a review', 'warn'), span(' (scale-limit)', 'dim')];
		const wrapped = wrapLines([duty], 30);
		expect(texts(wrapped)).toEqual(['    A business above 10', '    billion USD must pass a', '    review (scale-limit)']);
	});

	test('go on under their own first word', () => {
		expect(texts(wrapLines([[span('  check the licence for your own use')]], 24))).toEqual(['  check the licence for', '  your own use']);
	});
});

describe('a block that is too low for its lines', () => {
	const lines = [[span('one')], [span('two and a half')], [span('three')]];

	test('says that more follows, within its width', () => {
		expect(texts(firstLines(lines, 2, 20))).toEqual(['one', 'two and a half …']);
		expect(texts(firstLines(lines, 2, 10))).toEqual(['one', 'two and…']);
		expect(lineWidth(firstLines(lines, 2, 15)[1]!)).toBeLessThanOrEqual(15);
	});

	test('says nothing where all of them fit', () => {
		expect(firstLines(lines, 3, 20)).toEqual(lines);
		expect(firstLines(lines, 0, 20)).toEqual([]);
	});
});

test('what is compared wraps in its column instead of being cut', () => {
	const items = [{why: 'the list has it as distillable by all'}, {why: 'unknown'}];
	const rows = texts(sideBySide([['Because', ({why}) => why]], items, 60));
	expect(rows).toEqual([
		'Because      the list has it as     unknown                ',
		'             distillable by all                            ',
	]);
});
