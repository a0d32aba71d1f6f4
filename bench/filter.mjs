// The filter over 100,000 models: every key of a typed text, and one-shot against `fzf --filter` on the same lines.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build} from 'rolldown';
import {inventModels} from './catalogue.mjs';

const count = 100_000;
const queries = ['qwen coder', 'dpsk', 'mistral instruct 12', 'chat'];
const typed = ['qwen coder 1b', 'dpsk chat', 'policy:yes ctx>=128k in<0.3 nano'];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const repeat = (times, measure) => median(Array.from({length: times}, measure));

function time(act) {
	const from = performance.now();
	act();
	return performance.now() - from;
}

/** The rules bundled alone, as the program bundles them. */
async function loadRules(folder) {
	const entry = join(folder, 'entry.ts');
	const source = new URL('../source/', import.meta.url).pathname;
	writeFileSync(
		entry,
		`export * from '${source}domain/filter-models.ts';\nexport * from '${source}domain/sort-models.ts';\nexport * from '${source}policy/join-models.ts';\n`,
	);
	const file = join(folder, 'rules.mjs');
	await build({input: entry, platform: 'node', logLevel: 'silent', output: {file, format: 'esm'}});
	return import(file);
}

function toListing(model, index) {
	const reason = index % 10 < 5 ? listed : notListed;
	return {
		gateway: 'openrouter',
		id: model.id,
		name: model.name,
		author: model.id.slice(0, model.id.indexOf('/')),
		createdAt: new Date(model.created * 1000).toISOString(),
		contextLength: model.context_length,
		maxOutputTokens: 4096,
		inputPrice: Number(model.pricing.prompt) * 1e6,
		outputPrice: Number(model.pricing.completion) * 1e6,
		inputModalities: ['text'],
		outputModalities: ['text'],
		parameters: model.supported_parameters,
		expiresAt: null,
		aliasOf: null,
		reasons: [reason],
	};
}

const listed = {
	layer: 'openrouter-list',
	status: 'allowed',
	basis: 'distillable=true',
	label: '',
	sourceUrl: null,
	note: null,
	readFrom: 'x',
	fetchedAt: null,
};
const notListed = {...listed, status: 'unknown', basis: 'not-recorded'};

/** Milliseconds of fzf on the file, without what it takes on an empty one; null where fzf is not installed. */
function timeFzf(query, lines, empty) {
	const run = (file) => {
		const input = readFileSync(file);
		return repeat(5, () => time(() => spawnSync('fzf', ['--filter', query], {input, maxBuffer: 1 << 28})));
	};
	return spawnSync('fzf', ['--version']).error ? null : Math.max(run(lines) - run(empty), 0.1);
}

export async function benchFilter() {
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-filter-'));
	try {
		const {parseFilter, filterModels, joinCatalogues, sortModels} = await loadRules(folder);
		const listings = inventModels(count).map(toListing);
		const reads = {openrouter: {gateway: 'openrouter', fetchedAt: '', listings, dropped: [], policyProblem: null}, nanogpt: null};
		const models = joinCatalogues(reads);
		const [lines, empty] = ['lines', 'empty'].map((name) => join(folder, name));
		writeFileSync(lines, models.map(({id, name}) => `${id}\t${name}\n`).join(''));
		writeFileSync(empty, 'x\n');
		const rows = [
			{
				name: 'join and judge 100,000 models, ms',
				ours: repeat(5, () => time(() => joinCatalogues(reads))),
				limit: 600,
				against: 'budget',
				aim: 1,
			},
		];
		rows.push({
			name: 'sort 100,000 models by price, ms',
			ours: repeat(5, () => time(() => sortModels(models, {by: 'in', descending: false}))),
			limit: null,
			against: '-',
			aim: null,
		});
		for (const text of typed) {
			const keys = Array.from(text, (_, index) => text.slice(0, index + 1));
			filterModels(models, parseFilter('x').filter);
			const times = keys.map((part) => time(() => filterModels(models, parseFilter(part).filter)));
			rows.push({name: `filter per key, median of "${text}", ms`, ours: median(times), limit: 15, against: 'budget', aim: 1});
		}
		rows.push({
			name: 'first word after the rows were sorted anew, ms',
			ours: repeat(5, () => time(() => filterModels([...models], parseFilter('chat').filter))),
			limit: null,
			against: '-',
			aim: null,
		});
		for (const query of queries) {
			const ours = repeat(5, () => {
				const fresh = [...models];
				return time(() => filterModels(fresh, parseFilter(query).filter));
			});
			rows.push({
				name: `one-shot filter "${query}" with preparation, ms`,
				ours,
				limit: timeFzf(query, lines, empty),
				against: 'fzf --filter',
				aim: 1,
			});
		}
		return rows;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
