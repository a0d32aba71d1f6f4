import xterm from '@xterm/headless';
import {afterAll, describe, expect, test} from 'vitest';
import type {Model} from '../../source/domain/model.js';
import {joinCatalogues} from '../../source/policy/join-models.js';
import {firstFrame} from '../../source/ui/first-frame.js';
import {openMenu, openPages} from '../../source/ui/state/overlay.js';
import type {State} from '../../source/ui/state/state.js';
import {themeOf} from '../../source/ui/theme/theme-of.js';
import {widthOf} from '../../source/view/width.js';
import {aListing, aRoute, aVerdict} from '../helpers/literals.js';
import {makeListing, makeRead, nanogptReason, onList} from '../helpers/make-model.js';
import {serviceState} from '../helpers/make-state.js';
import {type MountedApp, type MountOptions, mountApp} from '../helpers/mount-app.js';
import {makeFolder} from '../helpers/run-stillroom.js';

const home = makeFolder();
afterAll(() => home.remove());

const nowhere = 'http://127.0.0.1:9';
const urls = {openrouter: nowhere, nanogpt: nowhere, openai: nowhere};

const odd = [
	'maker/\u65E5\u672C\u8A9E\u306E\u3068\u3066\u3082\u9577\u3044\u540D\u524D\u306E\u30E2\u30C7\u30EB\u540D',
	'maker/\u05E2\u05D1\u05E8\u05D9\u05EA-7b',
	'maker/\u0627\u0644\u0639\u0631\u0628\u064A\u0629',
	'maker/\u{1F468}\u200D\u{1F469}\u200D\u{1F467}-family-\u{1F1E9}\u{1F1EA}',
	'maker/cafe\u0301-\u1100\u1161\u11A8',
	`maker/${'very-long-'.repeat(20)}name`,
];

/** Sixty ordinary models and some with names that are hard to lay out, in both catalogues. */
const models: readonly Model[] = joinCatalogues({
	openrouter: makeRead('openrouter', [
		...Array.from({length: 60}, (_, index) => {
			const id = `maker/model-${String(index).padStart(2, '0')}`;
			return aListing({
				id,
				name: `Model ${index}`,
				reasons: index % 3 === 0 ? [] : [onList],
				description: 'Words about the model. '.repeat(8),
			});
		}),
		...odd.map((id) => makeListing('openrouter', id, {name: id, reasons: [onList]})),
	]),
	nanogpt: makeRead('nanogpt', [makeListing('nanogpt', 'maker/model-01', {reasons: [nanogptReason('disallowed', 'restricted')]})]),
});

const filled = (state: State): State => ({
	...state,
	now: Date.parse('2026-11-21T12:00:00.000Z'),
	catalogue: {...state.catalogue, models},
	services: {
		openrouter: serviceState('openrouter'),
		nanogpt: serviceState('nanogpt', {state: 'failed', message: 'NanoGPT said 503: try again later.'}),
	},
	log: [
		{at: '2026-11-21T11:59:48.000Z', service: 'openrouter', method: 'GET', path: '/models', status: 200, milliseconds: 31, note: null},
		{
			at: '2026-11-21T11:59:49.000Z',
			service: 'nanogpt',
			method: 'GET',
			path: '/v1/models',
			status: 503,
			milliseconds: 5,
			note: 'tried twice',
		},
	],
});

const routes = Array.from({length: 40}, (_, index) =>
	aRoute({
		id: `openrouter:host-${index}`,
		modelId: 'maker/model-02',
		provider: index === 1 ? '\u65E5\u672C\u306E\u63D0\u4F9B\u8005\u306E\u9577\u3044\u540D\u524D' : `Host ${index}`,
		tag: `host-${index}`,
		eligible: index % 2 === 0,
		reason: index % 2 === 0 ? 'Recorded as allowed and available.' : 'The provider restricts distillation, so it falls out of the pin.',
		verdict: aVerdict(index % 2 === 0 ? {} : {status: 'disallowed'}),
	}),
);

const open = (options: Partial<MountOptions> = {}): Promise<MountedApp> =>
	mountApp({urls, home: home.path, isStarted: false, prepare: filled, ...options});

/** Every line fits, and there are exactly as many as the terminal has. */
function expectFits(app: MountedApp, columns: number, rows: number): void {
	const lines = app.lines();
	expect(lines.filter((line) => widthOf(line.trimEnd()) > columns)).toEqual([]);
	expect(lines).toHaveLength(rows);
}

const sizes = [
	[60, 15],
	[80, 24],
	[120, 36],
	[200, 50],
] as const;

