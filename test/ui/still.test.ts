import {describe, expect, test} from 'vitest';
import type {Clock} from '../../source/services/context.js';
import {carryOut} from '../../source/ui/carry-out.js';
import {gather} from '../../source/ui/gather.js';
import type {Action} from '../../source/ui/state/action.js';
import {type EffectInput, effects} from '../../source/ui/state/effects.js';
import type {State} from '../../source/ui/state/state.js';
import {makeState} from '../helpers/make-state.js';

/** A clock that goes on only when somebody sleeps. */
function createClock() {
	let at = 0;
	const clock: Clock = {
		now: () => new Date(at),
		sleep: async (milliseconds) => {
			at += milliseconds;
		},
	};
	return {
		clock,
		go(milliseconds: number): void {
			at += milliseconds;
		},
	};
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
	const all: Item[] = [];
	for await (const item of items) all.push(item);
	return all;
}

const still = (state: State): State => ({...state, look: {...state.look, isAnimated: false}});

function inputOf(state: State, clock: Clock, action: Action = {type: 'app/started'}): EffectInput {
	const signal = new AbortController().signal;
	return {action, context: {clock}, terminal: {}, getState: () => state, signal, quitting: signal} as unknown as EffectInput;
}

async function wordsOf(state: State): Promise<readonly string[]> {
	const {clock, go} = createClock();
	async function* work() {
		for (let index = 1; index <= 100; index++) {
			go(100);
			yield `${index} of 100`;
			await new Promise(setImmediate);
		}
		yield {ended: 'done'};
	}
	const actions = await collect(carryOut(inputOf(state, clock), 'work', work()));
	expect(actions.at(-1)).toEqual({type: 'work/ended', words: 'done', tone: 'good'});
	return actions.flatMap((action) => (action.type === 'work/went' ? [action.words] : []));
}

describe('without animation', () => {
	test('progress is said every few seconds, and the end at once', async () => {
		const state = makeState([]);
		expect((await wordsOf(state)).length).toBeGreaterThan(30);
		const words = await wordsOf(still(state));
		expect(words.length).toBeGreaterThan(1);
		expect(words.length).toBeLessThan(7);
	});

	test('an end that comes in a long pause is not waited for', async () => {
		let end = (): void => {};
		const ended = new Promise<void>((resolve) => {
			end = resolve;
		});
		const clock: Clock = {now: () => new Date(0), sleep: () => new Promise(() => {})};
		async function* source() {
			yield 1;
			await ended;
			yield 2;
		}
		const groups = collect(gather(source(), clock, new AbortController().signal, 3000));
		end();
		expect((await groups).flat()).toEqual([1, 2]);
	});

	test('ages change along with something else, and by nothing else', async () => {
		const along = effects.filter(({on}) => on.includes('list/moved') && on.includes('work/ended'));
		expect(along).toHaveLength(1);
		const run = (state: State) =>
			collect(along[0]!.run(inputOf(state, createClock().clock, {type: 'list/moved', step: 1})) as AsyncIterable<Action>);
		expect(await run(still(makeState([])))).toEqual([{type: 'app/ticked', now: 0}]);
		expect(await run(makeState([]))).toEqual([]);
	});
});
