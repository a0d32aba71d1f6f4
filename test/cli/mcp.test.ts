import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {PassThrough} from 'node:stream';
import {Client} from '@modelcontextprotocol/client';
import {StdioClientTransport} from '@modelcontextprotocol/client/stdio';
import {StdioServerTransport} from '@modelcontextprotocol/server/stdio';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {createBudget} from '../../source/cli/mcp/budget.js';
import type {McpOutputs, McpToolName} from '../../source/cli/mcp/results.js';
import {runCli} from '../../source/cli/run-cli.js';
import {createPorts} from '../../source/main.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openLedger} from '../../source/store/ledger/open-ledger.js';
import {findProgram} from '../helpers/built-program.js';
import {answer} from '../helpers/dataset-world.js';
import {startRecordingProxy} from '../helpers/recording-proxy.js';
import {collectStream, makeFolder, runStillroom} from '../helpers/run-stillroom.js';

type Pair = Awaited<ReturnType<typeof openPair>>;

const home = makeFolder();
const inFolder = (name: string) => path.join(home.path, name);
let sandbox: Sandbox;
/** One server for all that does not end it. */
let pair: Pair;
const envOf = (urls: Sandbox['urls']) => ({
	OPENROUTER_BASE_URL: urls.openrouter,
	NANOGPT_BASE_URL: urls.nanogpt,
	OPENAI_BASE_URL: urls.openai,
	OPENROUTER_API_KEY: 'sandbox-key',
	OPENAI_API_KEY: 'sandbox-key',
});

/** The command in this process, with a client of the official SDK at the other end of its streams. */
async function openPair(argv: readonly string[] = [], env: Readonly<Record<string, string>> = envOf(sandbox.urls)) {
	const [stdin, stdout] = [new PassThrough(), new PassThrough()];
	const stderr = collectStream();
	const stop = new AbortController();
	const ended = runCli(['mcp', '--home', home.path, ...argv], {stdin, stdout, stderr, env, signal: stop.signal}, createPorts(env));
	const client = new Client({name: 'test', version: '1.0.0'});
	await client.connect(new StdioServerTransport(stdout, stdin));
	return {
		client,
		stdin,
		stderr,
		stop,
		ended,
		/** The structured content of a call that succeeds. */
		async call<Name extends McpToolName>(name: Name, args: Readonly<Record<string, unknown>> = {}) {
			const {structuredContent, content, isError} = await client.callTool({name, arguments: args});
			expect(isError, JSON.stringify(content)).toBeFalsy();
			return {value: structuredContent as McpOutputs[`mcp.${Name}`], text: (content as readonly {text: string}[])[0]!.text};
		},
		async fail(name: string, args: Readonly<Record<string, unknown>>): Promise<string> {
			const {content, isError, structuredContent} = await client.callTool({name, arguments: args});
			expect([isError, structuredContent]).toEqual([true, undefined]);
			return (content as readonly {text: string}[])[0]!.text;
		},
		async [Symbol.asyncDispose]() {
			stdin.end();
			await ended;
		},
	};
}

beforeAll(async () => {
	sandbox = await startSandbox({settings: ['stored=none', 'jobs=instant']});
	pair = await openPair();
	// From then on the client checks structured content against the schemas of the tools.
	await pair.client.listTools();
});
afterAll(async () => {
	await pair[Symbol.asyncDispose]();
	await sandbox.close();
	home.remove();
});

