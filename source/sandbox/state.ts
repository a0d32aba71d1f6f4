import {createNanogptCatalogue, type NanogptCatalogue} from './nanogpt/catalogue.js';
import {createOpenaiModels, type OpenaiModel} from './openai/models.js';
import {describeKey, toProvider, usageAtStart} from './openrouter/account.js';
import {type CatalogueFiles, createOpenRouterCatalogue, type OpenRouterCatalogue} from './openrouter/catalogue.js';
import {createRoutes, type Routes} from './openrouter/endpoints.js';
import {createSelection, type ModelSelection} from './openrouter/select-models.js';

/** Everything that one running sandbox knows; nothing is shared between two of them. */
export type SandboxState = {
	readonly now: () => Date;
	readonly openrouter: {
		readonly catalogue: () => OpenRouterCatalogue;
		readonly routes: () => Routes;
		readonly select: ModelSelection;
		readonly providers: () => readonly Readonly<Record<string, unknown>>[];
		readonly describeKey: (key: string) => Readonly<Record<string, unknown>>;
		/** USD that the account has spent. */
		readonly usage: () => number;
	};
	readonly nanogpt: {readonly catalogue: () => NanogptCatalogue};
	readonly openai: {readonly models: () => readonly OpenaiModel[]};
};

/** Throws an Error that says what to do when a catalogue file cannot be served. */
export function createState(files: CatalogueFiles, now: () => Date): SandboxState {
	const catalogue = createOpenRouterCatalogue(files, now);
	const routes = createRoutes(files.fixtures);
	const usage = () => usageAtStart;
	return {
		now,
		openrouter: {
			catalogue,
			routes,
			select: createSelection(files.fixtures, catalogue, routes, now),
			providers: () => routes().providers.map(toProvider),
			describeKey: (key) => describeKey(key, usage()),
			usage,
		},
		nanogpt: {catalogue: createNanogptCatalogue(files.fixtures)},
		openai: {models: createOpenaiModels(files.fixtures)},
	};
}
