import {cleanText} from '../domain/clean-text.js';
import {Failure} from '../domain/failure.js';
import type {TuningService} from '../domain/job.js';
import {type Party, partyNames} from '../domain/service.js';
import type {KeyTest} from '../domain/service-key.js';
import type {TunerClient} from '../services/context.js';
import {createHttp, type HttpOptions} from './http.js';
import {fieldOf} from './next-page.js';
import {dataOf} from './wire.js';

type Options = Omit<HttpOptions, 'service'>;

/** The answer counts when it comes; one repeat is enough for somebody who waits. */
const patience = {timeoutMilliseconds: 12_000, maxRetries: 1, redirect: 'manual'} as const;

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const asNumber = (value: unknown): number | null => {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : null;
};

/** `GET /key`: https://openrouter.ai/docs/api-reference/limits */
async function testOpenrouter(options: Options, signal: AbortSignal): Promise<readonly string[]> {
	const http = createHttp({...options, ...patience, service: 'openrouter'});
	return http.get('/key', {
		signal,
		parse(json) {
			const data = fieldOf(json, 'data');
			if (typeof data !== 'object' || data === null) throw http.toBroken('its answer says nothing of the key');
			const label = fieldOf(data, 'label');
			const limit = asNumber(fieldOf(data, 'limit'));
			const left = asNumber(fieldOf(data, 'limit_remaining'));
			const usage = asNumber(fieldOf(data, 'usage'));
			const expires = fieldOf(data, 'expires_at');
			const says = [
				...(typeof label === 'string' && label !== '' ? [`label ${cleanText(label).slice(0, 60)}`] : []),
				...(limit !== null && left !== null ? [`${usd(left)} left of its limit of ${usd(limit)}`] : ['no limit of its own']),
				...(usage === null ? [] : [`${usd(usage)} used`]),
				...(fieldOf(data, 'is_free_tier') === true ? ['free tier: no credit was bought yet'] : []),
				...(fieldOf(data, 'is_management_key') === true ? ['a management key: it sends no prompts'] : []),
				...(typeof expires === 'string' ? [`ends ${cleanText(expires).slice(0, 10)}`] : []),
			];
			return {value: says, note: null};
		},
	});
}

/**
 * NanoGPT's list for the account is refused without a key that is right; what is left to spend is asked for as well and may stay unknown:
 * https://docs.nano-gpt.com/api-reference/endpoint/check-balance
 */
async function testNanogpt(options: Options, signal: AbortSignal): Promise<readonly string[]> {
	const http = createHttp({...options, ...patience, service: 'nanogpt'});
	const count = await http.get('/personalized/v1/models', {
		signal,
		parse(json) {
			const list = dataOf(json);
			if (list === null) throw http.toBroken('its answer has no list of models');
			return {value: list.length, note: `${list.length} models`};
		},
	});
	const balance = await http
		.send('post', '/check-balance', {signal, maxRetries: 0, parse: (json) => ({value: asNumber(fieldOf(json, 'usd_balance')), note: null})})
		.catch(() => null);
	return [...(balance === null ? [] : [`${usd(balance)} left`]), `${count} models for this account`];
}

/** https://platform.openai.com/docs/api-reference/models/list */
async function testOpenai(options: Options, signal: AbortSignal): Promise<readonly string[]> {
	const http = createHttp({...options, ...patience, service: 'openai'});
	return http.get('/models', {
		signal,
		parse(json) {
			const list = dataOf(json);
			if (list === null) throw http.toBroken('its answer has no list of models');
			return {value: [`${list.length} models for this account`], note: `${list.length} models`};
		},
	});
}

/** The list of jobs is what every service that trains has, and what it shows to its account alone. */
async function testTuner(tuner: TunerClient, signal: AbortSignal): Promise<readonly string[]> {
	const {jobs, next} = await tuner.listJobs({limit: 1}, signal);
	return [jobs.length === 0 ? 'no fine-tuning jobs yet' : next === null ? 'one fine-tuning job' : 'fine-tuning jobs of this account'];
}

const refusedStatuses: readonly (number | null)[] = [401, 403];

/** What an error of a test means for the key. Throws it again where the person stopped it. */
function toTest(error: unknown, party: Party): KeyTest {
	if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
	const {message, why, next, status, kind} = error;
	const isRefused = refusedStatuses.includes(status) || (kind === 'auth' && status !== null);
	const said = [message, why].filter(Boolean).join(' ');
	if (!isRefused) return {verdict: 'not-tested', message: said, next};
	return {
		verdict: 'refused',
		message: said,
		next:
			status === 403
				? 'The key may lack a permission, or the account may be barred: look at the settings of the service.'
				: `Copy the key of ${partyNames[party]} again, whole, or make a new one.`,
	};
}

/**
 * Asks a service whether it takes this key, with a request that costs nothing. `openTuner` makes the client of a service that only trains.
 * Rejects only when the signal aborts.
 */
export async function testKey(
	party: Party,
	options: Options,
	openTuner: (service: TuningService) => Promise<TunerClient>,
	signal: AbortSignal,
): Promise<KeyTest> {
	try {
		if (party === 'openrouter') return {verdict: 'works', says: await testOpenrouter(options, signal)};
		if (party === 'nanogpt') return {verdict: 'works', says: await testNanogpt(options, signal)};
		if (party === 'openai') return {verdict: 'works', says: await testOpenai(options, signal)};
		return {verdict: 'works', says: await testTuner(await openTuner(party), signal)};
	} catch (error) {
		return toTest(error, party);
	}
}
