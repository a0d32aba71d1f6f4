import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {beforeAll, describe, expect, test} from 'vitest';
import type {CompletionCriteria, Ledger} from '../../../source/domain/ledger.js';
import {openLedger} from '../../../source/store/ledger/open-ledger.js';
import {aFinish, aStart, createLedger, record, verdict} from './ledger-samples.js';

/** One ledger that all tests of this file only read. */
let ledger: Ledger;
const names = new Map<string, string>();

beforeAll(async () => {
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-ledger-'));
	let minute = 0;
	ledger = await openLedger(folder, {now: () => new Date(Date.UTC(2026, 10, 21, 9, minute++))});
	const add = async (name: string, ...[start, finish]: [Parameters<typeof aStart>[0]?, Partial<ReturnType<typeof aFinish>>?]) =>
		names.set((await record(ledger, start, finish)).run, name);
	await add('copper', {prompt: 'Why copper?', dataset: 'casks'}, {text: 'Copper binds sulphur. Café au lait.'});
	await add(
		'tin',
		{prompt: 'Why tin?', model: {requested: 'tin/works-1'}, dataset: 'casks'},
		{text: 'Tin is soft.', servedModel: 'tin/works-1', servedProvider: 'Tin Works'},
	);
	await add(
		'nano',
		{gateway: 'nanogpt', pin: null, enforcement: {level: 'off', state: 'off'}, tags: {split: 'train'}},
		{text: 'Distillation separates.', servedProvider: null, proof: 'none'},
	);
	await add(
		'failed',
		{prompt: 'Refused prompt', verdict: {...verdict, status: 'disallowed'}},
		{outcome: 'failed', text: null, error: {kind: 'policy', status: 404, message: 'No route.'}},
	);
	await add('japanese', {prompt: '単式蒸留器とは何ですか'}, {text: '銅製の蒸留器です。'});
	names.set((await ledger.append(aStart({prompt: 'Still under way', task: 'triage'}))).id, 'open');
	await ledger.append({kind: 'marked', run: [...names.keys()][0]!, mark: 'picked'});
	return async () => {
		await ledger.close();
		rmSync(folder, {recursive: true});
	};
});

const found = (criteria: CompletionCriteria) => ledger.list(criteria).rows.map(({id}) => names.get(id));

