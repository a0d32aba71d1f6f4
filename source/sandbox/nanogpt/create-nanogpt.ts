import {type Context, Hono} from 'hono';
import {nanogptError, nanogptStatusError, Refusal} from '../envelopes.js';
import {kindOfKey, readKey} from '../keys.js';
import type {SandboxState} from '../state.js';
import type {NanogptModel} from './catalogue.js';
import {answerChat, type Variant} from './chat.js';

const capabilityNames = {
	v: 'vision',
	r: 'reasoning',
	t: 'tool_calling',
	p: 'parallel_tool_calls',
	s: 'structured_output',
	f: 'pdf_upload',
	m: 'video_input',
} as const;

const numberOrNull = (text: string | undefined) => (text ? Number(text) : null);

function ownerOf(model: NanogptModel): string {
	return model.row.owner || 'nanogpt';
}

/** The fields that only `detailed=true` brings. Prices in USD per million tokens. */
export function toDetails(model: NanogptModel): Readonly<Record<string, unknown>> {
	const {row} = model;
	const capabilities = Object.entries(capabilityNames).map(([letter, name]) => [name, row.capabilities!.includes(letter)]);
	const isIncluded = row.subscription === 'yes';
	return {
		name: row.name,
		displayName: row.name,
		canonicalId: model.id,
		description: `${row.name}${row.owner ? ` by ${row.owner}` : ''}${model.id.startsWith('TEE/') ? ', in a trusted execution environment' : ''}.`,
		context_length: numberOrNull(row.context),
		max_output_tokens: numberOrNull(row.max_output),
		architecture: {input_modalities: ['text', ...(row.capabilities!.includes('v') ? ['image'] : [])], output_modalities: ['text']},
		capabilities: Object.fromEntries(capabilities),
		pricing: {prompt: Number(row.prompt), completion: Number(row.completion), currency: 'USD', unit: 'per_million_tokens'},
		category: 'text',
		subscription: isIncluded ? {included: true, inputTokenMultiplier: 1} : {included: false, note: 'Paid per token'},
		...(model.policy && {distillationPolicy: model.policy}),
	};
}