describe('may it be distilled?', () => {
	test('a yes, a no and an unknown, each with reasons, sources, dates and the disclaimer', async () => {
		const yes = await pair.call('judge_model', {model: 'deepseek/deepseek-v3.2'});
		expect(yes.value).toMatchObject({answer: 'yes', alternatives: [], warnings: []});
		const no = await pair.call('judge_model', {model: 'openai/gpt-4.1'});
		expect(no.value).toMatchObject({answer: 'no', model: {verdict: {status: 'disallowed'}}});
		expect(no.value.alternatives.length).toBeGreaterThan(0);
		const {models} = (await pair.call('find_models', {filter: 'policy:unknown', limit: 1})).value;
		const open = await pair.call('judge_model', {model: models[0]!.id});
		expect(open.value.answer).toBe('unknown');
		expect(open.text).toMatch(/^UNKNOWN \(neither yes nor no\): /);
		for (const {value, text} of [yes, no, open]) {
			expect(value.disclaimer).toContain('not legal advice');
			expect(text).toContain(value.disclaimer);
			expect(value.model.verdict.reasons.length).toBeGreaterThan(0);
			const deciding = value.model.verdict.reasons.filter(({status}) => status === value.model.verdict.status);
			expect(deciding.every(({label, readFrom}) => label !== '' && readFrom !== '')).toBe(true);
			if (value.answer !== 'unknown') expect(deciding[0]).toMatchObject({sourceUrl: expect.any(String), fetchedAt: expect.any(String)});
		}
	});

	test('the gate: the same outputs may be trained on here and not there', async () => {
		const openai = {model: 'gpt-4.1', service: 'openai'};
		const own = await pair.call('judge_use', {...openai, tuner: 'openai', base: 'gpt-4.1-mini-2025-04-14'});
		expect(own.value).toMatchObject({answer: 'yes', routeCount: 1, routes: [{answer: 'yes', refusals: []}]});
		const other = await pair.call('judge_use', {...openai, tuner: 'own', base: 'Qwen/Qwen3-8B'});
		expect(other.value).toMatchObject({answer: 'no', routes: [{answer: 'no'}]});
		expect(other.value.routes[0]!.refusals.map(({sourceUrl}) => sourceUrl)).toContain('https://openai.com/policies/services-agreement/');
		const teacher = await pair.call('judge_use', {
			model: 'deepseek/deepseek-v3.2',
			tuner: 'own',
			base: 'Qwen/Qwen3-8B',
			release: 'weights',
		});
		expect(teacher.value.answer).toBe('yes');
		expect(new Set(teacher.value.routes[0]!.reasons.map(({layer}) => layer))).toEqual(
			new Set(['model', 'route', 'gateway', 'evidence', 'destination']),
		);
		// What the gate would do with a route that nobody has recorded anything about is no yes.
		const {routes} = (await pair.call('list_routes', {model: 'deepseek/deepseek-v3.2', limit: 100})).value;
		const unknown = routes.find(({gateway, verdict}) => gateway === 'openrouter' && verdict.status === 'unknown')!;
		const {value} = await pair.call('judge_use', {
			model: 'deepseek/deepseek-v3.2',
			service: 'openrouter',
			route: unknown.tag,
			tuner: 'own',
			base: 'Qwen/Qwen3-8B',
		});
		expect(value).toMatchObject({answer: 'unknown', routeCount: 1});
	});

	test('a name is a duty that a student may break', async () => {
		const llama = {model: 'meta-llama/llama-3.3-70b-instruct', tuner: 'own', base: 'meta-llama/Llama-3.2-3B', release: 'weights'};
		const stateOf = (routes: McpOutputs['mcp.judge_use']['routes']) => routes[0]!.duties.find(({kind}) => kind === 'naming')?.state;
		const named = (await pair.call('judge_use', {...llama, student: 'Llama-triage'})).value;
		expect([named.routes.some((route) => route.duties.length > 0), stateOf(named.routes)]).toEqual([true, 'met']);
		const unnamed = (await pair.call('judge_use', {...llama, student: 'triage'})).value;
		expect([unnamed.answer, stateOf(unnamed.routes)]).toEqual(['no', 'violated']);
	});

	test('a pin, or why there is none', async () => {
		const {pin, why} = (await pair.call('route_pin', {model: 'deepseek/deepseek-v3.2', gateway: 'openrouter'})).value;
		expect([pin?.provider, why]).toEqual([
			{only: expect.arrayContaining(['deepseek']), allow_fallbacks: false, enforce_distillable_text: true},
			null,
		]);
		expect((await pair.call('route_pin', {model: 'openai/gpt-4.1'})).value).toMatchObject({
			pin: null,
			why: expect.stringContaining('list'),
		});
	});
});

