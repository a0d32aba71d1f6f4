import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {manFile, manPage} from '../scripts/man-page.mjs';
import {docFiles, generatedDocs, renewPage} from '../scripts/write-docs.mjs';
import {flattenCommands} from '../source/cli/command.js';
import {commands} from '../source/cli/commands/index.js';
import {globalOptions} from '../source/cli/global-options.js';
import {exitCodes} from '../source/domain/failure.js';
import {settingsSchema} from '../source/domain/settings-schema.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const folder = new URL('../docs/', import.meta.url);
/** The README and every page of docs/. */
const pages = [readme, ...readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))].join('\n');

test('the pages have the keys and the filter language that the program has; npm run docs renews them', async () => {
	const docs = await generatedDocs();
	for (const file of Object.values(docFiles)) {
		const page = readFileSync(file, 'utf8');
		expect(renewPage(page, docs)).toBe(page);
	}
});

test('the check sees a page that is stale', async () => {
	const page = readFileSync(docFiles.keys, 'utf8');
	expect(renewPage(page.replace('`models.copy`', '`models.other`'), await generatedDocs())).toBe(page);
});

test('every link of the pages leads to a file', () => {
	const links = [...readme.matchAll(/\]\((docs\/[^)#]+)\)/g)].map(([, link]) => link!);
	expect(links.length).toBeGreaterThan(4);
	expect(links.filter((link) => !existsSync(new URL(`../${link}`, import.meta.url)))).toEqual([]);
});

test('the two commands stand in the first screenful', () => {
	const first = readme.split('\n').slice(0, 24).join('\n');
	expect(first).toContain('npm ci && npm start');
	expect(first).toContain('npm cit');
});

const flags = (text: string): readonly string[] => [...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([flag]) => flag);

test('every flag that the pages name is one of the program', () => {
	const records = flattenCommands(commands);
	const known = new Set([
		...flags([...globalOptions, ...records.flatMap(({options}) => options)].map((option) => option.flags).join(' ')),
		'--help',
		'--version',
	]);
	expect([...new Set(flags(pages))].filter((flag) => !known.has(flag))).toEqual([]);
});

test('every command that the pages name is one of the program, and every command stands there', () => {
	const names = flattenCommands(commands).map(({name}) => name);
	const first = new Set(names.map((name) => name.split(' ')[0]));
	const code = (pages.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join('\n').replaceAll('`', '');
	const named = [...code.matchAll(/^stillroom ([a-z]+)/gm)].map(([, name]) => name!);
	expect(named.length).toBeGreaterThan(20);
	expect(named.filter((name) => !first.has(name))).toEqual([]);
	for (const name of first) expect(pages).toMatch(new RegExp(`\`(?:stillroom )?${name}\\b|stillroom ${name}\\b`));
});

test('the exit codes of the README are those of the program', () => {
	const table = /\| exit code \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme)![1]!;
	const codes = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
	expect(codes).toEqual([0, ...Object.values(exitCodes)].sort((a, b) => a - b));
});

test('every setting that the schema takes stands in the pages', () => {
	for (const key of Object.keys(settingsSchema).filter((name) => name !== '$schema')) expect(pages).toContain(`\`${key}\``);
});

test('the manual is that of the program, and has every command; npm run docs renews it', async () => {
	const page = readFileSync(manFile, 'utf8');
	expect(await manPage()).toBe(page);
	for (const {name} of flattenCommands(commands)) expect(page).toContain(`\n.SS ${name}\n`);
});

const hasGroff = spawnSync('groff', ['--version']).status === 0;

test.skipIf(!hasGroff)('the manual is set without a warning (skipped where groff is not installed)', () => {
	const {status, stdout, stderr} = spawnSync('groff', ['-man', '-Kutf8', '-Tutf8', '-ww', '-rLL=78n', '-P-cbu', manFile], {
		encoding: 'utf8',
	});
	expect({status, stderr}).toEqual({status: 0, stderr: ''});
	expect(stdout).toContain('COMMANDS');
});
