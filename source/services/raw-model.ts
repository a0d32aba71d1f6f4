import type {Model} from '../domain/model.js';
import {serviceNames} from '../domain/service.js';
import {asFailure} from './as-failure.js';
import type {Context} from './context.js';

/** What each gateway that lists the model sent for it, by gateway; a failure or an absence stands in its place as a sentence. Never throws. */
export async function fetchRawModel(context: Context, model: Model, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
	const answers = await Promise.all(
		model.catalogues.map(async (gateway) => {
			try {
				const client = await context.client(gateway);
				const row = await client.fetchRawModel(model.listings[gateway]!.id, signal);
				return [gateway, row ?? `${serviceNames[gateway]} does not know this model now.`] as const;
			} catch (error) {
				return [gateway, asFailure(error, gateway).toLine()] as const;
			}
		}),
	);
	return Object.fromEntries(answers);
}
