import {type TuningService, tuningServiceNames, tuningServices} from './job.js';

/** A service that lists and serves models. */
export type Gateway = 'openrouter' | 'nanogpt';

/** Every service that stillroom talks to. */
export type Service = Gateway | 'openai';

export const gateways: readonly Gateway[] = ['openrouter', 'nanogpt'];
export const services: readonly Service[] = ['openrouter', 'nanogpt', 'openai'];

/** How a service is written for people. */
export const serviceNames: Readonly<Record<Service, string>> = {openrouter: 'OpenRouter', nanogpt: 'NanoGPT', openai: 'OpenAI'};

/** Where a completion came from; `unknown` for an imported one that does not say. */
export type Origin = Service | 'unknown';

export const originNames: Readonly<Record<Origin, string>> = {...serviceNames, unknown: 'not known'};

/** Is it one of the three that have more than training? */
export const isService = (party: Party): party is Service => (services as readonly Party[]).includes(party);

/** Everyone that requests go to: the services, and those that only train. */
export type Party = Service | TuningService;

/** As sentences name them: one of any make, set by its base URL, has no name of its own. */
export const partyNames: Readonly<Record<Party, string>> = {...tuningServiceNames, ...serviceNames, compatible: 'Tuner'};

export const parties: readonly Party[] = [...services, ...tuningServices.filter((service) => service !== 'openai')];

/** What the variables of a party begin with: `_API_KEY` and `_BASE_URL` follow. */
export function variablePrefix(party: Party): string {
	if (party === 'azure') return 'AZURE_OPENAI';
	return party === 'compatible' ? 'TUNER' : party.toUpperCase();
}