describe.each(sizes)('at %ix%i', (columns, rows) => {
	test('the Models screen shows verdict, id, services, filter, keys', async () => {
		await using app = await open({columns, rows});
		const text = await app.waitFor('maker/model-02');
		expectFits(app, columns, rows);
		for (const word of [
			'still',
			'1 Models',
			'or 12 s',
			'nano failed',
			'(no filter)',
			'66 of 66',
			'Policy',
			'Model',
			'YES',
			'q quit',
			'? help',
		])
			expect(text).toContain(word);
		if (columns >= 110) expect(text).toContain('Informational, not legal advice');
	});

	test('the hardest names keep every line in its place', async () => {
		await using app = await open({columns, rows});
		app.store.dispatch({type: 'list/sorted', sort: {by: 'id', descending: true}});
		app.store.dispatch({type: 'list/moved', step: 'last'});
		app.store.dispatch({type: 'list/filter-set', text: '!model'});
		await app.waitFor(/6 of 66/);
		for (let step = 0; step < odd.length; step++) {
			await app.draw({type: 'list/moved', step: 1});
			expectFits(app, columns, rows);
		}
	});

	test.each<readonly [string, (app: MountedApp) => void, RegExp]>([
		['help', ({store}) => store.dispatch(openPages('help')), /Most used/],
		['the policy evidence', ({store}) => store.dispatch(openPages('policy')), /Policy evidence · maker/],
		['raw JSON', ({store}) => store.dispatch(openPages('raw')), /As received from the services/],
		['the request log', ({store}) => store.dispatch(openPages('log')), /NanoGPT\s+GET \/v1\/models 503/],
		['the palette', ({store}) => store.dispatch(openMenu('palette')), /Commands/],
		['the sort menu', ({store}) => store.dispatch(openMenu('sort')), /Sort by/],
		['the facets', ({store}) => store.dispatch(openMenu('facets')), /policy {2}yes/],
		['the copy menu', ({store}) => store.dispatch(openMenu('copy')), /Copy as/],
		['the larger preview', ({store}) => store.dispatch({type: 'app/preview-toggled'}), /Model/],
		['the filter being typed', ({press}) => press('/', 'ctx>=1k policy:yes model'), /policy:yes/],
		[
			'marked models side by side',
			({store}) => {
				store.dispatch({type: 'list/all-marked'});
				store.dispatch(openPages('compare'));
			},
			/Because/,
		],
		['the Prompt screen', ({press}) => press('t'), /3 Prompt/],
		[
			'the Routes screen',
			({store}) => {
				store.dispatch({
					type: 'routes/received',
					modelId: 'maker/model-02',
					list: {modelId: 'maker/model-02', routes, sources: [], nanogptSupportsSelection: null},
				});
				store.dispatch({type: 'routes/opened', modelId: 'maker/model-02'});
			},
			/Host 2/,
		],
	])('%s fits', async (_, act, shown) => {
		await using app = await open({columns, rows});
		await app.waitFor('maker/model-02');
		act(app);
		await app.waitFor(shown);
		expectFits(app, columns, rows);
	});

	test('the first frame, drawn without Ink, is what Ink draws', async () => {
		for (const prepare of [
			filled,
			(state: State) => ({...filled(state), isPreviewOpen: true}),
			(state: State): State => ({...state, flash: {text: 'something', tone: 'warn'}}),
		]) {
			await using app = await open({columns, rows, prepare});
			await app.waitFor('1 Models');
			const early = await screenOf(firstFrame(app.store.getState(), themeOf(app.store.getState()))!, columns, rows);
			expect(early).toEqual(await screenOf(app.frame().replaceAll('\n', '\r\n'), columns, rows));
		}
	});
});

/** What a terminal shows after a text: each line with its characters, and where which colour stands. */
async function screenOf(text: string, columns: number, rows: number): Promise<readonly string[]> {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
	await new Promise<void>((resolve) => terminal.write(text, resolve));
	const lines = Array.from({length: rows}, (_, y) => {
		const line = terminal.buffer.active.getLine(y)!;
		const cells = Array.from({length: columns}, (__, x) => line.getCell(x)!);
		const styles = cells.map((cell) => {
			const isShown = cell.getChars().trim() !== '' || cell.isInverse() !== 0;
			return isShown ? `${cell.getFgColor()},${cell.isBold() ? 'b' : ''}${cell.isDim() ? 'd' : ''}${cell.isInverse() ? 'i' : ''}` : '';
		});
		return `${line.translateToString(true).trimEnd()}  ${styles.join(' ').trimEnd()}`;
	});
	terminal.dispose();
	return lines;
}

