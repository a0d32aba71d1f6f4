import {type Listing, type Model, routesNotAsked} from '../../source/domain/model.js';
import type {Route} from '../../source/domain/route.js';
import {parties} from '../../source/domain/service.js';
import type {Reason, Verdict} from '../../source/domain/verdict.js';
import type {Context, KeyPort} from '../../source/services/context.js';

export function aReason(part: Partial<Reason> = {}): Reason {
	return {
		layer: 'openrouter-list',
		status: 'allowed',
		basis: 'distillable=true',
		label: 'OpenRouter lists the model as distillable.',
		sourceUrl: 'https://openrouter.ai/models',
		note: null,
		readFrom: 'openrouter:/models?distillable=true',
		fetchedAt: '2026-11-21T11:59:48.000Z',
		...part,
	};
}

export function aVerdict(part: Partial<Verdict> = {}): Verdict {
	return {status: 'allowed', conflict: false, reasons: [aReason()], duties: [], ...part};
}

export function aListing(part: Partial<Listing> = {}): Listing {
	return {
		gateway: 'openrouter',
		id: 'maker/model',
		canonicalSlug: null,
		name: 'Model',
		author: 'maker',
		createdAt: '2026-06-01T00:00:00.000Z',
		description: null,
		contextLength: 131_072,
		maxOutputTokens: 8192,
		inputPrice: 0.27,
		outputPrice: 0.4,
		cacheReadPrice: null,
		cacheWritePrice: null,
		isRouter: false,
		priceOverrides: [],
		inputModalities: ['text'],
		outputModalities: ['text'],
		parameters: ['tools'],
		knowledgeCutoff: null,
		expiresAt: null,
		aliasOf: null,
		huggingFaceId: null,
		isSubscriptionIncluded: null,
		reasons: [aReason()],
		...part,
	};
}

export function aModel(part: Partial<Model> = {}): Model {
	return {
		id: 'maker/model',
		key: 'maker/model',
		name: 'Model',
		author: 'maker',
		listings: {openrouter: aListing()},
		catalogues: ['openrouter'],
		variant: null,
		createdAt: '2026-06-01T00:00:00.000Z',
		contextLength: 131_072,
		maxOutputTokens: 8192,
		inputPrice: 0.27,
		outputPrice: 0.4,
		verdict: aVerdict(),
		routes: routesNotAsked,
		...part,
	};
}

export function aRoute(part: Partial<Route> = {}): Route {
	return {
		id: 'openrouter:host/fp8',
		gateway: 'openrouter',
		modelId: 'maker/model',
		provider: 'Host',
		tag: 'host/fp8',
		isAvailable: true,
		inputPrice: 0.2,
		outputPrice: 0.6,
		baseInputPrice: 0.2,
		baseOutputPrice: 0.6,
		cacheReadPrice: null,
		contextLength: 131_072,
		maxOutputTokens: null,
		quantization: 'fp8',
		latencyP50: 600,
		latencyP90: 1900,
		throughputP50: 61,
		uptime: 99.9,
		uptimeLastDay: 99.7,
		parameters: ['tools'],
		dataPolicy: 'zdr',
		verdict: aVerdict(),
		isLeftByEnforcement: true,
		eligible: true,
		reason: 'Recorded as allowed and available.',
		...part,
	};
}

/** Keys that are nowhere; what a test changes comes as a part. */
export function aKeyPort(part: Partial<KeyPort> = {}): KeyPort {
	return {
		path: '/home/nobody/keys.json',
		states: () => parties.map((party) => ({party, place: null, where: null, covered: null, missing: []})),
		save: () => Promise.reject(new Error('no key is kept')),
		remove: () => Promise.reject(new Error('no key is removed')),
		test: () => Promise.reject(new Error('no key is tested')),
		...part,
	};
}

const noTuner = {baseUrl: null, hasKey: false, missing: ['A_KEY']};

/** Ports that a test's subject must not ask. */
export const unaskedPorts: Pick<
	Context,
	| 'chat'
	| 'ledger'
	| 'datasets'
	| 'evals'
	| 'jobs'
	| 'stored'
	| 'llmLog'
	| 'tunerPrices'
	| 'tunerDates'
	| 'tuner'
	| 'tuners'
	| 'tunerSetups'
	| 'chatAt'
	| 'embeddings'
	| 'keys'
> = {
	keys: aKeyPort(),
	tuner: () => Promise.reject(new Error('no tuner')),
	tuners: [],
	tunerSetups: {openai: noTuner, azure: noTuner, nebius: noTuner, compatible: noTuner, together: noTuner, fireworks: noTuner},
	chatAt: () => Promise.reject(new Error('no chat at a tuner')),
	embeddings: () => () => Promise.reject(new Error('no embeddings')),
	chat: () => Promise.reject(new Error('no chat')),
	ledger: () => Promise.reject(new Error('no ledger')),
	datasets: () => Promise.reject(new Error('no data sets')),
	evals: () => Promise.reject(new Error('no evaluations')),
	jobs: () => Promise.reject(new Error('no jobs')),
	stored: () => Promise.reject(new Error('no stored completions')),
	llmLog: () => Promise.reject(new Error('no llm log')),
	tunerPrices: {},
	tunerDates: {},
};
