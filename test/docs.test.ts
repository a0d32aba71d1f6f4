import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {manFile, manPage} from '../scripts/man-page.mjs';
import {docsFolder, generatedPages, renewPage} from '../scripts/write-docs.mjs';
import {flattenCommands} from '../source/cli/command.js';
import {commands} from '../source/cli/commands/index.js';
import {globalOptions} from '../source/cli/global-options.js';
import {parseArguments} from '../source/cli/parse-arguments.js';
import type {Destination} from '../source/domain/dataset.js';
import {exitCodes} from '../source/domain/failure.js';
import {settingsSchema} from '../source/domain/settings-schema.js';
import {judgeGate} from '../source/policy/gate.js';
import {type Collecting, collect} from './helpers/collected.js';
import {notOnList} from './helpers/make-model.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const readme = read('README.md');
/** The README and every page of docs/, by their paths in the repository. */
const pageNames = [
	'README.md',
	...readdirSync(docsFolder, {recursive: true, encoding: 'utf8'})
		.filter((name) => name.endsWith('.md'))
		.map((name) => path.posix.join('docs', name.split(path.sep).join('/'))),
];
const pageOf = new Map(pageNames.map((name) => [name, read(name)]));
/** All pages but the session, which is drawn by test/pictures. */
const pages = [...pageOf]
	.filter(([name]) => name !== 'docs/session.md')
	.map(([, text]) => text)
	.join('\n');
const records = flattenCommands(commands);
const generated = await generatedPages();

describe('what the program says of itself', () => {
	test.each(Object.keys(generated))('docs/%s is what npm run docs writes', (name) => {
		expect(read(`docs/${name}`)).toBe(generated[name]);
	});

	test('no page is left of a screen or a command that there is no more', () => {
		const left = pageNames.filter((name) => /^docs\/(screens|commands)\//.test(name) && !(name.slice('docs/'.length) in generated));
		expect(left).toEqual([]);
	});

	test('the check sees a page that is stale', () => {
		const keys = generated['keys.md']!;
		expect(keys).toContain('`models.copy`');
		expect(renewPage('a <!-- keys:begin -->old<!-- keys:end --> b', {keys: 'new'})).toBe(
			'a <!-- keys:begin -->\n\nnew\n\n<!-- keys:end --> b',
		);
	});
});

/** Where a heading is found: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
const anchorOf = (heading: string): string =>
	heading
		.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replaceAll(/\s/g, '-');
const withoutCode = (text: string) => text.replaceAll(/```[\s\S]*?```/g, '');
const anchorsOf = (text: string): readonly string[] =>
	[...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
const linksOf = (text: string): readonly string[] =>
	[
		...withoutCode(text)
			.replaceAll(/`[^`\n]*`(?!\])/g, '')
			.matchAll(/\]\(([^)\s]+)\)/g),
	]
		.map(([, link]) => link!)
		.filter((link) => !/^[a-z]+:/.test(link));
/** A link of a page as the path in the repository and the anchor. */
const resolve = (page: string, link: string) => {
	const [file = '', anchor = ''] = link.split('#');
	return {file: file === '' ? page : path.posix.normalize(path.posix.join(path.posix.dirname(page), file)), anchor};
};

describe('links', () => {
	test.each(pageNames)('every link of %s leads to a file and a heading', (name) => {
		const broken = linksOf(pageOf.get(name)!).filter((link) => {
			const {file, anchor} = resolve(name, link);
			if (!existsSync(path.join(root, file))) return true;
			return anchor !== '' && !anchorsOf(pageOf.get(file) ?? read(file)).includes(anchor);
		});
		expect(broken).toEqual([]);
	});

	test('every page is reached from the README, and every picture stands on a page', () => {
		const reached = new Set<string>();
		const follow = (name: string): void => {
			if (reached.has(name)) return;
			reached.add(name);
			for (const link of linksOf(pageOf.get(name) ?? '')) follow(resolve(name, link).file);
		};
		follow('README.md');
		expect(pageNames.filter((name) => !reached.has(name))).toEqual([]);
		const pictures = readdirSync(path.join(docsFolder, 'pictures')).map((name) => `docs/pictures/${name}`);
		expect(pictures.length).toBeGreaterThan(9);
		expect(pictures.filter((name) => !reached.has(name))).toEqual([]);
	});

	test('every picture says in words what it shows', () => {
		for (const [, text] of pageOf) for (const [, words] of text.matchAll(/!\[([^\]]*)\]/g)) expect(words!.length).toBeGreaterThan(15);
		for (const name of readdirSync(path.join(docsFolder, 'pictures')))
			expect(read(`docs/pictures/${name}`)).toMatch(/role="img"[\s\S]*<title id="t">.+<\/title>\n<desc id="d">.{20,}<\/desc>/);
	});
});

