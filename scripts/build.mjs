// Bundles source/bin.ts into dist/: one small entry, and chunks that load only when a screen or a command needs them.
//   node scripts/build.mjs                 builds
//   node scripts/build.mjs --if-changed    builds where something is newer than dist/
//   node scripts/build.mjs --clean         builds, and removes what earlier builds left
import {globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync} from 'node:fs';
import {dirname, join} from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const entry = 'stillroom.js';
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** ink-table 3 is CommonJS and requires ink, which is ESM with top-level await: its require becomes an import of the one ink instance. */
const inkTableAsEsm = {
	name: 'ink-table-as-esm',
	transform(code, id) {
		if (!/ink-table[\\/]dist[\\/]index\.js$/.test(id)) return;
		const body = code
			.replace('const react_1 = __importDefault(require("react"));', 'const react_1 = {default: react$};')
			.replace('const ink_1 = require("ink");', 'const ink_1 = {Box: box$, Text: text$};')
			.replace('const object_hash_1 = require("object-hash");', 'const object_hash_1 = hash$;');
		if (/require\(/.test(body)) throw new Error('ink-table changed its requires: adapt scripts/build.mjs');
		return `import react$ from 'react'; import {Box as box$, Text as text$} from 'ink'; import hash$ from 'object-hash';
const cjs$ = {};
(function (exports) {${body}
})(cjs$);
export default cjs$.default;
export const {Header, Cell, Skeleton} = cjs$;
`;
	},
};

/** The ink-table adapter of source/ui is only for unbundled runs; the bundle imports the transformed package instead. */
const bundledInkTable = {
	name: 'bundled-ink-table',
	load(id) {
		if (/source[\\/]ui[\\/]components[\\/]ink-table\.ts$/.test(id))
			return `export {default as Table} from 'ink-table'; export {Header, Cell, Skeleton} from 'ink-table';`;
	},
};

const noDevtools = {
	name: 'no-react-devtools',
	resolveId: (id) => (id === 'react-devtools-core' ? '\0devtools' : undefined),
	load: (id) => (id === '\0devtools' ? 'export default {connectToDevTools() {}, initialize() {}};' : undefined),
};

/**
 * Every copy of string-width makes an Intl.Segmenter and regular expressions over all emoji when it is loaded, which takes 10 to 60 ms for
 * Unicode tables that text in ASCII never asks for. In the bundle they are made on first use.
 */
const lazyUnicode = {
	name: 'lazy-unicode',
	transform(code, id) {
		let lazy = code.replaceAll(
			/^const (\w+) = new Intl\.Segmenter\((.*)\);$/gm,
			'const $1 = {segment(text) { return (this.real ??= new Intl.Segmenter($2)).segment(text); }};',
		);
		if (/string-width[\\/]index\.js$/.test(id)) {
			lazy = lazy
				.replaceAll(/= \/(.*\\p\{.*)\/([a-z]+);$/gm, (_, source, flags) => `= new RegExp(${JSON.stringify(source)}, '${flags}');`)
				.replaceAll(/^const (\w+) = (new RegExp\(.*\));$/gm, 'const $1 = lazyRegExp$$(() => $2);');
			lazy += `
function lazyRegExp$(make) {
	let real;
	const get = () => (real ??= make());
	return {
		test: (text) => get().test(text),
		exec: (text) => get().exec(text),
		get flags() { return get().flags; },
		[Symbol.match]: (text) => get()[Symbol.match](text),
		[Symbol.matchAll]: (text) => get()[Symbol.matchAll](text),
		[Symbol.replace]: (text, value) => get()[Symbol.replace](text, value),
		[Symbol.search]: (text) => get()[Symbol.search](text),
	};
}`;
		}
		if (lazy !== code) return lazy;
	},
};

/** Time of the last change to anything that the bundle is made of; a folder counts, because it changes when a file in it goes. */
function changedAt() {
	const parts = ['package.json', 'package-lock.json', 'scripts/build.mjs', 'source', ...globSync('source/**/*', {cwd: root})];
	return Math.max(...parts.map((part) => statSync(join(root, part)).mtimeMs));
}

function isBuilt() {
	try {
		return statSync(join(dist, entry)).mtimeMs >= changedAt();
	} catch {
		return false;
	}
}

async function bundle(folder) {
	const {build} = await import('rolldown');
	await build({
		input: {stillroom: join(root, 'source/bin.ts'), 'token-worker': join(root, 'source/services/tokens/token-worker.ts')},
		platform: 'node',
		logLevel: 'warn',
		// A package with a native part stays where npm puts it.
		external: [/^node:/, /^@napi-rs\//],
		// Its other copy asks for its parts in a way that no bundler sees.
		resolve: {alias: {'jsonc-parser': join(root, 'node_modules/jsonc-parser/lib/esm/main.js')}},
		plugins: [bundledInkTable, inkTableAsEsm, noDevtools, lazyUnicode],
		transform: {define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', __VERSION__: JSON.stringify(version)}},
		output: {
			dir: folder,
			format: 'esm',
			entryFileNames: '[name].js',
			chunkFileNames: 'chunk-[name]-[hash].js',
			minify: true,
			// What most parts need is one file: opening each of its many costs the start more than reading the whole.
			codeSplitting: {groups: [{name: 'base', test: /source[\\/](domain|view)[\\/]/, minShareCount: 6}]},
		},
	});
}

/** Programs that run may still load a chunk of the build before this one. */
const keptMilliseconds = 3_600_000;

/**
 * Builds beside dist/ and then moves file by file, the entry last: whoever starts or runs the program meanwhile finds a whole build, the
 * old or the new one.
 */
export async function buildProgram({isClean = false} = {}) {
	const startedAt = new Date();
	const cache = join(root, 'node_modules/.cache');
	for (const needed of [dist, cache]) mkdirSync(needed, {recursive: true});
	const folder = mkdtempSync(join(cache, 'stillroom-'));
	try {
		await bundle(folder);
		const files = readdirSync(folder);
		for (const file of files.sort((a, b) => Number(a === entry) - Number(b === entry))) {
			// What changes while this runs is newer than what was built.
			utimesSync(join(folder, file), startedAt, startedAt);
			renameSync(join(folder, file), join(dist, file));
		}
		const old = readdirSync(dist).filter((file) => !files.includes(file));
		for (const file of old)
			if (isClean || Date.now() - statSync(join(dist, file)).mtimeMs > keptMilliseconds) rmSync(join(dist, file), {force: true});
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Builds unless dist/ is as new as what it is made of. */
export async function buildIfChanged() {
	if (!isBuilt()) await buildProgram();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	if (process.argv.includes('--if-changed')) await buildIfChanged();
	else await buildProgram({isClean: process.argv.includes('--clean')});
}
