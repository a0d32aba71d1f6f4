import {describe, expect, test} from 'vitest';
import type {Ledger, RunCuration} from '../../../source/domain/ledger.js';
import {openLedger} from '../../../source/store/ledger/open-ledger.js';
import {aStart, createLedger, record, tamper} from './ledger-samples.js';

const say = (ledger: Ledger, run: string, batch: string, change: RunCuration['change']) =>
	ledger.append({kind: 'curated', run, batch, change});

async function createRated() {
	const created = await createLedger();
	const {run} = await record(created.ledger, {tags: {split: 'train'}});
	return {...created, run, read: () => created.ledger.readCompletion(run)!};
}

describe('curation', () => {
	test('rating, mark, tags, note and an edited answer are told everywhere, and the original stays', async () => {
		const {ledger, run, read} = await createRated();
		const before = ledger.readRun(run)!.record;
		await say(ledger, run, 'b1', {rating: 4, mark: 'picked', tags: {checked: '', split: null}, note: 'Good.', answer: 'A pot of copper.'});
		expect(read()).toMatchObject({rating: 4, mark: 'picked', tags: {checked: ''}, note: 'Good.'});
		const after = ledger.readRun(run)!;
		expect(after).toMatchObject({text: 'A vessel of copper.', editedText: 'A pot of copper.'});
		expect(after.record).toMatchObject({
			hash: before.hash,
			mark: 'picked',
			tags: {split: 'train'},
			source: null,
			curation: {rating: 4, note: 'Good.', tags: {checked: ''}, edited_hash: read().editedHash},
		});
		expect(ledger.list({text: 'vessel'}).rows).toMatchObject([{id: run, answerExcerpt: 'A pot of copper.'}]);
		expect(ledger.list({text: 'pot', isEdited: true}).rows).toHaveLength(1);
		expect(JSON.stringify([...ledger.entries()])).not.toContain('A pot of copper.');

		await say(ledger, run, 'b2', {answer: null, rating: null});
		expect(ledger.readRun(run)).toMatchObject({editedText: null, completion: {rating: null, note: 'Good.'}});
		await say(ledger, run, 'b3', {answer_hash: after.completion.editedHash});
		expect(ledger.readRun(run)?.editedText).toBe('A pot of copper.');
		expect(await ledger.verify()).toMatchObject({isIntact: true, texts: 3});
	});

	test('a rating that is none and a text that nobody kept are refused', async () => {
		const {ledger, run} = await createRated();
		await expect(say(ledger, run, 'b', {rating: 6})).rejects.toThrow('6 is no rating.');
		await expect(say(ledger, run, 'b', {answer_hash: `sha256:${'1'.repeat(64)}`})).rejects.toThrow(/has no text/);
		expect(ledger.head().count).toBe(2);
	});

	test('a rolled back batch of drafts leaves no trace in the lists', async () => {
		const {ledger, run, read} = await createRated();
		const good = {kind: 'curated', run, batch: 'b', change: {rating: 5, tags: {x: 'y'}}} as const;
		await expect(ledger.appendMany([good, {...good, run: '01NOBODY'}])).rejects.toThrow(/no run/);
		expect(read()).toMatchObject({rating: null, tags: {split: 'train'}});
		expect(await ledger.undoCuration()).toBeNull();
		expect(await ledger.verify()).toMatchObject({isIntact: true, entries: 2});
	});

	test('one unit may start, finish, mirror and curate a run, and it is read as it was at any entry', async () => {
		const {ledger} = await createLedger();
		const [run, remote] = [
			ledger.createId(),
			{state: 'stored', id: 'c1', expires_at: '2026-12-01T00:00:00.000Z', metadata: {task: 'x'}} as const,
		];
		const source = {
			kind: 'openai-stored',
			from: 'https://api.example/v1',
			ref: 'c1',
			read_at: '2026-11-21T09:00:00.000Z',
			claims: {},
		} as const;
		await ledger.appendMany([
			aStart({id: run, gateway: 'openai', source}),
			{kind: 'run-finished', run, outcome: 'finished', completedAt: 'x', responseId: 'c1', proof: 'none', text: 'Old.', promptTokens: 1},
			{kind: 'mirrored', run, seenAt: '2026-11-21T09:00:00.000Z', remote},
			{kind: 'curated', run, batch: 'b', change: {answer: 'New.', tags: {a: 'b'}}},
		]);
		await ledger.append({kind: 'mirrored', run, seenAt: '2026-11-22T09:00:00.000Z', remote: {...remote, state: 'vanished', metadata: {}}});
		expect(ledger.findBySource('openai-stored', 'c1')).toMatchObject({id: run, source: 'openai-stored', sourceRef: 'c1'});
		expect(ledger.findByResponseId('openai', 'c1')?.id).toBe(run);
		expect(ledger.findByResponseId('openrouter', 'c1')).toBeNull();
		expect(ledger.findByMessages(ledger.readCompletion(run)!.messagesHash)).toMatchObject([{id: run}]);
		expect(ledger.facet({}, 'meta')).toEqual([]);

		expect(ledger.readRunAt(1)).toMatchObject({editedText: 'New.', completion: {remote: {state: 'vanished'}}, record: {source}});
		expect(ledger.readRunAt(1)).toEqual(ledger.readRun(run));
		expect(ledger.readRunAt(1, 4)).toMatchObject({editedText: 'New.', text: 'Old.', completion: {remote, tags: {a: 'b'}}});
		expect(ledger.readRunAt(1, 3)).toMatchObject({editedText: null, record: {remote, curation: {edited_hash: null}}});
		expect(ledger.readRunAt(1, 1)).toMatchObject({text: null, completion: {status: 'unfinished', remote: null}});
		expect(ledger.readRunAt(2)).toBeNull();
		expect(await ledger.verify()).toMatchObject({isIntact: true, entries: 5});
	});

	test('an entry of something sent from here has no source, so that old and new entries hash alike', async () => {
		const {ledger} = await createLedger();
		await ledger.append(aStart());
		expect([...ledger.entries()][0]).not.toHaveProperty('source');
	});

	test('data sets are entries of no run', async () => {
		const {ledger} = await createLedger();
		const receipt = await ledger.append({
			kind: 'dataset-frozen',
			name: 'triage',
			version: 1,
			definition: {level: 'route'},
			counts: {train: 2},
			rowsHash: 'sha256:00',
		});
		expect(receipt).toMatchObject({seq: 1, run: null, grade: null});
		await ledger.append({kind: 'dataset-packed', name: 'triage', version: 1, manifestHash: 'sha256:01', rows: 2});
		expect([...ledger.entries()]).toMatchObject([{rows_hash: 'sha256:00'}, {kind: 'dataset-packed', manifest_hash: 'sha256:01'}]);
		expect(await ledger.verify()).toMatchObject({isIntact: true, entries: 2, completions: 0});
	});
});

