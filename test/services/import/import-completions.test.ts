import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {Failure} from '../../../source/domain/failure.js';
import {toCompletion} from '../../../source/domain/pack-completion.js';
import type {ImportEvent, ImportRequest} from '../../../source/services/import/import-completions.js';
import {importCompletions} from '../../../source/services/import/import-completions.js';
import {completionColumns} from '../../../source/view/completion-columns.js';
import {completionLines, evidenceLines} from '../../../source/view/completion-lines.js';
import {lineText} from '../../../source/view/line.js';
import {toCompletionJson} from '../../../source/view/run-json.js';
import {openStoredWorld, type StoredWorld} from '../../helpers/stored-world.js';

const folder = mkdtempSync(path.join(tmpdir(), 'stillroom-import-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const signal = new AbortController().signal;
const generation = (index: number) => `gen-1760000000-${String(index).padStart(20, 'a')}`;

function makeFile(rows: number): string {
	const file = path.join(folder, `${rows}.jsonl`);
	const lines = Array.from({length: rows}, (_, index) =>
		JSON.stringify({
			id: generation(index),
			messages: [
				{role: 'user', content: `Q${index}`},
				{role: 'assistant', content: `A${index}`},
			],
		}),
	);
	writeFileSync(file, lines.join('\n'));
	return file;
}

async function run(
	{context}: Pick<StoredWorld, 'context'>,
	request: ImportRequest,
	stop: AbortSignal = signal,
	onEvent = (_: ImportEvent) => {},
) {
	let end: Extract<ImportEvent, {type: 'report'}> | null = null;
	for await (const event of importCompletions(context, request, stop)) {
		onEvent(event);
		if (event.type === 'report') end = event;
	}
	return end!;
}

test('an import that is stopped keeps what it wrote, and the next one goes on', async () => {
	await using world = await openStoredWorld('http://127.0.0.1:9');
	const request = {files: [makeFile(2000)]};
	const controller = new AbortController();
	const {report, failure} = await run(world, request, controller.signal, ({type}) => type === 'progress' && controller.abort());
	expect(failure).toMatchObject({kind: 'interrupted'});
	expect(report.isComplete).toBe(false);
	expect(report.added).toBeGreaterThan(0);
	expect(report.added).toBeLessThan(2000);
	expect(world.ledger.count({}).count).toBe(report.added);
	const second = await run(world, request);
	expect(second.report).toMatchObject({isComplete: true, known: report.added, added: 2000 - report.added});
	expect((await world.ledger.verify()).isIntact).toBe(true);
});

test('a service that goes away ends the look-ups with its failure, and nothing is half written', async () => {
	let asked = 0;
	const fetchGeneration = async () => {
		if (++asked > 20) throw new Failure('auth', 'The key was refused.', {service: 'openrouter', status: 401});
		const nothing = {requestId: null, upstreamId: null, region: null, isByok: null, costUsd: null, quantization: null};
		return {servedModel: 'a/b', servedProvider: 'Host', ...nothing};
	};
	const chat = {
		service: 'openrouter',
		stream: () => {
			throw new Error('not sent');
		},
		fetchGeneration,
		fetchGenerationContent: async () => null,
	} as const;
	await using world = await openStoredWorld('http://127.0.0.1:9', {chat: async () => chat});
	const request = {files: [makeFile(50)], isLookUp: true};
	const {report, failure} = await run(world, request);
	expect(failure).toMatchObject({kind: 'auth'});
	expect(report).toMatchObject({isComplete: false, added: 16, next: expect.arrayContaining([expect.stringContaining('Run it again')])});
	const rows = world.ledger.list({}).rows;
	expect([rows.length, new Set(rows.map(({status, grade}) => `${status} ${grade}`))]).toEqual([16, new Set(['finished D'])]);
});

test('the same row twice is one run, and a file is read once however often it is named', async () => {
	await using world = await openStoredWorld('http://127.0.0.1:9');
	const file = path.join(folder, 'twice.jsonl');
	const line = '{"prompt": "Q", "completion": "A"}\n';
	writeFileSync(file, line.repeat(3));
	expect((await run(world, {files: [file, file]})).report).toMatchObject({rows: 6, added: 1, known: 5});
});

test('rows of one kind are one line of the report, whenever they were answered', async () => {
	await using world = await openStoredWorld('http://127.0.0.1:9');
	const file = path.join(folder, 'times.jsonl');
	const row = (created: string) =>
		JSON.stringify({
			created,
			model: 'gpt-4o',
			messages: [
				{role: 'user', content: created},
				{role: 'assistant', content: 'A'},
			],
		});
	writeFileSync(file, ['2026-10-01T10:00:00Z', '2026-10-02T10:00:00Z', '2026-10-03T10:00:00Z'].map(row).join('\n'));
	const {report} = await run(world, {files: [file]});
	expect(report.groups.map(({model, rows}) => [model, rows])).toEqual([['gpt-4o', 3]]);
});

test('kinds beyond a limit are counted together, so that the report stays small', async () => {
	await using world = await openStoredWorld('http://127.0.0.1:9');
	const file = path.join(folder, 'models.jsonl');
	writeFileSync(file, Array.from({length: 300}, (_, index) => `{"prompt": "Q", "completion": "A", "model": "m-${index}"}`).join('\n'));
	const {groups, otherRows, refused} = (await run(world, {files: [file], isDryRun: true})).report;
	expect([groups.length, otherRows, refused]).toEqual([200, 100, 300]);
});

test('a row without a time is not said to have been asked when it was imported, nor ended then', async () => {
	await using world = await openStoredWorld('http://127.0.0.1:9');
	const file = path.join(folder, 'times.jsonl');
	const row = (text: string, more: object = {}) => ({
		...more,
		model: 'qwen/qwen3-8b',
		messages: [
			{role: 'user', content: text},
			{role: 'assistant', content: 'A'},
		],
	});
	writeFileSync(file, [row('untimed'), row('timed', {created_at: 1_760_000_000})].map((one) => JSON.stringify(one)).join('\n'));
	await run(world, {files: [file]});
	const ledger = await world.context.ledger();
	const rows = ledger.list({}).rows.toSorted((a, b) => a.promptExcerpt!.localeCompare(b.promptExcerpt!));
	const [timed, untimed] = rows.map(({id}) => ledger.readRun(id)!);
	expect(rows.map(toCompletionJson)).toMatchObject([
		{createdAt: '2025-10-09T08:53:20.000Z'},
		{createdAt: null, completedAt: null, isTimeRecorded: false},
	]);
	const read = (of: typeof timed) =>
		evidenceLines(of!, 120, new Date())
			.concat(completionLines(of!, 120, new Date()))
			.map(lineText)
			.join('\n');
	expect(read(untimed)).toContain('time not recorded');
	expect(read(timed)).not.toContain('time not recorded');
	expect(untimed!.record.time.is_recorded).toBe(false);
	expect(toCompletion(untimed!.record)).toMatchObject({isTimeRecorded: false});
	const sent = completionColumns.find(({id}) => id === 'created')!;
	expect(rows.map((one) => sent.cell(one).text)).toEqual(['2025-10-09 08:53Z', 'time not recorded']);
	expect(await ledger.verify()).toMatchObject({isIntact: true});
	ledger.rebuild();
	expect(
		ledger
			.list({})
			.rows.map(({isTimeRecorded}) => isTimeRecorded)
			.filter((word) => word === false),
	).toHaveLength(1);
});
