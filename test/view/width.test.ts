import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {truncate, widthOf} from '../../source/view/width.js';

test('characters whose width is known without a table have the width of the table', () => {
	const all = Array.from({length: 0x2600}, (_, code) => String.fromCharCode(code)).filter((character) =>
		/[^\p{Cc}\p{Cs}]/u.test(character),
	);
	expect(all.filter((character) => widthOf(character) !== stringWidth(character))).toEqual([]);
	// What follows a character may change it.
	for (const text of ['a\u0301', '\u00A9\uFE0F', '≠\uFE0F', '→\uFE0E', '…\u200D…', '한 · ≠'])
		expect([text, widthOf(text)]).toEqual([text, stringWidth(text)]);
});

test('what is cut keeps to its width', () => {
	expect([truncate('Qwen · 235B ≠', 8), truncate('한국어 · x', 6), truncate('né · à', 6)]).toEqual(['Qwen · …', '한국…', 'né · à']);
});
