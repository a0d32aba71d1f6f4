import type {Failure} from '../domain/failure.js';
import type {Model} from '../domain/model.js';
import type {RouteList} from '../domain/route.js';
import type {Gateway} from '../domain/service.js';
import {asFailure} from './as-failure.js';
import type {Context, GatewayClient} from './context.js';
import {fetchRouteList} from './routes.js';

/** A gateway that failed so many models in a row is down, refuses the key or limits requests: the others would only wait for the same. */
const patience = 5;

/**
 * Asks for the routes of many models, `atOnce` at a time, and yields each list as it arrives. A gateway that keeps failing is not asked
 * any more; its sources carry the failure. Throws Failure `interrupted` when the signal aborts, nothing else.
 */
export async function* fetchRouteLists(
	context: Context,
	models: readonly Model[],
	signal: AbortSignal,
	atOnce = 8,
): AsyncGenerator<{readonly model: Model; readonly list: RouteList}> {
	const patient = withPatience(context);
	const waiting = models.values();
	const running = new Map<Model, Promise<{readonly model: Model; readonly list: RouteList}>>();
	const startNext = () => {
		const {value: model, done} = waiting.next();
		if (!done) {
			running.set(
				model,
				fetchRouteList(patient, model, signal).then((list) => ({model, list})),
			);
		}
	};
	for (let count = 0; count < atOnce; count++) startNext();
	while (running.size > 0) {
		const arrived = await Promise.race(running.values());
		running.delete(arrived.model);
		startNext();
		yield arrived;
	}
}

/** The same context, whose clients stop asking after too many failures in a row that concern the service and not the model. */
function withPatience(context: Context): Context {
	const failures = new Map<Gateway, readonly Failure[]>();
	const watch = (gateway: Gateway, client: GatewayClient): GatewayClient => ({
		...client,
		async fetchRoutes(modelId, signal) {
			const before = failures.get(gateway) ?? [];
			if (before.length >= patience) throw before.at(-1)!;
			try {
				const read = await client.fetchRoutes(modelId, signal);
				failures.delete(gateway);
				return read;
			} catch (error) {
				const failure = asFailure(error, gateway);
				const isOfService = failure.kind === 'unreachable' || failure.kind === 'auth';
				if (isOfService) failures.set(gateway, [...(failures.get(gateway) ?? []), failure]);
				else failures.delete(gateway);
				throw failure;
			}
		},
	});
	return {...context, client: async (gateway) => watch(gateway, await context.client(gateway))};
}
