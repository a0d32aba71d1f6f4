import {Failure} from '../domain/failure.js';
import type {Model} from '../domain/model.js';
import type {Gateway} from '../domain/service.js';
import {gateways, serviceNames} from '../domain/service.js';
import type {ServiceState} from '../domain/service-state.js';
import {joinCatalogues} from '../policy/join-models.js';
import {asFailure} from './as-failure.js';
import {carryPolicy} from './carry-policy.js';
import type {CatalogueRead, Context} from './context.js';
import {withSavedRouteCounts} from './routes.js';

/** Both catalogues joined and judged, how fresh each is, and what a person should know about them. */
export type Catalogue = {
	readonly models: readonly Model[];
	readonly states: Readonly<Record<Gateway, ServiceState>>;
	readonly problems: readonly string[];
};

export type CatalogueEvent =
	| {readonly type: 'state'; readonly state: ServiceState}
	| {readonly type: 'catalogue'; readonly catalogue: Catalogue};

type Reads = Readonly<Record<Gateway, CatalogueRead | null>>;

/**
 * What the disk holds of both catalogues; no network. A gateway that was never read is `not-asked`. Route counts are left out unless asked
 * for: judging the saved routes of hundreds of models takes longer than all the rest.
 */
export function loadCatalogue(context: Context, {isCounting = false}: {readonly isCounting?: boolean} = {}): Catalogue {
	const reads = readSaved(context);
	const load = isCounting ? toCountedCatalogue : toCatalogue;
	return load(context, reads, {openrouter: stateOf('openrouter', reads), nanogpt: stateOf('nanogpt', reads)}, []);
}

/**
 * Reads the given gateways anew, side by side: first a state `fetching` for each, then the saved catalogue with the counts of saved routes
 * where there are any, then, as each gateway arrives, its state and the newly joined catalogue. A failing gateway yields `failed` with the
 * sentence and keeps what was saved. Ends silently when the signal aborts.
 */
export async function* refreshCatalogue(
	context: Context,
	signal: AbortSignal,
	asked: readonly Gateway[] = gateways,
): AsyncGenerator<CatalogueEvent> {
	let reads = readSaved(context);
	let states = {openrouter: stateOf('openrouter', reads), nanogpt: stateOf('nanogpt', reads)};
	const problems = new Map<Gateway, string>();
	const arrivals = new Map<Gateway, Promise<Arrival>>();
	for (const gateway of asked) {
		const state: ServiceState = {...states[gateway], state: 'fetching'};
		states = {...states, [gateway]: state};
		arrivals.set(gateway, fetchOne(context, gateway, signal));
		yield {type: 'state', state};
	}
	// While the services work: what the disk knows of routes, which the first frame did not wait for.
	if (hasSavedRoutes(context, reads)) yield {type: 'catalogue', catalogue: toCountedCatalogue(context, reads, states, [])};
	while (arrivals.size > 0) {
		const {gateway, result} = await Promise.race(arrivals.values());
		arrivals.delete(gateway);
		if (signal.aborted) return;
		if (result instanceof Failure) {
			const state: ServiceState = {...stateOf(gateway, reads), state: 'failed', message: result.toLine(), failure: result.kind};
			states = {...states, [gateway]: state};
			yield {type: 'state', state};
			continue;
		}
		const read = carryPolicy(reads[gateway], result);
		reads = {...reads, [gateway]: read};
		const state: ServiceState = {service: gateway, state: 'fresh', fetchedAt: read.fetchedAt, message: read.policyProblem};
		states = {...states, [gateway]: state};
		const problem = context.catalogues.saveCatalogue(read);
		if (problem === null) problems.delete(gateway);
		else problems.set(gateway, problem);
		yield {type: 'state', state};
		yield {type: 'catalogue', catalogue: toCountedCatalogue(context, reads, states, [...problems.values()])};
	}
}

type Arrival = {readonly gateway: Gateway; readonly result: CatalogueRead | Failure};

async function fetchOne(context: Context, gateway: Gateway, signal: AbortSignal): Promise<Arrival> {
	try {
		const client = await context.client(gateway);
		return {gateway, result: await client.fetchCatalogue(signal)};
	} catch (error) {
		return {gateway, result: asFailure(error, gateway)};
	}
}

function readSaved(context: Context): Reads {
	return {openrouter: context.catalogues.readCatalogue('openrouter'), nanogpt: context.catalogues.readCatalogue('nanogpt')};
}

function hasSavedRoutes(context: Context, reads: Reads): boolean {
	return gateways.some((gateway) => reads[gateway]?.listings.some(({id}) => context.catalogues.readRoutes(gateway, id) !== null));
}

function stateOf(gateway: Gateway, reads: Reads): ServiceState {
	const read = reads[gateway];
	if (read === null) return {service: gateway, state: 'not-asked', fetchedAt: null, message: null};
	return {service: gateway, state: 'stale', fetchedAt: read.fetchedAt, message: read.policyProblem};
}

function toCatalogue(
	context: Context,
	reads: Reads,
	states: Readonly<Record<Gateway, ServiceState>>,
	saveProblems: readonly string[],
): Catalogue {
	const readProblems = gateways.flatMap((gateway) => {
		const read = reads[gateway];
		if (read === null) return [];
		const dropped = read.dropped.length === 0 ? [] : [`${serviceNames[gateway]}: ${sayDropped(read.dropped)}`];
		return [...(read.policyProblem === null ? [] : [read.policyProblem]), ...dropped];
	});
	return {models: joinCatalogues(reads), states, problems: [...context.catalogues.problems(), ...readProblems, ...saveProblems]};
}

/** The same with the counts of routes that were read before. */
function toCountedCatalogue(...parts: Parameters<typeof toCatalogue>): Catalogue {
	const catalogue = toCatalogue(...parts);
	return {...catalogue, models: withSavedRouteCounts(parts[0], catalogue.models)};
}

/** `2 rows dropped: row 7 has no id; row 9 …`; the first three are named. */
export function sayDropped(dropped: readonly string[]): string {
	const named = dropped.slice(0, 3).join('; ');
	const more = dropped.length > 3 ? `; and ${dropped.length - 3} more` : '';
	return `${dropped.length} ${dropped.length === 1 ? 'row' : 'rows'} dropped: ${named}${more}`;
}
