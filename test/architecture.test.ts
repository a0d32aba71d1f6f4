import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const source = fileURLToPath(new URL('../source', import.meta.url));

type Rule = {readonly layers: readonly string[]; readonly packages: readonly string[]};

/** Layer → the layers and the packages it may import. `services/context.ts` holds the ports: its types are open to every layer. */
const rules: Readonly<Record<string, Rule>> = {
	domain: {layers: [], packages: ['ulid']},
	policy: {layers: ['domain'], packages: []},
	clients: {layers: ['domain'], packages: ['openai', 'zod', 'eventsource-parser']},
	store: {layers: ['domain'], packages: ['conf', 'jsonc-parser', 'ulid', '@napi-rs/keyring']},
	services: {layers: ['domain', 'policy'], packages: ['ajv', 'diff', 'gpt-tokenizer', 'stemmer', 'yaml']},
	view: {layers: ['domain'], packages: ['string-width']},
	sandbox: {layers: [], packages: ['hono', '@hono/node-server', '@fastify/busboy']},
	cli: {layers: ['domain', 'services', 'view'], packages: ['commander', '@modelcontextprotocol/server', 'zod']},
	ui: {layers: ['domain', 'services', 'view'], packages: ['ink', 'react', 'ink-table']},
};

/** Screens and overlays speak through actions, components know none of them by name. */
const isInside = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

type Import = {readonly specifier: string; readonly isType: boolean};

function importsOf(code: string): readonly Import[] {
	const found = code.matchAll(
		/(?:^|\n)(?:import|export)\s+(type\s+)?(?:[\w*${},\s]+?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
	);
	return [...found].map(([, isType, named, dynamic]) => ({specifier: (named ?? dynamic)!, isType: isType !== undefined}));
}

const packageOf = (specifier: string): string =>
	specifier
		.split('/')
		.slice(0, specifier.startsWith('@') ? 2 : 1)
		.join('/');

function findBreaches(path: string, code: string): readonly string[] {
	const from = relative(source, path);
	const [layer = ''] = from.split('/');
	const rule = rules[layer];
	if (!rule) return [];
	return importsOf(code).flatMap(({specifier, isType}) => {
		if (specifier.startsWith('node:')) return [];
		if (!specifier.startsWith('.')) return rule.packages.includes(packageOf(specifier)) ? [] : [`${from} imports the package ${specifier}`];
		const to = relative(source, resolve(dirname(path), specifier));
		const [target = ''] = to.split('/');
		if (isType && to === 'services/context.js') return [];
		if (target !== layer && !rule.layers.includes(target)) return [`${from} imports ${to}`];
		const isScreen = isInside(from, 'ui/screens') && isInside(to, 'ui/screens') && from.split('/').length > 3 && to.split('/').length > 3;
		if (isScreen && from.split('/')[2] !== to.split('/')[2]) return [`${from} imports another screen: ${to}`];
		return [];
	});
}

const files = readdirSync(source, {recursive: true, encoding: 'utf8'})
	.filter((path) => /\.tsx?$/.test(path))
	.map((path) => join(source, path));

test('every import points down', () => {
	expect(files.flatMap((path) => findBreaches(path, readFileSync(path, 'utf8')))).toEqual([]);
});

test.each([
	['services/list.ts', "import {App} from '../ui/app.js';", ['services/list.ts imports ui/app.js']],
	['services/list.ts', "import {Text} from 'ink';", ['services/list.ts imports the package ink']],
	['cli/b.ts', "import {\n\ttype A,\n\tb,\n} from '../ui/b.js';", ['cli/b.ts imports ui/b.js']],
	['domain/model.ts', "import {judge} from '../policy/judge.js';", ['domain/model.ts imports policy/judge.js']],
	['policy/a.ts', "import {x} from '../clients/http.js';", ['policy/a.ts imports clients/http.js']],
	['sandbox/a.ts', "import {cleanText} from '../domain/clean-text.js';", ['sandbox/a.ts imports domain/clean-text.js']],
	['cli/a.ts', "const {x} = await import('../ui/app.js');", ['cli/a.ts imports ui/app.js']],
	[
		'ui/screens/routes/x.ts',
		"import {y} from '../models/state.js';",
		['ui/screens/routes/x.ts imports another screen: ui/screens/models/state.js'],
	],
	['store/a.ts', "import type {Clock} from '../services/context.js';", []],
	['store/a.ts', "import {load} from '../services/catalogue.js';", ['store/a.ts imports services/catalogue.js']],
])('the check sees what %s must not do: %s', (path, code, breaches) => {
	expect(findBreaches(join(source, path), code)).toEqual(breaches);
});

test('only one file knows ink-table, and only one reads the keyboard', () => {
	const withTable = files
		.filter((path) => /from 'ink-table'|require\('ink-table'\)/.test(readFileSync(path, 'utf8')))
		.map((path) => relative(source, path));
	const withInput = files.filter((path) => /\buseInput\(/.test(readFileSync(path, 'utf8'))).map((path) => relative(source, path));
	expect(withTable).toEqual(['ui/components/ink-table.ts']);
	expect(withInput).toEqual(['ui/app.tsx']);
});