test('the two commands stand in the first screenful', () => {
	const first = readme.split('\n').slice(0, 24).join('\n');
	expect(first).toContain('npm ci && npm start');
	expect(first).toContain('npm cit');
});

const flags = (text: string): readonly string[] => [...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([flag]) => flag);

test('every flag that the pages name is one of the program', () => {
	const known = new Set([
		...flags([...globalOptions, ...records.flatMap(({options}) => options)].map((option) => option.flags).join(' ')),
		'--help',
		'--version',
	]);
	// Lines of other programs, such as claude, jq and npm, have flags of their own.
	const ours = pages
		.split('\n')
		.filter((line) => !/^(?:claude|codex|jq|npm|npx|python3|git|\s*\|)/.test(line))
		.join('\n');
	expect([...new Set(flags(ours))].filter((flag) => !known.has(flag))).toEqual([]);
});

test('every command that the pages name is one of the program, and every command stands there', () => {
	const first = new Set(records.map(({name}) => name.split(' ')[0]));
	const code = (pages.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join('\n').replaceAll('`', '');
	const named = [...code.matchAll(/^stillroom ([a-z]+)/gm)].map(([, name]) => name!);
	expect(named.length).toBeGreaterThan(20);
	expect(named.filter((name) => !first.has(name) && name !== 'needs')).toEqual([]);
	for (const name of first) expect(pages).toMatch(new RegExp(`\`(?:stillroom )?${name}\\b|stillroom ${name}\\b`));
});

test('the exit codes of the pages are those of the program', () => {
	const table = /\| exit code \| meaning \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(read('docs/commands/README.md'))![1]!;
	const codes = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
	expect(codes).toEqual([0, ...Object.values(exitCodes)].sort((a, b) => a - b));
});

test('every setting that the schema takes stands in the pages', () => {
	const settings = read('docs/settings.md');
	for (const key of Object.keys(settingsSchema)) if (key !== '$schema') expect(settings).toContain(`\`${key}`);
});

test('every variable of the environment that the program reads stands in the pages and in the manual', () => {
	const names = new Set([...source.matchAll(/\bSTILLROOM_[A-Z_]+/g)].map(([name]) => name));
	const manual = read('man/stillroom.1');
	for (const name of names) expect([name, read('docs/settings.md').includes(name), manual.includes(name)]).toEqual([name, true, true]);
});

/** The calls of stillroom in a line of a shell, each as words; what a shell would fill in stands as it is. */
function callsOf(line: string): readonly (readonly string[])[] {
	const calls: (readonly string[])[] = [];
	let words: string[] = [];
	let word: string | null = null;
	const endWord = () => {
		if (word !== null) words.push(word);
		word = null;
	};
	const endCall = () => {
		endWord();
		const from = words.indexOf('stillroom');
		if (from >= 0 && words.slice(0, from).every((each) => /^[A-Z_]+=/.test(each))) calls.push(words.slice(from + 1));
		words = [];
	};
	for (let index = 0; index < line.length; index++) {
		const character = line[index]!;
		if (character === "'" || character === '"') {
			const end = line.indexOf(character, index + 1);
			word = (word ?? '') + line.slice(index + 1, end);
			index = end;
		} else if (line.startsWith('$(', index)) {
			const end = line.indexOf(')', index);
			calls.push(...callsOf(line.slice(index + 2, end)));
			word = `${word ?? ''}filled-in`;
			index = end;
		} else if (/[|;&()>\n]/.test(character)) {
			endCall();
			// A redirection is followed by a file.
			if (character === '>') index = line.slice(index).search(/$|\|/) + index - 1;
		} else if (line.startsWith('<(', index)) {
			endCall();
			index++;
		} else if (character === ' ') endWord();
		else word = (word ?? '') + character;
	}
	endCall();
	return calls;
}

describe('the examples of the help', () => {
	test.each(records.map((record) => [record.name, record] as const))(
		'%s has some, and each is a call that it takes',
		async (name, record) => {
			expect(record.examples.length).toBeGreaterThan(0);
			// What stands for a hash has to be one.
			const hash = `sha256:${'0'.repeat(64)}`;
			const calls = record.examples.flatMap(([line]) =>
				callsOf(line.replaceAll('"$(cat head.txt)"', `1:${hash}`).replaceAll('sha256:…', hash)),
			);
			expect(calls.some((call) => call.join(' ').startsWith(name) || call.join(' ').includes(` ${name}`) || name === 'mcp')).toBe(true);
			for (const call of calls) {
				const parsed = await parseArguments(call, commands, {version: '0.0.0', helpWidth: 100});
				expect({call, parsed}).toMatchObject({parsed: {type: expect.stringMatching(/command|dashboard/)}});
			}
		},
	);

	test('the reader of the lines sees a call that is wrong', async () => {
		const [call] = callsOf("stillroom models 'a b' --no-such-flag | jq .");
		expect(call).toEqual(['models', 'a b', '--no-such-flag']);
		expect(await parseArguments(call!, commands, {version: '0.0.0', helpWidth: 100})).toMatchObject({type: 'message', exitCode: 2});
	});
});

const source = readdirSync(path.join(root, 'source'), {recursive: true, encoding: 'utf8'})
	.filter((name) => /\.tsx?$/.test(name))
	.map((name) => read(path.join('source', name)))
	.join('\n');
const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('troubleshooting', () => {
	const messages = [...read('docs/troubleshooting.md').matchAll(/^### `([^`]+)`$/gm)].map(([, message]) => message!);

	test('has the messages that people meet', () => expect(messages.length).toBeGreaterThan(30));

	/** `…` in a message stands for what the source fills in; what it is written with may be two templates beside each other. */
	test.each(messages)('"%s" is still a message of the program', (message) => {
		const parts = message
			.replace(/^stillroom: /, '')
			.split('…')
			.map((part) => part.trim())
			.filter((part) => part.length > 1)
			.map(literal);
		expect(source).toMatch(new RegExp(parts.join('[^\\n]{0,120}?')));
	});
});

/** The rows of the table of docs/verdicts.md by the teacher that they name, as that table has it. */
const teachers: Readonly<Record<string, readonly Collecting[]>> = {
	"OpenAI's models": [{origin: 'openai', model: 'gpt-4.1-2025-04-14'}],
	'Claude, Gemini, Grok': ['anthropic/claude-3-haiku', 'google/gemini-2.5-pro', 'x-ai/grok-4'].map((model) => ({
		model,
		words: {openrouter: [notOnList]},
	})),
	'Llama 2': [{model: 'meta-llama/llama-2-70b-chat', words: {openrouter: [notOnList]}}],
	'Llama 3, Qwen 1, Hunyuan, Mistral Research, EXAONE': ['meta-llama/llama-3-70b-instruct', 'tencent/hunyuan-a13b-instruct'].map(
		(model) => ({
			model,
			words: {openrouter: [notOnList]},
		}),
	),
	'Llama 3.1 to 4, Gemma, Qwen 72B': ['meta-llama/llama-3.3-70b-instruct', 'google/gemma-3-27b-it', 'qwen/qwen-2.5-72b-instruct'].map(
		(model) => ({model}),
	),
	'MIT, Apache 2.0': ['qwen/qwen3-8b', 'deepseek/deepseek-r1'].map((model) => ({model})),
};

describe('the table of the gate', () => {
	const lines = read('docs/verdicts.md').split('\n');
	const from = lines.findIndex((line) => line.startsWith('| outputs of |'));
	const rows = lines.slice(from + 2, lines.indexOf('', from)).map((line) =>
		line
			.split('|')
			.slice(1, -1)
			.map((text) => text.trim()),
	);
	const places: readonly Destination[] = (
		[
			['openai', 'gpt-4.1-mini'],
			['azure', 'gpt-4.1-mini'],
			['together', 'Qwen/Qwen3-8B'],
		] as const
	).map(([tuner, baseModel]) => ({tuner, baseModel, release: 'weights', studentName: null}));

	test('names the teachers that are checked here', () => expect(rows.map(([name]) => name)).toEqual(Object.keys(teachers)));

	test.each(rows)('%s: %s at OpenAI, %s at Azure, %s elsewhere', (name, ...words) => {
		for (const teacher of teachers[name!]!) {
			const {record, completion} = collect(teacher);
			const said = places.map((destination) => {
				const {isPassed, duties} = judgeGate(record, completion, destination, 'route');
				// The table is about licences: Fireworks, which served here, asks for a duty of its own.
				const ofLicence = duties.filter(({sourceUrl}) => !sourceUrl?.startsWith('https://fireworks.ai/'));
				return isPassed ? (ofLicence.length > 0 ? 'pass, with duties' : 'pass') : 'refused';
			});
			// "refused: another party" says why, "only on a Llama 2 base" on what it is not.
			expect([teacher.model, ...said]).toEqual([
				teacher.model,
				...words.map((word) => word!.replace(/:.*|^only on .*/, (rest) => (rest.startsWith(':') ? '' : 'refused'))),
			]);
		}
	});
});

test('the manual is that of the program, and has every command; npm run docs renews it', async () => {
	const page = readFileSync(manFile, 'utf8');
	expect(await manPage()).toBe(page);
	for (const {name} of records) expect(page).toContain(`\n.SS ${name}\n`);
});

const hasGroff = spawnSync('groff', ['--version']).status === 0;

test.skipIf(!hasGroff)('the manual is set without a warning (skipped where groff is not installed)', () => {
	const {status, stdout, stderr} = spawnSync('groff', ['-man', '-Kutf8', '-Tutf8', '-ww', '-rLL=78n', '-P-cbu', manFile], {
		encoding: 'utf8',
	});
	expect({status, stderr}).toEqual({status: 0, stderr: ''});
	expect(stdout).toContain('COMMANDS');
});
