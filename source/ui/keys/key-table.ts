import {allGroups} from './groups.js';

export type KeyRow = {readonly screen: string; readonly id: string; readonly keys: readonly string[]; readonly label: string};

/** Every key of the program, for `stillroom bindings` and the README; loads neither Ink nor React. */
export function keyTable(): readonly KeyRow[] {
	return allGroups.flatMap(({title, bindings}) => bindings.map(({id, keys, label}) => ({screen: title, id, keys, label})));
}