/** NanoGPT below `/api`: model lists, explore, providers, the account. */
export function createNanogpt(state: SandboxState): Hono {
	const app = new Hono();
	const catalogue = () => state.nanogpt.catalogue();

	const requireKey = (context: Context) => {
		const key = readKey(context);
		if (key === null) throw new Refusal(401, nanogptError('Missing API key', 'authentication_error', 'missing_api_key'));
		if (kindOfKey(key) === 'wrong') throw new Refusal(401, nanogptError('Invalid API key', 'authentication_error', 'invalid_api_key'));
		return key;
	};
	/** Sorting never adds or hides a model; a value that is none is ignored, as documented. */
	const listModels = (context: Context, keep: (model: NanogptModel) => boolean) => {
		const isDetailed = context.req.query('detailed') === 'true';
		const sort = context.req.query('sort');
		const hasAccount = !['none', 'wrong'].includes(kindOfKey(readKey(context)));
		const isSorted = sort === 'mostused' || (sort === 'favorites' && hasAccount);
		const kept = catalogue().models.filter(keep);
		const sorted = isSorted ? [...kept].sort((one, two) => one.rank - two.rank) : kept;
		const created = Math.floor(state.now().getTime() / 1000);
		const data = sorted.map((model) => ({
			id: model.id,
			object: 'model',
			created,
			owned_by: ownerOf(model),
			...(isDetailed && toDetails(model)),
		}));
		return context.json({object: 'list', data});
	};
	const isIncluded = (model: NanogptModel) => model.row.subscription === 'yes';

	app.get('/v1/models', (context) => {
		const shrinks = kindOfKey(readKey(context)) === 'subscriber';
		return listModels(context, (model) => !shrinks || isIncluded(model));
	});
	app.get('/subscription/v1/models', (context) => listModels(context, isIncluded));
	app.get('/paid/v1/models', (context) => listModels(context, (model) => !isIncluded(model)));
	app.get('/personalized/v1/models', (context) => {
		requireKey(context);
		// The sandbox's account has hidden the helpers that are no single model.
		return listModels(context, (model) => model.row.owner !== 'nanogpt');
	});
	app.get('/models', (context) => context.json({models: catalogue().models.map((model) => model.id)}));

	const explore = (context: Context, keep: (model: NanogptModel) => boolean) => {
		const filter = context.req.query('distillation');
		if (filter !== undefined && filter !== 'allowed') {
			throw new Refusal(400, nanogptStatusError(400, `distillation=${filter} is not supported: the only value is allowed`));
		}
		const models = catalogue().models.filter((model) => keep(model) && (filter === undefined || model.policy?.status === 'allowed'));
		return context.json({data: models.map((model) => ({id: model.id, ...toDetails(model)})), meta: {distillation: filter ?? 'all'}});
	};
	app.get('/explore/text-models', (context) => explore(context, () => true));
	app.get('/explore/search', (context) => {
		const type = context.req.query('type') ?? 'text';
		const words = (context.req.query('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
		// Only text models are in the fixtures; the filter applies to no other type, so other types answer without meta.
		if (type !== 'text') return context.json({data: []});
		return explore(context, (model) => words.every((word) => `${model.id} ${model.row.name}`.toLowerCase().includes(word)));
	});

	app.get('/models/:id/providers', (context) => {
		const id = context.req.param('id');
		const model = catalogue().find(id);
		if (!model) throw new Refusal(404, nanogptError(`Model not found: ${id}`, 'invalid_request_error', 'model_not_found', 'model'));
		const perThousand = (perMillion: number) => Number((perMillion / 1000).toPrecision(6));
		const price = (input: number, output: number) => ({
			inputPer1kTokens: perThousand(input),
			outputPer1kTokens: perThousand(output),
			unit: 'per_1k_tokens',
		});
		const head = {canonicalId: model.id, displayName: model.row.name};
		const defaultPrice = price(Number(model.row.prompt), Number(model.row.completion));
		const routes = catalogue().routesOf(model);
		if (!routes) return context.json({...head, supportsProviderSelection: false, defaultPrice, providers: []});
		const providers = routes.map((route) => ({
			provider: route.provider,
			pricing: price(route.inputPrice, route.outputPrice),
			available: route.isAvailable,
			...(route.policy && {distillationPolicy: route.policy}),
		}));
		return context.json({...head, supportsProviderSelection: true, defaultPrice, providers});
	});
	// An id whose slash is not encoded meets no route there; the live service was seen answering with a page.
	app.get('/models/:maker/:name/providers', (context) =>
		context.html('<!doctype html><title>404</title><h1>404: This page could not be found.</h1>\n', 404),
	);

	app.post('/check-balance', (context) => {
		const kind = kindOfKey(requireKey(context));
		const isEmpty = kind === 'no-credit';
		return context.json({
			usd_balance: isEmpty ? '0.00' : '129.46956147',
			nano_balance: isEmpty ? '0.00000000' : '26.71801147',
			nanoDepositAddress: `nano_1${'sandbox3'.repeat(7)}box`,
		});
	});
	app.get('/subscription/v1/usage', (context) => {
		requireKey(context);
		const resetAt = state.now().getTime() + 3_600_000;
		const period = (used: number, limit: number) => ({used, remaining: limit - used, percentUsed: used / limit, resetAt});
		return context.json({
			active: true,
			limits: {daily: 2000, monthly: 60_000},
			enforceDailyLimit: true,
			allowOverage: false,
			daily: period(12, 2000),
			monthly: period(480, 60_000),
			weeklyInputTokens: period(1_250_000, 60_000_000),
			dailyInputTokens: null,
			period: {currentPeriodEnd: new Date(resetAt + 864_000_000).toISOString()},
			state: 'active',
		});
	});
	const variants: Readonly<Record<string, Variant>> = {
		v1: {form: 'reasoning', isSubscriptionOnly: false},
		v1legacy: {form: 'reasoning_content', isSubscriptionOnly: false},
		v1thinking: {form: 'merged', isSubscriptionOnly: false},
		'subscription/v1': {form: 'reasoning', isSubscriptionOnly: true},
	};
	for (const [path, variant] of Object.entries(variants)) {
		app.post(`/${path}/chat/completions`, (context) => {
			requireKey(context);
			return answerChat(state, context, variant);
		});
	}
	app.get('/v1/usage', (context) => {
		requireKey(context);
		return context.json(describeUsage(context, state.now()));
	});
	return app;
}

function describeUsage(context: Context, now: Date): Readonly<Record<string, unknown>> {
	const today = now.toISOString().slice(0, 10);
	const from = context.req.query('from') ?? today;
	const to = context.req.query('to') ?? today;
	const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
	const usageError = (message: string) => new Refusal(400, nanogptError(message, 'invalid_request_error'));
	if (!isDay(from) || !isDay(to)) throw usageError('from and to must use YYYY-MM-DD UTC dates.');
	if (from > to || to > today) throw usageError('to must be on or after from and cannot be in the future.');
	const asked = context.req.query('group_by') ?? 'day,model';
	const groupBy = asked === 'model,day' ? 'day,model' : asked;
	if (!['day', 'model', 'day,model'].includes(groupBy)) throw usageError('group_by must be day, model or day,model.');
	const totals = {
		requests: 0,
		costUsd: 0,
		refundedUsd: 0,
		netCostUsd: 0,
		inputTokens: 0,
		outputTokens: 0,
		reasoningTokens: 0,
		totalTokens: 0,
	};
	return {
		object: 'usage',
		scope: context.req.query('scope') === 'api_key' ? 'api_key' : 'current_key',
		apiKey: {id: 1},
		from,
		to,
		timezone: 'UTC',
		groupBy,
		asOf: now.toISOString(),
		source: {rollupDays: [], liveDays: [to], missingRollupDays: []},
		totals,
		...(groupBy === 'day' && {byDay: []}),
		...(groupBy === 'model' && {byModel: []}),
		...(groupBy === 'day,model' && {byDayModel: []}),
	};
}
