// Bulk answers against a bare loop of fetch on the same sandbox with the same number of requests under way, and what a streamed token
// costs on its way through runPrompt against a reader that only takes the bytes.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {build} from 'rolldown';

const root = new URL('..', import.meta.url).pathname;
const program = join(root, 'dist/stillroom.js');
const model = 'deepseek/deepseek-v3.2';
const rowCount = 5000;
const concurrency = 64;
const streams = 15;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** The sandbox in a process of its own, as a service is. */
async function startSandbox() {
	const child = spawn(process.execPath, [program, 'sandbox'], {stdio: ['ignore', 'pipe', 'inherit']});
	const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
	return {
		urls: JSON.parse(line),
		async stop() {
			child.kill();
			await once(child, 'close');
		},
	};
}

const toEnv = (urls, home) => ({
	PATH: process.env.PATH,
	STILLROOM_HOME: home,
	OPENROUTER_BASE_URL: urls.openrouter,
	NANOGPT_BASE_URL: urls.nanogpt,
	OPENAI_BASE_URL: urls.openai,
	OPENROUTER_API_KEY: 'bench-key',
});

const toPrompt = (index) => `Name ${index} stills.`;

/** Milliseconds a row, as the job itself counts them: after the catalogues were read. */
async function timeGenerate(urls, folder, run) {
	const home = join(folder, `home-${run}`);
	mkdirSync(home);
	const prompts = join(folder, 'prompts.jsonl');
	writeFileSync(prompts, Array.from({length: rowCount}, (_, index) => `${JSON.stringify({prompt: toPrompt(index)})}\n`).join(''));
	const argv = ['generate', prompts, '--model', model, '--concurrency', String(concurrency), '--max-tokens', '64', '--json', '--quiet'];
	const child = spawn(process.execPath, [program, ...argv], {env: toEnv(urls, home), stdio: ['ignore', 'pipe', 'inherit']});
	let out = '';
	child.stdout.setEncoding('utf8').on('data', (data) => {
		out += data;
	});
	await once(child, 'close');
	const {done, seconds} = JSON.parse(out);
	if (done !== rowCount) throw new Error(`generate answered ${done} of ${rowCount} rows`);
	return (seconds * 1000) / rowCount;
}

/** The same requests by workers that send, read the JSON and keep nothing; in a process of its own as well. */
async function timeFetch(urls, folder, body) {
	const file = join(folder, 'fetch.mjs');
	writeFileSync(
		file,
		`const [url, body] = [${JSON.stringify(`${urls.openrouter}/chat/completions`)}, ${JSON.stringify(body)}];
let next = 0;
const from = performance.now();
await Promise.all(Array.from({length: ${concurrency}}, async () => {
	for (let index = next++; index < ${rowCount}; index = next++) {
		const content = 'Name ' + index + ' stills.';
		const answer = await fetch(url, {
			method: 'POST',
			headers: {'content-type': 'application/json', authorization: 'Bearer bench-key'},
			body: JSON.stringify({...body, messages: [{role: 'user', content}]}),
		});
		if (!answer.ok) throw new Error('HTTP ' + answer.status);
		await answer.json();
	}
}));
console.log((performance.now() - from) / ${rowCount});`,
	);
	const child = spawn(process.execPath, [file], {stdio: ['ignore', 'pipe', 'inherit']});
	const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
	return Number(line);
}

/** The services bundled alone, as the program bundles them, with a context on the sandbox. */
async function openServices(urls, folder) {
	const entry = join(folder, 'entry.ts');
	const source = join(root, 'source');
	writeFileSync(
		entry,
		`export {openContext} from '${source}/create-context.ts';
export {runPrompt} from '${source}/services/run-prompt.ts';
export {planPrompt} from '${source}/services/plan-prompt.ts';
export {refreshCatalogue} from '${source}/services/catalogue.ts';
`,
	);
	const file = join(folder, 'services.mjs');
	await build({
		input: entry,
		platform: 'node',
		logLevel: 'silent',
		resolve: {modules: [join(root, 'node_modules')]},
		output: {file, format: 'esm', codeSplitting: false},
	});
	const services = await import(pathToFileURL(file).href);
	const env = toEnv(urls, join(folder, 'services-home'));
	const {context, close} = await services.openContext({}, {env, version: 'bench', startSandbox: null});
	let models = [];
	for await (const event of services.refreshCatalogue(context, new AbortController().signal))
		if (event.type === 'catalogue') models = event.catalogue.models;
	return {...services, context, models, close};
}

const toRequest = (content, maxTokens, isStreamed) => ({
	gateway: 'openrouter',
	modelId: model,
	messages: [{role: 'user', content}],
	parameters: {maxTokens},
	enforcement: 'auto',
	only: null,
	override: null,
	task: null,
	dataset: null,
	tags: {},
	store: false,
	idempotencyKey: null,
	isStreamed,
});

const signal = new AbortController().signal;

/** Microseconds a token, through runPrompt and as bytes alone. */
async function timeStreams({runPrompt, context, models}, urls, body) {
	const ours = [];
	const bare = [];
	for (let run = 0; run < streams; run++) {
		let tokens = 0;
		let from = performance.now();
		for await (const event of runPrompt(context, models, toRequest(body.messages[0].content, body.max_tokens, true), signal))
			if (event.type === 'finished') tokens = event.answer.usage.completionTokens;
		ours.push(((performance.now() - from) * 1000) / tokens);
		from = performance.now();
		const answer = await fetch(`${urls.openrouter}/chat/completions`, {
			method: 'POST',
			headers: {'content-type': 'application/json', authorization: 'Bearer bench-key'},
			body: JSON.stringify(body),
		});
		const reader = answer.body.getReader();
		while (!(await reader.read()).done);
		bare.push(((performance.now() - from) * 1000) / tokens);
	}
	return {ours: median(ours), bare: median(bare)};
}

export async function benchGenerate() {
	const folder = mkdtempSync(join(tmpdir(), 'stillroom-generate-'));
	const sandbox = await startSandbox();
	const services = await openServices(sandbox.urls, folder);
	try {
		const {planPrompt, context, models} = services;
		const bulk = await planPrompt(context, models, toRequest('x', 64, false), signal);
		const [ours, bare] = [[], []];
		for (let run = 0; run < 3; run++) {
			ours.push(await timeGenerate(sandbox.urls, folder, run));
			bare.push(await timeFetch(sandbox.urls, folder, bulk.body));
		}
		const long = await planPrompt(context, models, toRequest('[[sandbox:long 40000]]', 16_000, true), signal);
		const token = await timeStreams(services, sandbox.urls, long.body);
		return [
			{
				name: `generate, ${rowCount} rows at ${concurrency}, ms a row`,
				ours: median(ours),
				limit: median(bare),
				against: 'fetch loop that keeps nothing',
				aim: 2,
			},
			{name: 'streamed answer, µs a token', ours: token.ours, limit: token.bare, against: 'fetch reader of the bytes', aim: 2},
		];
	} finally {
		await services.close();
		await sandbox.stop();
		rmSync(folder, {recursive: true, force: true});
	}
}
