import {expect, test} from 'vitest';
import {messageLine} from '../../source/ui/components/foot.js';
import {lineText, lineWidth} from '../../source/view/line.js';
import {makeState} from '../helpers/make-state.js';

const words = '1,204 of 20,000 completions · 210 completions/s · 2 min left · 1,180 new · back to 2026-11-15';
const at = (columns: number, keys: Readonly<Record<string, readonly string[]>> = {}) => {
	const state = makeState([]);
	return messageLine({...state, flash: null, keys, size: {...state.size, columns}, work: {title: 'fetching', words, isEnding: false}});
};

test.each([
	[60, ' fetching 1,204 of 20,000 completions  esc ends it'],
	[80, ' fetching 1,204 of 20,000 completions · 210 completions/s  esc ends it'],
	[120, ` fetching ${words}  esc ends it`],
])('long work at %d columns says how far it is and how to end it', (columns, text) => {
	expect(lineText(at(columns))).toBe(text);
	expect(lineWidth(at(columns))).toBeLessThanOrEqual(columns);
});

test('what begins with a word of its own stands behind a colon', () => {
	const state = makeState([]);
	const work = {title: 'freezing', words: 'judging 12 of 30 rows', isEnding: false};
	expect(lineText(messageLine({...state, flash: null, work}))).toBe(' freezing: judging 12 of 30 rows  esc ends it');
});

test('the key that ends it is the one that the settings name', () => {
	expect(lineText(at(60, {'app.end-work': ['ctrl+g']}))).toMatch(/ {2}ctrl\+g ends it$/);
});
