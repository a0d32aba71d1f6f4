import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {get} from 'node:http';
import type {Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {findFixtures} from '../../source/sandbox/fixtures.js';
import {startSandbox} from '../../source/sandbox/start-sandbox.js';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'stillroom-sandbox-'));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const file = (name: string, content: string) => {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
};

describe('starting', () => {
	test('gives base URLs on loopback, and leaves the globals alone', async () => {
		const {Request, Response} = globalThis;
		const sandbox = await startSandbox();
		expect(sandbox.urls.openrouter).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/openrouter\/api\/v1$/);
		expect(sandbox.urls.nanogpt).toMatch(/\/nanogpt\/api$/);
		expect(sandbox.urls.openai).toMatch(/\/openai\/v1$/);
		expect([globalThis.Request, globalThis.Response]).toEqual([Request, Response]);
		await sandbox.close();
		await expect(fetch(`${sandbox.urls.openai}/models`)).rejects.toThrow();
	});
	test('a taken port is told as such', async () => {
		const one = await startSandbox();
		const port = Number(new URL(one.urls.openai).port);
		await expect(startSandbox({port})).rejects.toThrow(`cannot listen on port ${port} of 127.0.0.1: it is in use`);
		await one.close();
	});
	test('closing ends a request that is still waiting', async () => {
		const sandbox = await startSandbox({faults: 'latency:60000'});
		const request = get(`${sandbox.urls.openrouter}/models`);
		const failed = once(request, 'error');
		const [socket] = (await once(request, 'socket')) as [Socket];
		await once(socket, 'connect');
		await sandbox.close();
		// `once` resolves with what the event carried.
		expect((await failed.catch((error: Error) => [error]))[0]).toBeInstanceOf(Error);
	});
	test('finds the fixtures from a folder one level below the root too', () => {
		const root = join(findFixtures(), '..');
		expect(findFixtures(join(root, 'dist'))).toBe(join(root, 'fixtures'));
		expect(() => findFixtures(folder)).toThrow('no folder named fixtures');
	});
});

describe('a saved catalogue', () => {
	const row = (id: string, more: object = {}) => ({id, canonical_slug: id, name: id, created: 1, context_length: 1000, ...more});
	test('replaces the rows; a row’s own flag goes before the author rule', async () => {
		const catalogueFile = file(
			'saved.json',
			JSON.stringify({
				data: [row('qwen/a'), row('acme/b', {is_trainable_text: true}), row('qwen/c', {is_trainable_text: null}), {id: 'acme/bare'}],
			}),
		);
		const sandbox = await startSandbox({catalogueFile});
		const ids = async (query: string) => {
			const {data} = (await (await fetch(`${sandbox.urls.openrouter}/models${query}`)).json()) as {data: {id: string}[]};
			return data.map((model) => model.id);
		};
		expect(await ids('')).toEqual(['qwen/a', 'acme/b', 'qwen/c', 'acme/bare']);
		expect(await ids('?distillable=true')).toEqual(['qwen/a', 'acme/b']);
		expect(await ids('?sort=newest')).toEqual(['qwen/a', 'acme/b', 'qwen/c', 'acme/bare']);
		const nanogpt = (await (await fetch(`${sandbox.urls.nanogpt}/v1/models`)).json()) as {data: unknown[]};
		expect(nanogpt.data, 'invented policies must not judge real models').toEqual([]);
		await sandbox.close();
	});
	test('a file of distillable rows goes before everything', async () => {
		const catalogueFile = file('saved.json', JSON.stringify({data: [row('qwen/a'), row('acme/b')]}));
		const distillableFile = file('distillable.json', JSON.stringify({data: [row('acme/b')]}));
		const sandbox = await startSandbox({catalogueFile, distillableFile});
		const {data} = (await (await fetch(`${sandbox.urls.openrouter}/models?distillable=true`)).json()) as {data: {id: string}[]};
		expect(data.map((model) => model.id)).toEqual(['acme/b']);
		await sandbox.close();
	});
	test('of 0 models is a list of 0 models', async () => {
		const sandbox = await startSandbox({catalogueFile: file('none.json', '{"data": []}')});
		expect(await (await fetch(`${sandbox.urls.openrouter}/models`)).json()).toEqual({data: [], total_count: 0, links: {next: null}});
		await sandbox.close();
	});
	const wrong: [string, string, string][] = [
		['cut.json', '{"data": [', 'is not JSON'],
		['other.json', '{"models": []}', 'has no list of models'],
		['bad.json', '{"data": [{"id": "a/b"}, {"name": "x"}]}', 'row 2 has no id'],
	];
	for (const [name, content, problem] of wrong) {
		test(`${name} is refused at the start, by name: ${problem}`, async () => {
			const path = file(name, content);
			await expect(startSandbox({catalogueFile: path})).rejects.toThrow(problem);
			await expect(startSandbox({catalogueFile: path})).rejects.toThrow(path);
			await expect(startSandbox({distillableFile: path})).rejects.toThrow('Give --distillable');
		});
	}
	test('a file that is not there is refused at the start', async () => {
		await expect(startSandbox({catalogueFile: join(folder, 'nowhere.json')})).rejects.toThrow(/Cannot read .*nowhere\.json: ENOENT/);
	});
});
