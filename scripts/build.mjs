// Bundles source/bin.ts into dist/: one small entry, and chunks that load only when a screen or a command needs them.
import {readFileSync, rmSync} from 'node:fs';
import {build} from 'rolldown';

const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const root = new URL('..', import.meta.url).pathname;
rmSync(`${root}dist`, {recursive: true, force: true});

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

await build({
	input: {stillroom: `${root}source/bin.ts`},
	platform: 'node',
	logLevel: 'warn',
	external: [/^node:/],
	plugins: [bundledInkTable, inkTableAsEsm, noDevtools, lazyUnicode],
	transform: {define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', __VERSION__: JSON.stringify(version)}},
	output: {
		dir: `${root}dist`,
		format: 'esm',
		entryFileNames: '[name].js',
		chunkFileNames: 'chunk-[name]-[hash].js',
		minify: true,
	},
});
