import type {Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {createAdaptorServer} from '@hono/node-server';
import {type Pace, readPace} from './chat/pace.js';
import {basePaths, createApp} from './create-app.js';
import type {ServiceName} from './envelopes.js';
import {type FaultRule, parseFaults} from './faults.js';
import {findFixtures} from './fixtures.js';
import {createState} from './state.js';

export type SandboxOptions = {
	/** Port on 127.0.0.1; 0, the default, takes a free one. */
	readonly port?: number;
	/** A saved OpenRouter `GET /models` response, served instead of the fixtures' rows. */
	readonly catalogueFile?: string;
	/** A saved response of what OpenRouter's `?distillable=true` answers. */
	readonly distillableFile?: string;
	/** Faults on demand, as text (see parseFaults) or parsed. */
	readonly faults?: string | readonly FaultRule[];
	/** Seed of the faults' rates; the same seed and the same requests meet the same faults. */
	readonly seed?: number;
	/** How fast answers stream; where it is left out, STILLROOM_SANDBOX_PACE says so, and without that it is `instant`. */
	readonly pace?: Pace;
	/** The sandbox's clock; ages and expiry dates count from it. */
	readonly now?: () => Date;
};

export type Sandbox = {
	/** Base URLs without a trailing slash: OpenRouter's and OpenAI's with `/v1`, NanoGPT's the root above it. */
	readonly urls: Readonly<Record<ServiceName, string>>;
	/** Ends every connection and frees the port. */
	readonly close: () => Promise<void>;
};

/**
 * Starts the embedded server of the three APIs on loopback. Rejects with an Error whose message says what to do when a catalogue file
 * cannot be read, a fault cannot be parsed or the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const {port = 0, faults = [], seed = 1, now = () => new Date()} = options;
	const rules = typeof faults === 'string' ? parseFaults(faults) : faults;
	const {catalogueFile, distillableFile, pace = readPace(process.env.STILLROOM_SANDBOX_PACE, 'instant')} = options;
	const state = createState({fixtures: findFixtures(), catalogueFile, distillableFile}, now, pace);
	// The globals stay as they are: the dashboard that embeds the sandbox uses the real Request and Response.
	const server = createAdaptorServer({fetch: createApp(state, rules, seed).fetch, overrideGlobalObjects: false}) as Server;
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const reason = error.code === 'EADDRINUSE' ? 'it is in use. Choose another one, or 0 for any free one' : error.message;
			reject(new Error(`The sandbox cannot listen on port ${port} of 127.0.0.1: ${reason}.`));
		});
		server.listen(port, '127.0.0.1', resolve);
	});
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		urls: {
			openrouter: origin + basePaths.openrouter,
			nanogpt: origin + basePaths.nanogpt,
			openai: origin + basePaths.openai,
		},
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