describe('the list of completions', () => {
	const cases: readonly (readonly [CompletionCriteria, readonly string[]])[] = [
		[{}, ['open', 'japanese', 'failed', 'nano', 'tin', 'copper']],
		[{text: 'copper'}, ['copper']],
		[{text: 'COPPER sulphur'}, ['copper']],
		[{text: 'cafe'}, ['copper']],
		[{text: '"binds sulphur"'}, ['copper']],
		[{text: '"sulphur binds"'}, []],
		[{text: 'why'}, ['tin', 'copper']],
		[{text: 'why sof'}, ['tin']],
		[{text: 'distil'}, ['nano']],
		[{text: 'distil '}, []],
		[{text: 'why nothing'}, []],
		[{text: '蒸留器'}, ['japanese']],
		[{text: '銅'}, ['japanese']],
		[{text: '器蒸留'}, []],
		[{text: 'way'}, ['open']],
		[{text: '*** -'}, ['open', 'japanese', 'failed', 'nano', 'tin', 'copper']],
		[{text: 'di*'}, ['nano']],
		[{model: 'TIN'}, ['tin']],
		[{model: '7b-2026'}, ['japanese', 'failed', 'nano', 'copper']],
		[{model: 'nothing'}, []],
		[{provider: 'tin'}, ['tin']],
		[{gateways: ['nanogpt']}, ['nano']],
		[{gateways: ['nanogpt', 'openrouter'], statuses: ['failed']}, ['failed']],
		[{statuses: ['unfinished', 'failed']}, ['open', 'failed']],
		[{grades: ['B']}, ['japanese', 'copper']],
		[{grades: ['D']}, ['nano', 'tin']],
		[{verdicts: ['disallowed']}, ['failed']],
		[{levels: ['off']}, ['nano']],
		[{proofs: ['none'], statuses: ['finished']}, ['nano']],
		[{marks: ['picked']}, ['copper']],
		[{hasWarnings: true}, ['tin']],
		[{dataset: 'casks'}, ['tin', 'copper']],
		[{task: 'triage'}, ['open']],
		[{tags: {split: 'train'}}, ['nano']],
		[{tags: {split: 'valid'}}, []],
		[{dataset: 'casks', text: 'why', model: 'acme'}, ['copper']],
	];
	test.each(cases)('%j', (criteria, expected) => {
		expect(found(criteria)).toEqual(expected);
		expect(ledger.count(criteria)).toEqual({count: expected.length, isExact: true});
	});

	test('from and until a time', () => {
		const times = ledger.list({}).rows.map(({createdAt}) => createdAt);
		expect(found({since: times[1]})).toEqual(['open', 'japanese']);
		expect(found({until: times[4]})).toEqual(['copper']);
		expect(found({since: times[3], until: times[1], statuses: ['finished']})).toEqual(['nano']);
		expect(found({since: '2030-01-01'})).toEqual([]);
		expect(() => ledger.list({since: 'yesterday'})).toThrow('"yesterday" is not a time.');
	});

	test('pages from newest to oldest without a gap', () => {
		for (const criteria of [{}, {gateways: ['openrouter' as const]}]) {
			const all = found(criteria);
			const seen: (string | undefined)[] = [];
			let after: string | null = null;
			do {
				const page = ledger.list(criteria, {limit: 2, after});
				seen.push(...page.rows.map(({id}) => names.get(id)));
				after = page.next;
			} while (after !== null);
			expect(seen).toEqual(all);
		}
	});

	test('shows the beginning of the last message and of the answer', () => {
		expect(ledger.list({text: 'tin'}).rows).toMatchObject([{promptExcerpt: 'Why tin?', answerExcerpt: 'Tin is soft.'}]);
	});

	test('whatever is typed is never a syntax error', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({unit: 'binary'}),
					fc.string({unit: fc.constantFrom('"', '*', '-', '(', ')', ':', '^', '+', 'a', ' ', 'NOT', 'AND ', '{')}),
				),
				(text) => {
					expect(Array.isArray(ledger.list({text}).rows)).toBe(true);
				},
			),
		);
	});
});

test('sums are kept for each gateway, model and state', async () => {
	const totals = ledger.totals();
	expect(totals.reduce((sum, {runs}) => sum + runs, 0)).toBe(6);
	expect(totals.find(({model}) => model === 'tin/works-1')).toMatchObject({
		provider: 'Tin Works',
		grade: 'D',
		runs: 1,
		costUsd: 0.00031,
		promptTokens: 12,
	});
});

test('a search right after an append finds it, also when another program appended', async () => {
	const {ledger: mine, folder} = await createLedger();
	const {run} = await record(mine, {}, {text: 'Immediately found'});
	expect(mine.list({text: 'immediately'}).rows).toMatchObject([{id: run}]);
	const other = await openLedger(folder);
	await other.append({kind: 'marked', run, mark: 'rejected'});
	expect(mine.list({marks: ['rejected'], text: 'immediately'}).rows).toMatchObject([{id: run, mark: 'rejected'}]);
	await other.close();
});

test('two programs see what each other appended to one run', async () => {
	const {ledger: mine, folder} = await createLedger();
	const {id} = await mine.append(aStart());
	const other = await openLedger(folder);
	await other.append({kind: 'marked', run: id, mark: 'picked'});
	await mine.append(aFinish(id));
	expect(mine.readCompletion(id)).toMatchObject({mark: 'picked', status: 'finished'});
	await expect(other.append(aFinish(id))).rejects.toThrow(/already ended/);
	expect(await other.verify()).toMatchObject({isIntact: true, entries: 3});
	await other.close();
});
