import canonicalize from 'canonicalize';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {canonicalJson, contentHash, toJson} from '../../source/domain/canonical-json.js';

test('writes the examples of RFC 8785', () => {
	const numbers = [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0];
	expect(canonicalJson({numbers, literals: [null, true, false], string: '\u20ac$\u000f\nA\'B"\\"/'})).toBe(
		'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\"/"}',
	);
	const keys = {'\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7};
	expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}');
});

test('refuses what JSON cannot hold, which toJson replaces', () => {
	for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', {'\udc00': 1}, 1n, () => 1, undefined])
		expect(() => canonicalJson(value)).toThrow(TypeError);
	expect(canonicalJson(toJson({a: '\ud800', b: Number.NaN, '\udc00': [undefined], c: undefined}))).toBe(
		'{"a":"\ufffd","b":null,"\ufffd":[null]}',
	);
});

test('agrees with another implementation, reads back, and does not depend on the order of keys', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			const json = canonicalJson(value);
			expect(json).toBe(canonicalize(value));
			expect(canonicalJson(JSON.parse(json))).toBe(json);
			expect(canonicalJson(reverseKeys(value))).toBe(json);
		}),
	);
});

test('hashes text as its UTF-8 bytes', () => {
	expect(contentHash('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
	expect(contentHash('é')).toBe(contentHash(Buffer.from([0xc3, 0xa9])));
});

function reverseKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(reverseKeys);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value)
			.toReversed()
			.map(([key, field]) => [key, reverseKeys(field)]),
	);
}
