import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {makeSchemas, renewSchemaPage, schemaFolder, schemaPage, schemaTables} from '../../scripts/json-schemas.mjs';
import {flattenCommands} from '../../source/cli/command.js';
import {commands} from '../../source/cli/commands/index.js';
import {type Sandbox, startSandbox} from '../../source/sandbox/start-sandbox.js';
import {openLedger} from '../../source/store/ledger/open-ledger.js';
import {answer} from '../helpers/dataset-world.js';
import {makeFolder, runStillroom} from '../helpers/run-stillroom.js';

const records = flattenCommands(commands);
const files = new Map(readdirSync(schemaFolder).map((name) => [name, readFileSync(path.join(schemaFolder, name), 'utf8')]));

test('the schemas are those of the types; npm run schemas renews them', {timeout: 60_000}, async () => {
	const made: ReadonlyMap<string, string> = await makeSchemas();
	const stale = [...new Set([...made.keys(), ...files.keys()])].filter((name) => made.get(name) !== files.get(name));
	expect(stale).toEqual([]);
	const page = readFileSync(schemaPage, 'utf8');
	const tables = await schemaTables(made);
	expect(renewSchemaPage(page, tables)).toBe(page);
	expect(renewSchemaPage(page.replace('| `stillroom models --json` |', '| `stillroom other` |'), tables)).toBe(page);
});

test('every command that takes --json or --ndjson names a schema for it', () => {
	const lacks = records.flatMap(({name, options, outputs = []}) =>
		['--json', '--ndjson']
			.filter((flag) => options.some(({flags}) => flags === flag) && !outputs.some(({flags}) => flags.split(' ').includes(flag)))
			.map((flag) => `${name} ${flag}`),
	);
	expect(lacks).toEqual([]);
	const used = new Set<string>(records.flatMap(({outputs = []}) => outputs.map(({schema}) => `${schema}.json`)));
	expect([...files.keys()].filter((name) => !used.has(name) && !name.startsWith('mcp.'))).toEqual([]);
	for (const {name, outputs} of records) if (files.has(`${name}.json`)) expect(outputs?.[0]?.schema).toBe(name);
});

test('every field says what it means, in numbers with their unit, and every object of ours names every field', () => {
	const silent: string[] = [];
	const units = /USD|seconds|Seconds|ISO 8601|Bytes|bytes|Milliseconds|milliseconds|day|Byte/;
	const walk = (value: unknown, file: string, definitions: Readonly<Record<string, {readonly description?: string}>>): void => {
		if (typeof value !== 'object' || value === null) return;
		const {properties, type} = value as {properties?: Record<string, {description?: string; $ref?: string}>; type?: string};
		if (properties && type === 'object') {
			if (!('additionalProperties' in value)) silent.push(`${file}: open object`);
			for (const [name, {description, $ref = ''}] of Object.entries(properties)) {
				const words = description ?? definitions[$ref.slice('#/$defs/'.length)]?.description;
				const hasUnit = /(?:Usd|[sS]econds|[bB]ytes|At|^at)$/.test(name);
				if (!words || (hasUnit && $ref === '' && !units.test(words))) silent.push(`${file}: ${name}: ${words ?? ''}`);
			}
		}
		for (const part of Object.values(value)) walk(part, file, definitions);
	};
	for (const [file, text] of files) {
		const schema = JSON.parse(text) as {description?: string; $defs?: Record<string, {description?: string}>};
		if (!schema.description) silent.push(`${file}: a comment in source/cli/outputs.ts is missing`);
		walk(schema, file, schema.$defs ?? {});
	}
	expect(silent).toEqual([]);
});

describe('the schema command', () => {
	test('prints the schema of a command, or of a shape by its name', async () => {
		const {code, stdout, stderr} = await runStillroom(['schema', 'jobs', 'list']);
		expect([code, stdout, stderr]).toEqual([0, files.get('jobs.json'), expect.stringContaining('jobs.line (--ndjson)')]);
		expect(await runStillroom(['schema', 'dataset.rows-line'])).toEqual({code: 0, stdout: files.get('dataset.rows-line.json'), stderr: ''});
	});

	test('names the nearest for one that there is not, and never leaves its folder', async () => {
		const {code, stdout, stderr} = await runStillroom(['schema', 'modles']);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toContain('models');
		expect((await runStillroom(['schema', '../package'])).code).toBe(2);
	});

	test('lists them all with the commands that write so', async () => {
		const rows = JSON.parse((await runStillroom(['schema', '--json'])).stdout) as {name: string; commands: string[]}[];
		expect(new Set(rows.map(({name}) => `${name}.json`))).toEqual(new Set(files.keys()));
		expect(rows.find(({name}) => name === 'curation')?.commands).toHaveLength(5);
	});
});

