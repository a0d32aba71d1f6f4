import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {CatalogueRead, RouteRead, RouteRow} from '../../source/services/context.js';
import {openCatalogueStore} from '../../source/store/catalogue-store.js';
import {cacheName} from '../../source/store/paths.js';
import {aListing, aReason} from '../helpers/literals.js';

let folder = '';
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'stillroom-store-'));
});
afterEach(() => {
	rmSync(folder, {recursive: true, force: true});
});

const baseUrls = {openrouter: 'https://openrouter.ai/api/v1', nanogpt: 'https://nano-gpt.com/api'};
const open = (part: Partial<Parameters<typeof openCatalogueStore>[0]> = {}) =>
	openCatalogueStore({dataFolder: folder, baseUrls, now: () => new Date('2026-11-21T12:00:00Z'), ...part});
const catalogueFile = () => path.join(folder, 'catalogues', cacheName(baseUrls.openrouter), 'openrouter.json');
const routesFile = () => path.join(folder, 'catalogues', cacheName(baseUrls.openrouter), 'routes.txt');

const older = aReason({status: 'unknown', basis: 'not-recorded', fetchedAt: '2026-11-01T00:00:00.000Z'});

function aRead(part: Partial<CatalogueRead> = {}): CatalogueRead {
	return {
		gateway: 'openrouter',
		fetchedAt: '2026-11-21T11:00:00.000Z',
		listings: [
			aListing(),
			aListing({
				id: 'b/two',
				name: '二つ שלום',
				isRouter: true,
				inputPrice: null,
				aliasOf: 'a/one',
				isSubscriptionIncluded: false,
				reasons: [older, aReason()],
				priceOverrides: [{minPromptTokens: 1, utcStart: null, utcEnd: 1630, inputPrice: 0.1, outputPrice: null}],
			}),
		],
		dropped: ['row 3 has no id'],
		policyProblem: 'The filter was ignored.',
		...part,
	};
}

function aRow(part: Partial<RouteRow> = {}): RouteRow {
	return {
		gateway: 'openrouter',
		modelId: 'a/one',
		provider: 'Together',
		tag: 'together/fp8',
		isAvailable: true,
		inputPrice: 0.2,
		outputPrice: 0.6,
		baseInputPrice: 0.2,
		baseOutputPrice: 0.6,
		cacheReadPrice: null,
		contextLength: 131_072,
		maxOutputTokens: null,
		quantization: 'fp8',
		latencyP50: 400,
		latencyP90: null,
		throughputP50: 30,
		uptime: 99,
		uptimeLastDay: null,
		parameters: ['tools'],
		dataPolicy: 'zdr',
		reason: null,
		...part,
	};
}

function aRouteRead(part: Partial<RouteRead> = {}): RouteRead {
	const rows = [
		aRow(),
		aRow({tag: 'novita', reason: aReason({layer: 'nanogpt-provider'})}),
		aRow({tag: 'x', reason: aReason({layer: 'nanogpt-provider'})}),
	];
	return {
		gateway: 'openrouter',
		modelId: 'a/one',
		fetchedAt: '2026-11-21T11:00:00.000Z',
		rows,
		supportsSelection: true,
		dropped: [],
		...part,
	};
}

describe('a saved catalogue', () => {
	it('comes back as it was, each reason with its own time', () => {
		expect(open().saveCatalogue(aRead())).toBeNull();
		expect(open().readCatalogue('openrouter')).toEqual(aRead());
		expect(open().readCatalogue('nanogpt')).toBeNull();
		expect(open().problems()).toEqual([]);
	});

	it('is kept apart by base URL, and one sandbox from all of them', () => {
		open().saveCatalogue(aRead());
		const local = {...baseUrls, openrouter: 'http://127.0.0.1:4010/api/v1'};
		expect(open({baseUrls: local}).readCatalogue('openrouter')).toBeNull();
		open({baseUrls: local, isSandbox: true}).saveCatalogue(aRead({listings: []}));
		const another = {...baseUrls, openrouter: 'http://127.0.0.1:5555/api/v1'};
		expect(open({baseUrls: another, isSandbox: true}).readCatalogue('openrouter')).toMatchObject({listings: []});
		expect(open().readCatalogue('openrouter')).toEqual(aRead());
	});

	it.each([
		['cut in the middle', (text: string) => text.slice(0, text.length / 2), /not whole JSON/],
		['of another version', (text: string) => text.replace('"schemaVersion":1', '"schemaVersion":99'), /another version/],
		['of another shape', () => '[]', /another version|not a saved/],
		['with rows that are none', (text: string) => text.replace(/"rows":\[.*\]\}$/, '"rows":[[1,2]]}'), /cannot be read/],
		['with a row of nothing', (text: string) => text.replace('"rows":[', '"rows":[null,'), /cannot be read/],
		['with reasons that are none', (text: string) => text.replace('"reasonLists":[', '"reasonLists":[7,'), /not a saved/],
		['of nothing', () => '', /not whole JSON/],
	])('%s is set aside and named, not overwritten', (_name, spoil, sentence) => {
		open().saveCatalogue(aRead());
		const broken = spoil(readFileSync(catalogueFile(), 'utf8'));
		writeFileSync(catalogueFile(), broken);
		const store = open();
		expect(store.readCatalogue('openrouter')).toBeNull();
		expect(store.problems()).toEqual([expect.stringMatching(sentence)]);
		expect(store.problems()[0]).toContain('openrouter.json.broken-2026-11-21');
		expect(existsSync(catalogueFile())).toBe(false);
		const aside = readdirSync(path.dirname(catalogueFile())).find((name) => name.includes('.broken-'))!;
		expect(readFileSync(path.join(path.dirname(catalogueFile()), aside), 'utf8')).toBe(broken);
		expect(store.saveCatalogue(aRead())).toBeNull();
		expect(open().readCatalogue('openrouter')).toEqual(aRead());
	});

	it('that cannot be written is a sentence, and stays usable in this run', () => {
		mkdirSync(path.join(folder, 'home'));
		writeFileSync(path.join(folder, 'home', 'catalogues'), 'a file where a folder should be');
		const store = open({dataFolder: path.join(folder, 'home')});
		expect(store.saveCatalogue(aRead())).toMatch(/OpenRouter could not be saved in .*catalogues.*--home/);
		expect(store.readCatalogue('openrouter')).toEqual(aRead());
		expect(store.saveRoutes(aRouteRead())).toMatch(/could not be saved/);
		expect(store.readRoutes('openrouter', 'a/one')).toEqual(aRouteRead());
	});

	it.skipIf(process.getuid?.() === 0)('in a read-only folder is a sentence (skipped for root, whom no folder refuses)', () => {
		chmodSync(folder, 0o500);
		const store = open();
		expect(store.saveCatalogue(aRead())).toMatch(/permission is denied/);
		expect(store.saveRoutes(aRouteRead())).toMatch(/permission is denied/);
		chmodSync(folder, 0o700);
	});

	it('is never half written for another process', () => {
		const one = open();
		const two = open();
		for (let count = 0; count < 20; count++) {
			one.saveCatalogue(aRead({fetchedAt: '2026-11-21T11:00:00.000Z'}));
			two.saveCatalogue(aRead({fetchedAt: '2026-11-21T11:30:00.000Z', listings: []}));
			expect(open().readCatalogue('openrouter')).toMatchObject({listings: []});
		}
		expect(readdirSync(path.dirname(catalogueFile()))).toEqual(['openrouter.json']);
	});
});