describe('mistakes are told as errors of the tool', () => {
	test('an id that there is not, an argument that there is not, a filter, a cursor, a route, a folder', async () => {
		expect(await pair.fail('judge_model', {model: 'deepseek/deepseek-v3.22'})).toMatch(
			/no model "deepseek\/deepseek-v3\.22"[\s\S]*Did you mean deepseek\/deepseek-v3\.2/,
		);
		expect(await pair.fail('judge_model', {modle: 'x'})).toMatch(/model[\s\S]*modle/);
		expect(await pair.fail('find_models', {filter: 'polici:yes'})).toMatch(/polici[\s\S]*Keys: policy/);
		expect(await pair.fail('find_models', {cursor: 'x'})).toContain('no cursor');
		expect(await pair.fail('find_models', {limit: 1000})).toContain('limit');
		expect(await pair.fail('judge_use', {model: 'deepseek/deepseek-v3.2', route: 'nobody', tuner: 'own', base: 'x'})).toContain(
			'There are: ',
		);
		expect(await pair.fail('show_completion', {id: 'none'})).toContain('has no completion "none"');
		expect(await pair.fail('verify_pack', {folder: inFolder('nowhere')})).toContain('nowhere');
		expect(await pair.fail('check_file', {file: inFolder('nowhere.jsonl')})).toContain('nowhere.jsonl');
		expect(await pair.fail('delete_everything', {}).catch((error: Error) => error.message)).toContain('delete_everything');
		// And it still answers.
		expect((await pair.call('find_models', {limit: 1})).value.models).toHaveLength(1);
	});

	test('without network: a tool error that says what to do, and nothing on stdout but the protocol', async () => {
		const nowhere = makeFolder();
		await using other = await openPair(['--home', nowhere.path, '--offline']);
		expect(await other.fail('judge_model', {model: 'deepseek/deepseek-v3.2'})).toContain('Nothing was saved yet');
		nowhere.remove();
	});

	test('what was saved answers offline', async () => {
		await using other = await openPair(['--offline'], {
			OPENROUTER_BASE_URL: sandbox.urls.openrouter,
			NANOGPT_BASE_URL: sandbox.urls.nanogpt,
		});
		expect((await other.call('judge_model', {model: 'deepseek/deepseek-v3.2'})).value.answer).toBe('yes');
	});
});