describe('what is written', {timeout: 60_000}, () => {
	const home = makeFolder();
	const empty = makeFolder();
	const clock = {now: Date.now()};
	const inFolder = (name: string) => path.join(home.path, name);
	const ajv = new Ajv2020({allErrors: true, allowUnionTypes: true});
	const validators = new Map<string, ValidateFunction>();
	const seen = new Set<string>();
	const teacher = 'deepseek/deepseek-v3.2';
	const destination = ['--for', 'openai', '--base', 'gpt-4.1-mini-2025-04-14', '--release', 'internal'];
	let sandbox: Sandbox;

	function validatorOf(name: string): ValidateFunction {
		const made = validators.get(name) ?? ajv.compile(JSON.parse(files.get(`${name}.json`)!) as object);
		validators.set(name, made);
		return made;
	}

	const nameOf = (argv: readonly string[]): string =>
		[argv.slice(0, 2).join(' '), argv[0]!].find((name) => records.some((record) => record.name === name))!;

	/** Runs a command and checks everything that it wrote against a schema; returns the last value. */
	async function shaped<Value>(
		schema: string,
		argv: readonly string[],
		{codes = [0], folder = home.path, stdin = ''} = {},
	): Promise<Value> {
		const env = {
			STILLROOM_KEYRING: 'off',
			OPENROUTER_BASE_URL: sandbox.urls.openrouter,
			NANOGPT_BASE_URL: sandbox.urls.nanogpt,
			OPENAI_BASE_URL: sandbox.urls.openai,
			OPENROUTER_API_KEY: 'sandbox-key',
			NANOGPT_API_KEY: 'sandbox-key',
			OPENAI_API_KEY: 'sandbox-key',
		};
		const {code, stdout, stderr} = await runStillroom(['--home', folder, ...argv], {env, stdin});
		expect(codes, `${argv.join(' ')}: ${stderr}`).toContain(code);
		const isLines = argv.includes('--ndjson');
		const lines = stdout.split('\n').filter((line) => line !== '');
		const values: unknown[] = isLines ? lines.map((line) => JSON.parse(line) as unknown) : [JSON.parse(stdout)];
		const validate = validatorOf(schema);
		for (const value of values)
			if (!validate(value))
				expect.fail(`${argv.join(' ')} is not ${schema}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value).slice(0, 2000)}`);
		if (values.length > 0) seen.add(`${nameOf(argv)}: ${schema}`);
		return values.at(-1) as Value;
	}

	/** The same as an array and line by line, for a list. */
	async function listed(array: string, line: string, argv: readonly string[]): Promise<readonly unknown[]> {
		await shaped(line, [...argv, '--ndjson']);
		return shaped(array, [...argv, '--json']);
	}

	const setPolicy = (isListed: boolean | null) =>
		fetch(new URL('/_sandbox/policies', sandbox.urls.openai), {method: 'POST', body: JSON.stringify({openrouter: {[teacher]: isListed}})});

	/** Stores a completion at OpenAI as another program would. */
	const store = (content: string) =>
		fetch(`${sandbox.urls.openai}/chat/completions`, {
			method: 'POST',
			headers: {authorization: 'Bearer sandbox-key', 'content-type': 'application/json'},
			body: JSON.stringify({model: 'gpt-4.1-mini', messages: [{role: 'user', content}], store: true, metadata: {task: 'names'}}),
		});

	beforeAll(async () => {
		sandbox = await startSandbox({now: () => new Date(clock.now), settings: ['stored=none']});
	});
	afterAll(async () => {
		await sandbox.close();
		home.remove();
		empty.remove();
	});

	test('about what there is not', async () => {
		const at = {folder: empty.path};
		for (const [schema, ...argv] of [
			['completions', 'completions', 'list'],
			['completions', 'ledger', 'list'],
			['completions-duplicates', 'completions', 'duplicates'],
			['completions.facets', 'completions', 'list', '--facets', 'model'],
			['datasets', 'dataset', 'list'],
			['evals', 'evals', 'list'],
			['jobs', 'jobs', 'list'],
			['drift', 'drift', '--offline'],
			['ledger-verify', 'ledger', 'verify'],
			['ledger-backfill', 'ledger', 'backfill'],
			['completions-delete', 'completions', 'delete', '--filter', 'mark:rejected', '--yes'],
		])
			await shaped(schema!, [...argv, '--json'], at);
		await shaped('models', ['models', 'nothingislikethis', '--json']);
		await shaped('ask', ['ask', 'no/such-model', 'Hello', '--json'], {codes: [1, 2, 3]});
		await shaped('ask.dry-run', ['ask', 'no/such-model', 'Hello', '--json', '--dry-run'], {codes: [1, 2, 3]});
		await shaped('ask.line', ['ask', 'no/such-model', 'Hello', '--ndjson'], {codes: [1, 2, 3]});
		writeFileSync(inFolder('broken.jsonl'), '{"messages": 1}\nnot json\n');
		await shaped('check', ['check', inFolder('broken.jsonl'), '--json'], {codes: [1]});
		await shaped('verify', ['verify', empty.path, '--json'], {codes: [1]});
		await shaped('completions-import', ['completions', 'import', inFolder('broken.jsonl'), '--json'], {codes: [1, 6]});
	});

	test('about models, routes, the program', async () => {
		await listed('models', 'models.line', ['models']);
		await shaped('model', ['model', teacher, '--json']);
		await listed('routes', 'routes.line', ['routes', teacher]);
		await shaped('model', ['model', teacher, '--json', '--offline']);
		await shaped('routes.pin', ['routes', teacher, '--pin']);
		await listed('bindings', 'bindings.line', ['bindings']);
		await listed('keys', 'keys.line', ['keys', '--test']);
		await shaped('tour', ['tour', '--json']);
		await shaped('setup', ['setup', 'together', '--key-stdin', '--no-test', '--json'], {stdin: 'tok'});
		await shaped('tour', ['tour', '--json']);
		await shaped('setup', ['setup', 'together', '--remove', '--json']);
		await shaped('info', ['info', '--json']);
		await shaped('config-print', ['config', 'print', '--json']);
		await listed('schema', 'schema.line', ['schema']);
		const stop = new AbortController();
		const {stdout} = await runStillroom(['sandbox'], {signal: stop.signal, onOutput: () => stop.abort()});
		expect(validatorOf('sandbox')(JSON.parse(stdout))).toBe(true);
		seen.add('sandbox: sandbox');
	});

	test('about prompts and completions', async () => {
		const prompt = [teacher, 'Name three stills.', '--max-tokens', '60'];
		const {ledgerId} = await shaped<{ledgerId: string}>('ask', ['ask', ...prompt, '--json']);
		await shaped('ask.line', ['ask', ...prompt, '--ndjson']);
		await shaped('ask.line', ['ask', ...prompt, '--ndjson', '--also', 'qwen/qwen3-8b']);
		await shaped('ask.also', ['ask', ...prompt, '--json', '--also', 'qwen/qwen3-8b']);
		await shaped('ask.dry-run', ['ask', ...prompt, '--json', '--dry-run']);
		await shaped('ask.dry-run', ['ask', ...prompt, '--ndjson', '--dry-run']);
		await shaped('ask.dry-run-also', ['ask', ...prompt, '--json', '--dry-run', '--also', 'qwen/qwen3-8b']);
		writeFileSync(inFolder('prompts.jsonl'), '{"prompt":"Name a metal."}\n{"prompt":"Name a river."}\n');
		const generate = ['generate', inFolder('prompts.jsonl'), '--model', teacher, '--task', 'names', '--max-tokens', '60'];
		await shaped('generate', [...generate, '--json']);
		await shaped('generate.line', [...generate, '--ndjson', '--repeat', '2']);
		for (const metal of ['tin', 'lead', 'zinc']) await store(`Where is ${metal} found?`);
		await shaped('completions-sync', ['completions', 'sync', '--json', '--limit', '1']);
		await shaped('completions-sync.line', ['completions', 'sync', '--ndjson', '--full']);
		const row = {
			messages: [
				{role: 'user', content: 'What is a still?'},
				{role: 'assistant', content: 'A vessel.'},
			],
			model: teacher,
		};
		writeFileSync(inFolder('old.jsonl'), `${JSON.stringify(row)}\n`);
		await shaped('completions-import', ['completions', 'import', inFolder('old.jsonl'), '--json']);
		for (const command of ['completions', 'ledger']) {
			await listed('completions', 'completions.line', [command, 'list']);
			await listed('completions.texts', 'completions.texts-line', [command, 'list', '--texts']);
			await shaped('completions-show', [command, 'show', ledgerId, '--json']);
		}
		await listed('completions.facets', 'completions.facets-line', ['completions', 'list', '--facets', 'model']);
		await shaped('curation', ['completions', 'tag', ledgerId, 'good', '--json']);
		await shaped('curation', ['completions', 'rate', '5', ledgerId, '--json']);
		await shaped('curation', ['completions', 'rate', '5', ledgerId, '--json']);
		await shaped('curation', ['completions', 'mark', 'accepted', ledgerId, '--json']);
		await shaped('curation', ['completions', 'note', 'Well said.', ledgerId, '--json']);
		await shaped('curation', ['completions', 'edit', ledgerId, '--text', 'Three.', '--json']);
		await shaped('completions-show', ['completions', 'show', ledgerId, '--json']);
		await shaped('completions.texts', ['completions', 'list', '--texts', '--json']);
		await shaped('completions-undo', ['completions', 'undo', '--json']);
		const [one, other] = await shaped<{id: string}[]>('completions', ['completions', 'list', '--json']);
		await shaped('completions-diff', ['completions', 'diff', one!.id, other!.id, '--json']);
		await listed('completions-duplicates', 'completions-duplicates.line', ['completions', 'duplicates', '--near']);
		const [stored, more] = await shaped<{id: string}[]>('completions', ['completions', 'list', 'remote:stored', '--json']);
		await shaped('completions-metadata', ['completions', 'metadata', stored!.id, 'reviewed=yes', '--yes', '--json']);
		await listed('completions-delete.dry-run', 'completions-delete.dry-run-line', [
			'completions',
			'delete',
			stored!.id,
			ledgerId,
			'--dry-run',
		]);
		await shaped('completions-delete', ['completions', 'delete', stored!.id, '--yes', '--json']);
		await shaped('completions-delete.line', ['completions', 'delete', more!.id, ledgerId, '--yes', '--ndjson'], {codes: [6]});
		await shaped('completions-show', ['completions', 'show', stored!.id, '--json']);
		await shaped('ledger-verify', ['ledger', 'verify', '--json']);
		await shaped('ledger-export.line', ['ledger', 'export', '--ndjson']);
		await shaped('drift', ['drift', '--json']);
		await setPolicy(false);
		await shaped('drift.line', ['drift', '--ndjson']);
		await shaped('drift', ['drift', '--json']);
		await setPolicy(null);
	});

	test('about data sets, jobs and evaluations', async () => {
		const ledger = await openLedger(path.join(home.path, 'data'));
		const unproven = {servedProvider: null, proof: 'none', responseId: 'gen-unheard-of'} as const;
		for (let index = 0; index < 24; index++) {
			const word = (index * 7919 + 104_729).toString(36);
			const start = {dataset: 'houses'};
			await answer(ledger, {prompt: `Where does ${word} of ${word.repeat(2)} stand?`, text: `In the ${word} of house ${index}.`, start});
		}
		await answer(ledger, {prompt: 'Unproven?', finish: unproven});
		await ledger.close();
		await shaped('ledger-backfill', ['ledger', 'backfill', '--json'], {codes: [0, 6]});
		await shaped('ledger-backfill.line', ['ledger', 'backfill', '--ndjson'], {codes: [0, 6]});
		const create = ['dataset', 'create', 'triage', 'dataset:houses', ...destination];
		await shaped('dataset-create.dry-run', ['dataset', 'create', 'triage', ...destination, '--json', '--dry-run']);
		await shaped('dataset-create', [...create, '--json']);
		await shaped('dataset-create.line', [...create, '--ndjson']);
		await listed('datasets', 'dataset', ['dataset', 'list']);
		await listed('dataset', 'dataset', ['dataset', 'show', 'triage']);
		await listed('dataset.rows', 'dataset.rows-line', ['dataset', 'show', 'triage', '--rows']);
		await shaped('dataset-create', ['dataset', 'create', 'more', ...destination, '--json']);
		await listed('dataset.drops', 'dataset.drops-line', ['dataset', 'show', 'more', '--drops']);
		await shaped('dataset-check', ['dataset', 'check', 'more', '--json'], {codes: [0, 1, 3]});
		await shaped('dataset-pack', ['dataset', 'pack', 'triage', '--out', inFolder('pack'), '--json']);
		await shaped('verify', ['verify', inFolder('pack'), '--with-ledger', '--json']);
		const train = path.join(inFolder('pack'), 'train.jsonl');
		const provenance = ['--provenance', path.join(inFolder('pack'), 'provenance.jsonl'), '--for', 'openai', '--base', destination[3]!];
		await shaped('check', ['check', train, '--valid', path.join(inFolder('pack'), 'valid.jsonl'), ...provenance, '--json'], {
			codes: [0, 1, 3],
		});
		writeFileSync(train, readFileSync(train, 'utf8').replace('house', 'horse'));
		await shaped('verify', ['verify', inFolder('pack'), '--json'], {codes: [1, 3]});

		await shaped('jobs-plan', ['jobs', 'estimate', 'triage', '--json']);
		await shaped('jobs-plan', ['jobs', 'create', 'triage', '--dry-run', '--json']);
		const {job} = await shaped<{job: {id: string}}>('jobs-create', ['jobs', 'create', 'triage', '--yes', '--json']);
		const second = await shaped<{job: {id: string}}>('jobs-create', [
			'jobs',
			'create',
			'triage',
			'--suffix',
			'two',
			'--new',
			'--yes',
			'--json',
		]);
		await shaped('jobs-change', ['jobs', 'cancel', second.job.id, '--yes', '--json']);
		const paused = await shaped<{job: {id: string}}>('jobs-create', [
			'jobs',
			'create',
			'triage',
			'--suffix',
			'three',
			'--new',
			'--yes',
			'--json',
		]);
		clock.now += 5000;
		await shaped('jobs-change', ['jobs', 'pause', paused.job.id, '--yes', '--json']);
		await shaped('jobs-change', ['jobs', 'resume', paused.job.id, '--yes', '--json']);
		await shaped('job', ['jobs', 'show', job.id, '--json']);
		clock.now += 3_600_000;
		await shaped('jobs-follow.line', ['jobs', 'follow', job.id, '--ndjson']);
		await listed('jobs', 'jobs.line', ['jobs', 'list']);
		await shaped('job', ['jobs', 'show', job.id, '--json']);
		await listed('jobs-checkpoints', 'jobs-checkpoints.line', ['jobs', 'checkpoints', job.id]);
		await shaped('jobs-result', ['jobs', 'result', job.id, '--json']);

		writeFileSync(inFolder('questions.jsonl'), '{"prompt":"What is 2+2?","reference":"4"}\n{"prompt":"What is 3+3?","reference":"6"}\n');
		const run = ['evals', 'run', '--set', inFolder('questions.jsonl'), '--candidate', `teacher=openrouter:${teacher}`];
		const all = [
			...run,
			'--candidate',
			'base=openrouter:qwen/qwen3-8b',
			'--grader',
			'exact',
			'--grader',
			'fuzzy_match>=0.8',
			'--name',
			'sums',
		];
		await shaped('evals-run.dry-run', [...all, '--dry-run', '--json']);
		await shaped('evals-run.dry-run', [...all, '--dry-run', '--ndjson']);
		const {id} = await shaped<{id: string}>('evals-run', [...all, '--json'], {codes: [0, 6]});
		const judged = [...run, '--grader', 'judge:openai:gpt-4.1-mini', '--repeat', '1', '--name', 'judged'];
		await shaped('evals-run.line', [...judged, '--ndjson'], {codes: [0, 6]});
		await listed('evals', 'evals.line', ['evals', 'list']);
		await shaped('eval', ['evals', 'show', id, '--json']);
		await shaped('eval', ['evals', 'export', 'judged', '--as', 'json']);
		await listed('eval.rows', 'eval.rows-line', ['evals', 'show', id, '--rows']);
		await shaped('eval.rows', ['evals', 'show', id, '--disagreements', '--json']);
		await shaped('evals-compare', ['evals', 'compare', id, '--json']);
		await shaped('evals-compare.several', ['evals', 'compare', id, 'judged', '--json']);
		await runStillroom(['--home', home.path, 'evals', 'export', id, '--as', 'promptfoo', '--out', inFolder('promptfoo.yaml')]);
		await shaped('evals-import', ['evals', 'import', inFolder('promptfoo.yaml'), '--out', inFolder('imported'), '--json']);
	});

	test('was asked of every command and every shape', () => {
		const all = new Set(records.flatMap(({name, outputs = []}) => outputs.map(({schema}) => `${name}: ${schema}`)));
		expect([...all].filter((one) => !seen.has(one))).toEqual([]);
	});

	test('is refused where a field is not described: the check can fail', () => {
		const validate = validatorOf('schema.line');
		const row = {name: 'a', description: 'b', commands: [], isLine: false};
		expect([validate(row), validate({...row, surprise: 1}), validate({...row, name: 1})]).toEqual([true, false, false]);
	});
});
