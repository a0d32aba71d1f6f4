import type {LogEntry} from '../domain/service-state.js';
import type {RequestLog} from './context.js';

/** The newest requests of this run, oldest first; older ones than `capacity` are forgotten. */
export function createRequestLog(capacity = 500): RequestLog {
	const kept: LogEntry[] = [];
	let entries: readonly LogEntry[] | null = [];
	const listeners = new Set<() => void>();
	return {
		// The same list until something new comes.
		entries: () => (entries ??= kept.slice(-capacity)),
		append(entry) {
			kept.push(entry);
			entries = null;
			if (kept.length >= capacity * 2) kept.splice(0, kept.length - capacity);
			for (const listener of listeners) listener();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
