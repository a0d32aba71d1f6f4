import {describe, expect, test} from 'vitest';
import {editArea} from '../../source/ui/state/text-area.js';
import {characterAt, editField, type FieldEdit, insertText, scrollField, type TextField} from '../../source/ui/state/text-field.js';

/** `ab|c` is a text with its cursor. */
const parse = (shown: string): TextField => ({text: shown.replace('|', ''), cursor: shown.indexOf('|')});
const show = ({text, cursor}: TextField): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
const flag = '\u{1F1E9}\u{1F1EA}';
const acute = 'e\u0301';

test.each<readonly [string, FieldEdit, string]>([
	['ab|c', 'left', 'a|bc'],
	['|abc', 'left', '|abc'],
	['ab|c', 'right', 'abc|'],
	['abc|', 'right', 'abc|'],
	['ab|c', 'home', '|abc'],
	['ab|c', 'end', 'abc|'],
	['ab|c', 'backspace', 'a|c'],
	['|abc', 'backspace', '|abc'],
	['ab|c', 'delete', 'ab|'],
	['abc|', 'delete', 'abc|'],
	['policy:yes free|', 'delete-word', 'policy:yes |'],
	['policy:yes   |', 'delete-word', '|'],
	['one two| three', 'delete-word', 'one | three'],
	['one two| three', 'delete-before', '| three'],
	['one two| three', 'delete-after', 'one two|'],
	['日本|語', 'backspace', '日|語'],
	['日|本語', 'delete', '日|語'],
	['日本|語', 'left', '日|本語'],
	[`a${family}|b`, 'backspace', 'a|b'],
	[`a|${family}b`, 'delete', 'a|b'],
	[`a|${family}b`, 'right', `a${family}|b`],
	[`${flag}${flag}|`, 'left', `${flag}|${flag}`],
	[`caf${acute}|`, 'backspace', 'caf|'],
])('%s, %s: %s', (before, edit, after) => {
	expect(show(editField(parse(before), edit))).toBe(after);
});

test.each([
	['a|c', 'b', 'ab|c'],
	['|', family, `${family}|`],
	['日|語', '本', '日本|語'],
])('%s and %s typed: %s', (before, typed, after) => {
	expect(show(insertText(parse(before), typed))).toBe(after);
});

test.each([
	[`a|${family}b`, family],
	['日|本語', '本'],
	['ab|', ''],
])('the character under the cursor of %s is %s', (shown, character) => {
	expect(characterAt(parse(shown))).toBe(character);
});

test.each([
	['policy:yes|', 11, 'policy:yes|'],
	['policy:yes|', 10, '…licy:yes|'],
	['policy:yes free|', 8, '…s free|'],
	['|policy:yes free', 8, '|policy:yes free'],
	['policy|:yes free', 6, '…licy|:yes free'],
	['日本語日本語|', 8, '…日本語|'],
	[`${family}${family}|`, 4, `…${family}|`],
	['abc|', 0, '…|'],
])('%s in %i cells keeps its cursor in sight: %s', (shown, width, expected) => {
	expect(show(scrollField(parse(shown), width))).toBe(expected);
});

describe('text of several lines', () => {
	const size = {width: 10, height: 3};

	test.each([
		['one\ntw|o\nthree', 'up', 'on|e\ntwo\nthree'],
		['one\ntw|o\nthree', 'down', 'one\ntwo\nth|ree'],
		['three\non|e', 'end', 'three\none|'],
		['three\non|e', 'home', 'three\n|one'],
		['three|\none', 'down', 'three\none|'],
		['one\n|two', 'backspace', 'one|two'],
		['one\ntw|o', 'top', '|one\ntwo'],
		['on|e\ntwo', 'bottom', 'one\ntwo|'],
		['on|e', 'up', '|one'],
		['on|e', 'down', 'one|'],
		['one\ntw|o', 'delete-before', 'one\n|o'],
	] as const)('%j, %s: %j', (before, edit, after) => {
		expect(show(editArea(parse(before), edit, size))).toBe(after);
	});
});
