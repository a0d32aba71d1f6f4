import type {Failure, FailureKind} from '../domain/failure.js';
import type {Refusal, RefusalCode} from '../domain/run-event.js';

/** A refusal with what is known of it; the rest is "not said". */
export function toRefusal(
	kind: FailureKind,
	code: RefusalCode,
	message: string,
	part: Partial<Omit<Refusal, 'kind' | 'code' | 'message'>> = {},
): Refusal {
	return {
		kind,
		code,
		message,
		why: null,
		next: null,
		status: null,
		retryAfterSeconds: null,
		isRetryable: false,
		affordableMaxTokens: null,
		alternatives: [],
		...part,
	};
}

/** A Failure of ours in the shape of a refusal. */
export function fromFailure(failure: Failure, code: RefusalCode, part: Partial<Refusal> = {}): Refusal {
	const {kind, message, why, next, status, retryAfterSeconds} = failure;
	return toRefusal(kind, code, message, {why, next, status, retryAfterSeconds, ...part});
}

/** One line for a status bar, a log or a ledger: what happened, why, what next. */
export function sayRefusal({message, why, next}: Pick<Refusal, 'message' | 'why' | 'next'>): string {
	return [message, why, next].filter(Boolean).join(' ');
}