describe('the rest of what stillroom knows', () => {
	test('lists come in parts that fit together', async () => {
		const filter = {filter: 'qwen policy:yes', sort: 'out'};
		const whole = (await pair.call('find_models', {...filter, limit: 100})).value;
		const ids: string[] = [];
		let cursor: string | null = null;
		do {
			const part: McpOutputs['mcp.find_models'] = (await pair.call('find_models', {...filter, limit: 7, ...(cursor ? {cursor} : {})}))
				.value;
			ids.push(...part.models.map(({id}) => id));
			cursor = part.next;
		} while (cursor !== null);
		expect(whole.total).toBeGreaterThan(7);
		expect(ids).toEqual(whole.models.map(({id}) => id));
	});

	test('completions, data sets, packs, jobs, evaluations, drift', {timeout: 60_000}, async () => {
		const run = (...argv: readonly string[]) => runStillroom(['--home', home.path, ...argv], {env: envOf(sandbox.urls)});
		const ledger = await openLedger(inFolder('data'));
		for (let index = 0; index < 24; index++) {
			const word = (index * 7919 + 104_729).toString(36);
			await answer(ledger, {
				prompt: `Where does ${word} of ${word.repeat(2)} stand?`,
				text: `In the ${word} of house ${index}. ${'x'.repeat(300)}`,
			});
		}
		await ledger.close();
		const destination = ['--for', 'openai', '--base', 'gpt-4.1-mini-2025-04-14', '--release', 'internal'];
		expect(await run('dataset', 'create', 'triage', ...destination)).toMatchObject({code: 0});
		expect(await run('dataset', 'pack', 'triage', '--out', inFolder('pack'))).toMatchObject({code: 0});
		expect(await run('jobs', 'create', 'triage', '--yes')).toMatchObject({code: 0});
		writeFileSync(inFolder('questions.jsonl'), '{"prompt":"What is 2+2?","reference":"4"}\n{"prompt":"What is 3+3?","reference":"6"}\n');
		const candidates = ['--candidate', 'teacher=openrouter:deepseek/deepseek-v3.2', '--candidate', 'base=openrouter:qwen/qwen3-8b'];
		const evaluated = await run('evals', 'run', '--set', inFolder('questions.jsonl'), ...candidates, '--grader', 'exact', '--name', 'sums');
		expect([0, 6]).toContain(evaluated.code);

		const found = (await pair.call('find_completions', {filter: 'house', limit: 5})).value;
		expect([found.total, found.completions.length, found.next]).toEqual([24, 5, 'from-5']);
		const shown = (await pair.call('show_completion', {id: found.completions[0]!.id, maxCharacters: 100})).value;
		expect([shown.isCut, shown.text?.length, shown.record.policy.decision]).toEqual([true, 101, 'YES']);
		expect((await pair.call('list_datasets', {filter: 'triage'})).value).toMatchObject({
			total: 1,
			datasets: [{name: 'triage', version: 1}],
		});
		expect((await pair.call('show_dataset', {dataset: 'triage@1'})).value.dataset.destination.tuner).toBe('openai');
		const provenance = {provenance: path.join(inFolder('pack'), 'provenance.jsonl'), tuner: 'openai', base: destination[3]};
		const {report} = (await pair.call('check_file', {file: path.join(inFolder('pack'), 'train.jsonl'), ...provenance})).value;
		expect([report.isAccepted, report.gate?.refused]).toEqual([true, 0]);
		expect((await pair.call('verify_pack', {folder: inFolder('pack')})).value.report).toMatchObject({isIntact: true, isAllowed: true});
		const jobs = await pair.call('list_jobs');
		expect(jobs.value).toMatchObject({total: 1, jobs: [{job: {baseModel: 'gpt-4.1-mini-2025-04-14'}, link: {dataset: 'triage'}}]});
		expect((await pair.call('list_evaluations')).value).toMatchObject({total: 1, evaluations: [{name: 'sums'}]});
		const evaluation = await pair.call('show_evaluation', {id: 'sums'});
		expect(evaluation.value.evaluation.result?.candidates.map(({label}) => label)).toEqual(['teacher', 'base']);
		expect((await pair.call('find_drift', {dataset: 'triage'})).value.report.rows).toBe(24);
		// Every tool was asked somewhere here, and each says that it only reads.
		const {tools} = await pair.client.listTools();
		expect(tools.map(({annotations}) => [annotations?.readOnlyHint, annotations?.destructiveHint])).toEqual(tools.map(() => [true, false]));
		for (const {title, description, outputSchema} of tools) expect([title, description, outputSchema].every(Boolean)).toBe(true);
		expect(JSON.stringify(tools)).not.toMatch(/sandbox-key/);
	});

	test('how verdicts are made and the filter language are resources; two prompts ask for them', async () => {
		const {resources} = await pair.client.listResources();
		expect(resources.map(({uri}) => uri)).toEqual(['stillroom://verdicts', 'stillroom://filter-language']);
		const [page] = (await pair.client.readResource({uri: 'stillroom://verdicts'})).contents as readonly {text: string}[];
		expect(page!.text).toContain('# The gate');
		const {messages} = await pair.client.getPrompt({name: 'may_i_distil', arguments: {model: 'qwen/qwen3-8b', base: 'x', tuner: 'own'}});
		expect(JSON.stringify(messages)).toMatch(/qwen\/qwen3-8b[\s\S]*judge_use/);
	});
});

describe('prompts', () => {
	test('are sent by nobody who was not allowed to spend', async () => {
		expect((await pair.client.listTools()).tools.map(({name}) => name)).not.toContain('ask');
		expect(await pair.fail('ask', {model: 'qwen/qwen3-8b', prompt: 'Hello'}).catch((error: Error) => error.message)).toContain('ask');
	});

	test('are held to allowed routes and to what may be spent, and kept in the ledger', async () => {
		await using spender = await openPair(['--allow-spend', '0.002']);
		const tool = (await spender.client.listTools()).tools.find(({name}) => name === 'ask');
		expect(tool?.annotations).toMatchObject({readOnlyHint: false, idempotentHint: false});
		const prompt = {model: 'deepseek/deepseek-v3.2', prompt: 'Name three stills.', maxTokens: 60};
		const {value, text} = await spender.call('ask', {...prompt, task: 'stills'});
		expect(value.answer).toMatchObject({outcome: 'finished', enforcement: {level: 'route'}, costUsd: value.spentUsd});
		expect(value.spentUsd + value.leftUsd).toBeCloseTo(0.002, 10);
		expect(text).toContain(value.answer.text);
		const kept = (await pair.call('find_completions', {filter: 'tag:mcp task:stills'})).value;
		expect(kept.completions).toMatchObject([{id: value.answer.ledgerId, model: 'deepseek/deepseek-v3.2', status: 'finished'}]);
		// Nothing of these leaves.
		expect(await spender.fail('ask', {...prompt, model: 'openai/gpt-4.1'})).toMatch(/May be distilled instead: /);
		expect(await spender.fail('ask', {...prompt, maxCostUsd: 0.000_001})).toContain('nothing was sent');
		expect(await spender.fail('ask', {...prompt, maxTokens: 32_000})).toMatch(/are left; nothing was sent[\s\S]*--allow-spend/);
		expect((await pair.call('find_completions', {filter: 'tag:mcp'})).value.total).toBe(1);
	});

	test('are counted with the most that they can cost while they are under way, and once', () => {
		const budget = createBudget(1);
		const first = budget.reserve(0.6)!;
		expect([budget.left(), budget.reserve(0.5)]).toEqual([0.4, null]);
		first.settle(0.1);
		first.settle(0.1);
		const second = budget.reserve(0.9)!;
		second.settle(null);
		expect([budget.spent(), budget.left()]).toEqual([1, 0]);
	});
});

