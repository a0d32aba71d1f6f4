import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, test} from 'vitest';
import {sandboxKeys} from '../../source/sandbox/keys.js';
import {withSandbox} from './ask.js';

const dataFile = (name: string) => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const catalogueFile = dataFile('openrouter-models-2026-08-22.json');
const distillableFile = dataFile('openrouter-models-2026-08-22.distillable.json');
const hasData = existsSync(catalogueFile);

describe.skipIf(!hasData)('the real catalogue of 2026-08-22 (skipped without ../shared/data)', () => {
	const {ask} = withSandbox(hasData ? {catalogueFile, distillableFile} : {});
	test('421 models, 116 of them distillable, unchanged', async () => {
		const saved = JSON.parse(readFileSync(catalogueFile, 'utf8'));
		const all = await ask('openrouter', '/models');
		expect(all.json.total_count).toBe(421);
		expect(all.json.data).toEqual(saved.data);
		expect((await ask('openrouter', '/models?distillable=true')).json.total_count).toBe(116);
		expect((await ask('openrouter', '/models?distillable=false')).json.total_count).toBe(305);
	});
	test('most of them have endpoints', async () => {
		const {data} = (await ask('openrouter', '/models')).json;
		let served = 0;
		for (const row of data) if ((await ask('openrouter', `/models/${row.id}/endpoints`)).status === 200) served++;
		expect(served).toBeGreaterThan(380);
	});
	test('the author rule of the fixtures gives the same 116', async () => {
		const {startSandbox} = await import('../../source/sandbox/start-sandbox.js');
		const sandbox = await startSandbox({catalogueFile});
		const {data} = (await (await fetch(`${sandbox.urls.openrouter}/models?distillable=true`)).json()) as {data: {id: string}[]};
		const saved: {data: {id: string}[]} = JSON.parse(readFileSync(distillableFile, 'utf8'));
		expect(data.map((row) => row.id).sort()).toEqual(saved.data.map((row) => row.id).sort());
		await sandbox.close();
	});
});

describe.skipIf(!hasData)('answers fit the published OpenAPI documents (skipped without ../shared/data)', () => {
	const {ask} = withSandbox();
	const ajv = new Ajv2020({strict: false, validateFormats: false, allErrors: false});
	const documents = hasData
		? Object.fromEntries(
				['openrouter', 'nanogpt', 'openai'].map((name) => [name, JSON.parse(readFileSync(dataFile(`${name}-openapi.json`), 'utf8'))]),
			)
		: {};
	if (hasData) {
		// The document says "null if not available" of it, and types it as an integer all the same.
		documents.nanogpt.components.schemas.ModelsResponse.properties.data.items.properties.context_length.type = ['integer', 'null'];
		for (const [name, document] of Object.entries(documents)) ajv.addSchema(document as object, name);
	}
	const expectFit = (document: string, pointer: string, value: unknown) => {
		const validate = ajv.getSchema(`${document}#${pointer}`);
		expect(validate, pointer).toBeDefined();
		const fits = validate!(value);
		expect(validate!.errors?.slice(0, 3) ?? []).toEqual([]);
		expect(fits).toBe(true);
	};
	const schema = (name: string) => `/components/schemas/${name}`;
	const answer = (path: string) => `/paths/${path.replaceAll('/', '~1')}/get/responses/200/content/application~1json/schema`;
	const key = 'any';
	const openrouter: [string, string][] = [
		['/models?output_modalities=all', schema('ModelsListResponse')],
		['/models/user', schema('ModelsListResponse')],
		['/models/count', schema('ModelsCountResponse')],
		['/model/~moonshotai/kimi-latest', schema('ModelResponse')],
		['/models/qwen/qwen3-235b-a22b-2507/endpoints', answer('/models/{author}/{slug}/endpoints')],
		['/models/sandbox/null-limits/endpoints', answer('/models/{author}/{slug}/endpoints')],
		['/endpoints/zdr', answer('/endpoints/zdr')],
		['/providers', answer('/providers')],
		['/key', answer('/key')],
		['/models?sort=best', schema('BadRequestResponse')],
		['/credits', schema('ForbiddenResponse')],
		['/models/nobody/nothing/endpoints', schema('NotFoundResponse')],
	];
	for (const [path, pointer] of openrouter)
		test(`OpenRouter ${path}`, async () => expectFit('openrouter', pointer, (await ask('openrouter', path, {key})).json));
	test('OpenRouter /credits with the management key', async () =>
		expectFit('openrouter', answer('/credits'), (await ask('openrouter', '/credits', {key: sandboxKeys.management})).json));
	const nanogpt: [string, string][] = [
		['/v1/models', schema('ModelsResponse')],
		['/v1/models?detailed=true', schema('ModelsResponse')],
		['/models', schema('ModelsLegacyResponse')],
		['/explore/text-models?distillation=allowed', schema('ExploreTextModelsResponse')],
		['/explore/search?type=text&q=glm', schema('ExploreTextModelsResponse')],
		['/explore/text-models?distillation=no', schema('Error')],
		['/models/qwen%2Fqwen3-235b-a22b-2507/providers', schema('ModelProvidersResponse')],
		['/models/anthropic%2Fclaude-opus-5/providers', schema('ModelProvidersResponse')],
		['/v1/usage', schema('UsageResponse')],
		['/v1/usage?from=x', schema('UsageError')],
	];
	for (const [path, pointer] of nanogpt)
		test(`NanoGPT ${path}`, async () => expectFit('nanogpt', pointer, (await ask('nanogpt', path, {key})).json));
	test('NanoGPT /check-balance', async () =>
		expectFit('nanogpt', schema('BalanceResponse'), (await ask('nanogpt', '/check-balance', {key, method: 'POST'})).json));
	const openai: [string, string][] = [
		['/models', schema('ListModelsResponse')],
		['/models/gpt-4o', schema('Model')],
		['/models/gpt-9', schema('ErrorResponse')],
		['/nowhere', schema('ErrorResponse')],
	];
	for (const [path, pointer] of openai)
		test(`OpenAI ${path}`, async () => expectFit('openai', pointer, (await ask('openai', path, {key})).json));
	test('the check itself can fail', () => {
		expect(ajv.getSchema(`openrouter#${schema('ModelsListResponse')}`)!({data: [{id: 1}], total_count: 1, links: {next: null}})).toBe(
			false,
		);
	});
});
