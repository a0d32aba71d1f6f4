import {Failure} from '../domain/failure.js';
import type {Service} from '../domain/service.js';
import {serviceNames} from '../domain/service.js';

/** A Failure stays what it is; anything else is one of ours that nobody expected, and says so. */
export function asFailure(error: unknown, service: Service): Failure {
	if (error instanceof Failure) return error;
	return new Failure('failed', `${serviceNames[service]} could not be read.`, {
		service,
		why: error instanceof Error ? `${error.message}.` : String(error),
		next: 'Please report this.',
	});
}