test('calls at the same time read the catalogues once', async () => {
	const fresh = makeFolder();
	const proxy = await startRecordingProxy(new URL(sandbox.urls.openrouter).origin);
	const through = (url: string) => `${proxy.origin}${new URL(url).pathname}`;
	const urls = {OPENROUTER_BASE_URL: through(sandbox.urls.openrouter), NANOGPT_BASE_URL: through(sandbox.urls.nanogpt)};
	{
		await using other = await openPair(['--home', fresh.path], urls);
		const models = ['deepseek/deepseek-v3.2', 'openai/gpt-4.1', 'qwen/qwen3-8b', 'z-ai/glm-4.7'];
		const answers = await Promise.all(models.map((model) => other.call('judge_model', {model})));
		expect(answers.map(({value}) => value.model.id)).toEqual(models);
	}
	const asked = proxy.seen.map(({path: place}) => place);
	expect(asked.length).toBeGreaterThan(1);
	expect(asked.length).toBe(new Set(asked).size);
	await proxy.close();
	fresh.remove();
});

describe('it ends', () => {
	test('a call that is cancelled ends its request, and the server goes on', async () => {
		const asked = Promise.withResolvers<void>();
		const left = Promise.withResolvers<void>();
		const silent = createServer((request) => {
			request.socket.once('close', () => left.resolve());
			asked.resolve();
		});
		await once(silent.listen(0, '127.0.0.1'), 'listening');
		const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
		await using waiting = await openPair([], {OPENROUTER_BASE_URL: url, NANOGPT_BASE_URL: url});
		const cancel = new AbortController();
		const call = waiting.client.callTool({name: 'judge_model', arguments: {model: 'a/b'}}, {signal: cancel.signal});
		await asked.promise;
		cancel.abort();
		await expect(call).rejects.toThrow();
		await left.promise;
		expect(await waiting.client.ping()).toEqual({});
		silent.closeAllConnections();
		silent.close();
	});

	test('with exit code 0 when stdin is closed, and when it is asked to', async () => {
		const first = await openPair();
		first.stdin.end();
		expect(await first.ended).toBe(0);
		const second = await openPair();
		second.stop.abort();
		expect([await second.ended, second.stderr.text]).toEqual([0, '']);
	});

	test('the built program over real pipes: tools, a verdict, quiet on stderr, gone when the client closes', async () => {
		const transport = new StdioClientTransport({
			command: process.execPath,
			args: [findProgram(), 'mcp', '--sandbox', '--home', home.path],
			env: {PATH: process.env.PATH ?? ''},
			stderr: 'pipe',
		});
		let stderr = '';
		transport.stderr?.on('data', (chunk: Buffer) => {
			stderr += chunk.toString();
		});
		const client = new Client({name: 'test', version: '1.0.0'});
		await client.connect(transport);
		expect((await client.listTools()).tools.map(({name}) => name)).toContain('judge_use');
		const {structuredContent} = await client.callTool({name: 'judge_model', arguments: {model: 'openai/gpt-4.1'}});
		expect(structuredContent).toMatchObject({answer: 'no'});
		const pid = transport.pid!;
		await client.close();
		expect(() => process.kill(pid, 0)).toThrow();
		expect(stderr).toBe('');
	});
});