describe('undo', () => {
	test('takes back batch after batch, with all their runs', async () => {
		const {ledger, run, read} = await createRated();
		const other = (await record(ledger, {prompt: 'Other'})).run;
		await ledger.appendMany(
			[run, other].map((one) => ({kind: 'curated', run: one, batch: 'b1', change: {rating: 3, tags: {split: 'valid'}}})),
		);
		await say(ledger, run, 'b2', {rating: 5, note: 'Very good.'});
		expect(await ledger.undoCuration()).toMatchObject({runs: [run]});
		expect(read()).toMatchObject({rating: 3, note: null, tags: {split: 'valid'}});
		expect((await ledger.undoCuration())?.runs.toSorted()).toEqual([run, other].toSorted());
		expect(read()).toMatchObject({rating: null, tags: {split: 'train'}});
		expect(ledger.readCompletion(other)).toMatchObject({rating: null, tags: {}});
		expect(await ledger.undoCuration()).toBeNull();
		expect(await ledger.verify()).toMatchObject({isIntact: true});
	});

	test('brings a mark with its comparison, and the edited answer, back as they were', async () => {
		const {ledger, run, read} = await createRated();
		await ledger.append({kind: 'marked', run, mark: 'picked', group: 'bake-1'});
		await say(ledger, run, 'b1', {answer: 'Edited.'});
		const before = read();
		await say(ledger, run, 'b2', {mark: 'none', answer: 'Edited again.'});
		await ledger.undoCuration();
		expect(read()).toEqual(before);
		expect(before).toMatchObject({mark: 'picked', group: 'bake-1'});
		await ledger.undoCuration('b1');
		expect(ledger.readRun(run)?.editedText).toBeNull();
	});

	test('of an older batch leaves alone what a later one changed again', async () => {
		const {ledger, run, read} = await createRated();
		await say(ledger, run, 'b1', {rating: 1, note: 'First.', tags: {a: '1', b: '1'}});
		await say(ledger, run, 'b2', {rating: 5, tags: {a: '2'}});
		await ledger.undoCuration('b1');
		expect(read()).toMatchObject({rating: 5, note: null, tags: {split: 'train', a: '2'}});
		await ledger.undoCuration('b2');
		expect(read()).toMatchObject({rating: null, tags: {split: 'train'}});
		expect(await ledger.undoCuration('b1')).toBeNull();
		expect(await ledger.undoCuration('nothing')).toBeNull();
	});

	test('can itself be taken back, after closing and opening again too', async () => {
		const {ledger, folder, run} = await createRated();
		await say(ledger, run, 'b1', {rating: 2});
		const undone = (await ledger.undoCuration())!;
		await ledger.close();
		const again = await openLedger(folder);
		expect(await again.undoCuration(undone.batch)).toMatchObject({runs: [run]});
		expect(again.readCompletion(run)?.rating).toBe(2);
		expect(await again.undoCuration()).toMatchObject({runs: [run]});
		expect(again.readCompletion(run)?.rating).toBeNull();
		again.rebuild();
		expect(again.readCompletion(run)?.rating).toBeNull();
		expect(await again.undoCuration()).toBeNull();
		expect(await again.verify()).toMatchObject({isIntact: true});
		await again.close();
	});

	test('of a batch that was changed again as a whole is recorded, and the next undo goes further back', async () => {
		const {ledger, run, read} = await createRated();
		await say(ledger, run, 'b1', {note: 'Kept.'});
		await say(ledger, run, 'b2', {rating: 2});
		await ledger.append({kind: 'marked', run, mark: 'picked'});
		await say(ledger, run, 'b3', {rating: 3});
		expect(await ledger.undoCuration('b2')).toMatchObject({runs: []});
		expect(read().rating).toBe(3);
		await ledger.undoCuration();
		expect(read()).toMatchObject({rating: null, note: 'Kept.'});
		expect(await ledger.undoCuration()).toMatchObject({runs: [run]});
		expect(read()).toMatchObject({note: null, mark: 'picked'});
	});
});

