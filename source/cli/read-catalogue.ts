import {Failure} from '../domain/failure.js';
import type {Model} from '../domain/model.js';
import {gateways, type Service, serviceNames} from '../domain/service.js';
import type {ServiceState} from '../domain/service-state.js';
import {type Catalogue, loadCatalogue, refreshCatalogue} from '../services/catalogue.js';
import {findModel} from '../services/find-model.js';
import {formatAgo} from '../view/format.js';
import type {OptionRecord, Session} from './command.js';

/** `ask`: the services, and what was saved where one fails; `offline`: only what was saved; `refresh`: the services, or fail. */
export type Freshness = 'ask' | 'offline' | 'refresh';

export const freshnessOptions: readonly OptionRecord[] = [
	{flags: '--offline', help: 'Use what was saved by an earlier run; no network.', conflicts: ['refresh']},
	{flags: '--refresh', help: 'Fail when a service cannot be read, instead of using what was saved.'},
];

export function toFreshness({offline, refresh}: Readonly<Record<string, unknown>>): Freshness {
	if (offline) return 'offline';
	return refresh ? 'refresh' : 'ask';
}

function toFailure({service, failure, message}: ServiceState, next: string): Failure {
	return new Failure(failure ?? 'failed', message ?? `${serviceNames[service]} could not be read.`, {service, next});
}

/** The failure that decides the exit code: a refused key before a silent host before anything else. */
function worst(failed: readonly ServiceState[]): ServiceState {
	return failed.find(({failure}) => failure === 'auth') ?? failed.find(({failure}) => failure === 'unreachable') ?? failed[0]!;
}

function sayFailures(session: Session, failed: readonly ServiceState[], now: Date): void {
	for (const {service, message, fetchedAt} of failed) {
		const instead =
			fetchedAt === null ? `Nothing of ${serviceNames[service]} is in the output.` : `Using what was saved ${formatAgo(fetchedAt, now)}.`;
		session.diagnostics.warn(`${message ?? `${serviceNames[service]} could not be read.`} ${instead}`);
	}
}

/**
 * Both catalogues for one command. What a person should know goes to stderr. Throws Failure when there is nothing to show, or, with
 * `refresh`, when a service could not be read.
 */
export async function readCatalogue(session: Session, freshness: Freshness): Promise<Catalogue> {
	const context = await session.context();
	let catalogue = loadCatalogue(context, {isCounting: freshness === 'offline'});
	if (freshness === 'offline') {
		if (gateways.every((gateway) => catalogue.states[gateway].fetchedAt === null)) {
			throw new Failure('failed', 'Nothing was saved yet.', {next: 'Run once without --offline, or use --sandbox.'});
		}
		for (const problem of catalogue.problems) session.diagnostics.warn(problem);
		return catalogue;
	}
	const states = new Map(gateways.map((gateway) => [gateway, catalogue.states[gateway]]));
	for await (const event of refreshCatalogue(context, session.signal)) {
		if (event.type === 'catalogue') catalogue = event.catalogue;
		else if (event.state.service !== 'openai') states.set(event.state.service, event.state);
	}
	if (session.signal.aborted) throw new Failure('interrupted', 'Stopped.');
	const failed = [...states.values()].filter(({state}) => state === 'failed');
	for (const problem of catalogue.problems) session.diagnostics.warn(problem);
	if (failed.length > 0 && freshness === 'refresh') throw toFailure(worst(failed), 'Leave --refresh out to use what was saved.');
	if (failed.length > 0 && [...states.values()].every(({fetchedAt}) => fetchedAt === null)) {
		for (const state of failed.filter((other) => other !== worst(failed))) session.diagnostics.warn(state.message ?? '');
		throw toFailure(worst(failed), 'Nothing was saved by an earlier run; --sandbox works without network.');
	}
	sayFailures(session, failed, context.clock.now());
	return {...catalogue, states: {openrouter: states.get('openrouter')!, nanogpt: states.get('nanogpt')!}};
}

/** The model that `id` names. Throws the Failure that offers the nearest ids. */
export async function readModel(session: Session, id: string, freshness: Freshness): Promise<Model> {
	const {models} = await readCatalogue(session, freshness);
	const found = findModel(models, id);
	if (found instanceof Failure) throw found;
	return found;
}

/** Read within so many milliseconds, a catalogue is good enough to send a prompt by. */
const recentMilliseconds = 5 * 60_000;

/**
 * Both catalogues to judge a prompt by: as saved where both were read within five minutes, else read anew. For OpenAI, whose own list says
 * nothing that counts here, a failure leaves them empty and is said. Throws Failure as `readCatalogue` does.
 */
export async function readRecentModels(
	session: Session,
	{refresh, service}: {readonly refresh: boolean; readonly service: Service | null},
): Promise<readonly Model[]> {
	const context = await session.context();
	const saved = loadCatalogue(context);
	const now = context.clock.now().getTime();
	const isRecent = (time: string | null) => time !== null && Math.abs(now - Date.parse(time)) < recentMilliseconds;
	if (!refresh && gateways.every((gateway) => isRecent(saved.states[gateway].fetchedAt))) return saved.models;
	try {
		return (await readCatalogue(session, refresh ? 'refresh' : 'ask')).models;
	} catch (error) {
		if (service !== 'openai' || refresh || !(error instanceof Failure) || error.kind === 'interrupted') throw error;
		session.diagnostics.warn(`${error.message} What OpenAI's models cost is not known here.`);
		return [];
	}
}
