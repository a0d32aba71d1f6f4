import {describe, expect, test} from 'vitest';
import type {Destination} from '../../source/domain/dataset.js';
import {baseNotices, findBaseLicence, sayBaseLicence} from '../../source/policy/base-licence.js';
import {checkAllDuties, checkBaseDuties} from '../../source/policy/gate-duties.js';
import {licenceRows} from '../../source/policy/register.js';
import bases from '../../source/policy/terms/bases.json' with {type: 'json'};

const to = (baseModel: string, part: Partial<Destination> = {}): Destination => ({
	tuner: 'own',
	baseModel,
	release: 'weights',
	studentName: null,
	...part,
});
const llama = 'meta-llama/Llama-3.1-8B-Instruct';

test('every row of the register names a row of the licences, once, and says where it holds', () => {
	const ids = bases.rows.map(({licence}) => licence);
	expect(ids.filter((id) => !licenceRows.some((row) => row.id === id))).toEqual([]);
	expect(new Set(ids).size).toBe(ids.length);
	expect(bases.rows.filter(({duties}) => duties.length === 0)).toEqual([]);
});

describe('the licence of a base model', () => {
	test.each([
		[llama, 'own', 'known'],
		['meta-llama/Meta-Llama-3.1-8B-Instruct-Reference', 'together', 'known'],
		['meta-llama/Meta-Llama-3.1-8B-Instruct-Reference', 'own', 'unknown'],
		['Qwen/Qwen3-8B', 'nebius', 'known'],
		['google/gemma-3-4b-it', 'own', 'known'],
		['gpt-4.1-mini-2025-04-14', 'openai', 'closed'],
		['ft:gpt-4o-2024-08-06:me::1', 'openai', 'closed'],
		['accounts/fireworks/models/llama-v3p1-8b-instruct', 'fireworks', 'unknown'],
		['somebody/Llama-3.1-8B-Instruct', 'own', 'unknown'],
		['llama', 'own', 'unknown'],
		['', 'own', 'unknown'],
	] as const)('%s at %s is %s: by its exact name, never by resemblance', (baseModel, tuner, kind) => {
		expect(findBaseLicence({tuner, baseModel}).kind).toBe(kind);
	});

	test('is said with source and date, and where it is not on record that is said too', () => {
		expect(sayBaseLicence(to(llama))).toMatch(/under Llama 3\.1 Community License \(https:.*, read 2026-/);
		expect(baseNotices(to(llama))).toEqual([]);
		expect(baseNotices(to('acme/still-1b'))).toEqual([
			'The licence of the base model acme/still-1b is not on record: what it asks of a student is not known.',
		]);
		expect(baseNotices(to(' '))).toEqual([]);
		expect(sayBaseLicence(to('gpt-4.1-mini', {tuner: 'openai'}))).toContain('closed: the terms of its maker hold');
	});
});

describe('duties of the base', () => {
	const states = (destination: Destination) => checkBaseDuties(destination).map(({kind, state, of}) => `${of} ${kind} ${state}`);

	test('a student of a Llama has to be named so, where it is given to others', () => {
		expect(states(to(llama, {studentName: 'acme/triage-8b'}))[0]).toBe('base naming violated');
		expect(states(to(llama, {studentName: 'acme/Llama-triage-8b'}))).toContain('base naming met');
		expect(states(to(llama))).toContain('base naming open');
		expect(states(to(llama, {studentName: 'triage', release: 'internal'}))).toContain('base naming not-applicable');
	});

	test('those of Apache-2.0 hold for weights only, and unknown and closed bases bring none that are known', () => {
		expect(states(to('Qwen/Qwen3-8B'))).toEqual(['base pass-on-terms open']);
		expect(states(to('Qwen/Qwen3-8B', {release: 'service'}))).toEqual(['base pass-on-terms not-applicable']);
		expect(states(to('acme/still-1b'))).toEqual([]);
		expect(states(to('gpt-4.1', {tuner: 'openai'}))).toEqual([]);
	});

	test('stand beside those of the rows, and are not mistaken for them', () => {
		const [naming] = licenceRows.find(({id}) => id === 'A12a')!.duties;
		const ofRows = {kind: naming!.kind, text: naming!.text, sourceUrl: 'https://www.llama.com/llama3_1/license/', rows: 7};
		const duties = checkAllDuties([ofRows], to('google/gemma-2-9b-it'));
		expect(duties.map(({of, rows}) => [of, rows])).toEqual([[undefined, 7], ...Array.from({length: duties.length - 1}, () => ['base', 0])]);
		expect(duties.length).toBeGreaterThan(2);
	});
});
