import {EventEmitter} from 'node:events';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {hintLine} from '../../source/ui/components/foot.js';
import {titleLine} from '../../source/ui/components/head.js';
import {createInput, type Source} from '../../source/ui/mouse/create-input.js';
import {mouseActions} from '../../source/ui/mouse/mouse-actions.js';
import {createMouseReader, type MouseEvent} from '../../source/ui/mouse/read-mouse.js';
import {openMenu, openPages} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {createModes, windowTitle} from '../../source/ui/terminal-modes.js';
import {lineText} from '../../source/view/line.js';
import {makeModel} from '../helpers/make-model.js';
import {makeState, after as reached} from '../helpers/make-state.js';

const models = Array.from({length: 60}, (_, index) => makeModel(`maker/model-${String(index).padStart(2, '0')}`));
const esc = '\u001B';
const click = (x: number, y: number): string => `${esc}[<0;${x + 1};${y + 1}M${esc}[<0;${x + 1};${y + 1}m`;

/** All that a reader makes of reads that come one after the other. */
function readAll(...chunks: readonly string[]) {
	const reader = createMouseReader();
	const read = chunks.map((chunk) => reader.push(chunk));
	return {text: read.map(({text}) => text).join('') + reader.flush(), events: read.flatMap(({events}) => events)};
}

describe('reports of the mouse', () => {
	test('are taken out, keys stay', () => {
		expect(readAll(`a${click(4, 7)}b${esc}[A${esc}[<64;1;2M${esc}[<65;300;100M${esc}`)).toEqual({
			text: `ab${esc}[A${esc}`,
			events: [
				{kind: 'click', x: 4, y: 7},
				{kind: 'wheel-up', x: 0, y: 1},
				{kind: 'wheel-down', x: 299, y: 99},
			],
		});
	});

	test('of other buttons and of movement mean nothing', () => {
		expect(readAll(`${esc}[<2;1;1M${esc}[<35;4;4M${esc}[<32;4;4M${esc}[<4;4;4M${esc}[<66;1;1M`)).toEqual({text: '', events: []});
	});

	test('in what was pasted are text of somebody else', () => {
		const pasted = `${esc}[200~x${click(1, 1)}y${esc}[201~`;
		expect(readAll(`${pasted}${click(2, 2)}`)).toEqual({text: pasted, events: [{kind: 'click', x: 2, y: 2}]});
	});

	test('are the same wherever a read ends', () => {
		const whole = `j${esc}[B${click(10, 20)}${esc}[200~a ${click(3, 3)}\r\nb${esc}[201~${esc}[<65;1;1M${esc}[1;5Dk`;
		const expected = readAll(whole);
		fc.assert(
			fc.property(fc.array(fc.integer({min: 1, max: whole.length - 1}), {maxLength: 12}), (cuts) => {
				const ends = [...new Set([0, ...cuts, whole.length])].sort((a, b) => a - b);
				expect(readAll(...ends.slice(1).map((end, index) => whole.slice(ends[index], end)))).toEqual(expected);
			}),
		);
		expect(expected.events).toHaveLength(2);
	});
});

/** A terminal's input that keeps what is asked of it. */
function fakeSource() {
	const emitter = new EventEmitter();
	const asked: string[] = [];
	const note = (what: string) => () => void asked.push(what);
	const source = Object.assign(emitter, {
		isTTY: true,
		pause: note('pause'),
		resume: note('resume'),
		ref: note('ref'),
		unref: note('unref'),
		setRawMode: (isRaw: boolean) => void asked.push(`raw ${isRaw}`),
	}) as unknown as Source;
	return {source, asked, send: (chunk: Buffer) => emitter.emit('data', chunk)};
}

describe('the input that Ink reads', () => {
	test('reads only in raw mode, so that an editor gets every key', () => {
		const {source, asked, send} = fakeSource();
		const events: MouseEvent[] = [];
		const input = createInput(source, (event) => events.push(event));
		input.setEncoding('utf8');
		send(Buffer.from('lost'));
		input.setRawMode(true);
		input.ref();
		send(Buffer.from(`q${click(0, 0)}`));
		expect(input.read()).toBe('q');
		input.setRawMode(false);
		input.unref();
		send(Buffer.from('of the editor'));
		expect(input.read()).toBeNull();
		expect(asked).toEqual(['raw true', 'resume', 'ref', 'raw false', 'pause', 'unref']);
		expect(events).toHaveLength(1);
		expect(input.isTTY).toBe(true);
	});

	test('keeps characters whole that come in two reads', () => {
		const {source, send} = fakeSource();
		const input = createInput(source, () => {});
		input.setEncoding('utf8');
		input.setRawMode(true);
		const bytes = Buffer.from('漢');
		send(bytes.subarray(0, 2));
		send(bytes.subarray(2));
		expect(input.read()).toBe('漢');
	});

	test('a lone escape is a key a moment later', async () => {
		const {source, send} = fakeSource();
		const input = createInput(source, () => {});
		input.setEncoding('utf8');
		input.setRawMode(true);
		const readable = new Promise((resolve) => input.once('readable', resolve));
		send(Buffer.from(esc));
		await readable;
		expect(input.read()).toBe(esc);
	});
});

const at = (state: State, x: number, y: number, kind: MouseEvent['kind'] = 'click') => mouseActions(state, {kind, x, y});
const chosen = (state: State): string | null => state.screens.models.list.cursorId;

