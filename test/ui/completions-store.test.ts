import {beforeEach, describe, expect, test} from 'vitest';
import type {Ledger} from '../../source/domain/ledger.js';
import {pageLines} from '../../source/ui/overlays/pages.js';
import type {State} from '../../source/ui/state/state.js';
import {lineText} from '../../source/view/line.js';
import {answer, openDatasetWorld} from '../helpers/dataset-world.js';
import {openStore} from '../helpers/open-store.js';

type World = Awaited<ReturnType<typeof openDatasetWorld>>;

const slice = ({screens: {completions}}: State) => completions;
const shown = (state: State): number => slice(state).seqs?.length ?? -1;
const cursorOf = (state: State): string | null => slice(state).list.cursorId;

/** `count` answers about numbers, two of three by one model. */
async function fill(ledger: Ledger, count: number): Promise<readonly string[]> {
	const ids: string[] = [];
	for (let index = 0; index < count; index++)
		ids.push(await answer(ledger, {prompt: `Number ${index}?`, text: `It is ${index}.`, model: index % 3 === 0 ? 'b/other' : 'a/teacher'}));
	return ids;
}

async function opened(world: World, options: Parameters<typeof openStore>[1] = {}) {
	const store = openStore(world.context, options);
	store.keys('4');
	await store.until((state) => shown(state) >= 0);
	return store;
}

let world: World;
beforeEach(async () => {
	world = await openDatasetWorld();
	return async () => world[Symbol.asyncDispose]();
});

describe('the list', () => {
	test('is read anew when esc clears the filter', async () => {
		await fill(world.ledger, 6);
		await using store = await opened(world);
		store.keys('/');
		store.type('model:other');
		store.keys('enter');
		await store.until((state) => shown(state) === 2);
		store.keys('esc');
		await store.until((state) => shown(state) === 6 && slice(state).list.filter.text === '');
	});

	test('is read when esc walks to it from a screen above it', async () => {
		await fill(world.ledger, 3);
		await using store = openStore(world.context);
		store.keys('5', 'esc');
		expect(store.getState().screen).toBe('completions');
		await store.until((state) => shown(state) === 3);
	});

	test('esc leaves a range, then the filter, then the marks, then the screen', async () => {
		await fill(world.ledger, 3);
		await using store = await opened(world);
		store.keys('space', 'v');
		store.dispatch({type: 'list/filter-set', text: 'model:other'});
		store.keys('esc');
		expect(slice(store.getState()).list).toMatchObject({rangeFrom: null, filter: {text: 'model:other'}});
		store.keys('esc');
		expect(slice(store.getState()).list.filter.text).toBe('');
		expect(slice(store.getState()).list.marks.size).toBe(1);
		store.keys('esc');
		expect(slice(store.getState()).list.marks.size).toBe(0);
		store.keys('esc');
		expect(store.getState().screen).toBe('models');
	});

	test('keeps the cursor on its completion when newer ones come in', async () => {
		await fill(world.ledger, 3);
		await using store = await opened(world);
		store.keys('j');
		const before = cursorOf(store.getState());
		await answer(world.ledger, {prompt: 'newer'});
		store.dispatch({type: 'completions/changed'});
		const after = await store.until((state) => shown(state) === 4);
		expect(cursorOf(after)).toBe(before);
		await store.until((state) => String(slice(state).run?.completion.seq) === before);
	});
});

describe('the filter line', () => {
	test('offers the values of all completions with Tab, however much of the filter is typed', async () => {
		await fill(world.ledger, 3);
		await using store = await opened(world);
		store.keys('/');
		store.type('model:b');
		await store.until((state) => shown(state) === 1 && slice(state).known?.some(({facet}) => facet === 'model') === true);
		store.keys('tab');
		expect(slice(store.getState()).list.filter.text).toBe('model:b/other');
	});
});