describe('saved routes', () => {
	it('come back as they were, the newest reading of a model', () => {
		const store = open();
		expect(store.readRoutes('openrouter', 'a/one')).toBeNull();
		expect(store.saveRoutes(aRouteRead())).toBeNull();
		expect(store.saveRoutes(aRouteRead({modelId: 'b/two', rows: [], supportsSelection: false}))).toBeNull();
		expect(store.saveRoutes(aRouteRead({fetchedAt: '2026-11-21T11:59:00.000Z'}))).toBeNull();
		for (const reader of [store, open()]) {
			expect(reader.readRoutes('openrouter', 'a/one')).toEqual(aRouteRead({fetchedAt: '2026-11-21T11:59:00.000Z'}));
			expect(reader.readRoutes('openrouter', 'b/two')).toMatchObject({rows: [], supportsSelection: false});
			expect(reader.readRoutes('nanogpt', 'a/one')).toBeNull();
		}
	});

	it('of two writers at once are all there', () => {
		const one = open();
		const two = open();
		one.readRoutes('openrouter', 'none');
		two.readRoutes('openrouter', 'none');
		for (let count = 0; count < 50; count++) {
			one.saveRoutes(aRouteRead({modelId: `one/${count}`}));
			two.saveRoutes(aRouteRead({modelId: `two/${count}`}));
		}
		const reader = open();
		for (let count = 0; count < 50; count++) {
			expect(reader.readRoutes('openrouter', `one/${count}`)?.rows).toHaveLength(3);
			expect(reader.readRoutes('openrouter', `two/${count}`)?.rows).toHaveLength(3);
		}
	});

	it('lose no more than the line that a crash cut', () => {
		open().saveRoutes(aRouteRead());
		open().saveRoutes(aRouteRead({modelId: 'b/two'}));
		writeFileSync(routesFile(), readFileSync(routesFile(), 'utf8').slice(0, -40));
		const store = open();
		expect(store.readRoutes('openrouter', 'b/two')).toBeNull();
		expect(store.readRoutes('openrouter', 'a/one')?.rows).toHaveLength(3);
		store.saveRoutes(aRouteRead({modelId: 'c/three'}));
		expect(open().readRoutes('openrouter', 'c/three')?.rows).toHaveLength(3);
	});

	it('do not grow without end', () => {
		const store = open();
		for (let count = 0; count < 500; count++) store.saveRoutes(aRouteRead({rows: [aRow()]}));
		const before = readFileSync(routesFile(), 'utf8').split('\n').length;
		expect(open().readRoutes('openrouter', 'a/one')?.rows).toHaveLength(1);
		expect(before).toBeGreaterThan(500);
		expect(readFileSync(routesFile(), 'utf8').split('\n').length).toBeLessThan(5);
	});

	it('in a file of another kind are set aside and named', () => {
		open().saveRoutes(aRouteRead());
		writeFileSync(routesFile(), 'something else\n');
		const store = open();
		expect(store.readRoutes('openrouter', 'a/one')).toBeNull();
		expect(store.problems()).toEqual([expect.stringContaining('set aside')]);
		expect(store.saveRoutes(aRouteRead())).toBeNull();
		expect(open().readRoutes('openrouter', 'a/one')?.rows).toHaveLength(3);
	});
});
