import {stripVTControlCharacters} from 'node:util';
import {describe, expect, test} from 'vitest';
import type {Column} from '../../source/view/cell.js';
import {plainTable} from '../../source/view/plain-table.js';
import {widthOf} from '../../source/view/width.js';

type Row = {readonly name: string; readonly price: string; readonly note: string};

const columns: ReadonlyArray<Column<Row>> = [
	{id: 'name', title: 'Name', width: 8, isFlexible: true, cell: ({name}) => ({text: name, tone: 'plain'})},
	{id: 'price', title: 'Price', width: 6, align: 'right', cell: ({price}) => ({text: price, tone: 'good'})},
	{id: 'note', title: 'Note', width: 10, dropOrder: 1, cell: ({note}) => ({text: note, tone: 'dim'})},
];

const rows: readonly Row[] = [
	{name: 'one', price: '0.27', note: 'a note that is rather long'},
	{name: '日本語のとても長い名前です、本当に', price: '15.00', note: 'é'},
];

describe('without a width', () => {
	test('everything stands there in full and lines up', () => {
		const lines = plainTable(columns, rows, {width: null});
		expect(lines.join('\n')).toContain('a note that is rather long');
		expect(lines.join('\n')).toContain(rows[1]!.name);
		const ends = [lines[1]!.indexOf('0.27') + 4, widthOf(lines[2]!.slice(0, lines[2]!.indexOf('15.00'))) + 5];
		expect(ends[0]).toBe(ends[1]);
	});

	test('no line ends in spaces', () => {
		expect(plainTable(columns, rows, {width: null}).filter((line) => line.endsWith(' '))).toEqual([]);
	});
});

describe('in a terminal', () => {
	test.each([120, 60, 40, 30])('of %i cells no line is wider', (width) => {
		for (const line of plainTable(columns, rows, {width})) expect(widthOf(line)).toBeLessThanOrEqual(width);
	});

	test('columns leave in their order when it is narrow', () => {
		expect(plainTable(columns, rows, {width: 60})[0]).toContain('Note');
		expect(plainTable(columns, rows, {width: 34})[0]).not.toContain('Note');
		expect(plainTable(columns, rows, {width: 34})[0]).toContain('Price');
	});

	test('tones are painted around whole cells', () => {
		const painted = plainTable(columns, rows, {width: 60, paint: (text, tone) => (tone === 'good' ? `\u001B[32m${text}\u001B[39m` : text)});
		expect(painted[1]).toContain('\u001B[32m 0.27\u001B[39m');
		expect(painted.map(stripVTControlCharacters)).toEqual(plainTable(columns, rows, {width: 60}));
	});
});
