import type {LogEntry} from '../domain/service-state.js';
import type {RequestLog} from './context.js';

/** The newest requests of this run, oldest first; older ones than `capacity` are forgotten. */
export function createRequestLog(capacity = 500): RequestLog {
	let entries: readonly LogEntry[] = [];
	const listeners = new Set<() => void>();
	return {
		entries: () => entries,
		append(entry) {
			entries = [...entries.slice(-(capacity - 1)), entry];
			for (const listener of listeners) listener();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
