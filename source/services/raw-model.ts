import type {Model} from '../domain/model.js';
import {asFailure} from './catalogue.js';
import type {Context} from './context.js';

/** What each gateway that lists the model sent for it, by gateway; a failure stands in its place as a sentence. */
export async function fetchRawModel(context: Context, model: Model, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
	const answers = await Promise.all(
		model.catalogues.map(async (gateway) => {
			try {
				const client = await context.client(gateway);
				return [gateway, await client.fetchRawModel(model.listings[gateway]!.id, signal)] as const;
			} catch (error) {
				return [gateway, asFailure(error, gateway).toLine()] as const;
			}
		}),
	);
	return Object.fromEntries(answers);
}