describe('verification finds, of what was curated,', () => {
	test.each([
		['a better rating in the list', 'UPDATE completion SET rating = 5', {kind: 'projection', seq: 1}],
		['another day on which the copy goes', 'UPDATE completion SET expires_at = 1', {kind: 'projection', seq: 1}],
		['a tag taken off', "DELETE FROM label WHERE kind = 'tag' AND name = 'split'", {kind: 'projection', seq: 1}],
		['a tag put on', "INSERT INTO label VALUES ('tag', 'x', '', 1)", {kind: 'projection'}],
		['metadata put on', "INSERT INTO label VALUES ('meta', 'x', '', 1)", {kind: 'projection'}],
		['a batch that is not listed', 'DELETE FROM batch', {kind: 'projection', seq: 3}],
		['a batch that was never there', "INSERT INTO batch VALUES ('x', NULL, 1, 1)", {kind: 'projection'}],
		['an undo that was none', "UPDATE batch SET undoes = 'x'", {kind: 'projection', seq: 3}],
		['a changed entry', `UPDATE entry SET body = replace(body, '"rating":2', '"rating":5') WHERE seq = 3`, {kind: 'hash', seq: 3}],
		['an edited answer removed', "DELETE FROM text WHERE CAST(body AS TEXT) = 'Edited.'", {kind: 'text', seq: 3}],
		['an edited answer changed', "UPDATE text SET body = CAST('Other.' AS BLOB) WHERE CAST(body AS TEXT) = 'Edited.'", {kind: 'text'}],
	] as const)('%s', async (_, sql, first) => {
		const {ledger, folder, run} = await createRated();
		await say(ledger, run, 'b1', {rating: 2, answer: 'Edited.'});
		expect(await ledger.verify()).toMatchObject({isIntact: true});
		tamper(folder, (database) => database.exec(sql));
		const report = await ledger.verify();
		expect(report.firstProblem).toMatchObject(first);
		expect(report.firstProblem?.expected).not.toBe(report.firstProblem?.found);
	});
});

test('undo of many leaves room for keys in between, and where it was cut off the next one does the rest', async () => {
	const {ledger, folder} = await createLedger();
	const starts = await ledger.appendMany(Array.from({length: 450}, () => aStart()));
	const ids = starts.map(({id}) => id);
	const rate = (batch: string, rating: number) =>
		ledger.appendMany(ids.map((run) => ({kind: 'curated', run, batch, change: {rating}}) as const));
	await rate('first', 2);
	await rate('second', 4);
	const undoing = ledger.undoCuration();
	const isCut = undoing.then(
		() => false,
		() => true,
	);
	const countOf = (opened: Ledger, rating: number) => ids.filter((id) => opened.readCompletion(id)!.rating === rating).length;
	while (countOf(ledger, 2) === 0) await new Promise((resolve) => setImmediate(resolve));
	expect(countOf(ledger, 4)).toBeGreaterThan(0);
	await ledger.close();
	expect(await isCut).toBe(true);

	const again = await openLedger(folder);
	const left = countOf(again, 4);
	expect(left).toBeGreaterThan(0);
	const undone = (await again.undoCuration())!;
	expect(undone.runs).toHaveLength(left);
	expect([countOf(again, 2), countOf(again, 4)]).toEqual([450, 0]);
	// What was cut in two is one change: taking it back brings all of it back.
	await again.undoCuration(undone.batch);
	expect(countOf(again, 4)).toBe(450);
	expect(await again.verify()).toMatchObject({isIntact: true});
	await again.close();
});