describe('curation', () => {
	test('one answer: the cursor goes on, undo takes it back', async () => {
		const ids = await fill(world.ledger, 3);
		await using store = await opened(world);
		store.keys('m', '5');
		await store.said('rated 5; u takes it back');
		expect(world.ledger.readCompletion(ids[2]!)?.rating).toBe(5);
		expect(cursorOf(store.getState())).toBe(String(world.ledger.readCompletion(ids[1]!)?.seq));
		store.keys('u');
		await store.said(/taken back/);
		expect(world.ledger.readCompletion(ids[2]!)?.rating).toBeNull();
		store.keys('u');
		await store.said('there is nothing to take back');
	});

	test('marked answers: all of them, and the cursor stays', async () => {
		const ids = await fill(world.ledger, 4);
		await using store = await opened(world);
		store.keys('space', 'space', 'x');
		await store.said('rejected: 2 answers; u takes it back');
		expect(ids.map((id) => world.ledger.readCompletion(id)?.mark)).toEqual(['none', 'none', 'rejected', 'rejected']);
		expect(cursorOf(store.getState())).toBe(String(world.ledger.readCompletion(ids[1]!)?.seq));
	});

	test('what was so before is said', async () => {
		await fill(world.ledger, 1);
		await using store = await opened(world);
		store.keys('x');
		await store.said('rejected');
		store.keys('x');
		await store.said('it was so before');
	});

	test('an edit keeps the original; the same text again is none', async () => {
		const [id] = await fill(world.ledger, 1);
		await using store = await opened(world, {edit: (text) => text.replace('It is', 'That is')});
		await store.until((state) => slice(state).run !== null);
		store.keys('e');
		await store.said('edited; the original is kept');
		const run = world.ledger.readRunAt(world.ledger.readCompletion(id!)!.seq);
		expect(run).toMatchObject({text: 'It is 0.', editedText: 'That is 0.'});
		await store.until((state) => slice(state).run?.editedText === 'That is 0.');
		store.keys('e');
		await store.said('nothing was changed');
	});

	test('tags are asked for, and a wrong one keeps the question', async () => {
		const [id] = await fill(world.ledger, 1);
		await using store = await opened(world);
		store.keys('T');
		store.type('=x');
		store.keys('enter');
		expect(store.getState().overlay).toMatchObject({kind: 'ask', name: 'tag', problem: expect.stringContaining('"=x" is no tag')});
		store.keys('ctrl+u');
		store.type('hard split=train');
		store.keys('enter');
		await store.said('tagged hard split=train');
		expect(world.ledger.readCompletion(id!)?.tags).toEqual({hard: '', split: 'train'});
	});
});

describe('an answer that is read', () => {
	test('is judged on its page, which goes on to the next one', async () => {
		const ids = await fill(world.ledger, 3);
		await using store = await opened(world);
		await store.until((state) => slice(state).run !== null);
		const read = () => slice(store.getState()).run?.completion.id;
		const first = read()!;
		store.keys('enter', 'G', '+');
		await store.until((state) => slice(state).run !== null && slice(state).run?.completion.id !== first);
		expect(store.getState().overlay).toMatchObject({name: 'completion', offset: 0});
		await store.said('accepted');
		store.keys('[');
		await store.until(() => read() === first);
		store.keys(']', ']', 'x');
		await store.said('rejected');
		expect(ids.map((id) => world.ledger.readCompletion(id)?.mark).toSorted()).toEqual(['none', 'picked', 'rejected']);
	});

	test('is not judged while others are marked, which would be judged instead', async () => {
		await fill(world.ledger, 3);
		await using store = await opened(world);
		await store.until((state) => slice(state).run !== null);
		store.keys('space', 'enter', '+');
		expect(store.getState().flash?.text).toContain('1 answer is marked');
	});
});

describe('two answers', () => {
	test('to one prompt are compared without marks', async () => {
		await answer(world.ledger, {prompt: 'Same?', text: 'one two'});
		await answer(world.ledger, {prompt: 'Same?', text: 'one three'});
		await using store = await opened(world);
		await store.until((state) => slice(state).run !== null);
		store.keys('c');
		await store.until(({overlay}) => overlay?.kind === 'pages' && overlay.name === 'compare');
		expect(pageLines(store.getState()).slice(0, 2).map(lineText)).toEqual(['Prompt', 'Same?']);
	});

	test('are asked for where there is no other', async () => {
		await fill(world.ledger, 2);
		await using store = await opened(world);
		await store.until((state) => slice(state).run !== null);
		store.keys('c');
		await store.said('no other answer to this prompt is kept');
	});
});

describe('OpenAI’s copies', () => {
	test('where no row is left, that is what keeps a key from working', async () => {
		await using store = await opened(world);
		for (const key of ['X', 'M']) {
			store.keys(key);
			expect(store.getState().flash?.text).toContain('there are no completions yet');
		}
		await fill(world.ledger, 1);
		store.dispatch({type: 'completions/changed'});
		await store.until((state) => slice(state).total === 1);
		store.dispatch({type: 'list/filter-set', text: 'nothing-has-this-name'});
		await store.until((state) => slice(state).seqs?.length === 0);
		store.keys('a');
		expect(store.getState().flash?.text).toContain('ctrl+x clears it');
	});

	test('a completion without a copy has no metadata there, whatever else is marked', async () => {
		await fill(world.ledger, 1);
		await using store = await opened(world);
		await store.until((state) => slice(state).rows.size > 0);
		store.keys('ctrl+a', 'M');
		expect(store.getState().flash?.text).toContain('OpenAI keeps no copy of this one');
	});
});
