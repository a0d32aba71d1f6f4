import type {Party} from '../domain/service.js';
import type {KeptKey, KeyTest} from '../domain/service-key.js';
import type {Context} from './context.js';

export type SetUpKeyRequest = {
	readonly party: Party;
	/** As it was typed, pasted or read. */
	readonly text: string;
	/** Ask the service about it first. */
	readonly isTested: boolean;
	/** Keep it although the service refuses it. */
	readonly keepsRefused?: boolean;
};

export type SetUpKeyEvent =
	| {readonly type: 'testing'}
	| {readonly type: 'tested'; readonly test: KeyTest}
	/** The last one: `kept` is null where the service refused the key; `test` is null where it was not asked. */
	| {readonly type: 'done'; readonly kept: KeptKey | null; readonly test: KeyTest | null};

/**
 * Tests a key at its service and keeps it unless it is refused; one that cannot be tested now is kept. Throws Failure: usage for what is no key,
 * interrupted when stopped, failed where it cannot be kept.
 */
export async function* setUpKey(
	{keys}: Pick<Context, 'keys'>,
	{party, text, isTested, keepsRefused = false}: SetUpKeyRequest,
	signal: AbortSignal,
): AsyncGenerator<SetUpKeyEvent> {
	let test: KeyTest | null = null;
	if (isTested) {
		yield {type: 'testing'};
		test = await keys.test(party, text, signal);
		yield {type: 'tested', test};
	}
	const isRefused = test?.verdict === 'refused' && !keepsRefused;
	yield {type: 'done', kept: isRefused ? null : await keys.save(party, text), test};
}
