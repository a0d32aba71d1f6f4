import {type Completion, completeWith} from './filter/complete.js';
import type {Filter, FilterKeyInfo} from './filter/filter.js';
import {describeKeys, formatHelp} from './filter/help.js';
import {createMatcher} from './filter/match.js';
import {modelKeys} from './filter/model-keys.js';
import {type ParsedFilter, parseFilterWith} from './filter/parse.js';
import type {Model} from './model.js';

/** The keys that models have, for help, errors and documentation. */
export const filterKeys: readonly FilterKeyInfo[] = describeKeys(modelKeys);

/** Reads a filter over models; problems name their place, and the rest still filters. Never throws. */
export function parseFilter(text: string): ParsedFilter {
	return parseFilterWith(text, modelKeys);
}

/** The name, and the ids at both gateways where they differ from the model's. */
function namesOf({id, name, listings: {openrouter, nanogpt}}: Model): string {
	const other = nanogpt === undefined || nanogpt.id === id ? '' : `\t${nanogpt.id}`;
	return openrouter === undefined || openrouter.id === id ? name + other : `${name}${other}\t${openrouter.id}`;
}

const filterItems = createMatcher(modelKeys, {readId: ({id}: Model) => id, readNames: namesOf});

/** The models that fit: best first when the filter holds words, else in the given order. `now` in milliseconds since 1970, for ages. */
export function filterModels(models: readonly Model[], filter: Filter, now?: number): readonly Model[] {
	return filterItems(models, filter, now);
}

/** What Tab offers at the cursor. */
export function completeFilter(text: string, cursor: number, models: readonly Model[]): Completion {
	return completeWith(text, cursor, models, modelKeys);
}

/** The language and the keys of models as plain text. */
export function formatFilterHelp(): string {
	return formatHelp(modelKeys);
}
