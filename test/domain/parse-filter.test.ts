import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {FilterTerm} from '../../source/domain/filter/filter.js';
import {printFilter} from '../../source/domain/filter/print.js';
import {filterKeys, parseFilter} from '../../source/domain/filter-models.js';
import {parseRouteFilter} from '../../source/domain/filter-routes.js';

/** Without places and compiled expressions. */
function bare(term: FilterTerm): unknown {
	const {start: _start, end: _end, ...rest} = term;
	return rest.kind === 'regex' ? {...rest, regex: null} : rest;
}

const terms = (text: string) => parseFilter(text).filter.terms.map(bare);

describe('parseFilter', () => {
	test('reads words, phrases, flags, expressions, and negation', () => {
		expect(terms('Qwen3 "Llama 3" !free /r1$/ !"x" !!tee')).toEqual([
			{kind: 'word', text: 'qwen3', negated: false},
			{kind: 'phrase', text: 'llama 3', negated: false},
			{kind: 'flag', key: 'free', negated: true},
			{kind: 'regex', source: 'r1$', regex: null, negated: false},
			{kind: 'phrase', text: 'x', negated: true},
			{kind: 'flag', key: 'tee', negated: false},
		]);
	});

	test('reads values, synonyms and quoted values', () => {
		expect(terms('policy:allowed,? AUTHOR:Qwen,"deep seek" gateway=or')).toEqual([
			{kind: 'words', key: 'policy', values: ['yes', '?'], negated: false},
			{kind: 'words', key: 'author', values: ['qwen', 'deep seek'], negated: false},
			{kind: 'words', key: 'catalogue', values: ['openrouter'], negated: false},
		]);
	});

	test('reads numbers with suffixes, ranges and unknown', () => {
		expect(terms('ctx>=128k in<0.5 out:$1..2 max:? ctx!=1.5M')).toEqual([
			{kind: 'number', key: 'ctx', operator: '>=', values: [{from: 128_000, to: null}], negated: false},
			{kind: 'number', key: 'in', operator: '<', values: [{from: 0.5, to: null}], negated: false},
			{kind: 'number', key: 'out', operator: '=', values: [{from: 1, to: 2}], negated: false},
			{kind: 'number', key: 'max', operator: '=', values: [{from: null, to: null}], negated: false},
			{kind: 'number', key: 'ctx', operator: '=', values: [{from: 1_500_000, to: null}], negated: true},
		]);
	});

	test('an id with a variant is a word, not a key', () => {
		expect(terms('deepseek-r1:free qwen/qwen3:free gpt4:free')).toEqual([
			{kind: 'word', text: 'deepseek-r1:free', negated: false},
			{kind: 'word', text: 'qwen/qwen3:free', negated: false},
			{kind: 'word', text: 'gpt4:free', negated: false},
		]);
	});

	test.each([
		['polcy:yes qwen', 0, 5, /no key "polcy".*policy, catalogue/],
		['qwen policy:maybe', 12, 17, /no value "maybe"; the values are yes, no, \?, conflict/],
		['ctx>=lots', 5, 9, /"lots" is no number for ctx \(tokens\): write ctx>=128k/],
		['ctx>=1,2', 7, 8, /"2" is no number/],
		['in:2..1', 3, 7, /no number/],
		['author>3', 0, 8, /author has no order/],
		['policy:', 0, 7, /needs a value: yes, no/],
		['policy:,,', 0, 9, /needs a value/],
		['free:maybe', 5, 10, /yes or no/],
		['a !', 2, 3, /nothing stands after/],
		['"open', 0, 5, /quote is not closed/],
		['author:"open', 7, 12, /quote is not closed/],
		['/open', 0, 5, /not closed/],
		['/(/', 0, 3, /not valid/],
		['//', 0, 2, /empty/],
		['/(a+)+$/', 0, 8, /very long/],
		['/(a|a)*b/', 0, 9, /very long/],
		['/(x)\\1/', 0, 7, /back references/],
		['/a*b*c*d*/', 0, 10, /open repeats/],
		['/(a?){30}b/', 0, 11, /very long/],
		[`/${'a?'.repeat(9)}/`, 0, 20, /optional parts/],
		['provider:together', 0, 8, /recorded for routes, not here/],
		['zdr', 0, 3, /recorded for routes, not here/],
		[`/${'a'.repeat(201)}/`, 0, 203, /longer than 200/],
	])('%s is a problem from %i to %i', (text, start, end, message) => {
		const {problems} = parseFilter(text);
		expect(problems).toHaveLength(1);
		expect(problems[0]).toMatchObject({start, end, message: expect.stringMatching(message)});
	});

	test('an unknown key names the keys that exist; the rest still filters', () => {
		const {filter, problems} = parseFilter('foo:1 ctx>=8k');
		expect(problems[0]!.keys).toEqual(filterKeys.map(({key}) => key));
		expect(filter.terms.map(bare)).toEqual([
			{kind: 'number', key: 'ctx', operator: '>=', values: [{from: 8000, to: null}], negated: false},
		]);
	});

	test('a plain expression with a repeated group is taken', () => {
		expect(parseFilter('/(qwen|llama)[-.]?\\d+.*instruct$/').problems).toEqual([]);
		expect(parseFilter('/[/(+*]+/').problems).toEqual([]);
		expect(parseFilter('/(?:r1|v3)(-\\d+)?$/').problems).toEqual([]);
		expect(parseFilter('/a+?b*?(?<x>c)/').problems).toEqual([]);
	});

	test('every example of every key reads without a problem', () => {
		for (const {example} of filterKeys) expect(parseFilter(example)).toMatchObject({problems: []});
	});

	test('routes have their own keys', () => {
		expect(parseRouteFilter('provider:together quant:fp8 p50<900 tps>=50 uptime>=99% eligible zdr').problems).toEqual([]);
		expect(parseRouteFilter('author:qwen').problems[0]!.message).toMatch(/"author" is recorded for models, not here.*provider/);
	});
});

describe('whatever is typed', () => {
	const piece = fc.oneof(
		fc.constantFrom(
			...filterKeys.map(({key}) => key),
			'!',
			'"',
			'/',
			':',
			'=',
			'>',
			'<',
			'<=',
			',',
			'..',
			'128k',
			'?',
			' ',
			'\\',
			'(',
			'*',
			'+',
			'yes',
			'\t',
		),
		fc.string({maxLength: 6, unit: 'binary'}),
		fc.string({maxLength: 6}),
	);
	const anyText = fc.array(piece, {maxLength: 14}).map((pieces) => pieces.join(''));

	test('the parser never throws, and every place lies inside the text', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const {filter, problems} = parseFilter(text);
				for (const {start, end} of [...filter.terms, ...problems]) {
					expect(start).toBeGreaterThanOrEqual(0);
					expect(end).toBeGreaterThanOrEqual(start);
					expect(end).toBeLessThanOrEqual(text.length);
				}

				for (const {message} of problems) expect(message).not.toBe('');
			}),
			{numRuns: 2000},
		);
	});

	test('a printed filter reads back as the same filter', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const {filter} = parseFilter(text);
				const again = parseFilter(printFilter(filter));
				expect(again.problems).toEqual([]);
				expect(again.filter.terms.map(bare)).toEqual(filter.terms.map(bare));
			}),
			{numRuns: 2000},
		);
	});

	test('nothing is lost silently: text leaves a condition or a problem', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const {filter, problems} = parseFilter(text);
				const isEmpty = /^[\s!"]*$/.test(text);
				expect(isEmpty || filter.terms.length + problems.length > 0).toBe(true);
			}),
		);
	});
});
