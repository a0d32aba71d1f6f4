import {nearestIds} from './nearest-ids.js';

/** The names that look most like a mistyped one, nearest first; nothing when nothing is alike. */
export const nearestNames = (names: readonly string[], name: string, count = 3): readonly string[] =>
	nearestIds(
		names.map((id) => ({id})),
		name,
		count,
	);

/** `: did you mean "a" or "b"?`; empty when nothing is alike. */
export function sayNearest(names: readonly string[], name: string): string {
	const near = nearestNames(names, name).map((one) => `"${one}"`);
	return near.length === 0 ? '' : `: did you mean ${near.join(' or ')}?`;
}
