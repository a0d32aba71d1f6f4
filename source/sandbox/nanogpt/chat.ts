import type {Context} from 'hono';
import {modelName} from '../answerer/skill.js';
import {complete, countPrompt} from '../chat/complete.js';
import {timingOf} from '../chat/pace.js';
import {type ChatRequest, InvalidBodyError, readChatRequest} from '../chat/request.js';
import {jsonResponse, streamResponse} from '../chat/stream-events.js';
import {nanogptError, nanogptStatusError, Refusal} from '../envelopes.js';
import {kindOfKey, readKey} from '../keys.js';
import {hashText} from '../random.js';
import type {SandboxState} from '../state.js';
import type {NanogptModel} from './catalogue.js';
import {type ReasoningForm, toEvents, toResult} from './chat-wire.js';
import {findWithSuffix, providerSpeed, type Selection, selectProvider} from './select-provider.js';

/** What the path of the request says about it. */
export type Variant = {readonly form: ReasoningForm; readonly isSubscriptionOnly: boolean};

const anthropicError = (type: string, message: string) => ({type: 'error', error: {type, message}});

/** The refusal that `[[sandbox:status CODE]]` asks for; together these meet every shape of error body that NanoGPT has. */
function refusalOf(status: number): Refusal {
	const retry: Record<string, string> = status === 429 || status === 503 ? {'retry-after': '1'} : {};
	if (status === 402) return new Refusal(402, {error: 'Insufficient balance', status: 402, requiredBalance: 0.05});
	if (status === 404) return new Refusal(404, '<!doctype html><title>404</title><h1>404: This page could not be found.</h1>\n');
	if (status === 429) return new Refusal(429, {code: 'rate_limited', message: 'Too many requests'}, retry);
	if (status === 503) return new Refusal(503, nanogptStatusError(503, 'Service temporarily unavailable'), retry);
	if (status === 529) return new Refusal(529, anthropicError('overloaded_error', 'Overloaded'));
	if (status === 413) return new Refusal(413, anthropicError('request_too_large', 'Request exceeds the maximum size'));
	const type = status >= 500 ? 'server_error' : 'invalid_request_error';
	return new Refusal(status, nanogptError(`Status ${status}`, type, status >= 500 ? 'upstream_error' : 'invalid_request'));
}

const payAsYouGo = new Set(['paygo', 'pay-as-you-go', 'pay_as_you_go', 'paid', 'payg']);

/** Is the request paid from the balance although the model is in the subscription? The body wins over the header. */
function isPaid(context: Context, {body}: ChatRequest): boolean {
	const mode = body.billing_mode ?? body.billingMode ?? context.req.header('x-billing-mode');
	if (mode === undefined || mode === null) return false;
	if (typeof mode === 'string' && payAsYouGo.has(mode.toLowerCase())) return true;
	throw new Refusal(
		400,
		nanogptError(`Unknown billing mode: ${String(mode)}`, 'invalid_request_error', 'invalid_billing_mode', 'billing_mode'),
	);
}

const toUsd = (amount: number) => Number(amount.toPrecision(12));

async function readRequest(context: Context): Promise<ChatRequest> {
	try {
		return await readChatRequest(context);
	} catch (error) {
		if (error instanceof InvalidBodyError)
			throw new Refusal(400, nanogptError(error.message, 'invalid_request_error', 'invalid_request', error.param ?? undefined));
		throw error;
	}
}

function effortOf({reasoning}: ChatRequest, model: NanogptModel, isThinking: boolean): string | null {
	if (!model.row.capabilities!.includes('r')) return null;
	return reasoning.effort ?? (isThinking || /thinking/i.test(model.id) ? 'medium' : null);
}

/** What is charged; a request within the subscription costs nothing. */
function priceRequest(selection: Selection, isSubscription: boolean, promptTokens: number, completionTokens: number) {
	const amount = isSubscription ? 0 : toUsd((selection.inputPrice * promptTokens + selection.outputPrice * completionTokens) / 1e6);
	return {
		amount,
		currency: 'USD',
		cost: amount,
		paymentSource: isSubscription ? 'subscription' : 'USD',
		inputTokens: promptTokens,
		outputTokens: completionTokens,
	};
}

