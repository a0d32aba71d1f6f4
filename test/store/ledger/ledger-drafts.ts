import type {RunFinish, RunStart} from '../../../source/domain/ledger.js';
import type {Verdict} from '../../../source/domain/verdict.js';

export const verdict: Verdict = {
	status: 'allowed',
	conflict: true,
	reasons: [
		{
			layer: 'openrouter-list',
			status: 'allowed',
			basis: 'distillable=true',
			label: 'In the list of distillable models',
			sourceUrl: null,
			note: null,
			readFrom: 'openrouter:/models?distillable=true',
			fetchedAt: '2026-11-20T10:00:00.000Z',
		},
		{
			layer: 'nanogpt-provider',
			status: 'disallowed',
			basis: 'provider-terms',
			label: 'The host forbids it',
			sourceUrl: 'https://host.example/terms',
			note: 'Section 4',
			readFrom: 'nanogpt:/models/acme/still-7b/providers',
			fetchedAt: '2026-11-20T10:00:01.000Z',
		},
	],
	duties: [{kind: 'naming', text: 'Name the teacher.', sourceUrl: null}],
};

export function aStart(change: Partial<RunStart> & {readonly prompt?: string} = {}): RunStart {
	const {prompt = 'What is a pot still?', ...rest} = change;
	return {
		kind: 'run-started',
		requestedAt: '2026-11-21T09:00:00.000Z',
		gateway: 'openrouter',
		baseUrl: 'https://gateway.example/api/v1',
		model: {requested: 'acme/still-7b', canonicalSlug: 'acme/still-7b-2026'},
		body: {
			model: 'acme/still-7b',
			messages: [
				{role: 'system', content: 'Answer shortly.'},
				{role: 'user', content: prompt},
			],
			max_tokens: 64,
			temperature: 0.7,
			stream: true,
			provider: {only: ['copper/fp8'], allow_fallbacks: false, enforce_distillable_text: true},
		},
		verdict,
		pin: [{tag: 'copper/fp8', provider: 'Copper AI'}],
		enforcement: {level: 'route', state: 'on: flag and pin to 1 route'},
		tool: 'stillroom@0.1.0',
		...rest,
	};
}

export function aFinish(run: string, change: Partial<RunFinish> = {}): RunFinish {
	return {
		kind: 'run-finished',
		run,
		outcome: 'finished',
		completedAt: '2026-11-21T09:00:02.000Z',
		responseId: `gen-${run}`,
		servedModel: 'acme/still-7b-2026',
		servedProvider: 'Copper AI',
		proof: 'openrouter_metadata',
		text: 'A vessel of copper.',
		finishReason: 'stop',
		promptTokens: 12,
		completionTokens: 5,
		costUsd: 0.00031,
		latencyMilliseconds: 1900,
		...change,
	};
}
