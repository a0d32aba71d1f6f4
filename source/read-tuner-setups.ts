import {parseBaseUrl} from './clients/base-url.js';
import {type TuningService, tuningServices} from './domain/job.js';
import {variablePrefix} from './domain/service.js';
import {defaultBaseUrls} from './domain/settings-schema.js';
import type {TunerSetup} from './services/context.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a tuning service is reached, apart from its key, which may come later. */
export type TunerAddress = {
	readonly baseUrl: string | null;
	readonly account: string | null;
	/** Variables that are missing, the key's apart. */
	readonly missing: readonly string[];
	/** May it be asked without a key? */
	readonly isOpen: boolean;
};
export type TunerAddresses = Readonly<Record<TuningService, TunerAddress>>;

/** `https://resource.openai.azure.com` is what the portal shows; the API of OpenAI's shape lies below it. */
function completeAzureUrl(url: string): string {
	return /^https:\/\/[^/]+\.azure\.com\/*$/.test(url) ? `${url.replace(/\/+$/, '')}/openai/v1` : url;
}

/**
 * Tuning services by environment and settings; nothing is asked of them. A server of one's own may go without a key. Throws Failure kind usage
 * for a base URL that is none.
 */
export function readTunerAddresses(
	env: Environment,
	settings: Readonly<Partial<Record<TuningService, string>>>,
	openaiUrl: string,
): TunerAddresses {
	const read = (service: TuningService): TunerAddress => {
		const prefix = variablePrefix(service);
		// OpenAI's was chosen and checked already.
		const given = service === 'openai' ? null : env[`${prefix}_BASE_URL`]?.trim() || settings[service] || null;
		const own = given === null ? null : parseBaseUrl(service, service === 'azure' ? completeAzureUrl(given) : given).url;
		const baseUrl = service === 'openai' ? openaiUrl : (own ?? defaultBaseUrls[service]);
		const account = service === 'fireworks' ? env.FIREWORKS_ACCOUNT_ID?.trim() || null : null;
		const hasAccount = account !== null || /\/accounts\/[^/]/.test(baseUrl ?? '');
		const missing = [
			...(baseUrl === null ? [`${prefix}_BASE_URL`] : []),
			...(service === 'fireworks' && !hasAccount ? ['FIREWORKS_ACCOUNT_ID'] : []),
		];
		return {baseUrl, account, missing, isOpen: service === 'compatible'};
	};
	return byService(read);
}

/** The sandbox's tuning services: those that it serves. */
export function sandboxTunerAddresses(urls: Readonly<Partial<Record<TuningService, string>>>): TunerAddresses {
	return byService((service) => {
		const baseUrl = urls[service] ?? null;
		const missing = baseUrl === null ? [`${variablePrefix(service)}_BASE_URL`] : [];
		return {baseUrl, account: 'sandbox', missing, isOpen: false};
	});
}

/** What may be shown of the access to a tuning service, and what it still needs. */
export function toTunerSetup(service: TuningService, {baseUrl, missing, isOpen}: TunerAddress, hasKey: boolean): TunerSetup {
	const [first, ...more] = missing;
	const key = hasKey || isOpen ? [] : [`${variablePrefix(service)}_API_KEY`];
	// The address comes first, then the key, then what else there is.
	const names = first?.endsWith('_BASE_URL') ? [first, ...key, ...more] : [...key, ...missing];
	return {baseUrl, hasKey, missing: names};
}

function byService<Value>(read: (service: TuningService) => Value): Readonly<Record<TuningService, Value>> {
	return Object.fromEntries(tuningServices.map((service) => [service, read(service)])) as Record<TuningService, Value>;
}