type Routed = {
	readonly model: NanogptModel;
	readonly isThinking: boolean;
	readonly selection: Selection;
	/** Paid by the subscription: costs nothing. */
	readonly isSubscription: boolean;
};

/** Model, provider and who pays. Throws Refusal 400 and 403. */
function routeRequest(state: SandboxState, context: Context, request: ChatRequest, variant: Variant): Routed {
	const catalogue = state.nanogpt.catalogue();
	const found = findWithSuffix(catalogue, request.model);
	// In the envelope of NanoGPT's own OpenAPI document.
	if (!found) throw new Refusal(400, nanogptStatusError(400, `Model not found: ${request.model}`));
	const {model, isThinking} = found;
	const isIncluded = model.row.subscription === 'yes';
	if (variant.isSubscriptionOnly && !isIncluded) {
		const message = `${model.id} is not included in the subscription`;
		throw new Refusal(403, nanogptError(message, 'permission_error', 'model_not_included', 'model'));
	}
	const isPaygo = isPaid(context, request);
	const selection = selectProvider(catalogue, {
		model,
		sort: found.sort,
		suffixProvider: found.provider,
		header: context.req.header('x-provider'),
		provider: request.body.provider,
		prompt: String(hashText(request.messages.at(-1)!.text)),
	});
	const hasSubscription = kindOfKey(readKey(context)) === 'subscriber' || variant.isSubscriptionOnly;
	return {model, isThinking, selection, isSubscription: hasSubscription && isIncluded && !selection.isExplicit && !isPaygo};
}

/** What keeps a routed request from being answered; throws Refusal. */
function checkRequest({commands}: ChatRequest, {model, selection, isSubscription}: Routed, hasCredit: boolean, promptTokens: number): void {
	if (commands.status !== undefined) throw refusalOf(Number(commands.status) || 500);
	if (commands.moderated !== undefined) throw new Refusal(403, nanogptStatusError(403, 'Content was flagged by moderation'));
	if (!hasCredit && !isSubscription && selection.inputPrice + selection.outputPrice > 0) throw refusalOf(402);
	const limit = Number(model.row.context) || Number.POSITIVE_INFINITY;
	if (promptTokens <= limit) return;
	const message = `The prompt has about ${promptTokens} tokens; ${model.id} takes ${limit}.`;
	throw new Refusal(400, nanogptError(message, 'invalid_request_error', 'context_length_exceeded', 'messages'));
}

/** `POST …/chat/completions` of one of NanoGPT's paths; the key is there. */
export async function answerChat(state: SandboxState, context: Context, variant: Variant): Promise<Response> {
	const request = await readRequest(context);
	const {commands, body} = request;
	const routed = routeRequest(state, context, request, variant);
	const {model, selection} = routed;
	const promptTokens = countPrompt(request);
	checkRequest(request, routed, kindOfKey(readKey(context)) !== 'no-credit', promptTokens);
	const completion = complete(request, {
		modelName: modelName(model.id),
		skill: state.skill(model.id, Number(model.row.completion)),
		effort: effortOf(request, model, routed.isThinking),
		mostTokens: Number(model.row.max_output) || null,
		promptTokens,
	});
	const answer = {
		id: `chatcmpl-${state.nextId()}`,
		created: Math.floor(state.now().getTime() / 1000),
		model: commands['served-model'] || model.id,
		completion,
		form: variant.form,
		showsReasoning: !request.reasoning.isExcluded && !request.model.includes(':reasoning-exclude'),
		pricing: priceRequest(selection, routed.isSubscription, promptTokens, completion.completionTokens),
		includesUsage: (body.stream_options as {include_usage?: unknown} | undefined)?.include_usage === true,
	};
	const timing = timingOf(state.pace, providerSpeed(selection.route?.provider ?? model.id), commands.slow);
	const headers = {'x-request-id': `req_${answer.id.slice(9)}`};
	if (request.isStream) return streamResponse(toEvents(answer, commands), timing, headers);
	if (commands['midstream-error'] !== undefined) throw refusalOf(502);
	const error = {error: {status: 502, message: 'The provider failed.', code: 'upstream_error'}};
	const result = commands['error-200'] === undefined ? toResult(answer, commands) : error;
	return jsonResponse(result, timing, completion.completionTokens, headers);
}