test('without colours no frame holds a colour, and the chosen row is still to be seen', async () => {
	await using app = await open({theme: 'none'});
	await app.waitFor('maker/model-02');
	const codes = [...app.frame().matchAll(/\u001B\[([\d;]*)m/g)].map(([, code]) => code!);
	expect(new Set(codes)).toEqual(new Set(['7', '27']));
	expect(app.text()).toMatch(/^> /m);
});

test.each([
	[59, 15],
	[60, 14],
	[20, 3],
	[1, 1],
])('a terminal of %ix%i is told what size is needed', async (columns, rows) => {
	await using app = await open({columns, rows});
	const lines = app.lines();
	expect(lines.length).toBeLessThanOrEqual(rows);
	expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
	if (columns >= 20) expect(lines[0]).toMatch(/^stillroom needs/);
	app.press('q');
	await app.waitForState(() => app.isExited());
});

test('a resize from too small to large enough draws the list, and back', async () => {
	await using app = await open({columns: 40, rows: 10});
	expect(app.text()).toContain('stillroom needs 60x15');
	app.resize(100, 30);
	await app.waitFor('maker/model-02');
	expectFits(app, 100, 30);
	app.resize(40, 10);
	await app.waitFor('stillroom needs 60x15');
});

test('the palette says in full why what is chosen cannot be done, however narrow', async () => {
	await using app = await open({columns: 60, rows: 15});
	app.press(':', 'models.compare');
	await app.waitFor('not now: mark at least two models with space, then');
	expectFits(app, 60, 15);
});

describe('the filter line', () => {
	test('keeps what is typed in sight when it is longer than its room', async () => {
		await using app = await open({columns: 60, rows: 15});
		app.press('/', 'policy:yes ctx>=1k in<3 out<9 cap:tools modality:image the-end');
		await app.waitFor(/….*the-end/);
		expectFits(app, 60, 15);
	});

	test('says below the list what cannot be read, in full', async () => {
		await using app = await open({columns: 80, rows: 24});
		app.press('/', 'ctx>=abc');
		await app.waitFor('ctx>=abc');
		expect(app.lines().at(-3)).toMatch(/^ \S.*abc/);
		expectFits(app, 80, 24);
	});

	test('shows the whole character under the cursor', async () => {
		await using app = await open();
		app.press('/', 'a\u{1F600}', 'left');
		await app.waitForState(({screens}) => screens.models.list.filter.cursor === 1);
		expect(app.frame()).toContain('\u001B[7m\u{1F600}\u001B[27m');
	});

	test('takes pasted text as one line without what would control the terminal', async () => {
		await using app = await open();
		app.press('/');
		await app.waitForState(({screens}) => screens.models.list.isFiltering);
		app.press('\u001B[200~one\r\ntwo\u001B[31m\u0007three\u001B[201~');
		await app.waitFor(/ \/ one two.*three/);
		expect(app.store.getState().screens.models.list.filter.text).not.toMatch(/\p{Cc}/u);
	});
});

test('a narrow terminal still compares two models, and says how to leave a text', async () => {
	await using app = await open({columns: 60, rows: 30});
	app.press('space', 'space', 'c');
	const text = await app.waitFor('Compare');
	expect(text).toMatch(/^ Model +maker\/model-02 +maker\/model-04/m);
	app.press('q', '3');
	await app.waitFor('3 Prompt');
	expect(app.lines().at(-1)).toContain('esc leave');
});

describe('an empty list says why:', () => {
	const without = (services: State['services']) => (state: State) => ({...state, services});

	test('while the catalogues are read for the first time', async () => {
		const prepare = without({
			openrouter: serviceState('openrouter', {state: 'fetching', fetchedAt: null}),
			nanogpt: serviceState('nanogpt', {state: 'not-asked', fetchedAt: null}),
		});
		await using app = await open({prepare});
		expect(app.text()).toContain('Reading the catalogues for the first time');
	});

	test('when no service could be reached, with what to do', async () => {
		const failed = {state: 'failed', fetchedAt: null, message: 'The service cannot be reached: check the network.'} as const;
		await using app = await open({
			prepare: without({openrouter: serviceState('openrouter', failed), nanogpt: serviceState('nanogpt', failed)}),
		});
		const text = app.text();
		for (const word of [
			'No catalogue could be read',
			'The service cannot be reached: check the network.',
			/r +tries again/,
			/B +opens the embedded sandbox/,
		])
			expect(text).toMatch(word);
	});

	test('when the services list nothing', async () => {
		await using app = await open({prepare: without({openrouter: serviceState('openrouter'), nanogpt: serviceState('nanogpt')})});
		expect(app.text()).toContain('answered with an empty list');
	});

	test('when the filter leaves nothing, with the key that clears it', async () => {
		await using app = await open();
		app.store.dispatch({type: 'list/filter-set', text: 'no-such-model'});
		await app.waitFor('None of 66 models passes the filter "no-such-model"');
		app.press('ctrl+x');
		await app.waitFor('66 of 66');
	});

	test('when Routes was opened before a model was chosen', async () => {
		await using app = await open();
		app.press('2');
		await app.waitFor('No model is chosen yet');
	});
});
