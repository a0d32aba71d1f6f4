import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {widthOf} from '../../source/view/width.js';
import {makeFolder} from '../helpers/run-stillroom.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = `${root}dist/stillroom.js`;
const home = makeFolder();
let sandbox: Sandbox;

beforeAll(async () => {
	if (!existsSync(bin)) throw new Error('There is no dist/stillroom.js: run `npm run build` first.');
	sandbox = await startSandbox();
});

afterAll(async () => {
	await sandbox.close();
	home.remove();
});

type Child = {
	readonly process: ChildProcess;
	readonly ended: Promise<{readonly code: number | null; readonly stdout: string; readonly stderr: string}>;
	/** Resolves when stdout holds `text`, with all that it holds. */
	readonly until: (text: string) => Promise<string>;
};

/** Starts the built program as a user's shell would, with nothing of our environment but the path. */
function start(argv: readonly string[], {node = [], env = {}}: {node?: readonly string[]; env?: Record<string, string>} = {}): Child {
	const child = spawn(process.execPath, [...node, bin, ...argv], {
		env: {
			PATH: process.env.PATH,
			STILLROOM_HOME: home.path,
			OPENROUTER_BASE_URL: sandbox.urls.openrouter,
			NANOGPT_BASE_URL: sandbox.urls.nanogpt,
			...env,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let stdout = '';
	let stderr = '';
	const waiting = new Set<() => void>();
	child.stdout.on('data', (chunk: Buffer) => {
		stdout += chunk.toString();
		for (const check of waiting) check();
	});
	child.stderr.on('data', (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	return {
		process: child,
		ended: new Promise((resolve) => child.on('close', (code) => resolve({code, stdout, stderr}))),
		until: (text) =>
			new Promise((resolve, reject) => {
				const check = () => {
					if (stdout.includes(text)) resolve(stdout);
				};
				waiting.add(check);
				check();
				child.on('close', () => reject(new Error(`ended without "${text}": ${stdout}${stderr}`)));
			}),
	};
}

const preload = (source: string) => ['--import', `data:text/javascript,${encodeURIComponent(source)}`];

test('--version is the version of the package', async () => {
	const {version} = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {readonly version: string};
	expect(await start(['--version']).ended).toEqual({code: 0, stdout: `${version}\n`, stderr: ''});
});

describe('an old Node', () => {
	const pretend = (version: string) =>
		preload(`Object.defineProperty(process, 'versions', {value: {...process.versions, node: '${version}'}})`);

	test.each(['20.20.2', '22.12.0', '18.0.0'])('%s is told what is needed, without a stack', async (version) => {
		const {code, stdout, stderr} = await start(['models'], {node: pretend(version)}).ended;
		expect({code, stdout}).toEqual({code: 1, stdout: ''});
		expect(stderr).toContain('needs Node 22.16 or newer');
		expect(stderr).toContain(version);
		expect(stderr).not.toMatch(/^\s+at /m);
	});

	test.each(['22.16.0', '24.0.0', '26.1.0'])('%s is not old', async (version) => {
		expect((await start(['--version'], {node: pretend(version)}).ended).code).toBe(0);
	});
});

describe('stdout', () => {
	test('arrives whole through a pipe', async () => {
		const {code, stdout, stderr} = await start(['models', '--json']).ended;
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout.length).toBeGreaterThan(200_000);
		expect((JSON.parse(stdout) as unknown[]).length).toBeGreaterThanOrEqual(350);
	});

	test('lines up although names are wide, joined or combining', async () => {
		const file = path.join(home.path, 'wide.json');
		const ids = ['maker/日本語', 'maker/\u{1F469}\u200D\u{1F467}', 'maker/e\u0301', 'maker/한국', 'maker/plain'];
		const pricing = {prompt: '0.000001', completion: '0.000002'};
		writeFileSync(file, JSON.stringify({data: ids.map((id) => ({id, name: id, created: 1, context_length: 4096, pricing}))}));
		const {stdout} = await start(['models', 'author:maker', '--catalogue', file]).ended;
		const lines = stdout.trimEnd().split('\n');
		expect(lines).toHaveLength(ids.length + 1);
		expect(new Set(lines.map((line) => widthOf(line)))).toEqual(new Set([widthOf(lines[0]!)]));
	});

	test('whose reader leaves, as head does, ends quietly', async () => {
		const child = start(['models', '--json']);
		child.process.stdout!.once('data', () => child.process.stdout!.destroy());
		const {code, stderr} = await child.ended;
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
	});
});

describe('signals', () => {
	test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the sandbox with exit code 0', async (signal) => {
		const child = start(['sandbox']);
		const {openrouter} = JSON.parse(await child.until('\n')) as {readonly openrouter: string};
		expect((await fetch(`${openrouter}/models/count`)).ok).toBe(true);
		child.process.kill(signal);
		expect(await child.ended).toMatchObject({code: 0, stderr: ''});
	});

	test('Ctrl+C stops a command that waits with exit code 130', async () => {
		const asked = Promise.withResolvers<void>();
		const silent = createServer(() => asked.resolve());
		await once(silent.listen(0, '127.0.0.1'), 'listening');
		const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
		const child = start(['models'], {env: {OPENROUTER_BASE_URL: url, NANOGPT_BASE_URL: url}});
		await asked.promise;
		child.process.kill('SIGINT');
		const {code, stdout} = await child.ended;
		expect({code, stdout}).toEqual({code: 130, stdout: ''});
		silent.closeAllConnections();
		silent.close();
	});
});

describe('the headless road', () => {
	/** Strings that only React, only Ink and only the Model Context Protocol hold, in source and in the bundle alike. */
	const signs = {react: 'react.transitional.element', ink: 'must be rendered inside <Text>', mcp: 'notifications/initialized'};
	const listLoaded = preload(`
		import {registerHooks} from 'node:module';
		import {writeSync} from 'node:fs';
		const urls = [];
		registerHooks({load(url, context, next) { urls.push(url); return next(url, context); }});
		process.on('exit', () => writeSync(2, '\\nLOADED ' + JSON.stringify(urls)));
	`);

	/** Which of the two a run has loaded, and how many files of ours. */
	async function loadedBy(argv: readonly string[], node: readonly string[] = []) {
		const {stderr} = await start(argv, {node: [...listLoaded, ...node]}).ended;
		const urls = JSON.parse(/LOADED (.*)$/m.exec(stderr)![1]!) as readonly string[];
		const texts = urls.filter((url) => url.startsWith('file:')).map((url) => readFileSync(fileURLToPath(url), 'utf8'));
		const found = Object.entries(signs).filter(([, sign]) => texts.some((text) => text.includes(sign)));
		return {files: texts.length, libraries: found.map(([name]) => name)};
	}

	test.each([
		[['models', '--json']],
		[['routes', 'deepseek/deepseek-v3.2']],
		[['keys']],
		[['bindings']],
		[['setup', 'openai', '--remove']],
		[['info']],
		[['schema', 'models']],
		[['--help']],
	])('%j loads nothing of Ink, React and the Model Context Protocol', async (argv) => {
		const {files, libraries} = await loadedBy(argv);
		expect(files).toBeGreaterThan(1);
		expect(libraries).toEqual([]);
	});

	test('is watched by a check that sees them when they are loaded', async () => {
		const breach = preload(`await import(${JSON.stringify(new URL('../../node_modules/ink/build/index.js', import.meta.url).href)})`);
		expect((await loadedBy(['keys'], breach)).libraries).toEqual(['react', 'ink']);
		expect((await loadedBy(['mcp'])).libraries).toEqual(['mcp']);
	});
});
