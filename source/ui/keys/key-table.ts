import {toChords} from './check-bindings.js';
import {allGroups} from './groups.js';

/** An action and its keys; `default` are those that the settings took from it, null where it has them still. */
export type KeyRow = {
	readonly screen: string;
	readonly id: string;
	readonly keys: readonly string[];
	readonly default: readonly string[] | null;
	readonly label: string;
};

/** Every key of the program as the settings (action → chords with commas between) leave it, for `stillroom bindings` and the documents; loads neither Ink nor React. */
export function keyTable(settingsKeys: Readonly<Record<string, string>> = {}): readonly KeyRow[] {
	const chords = toChords(settingsKeys);
	return allGroups.flatMap(({title, bindings}) =>
		bindings.map(({id, keys, label}): KeyRow => {
			const rebound = chords[id];
			const isChanged = rebound !== undefined && rebound.join(' ') !== keys.join(' ');
			return {screen: title, id, keys: isChanged ? rebound : keys, default: isChanged ? keys : null, label};
		}),
	);
}