describe('what a click hits', () => {
	const state = makeState(models);

	test('a row of the list, the second time as enter', () => {
		const there = reached(state, ...at(state, 5, 7));
		expect(chosen(there)).toBe('maker/model-04');
		expect(at(there, 5, 7)).toEqual(expect.arrayContaining([expect.objectContaining({type: 'routes/opened', modelId: 'maker/model-04'})]));
	});

	test('a row of a list that is scrolled', () => {
		const down = reached(state, {type: 'list/moved', step: 'last'});
		expect(chosen(reached(down, ...at(down, 5, 3)))).not.toBe('maker/model-00');
		const there = reached(down, ...at(down, 5, 4));
		expect(chosen(there)).toBe(`maker/model-${60 - 30 + 1}`);
	});

	test('nothing beside, above and below it', () => {
		for (const [x, y] of [
			[100, 7],
			[5, 1],
			[5, 2],
			[5, 34],
		] as const)
			expect(at(state, x, y)).toEqual([]);
		expect(at(makeState(models.slice(0, 3)), 5, 9)).toEqual([]);
	});

	test.each([60, 80, 120, 200])('a screen in the title at %i columns', (columns) => {
		const wide = makeState(models, {columns});
		const title = lineText(titleLine(wide));
		const x = title.search(/ 4 /) + 1;
		if (x === 0) return;
		expect(at(wide, x, 0)).toEqual([{type: 'app/screen-opened', screen: 'completions'}]);
		expect(at(wide, columns - 2, 0)).toEqual([]);
	});

	test('a key of the last line, or its words', () => {
		const line = lineText(hintLine(state));
		const x = line.indexOf('/ filter');
		for (const place of [x, x + 3]) expect(at(state, place, 35)).toEqual([{type: 'list/filter-opened'}]);
		expect(at(state, line.indexOf('? help'), 35)).toEqual([{type: 'overlay/help-asked'}]);
	});

	test('an item of a menu', () => {
		const menu = reached(state, openMenu('theme'));
		const picked = at(menu, 6, 5);
		expect(picked).toEqual([{type: 'overlay/moved', by: 2}, {type: 'overlay/chosen'}]);
		expect(at(menu, 6, 2)).toEqual([]);
		expect(at(menu, 6, 30)).toEqual([]);
	});

	test('nothing of a screen that lies under a text', () => {
		expect(at(reached(state, openPages('help')), 5, 7)).toEqual([]);
	});
});

describe('what the wheel moves', () => {
	const state = makeState(models);

	test('the list, the text over it, the menu', () => {
		expect(chosen(reached(state, ...at(state, 5, 7, 'wheel-down')))).toBe('maker/model-03');
		const help = reached(state, openPages('help'));
		expect(reached(help, ...at(help, 5, 7, 'wheel-down')).overlay).toMatchObject({offset: 3});
		const menu = reached(state, openMenu('theme'));
		expect(reached(menu, ...at(menu, 5, 7, 'wheel-down')).overlay).toMatchObject({index: 1});
	});

	test('nothing where nothing can move', () => {
		expect(at(makeState([]), 5, 7, 'wheel-down')).toEqual([]);
		expect(at(makeState(models, {columns: 40}), 5, 7, 'wheel-down')).toEqual([]);
	});
});

describe('what the terminal does beside drawing', () => {
	const modesOf = (first: State, hasTitle = true) => {
		let state = first;
		let at = 0;
		let written = '';
		const modes = createModes(() => state, {
			write: (text) => {
				written += text;
			},
			hasTitle,
			now: () => at,
		});
		return {
			modes,
			go(next: State, milliseconds = 0) {
				state = next;
				at += milliseconds;
				modes.follow();
			},
			take() {
				const text = written;
				written = '';
				return text;
			},
		};
	};
	const state = makeState(models);
	const toggled = reached(state, {type: 'look/mouse-toggled'});

	test('is taken back whenever somebody else has the terminal', () => {
		const {modes, go, take} = modesOf(state);
		go(toggled);
		expect(take()).toBe('');
		modes.enter();
		expect(take()).toBe(`${esc}[22;0t${esc}[?1000h${esc}[?1006h${esc}]2;stillroom · Models\u0007`);
		go(state);
		expect(take()).toBe(`${esc}[?1006l${esc}[?1000l`);
		go(toggled);
		take();
		modes.leave();
		modes.leave();
		expect(take()).toBe(`${esc}[?1006l${esc}[?1000l${esc}[23;0t`);
		modes.enter();
		expect(take()).toContain('[?1006h');
		modes.leave();
	});

	test('the title follows the screen at once and long work by the second', () => {
		const {modes, go, take} = modesOf(state);
		modes.enter();
		take();
		const jobs = reached(state, {type: 'app/screen-opened', screen: 'jobs'});
		go(jobs);
		expect(take()).toBe(`${esc}]2;stillroom · Jobs\u0007`);
		const working = reached(jobs, {type: 'work/began', title: 'sync'}, {type: 'work/went', words: '10 of 50'});
		go(working, 2000);
		expect(take()).toBe(`${esc}]2;stillroom · sync 10 of 50 · Jobs\u0007`);
		go(reached(working, {type: 'work/went', words: '11 of 50'}), 100);
		expect(take()).toBe('');
		go(reached(working, {type: 'work/went', words: '20 of 50'}), 1000);
		expect(take()).toContain('20 of 50');
		modes.leave();
	});

	test('no title where none is wanted; nothing of others in it', () => {
		const {modes, go, take} = modesOf(state, false);
		modes.enter();
		go(reached(state, {type: 'app/screen-opened', screen: 'jobs'}));
		modes.leave();
		expect(take()).toBe('');
		const odd = reached({...state, isSandbox: true}, {type: 'work/began', title: `x${esc}]0;evil\u0007y`});
		expect(windowTitle(odd)).not.toMatch(/[\u0000-\u001F\u007F]/);
		expect(windowTitle(odd)).toMatch(/· sandbox$/);
	});
});
