import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {findProgram, root} from './helpers/built-program.js';
import {makeFolder} from './helpers/run-stillroom.js';
import {openTerminal} from './helpers/terminal.js';

const run = promisify(execFile);
const folder = makeFolder();
const bin = join(folder.path, 'node_modules', '.bin', 'stillroom');
let files: readonly string[] = [];

beforeAll(async () => {
	findProgram();
	const {stdout} = await run('npm', ['pack', '--json', '--pack-destination', folder.path], {cwd: root, maxBuffer: 10_000_000});
	const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as readonly {
		readonly filename: string;
		readonly files: readonly {readonly path: string}[];
	}[];
	files = packed!.files.map(({path}) => path);
	await run('npm', ['init', '-y'], {cwd: folder.path});
	await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${packed!.filename}`], {cwd: folder.path});
}, 120_000);
afterAll(() => folder.remove());

test('the tarball holds the built program, the fixtures it serves, the schemas, the pages that the README links to and the manual, nothing else', () => {
	const top = new Set(files.map((path) => path.replace(/\/.*/s, '/')));
	expect(top).toEqual(new Set(['dist/', 'docs/', 'fixtures/', 'schemas/', 'man/', 'package.json', 'README.md', 'LICENSE']));
	for (const file of ['dist/stillroom.js', 'man/stillroom.1', 'schemas/models.json', 'docs/README.md', 'docs/commands/README.md'])
		expect(files).toContain(file);
	const linked = [...readFileSync(`${root}README.md`, 'utf8').matchAll(/\]\((docs\/[^)#]+)/g)].map(([, file]) => file!);
	expect(linked.filter((file) => file.endsWith('.svg')).length).toBeGreaterThan(3);
	expect(linked.filter((file) => !files.includes(file))).toEqual([]);
});

test('the program runs from an empty folder: its version, its models, its dashboard', async () => {
	const {version} = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {readonly version: string};
	const env = {...process.env, STILLROOM_HOME: join(folder.path, 'home')};
	expect((await run(bin, ['--version'], {env})).stdout).toBe(`${version}\n`);
	const {stdout} = await run(bin, ['models', '--sandbox', '--json', '--limit', '3'], {env});
	expect((JSON.parse(stdout) as readonly unknown[]).length).toBe(3);
	await using terminal = openTerminal(['--sandbox'], {file: bin, cwd: folder.path, env: {PATH: process.env.PATH!}});
	await terminal.waitFor(/or \d+ s {2}nano \d+ s/);
	terminal.press('q');
	expect(await terminal.exited).toEqual({code: 0, signal: 0});
});
