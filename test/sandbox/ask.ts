import {afterAll, beforeAll} from 'vitest';
import {type Sandbox, type SandboxOptions, startSandbox} from '../../source/sandbox/start-sandbox.js';

export type Answer = {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	// biome-ignore lint/suspicious/noExplicitAny: tests read wire answers field by field
	readonly json: any;
};

/** One sandbox for the tests of a file; `ask` takes a service and a path below its base URL. */
export function withSandbox(options: SandboxOptions = {}) {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox(options);
	});
	afterAll(() => sandbox.close());
	const ask = async (
		service: keyof Sandbox['urls'],
		path: string,
		init: {
			readonly key?: string;
			readonly fault?: string;
			readonly method?: string;
			readonly body?: unknown;
			readonly headers?: Record<string, string>;
		} = {},
	) => {
		const response = await fetch(sandbox.urls[service] + path, {
			method: init.method ?? (init.body === undefined ? 'GET' : 'POST'),
			headers: {
				...(init.key && {authorization: `Bearer ${init.key}`}),
				...(init.fault && {'x-sandbox-fault': init.fault}),
				...(init.body !== undefined && {'content-type': 'application/json'}),
				...init.headers,
			},
			...(init.body !== undefined && {body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body)}),
		});
		const text = await response.text();
		const isJson = response.headers.get('content-type')?.includes('json') ?? false;
		let json: unknown = null;
		try {
			json = isJson ? JSON.parse(text) : null;
		} catch {
			// A test of broken JSON looks at the text.
		}
		return {status: response.status, headers: response.headers, text, json} as Answer;
	};
	return {ask, urls: () => sandbox.urls};
}
