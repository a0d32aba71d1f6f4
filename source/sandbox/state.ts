import {modelName, skillOf} from './answerer/skill.js';
import type {Pace} from './chat/pace.js';
import {lazy} from './fixtures.js';
import {createNanogptCatalogue, emptyNanogptCatalogue, type NanogptCatalogue} from './nanogpt/catalogue.js';
import {createOpenaiModels, type OpenaiModel} from './openai/models.js';
import {createStoredCompletions, type StoredCompletions} from './openai/stored-completions.js';
import {createSeeds} from './openai/stored-seeds.js';
import {describeKey, toProvider, usageAtStart} from './openrouter/account.js';
import {type CatalogueFiles, createOpenRouterCatalogue, type OpenRouterCatalogue} from './openrouter/catalogue.js';
import {createRoutes, type Routes} from './openrouter/endpoints.js';
import {createGenerations, type Generations} from './openrouter/generations.js';
import {createSelection, type ModelSelection} from './openrouter/select-models.js';

/** Everything that one running sandbox knows; nothing is shared between two of them. */
export type SandboxState = {
	readonly now: () => Date;
	readonly pace: Pace;
	/** The next of the ids that this sandbox gives: 20 letters and digits, no two the same. */
	readonly nextId: () => string;
	/** How well a model of any of the services answers, 0 to 1; the same model is as good everywhere. */
	readonly skill: (id: string, price?: number) => number;
	readonly openrouter: {
		readonly catalogue: () => OpenRouterCatalogue;
		readonly routes: () => Routes;
		readonly select: ModelSelection;
		readonly providers: () => readonly Readonly<Record<string, unknown>>[];
		readonly describeKey: (key: string) => Readonly<Record<string, unknown>>;
		/** USD that the account has spent. */
		readonly usage: () => number;
		/** Books what a generation cost, in USD. */
		readonly spend: (cost: number) => void;
		readonly generations: Generations;
	};
	readonly nanogpt: {readonly catalogue: () => NanogptCatalogue};
	readonly openai: {readonly models: () => readonly OpenaiModel[]; readonly stored: StoredCompletions};
};

/** Throws an Error that says what to do when a catalogue file cannot be served. */
export function createState(files: CatalogueFiles, now: () => Date, pace: Pace): SandboxState {
	const catalogue = createOpenRouterCatalogue(files, now);
	const routes = createRoutes(files.fixtures);
	let spent = 0;
	const usage = () => usageAtStart + spent;
	let ids = 0;
	const skill = createSkills(catalogue);
	return {
		now,
		pace,
		nextId: () => idOf(ids++),
		skill,
		openrouter: {
			catalogue,
			routes,
			select: createSelection(files.fixtures, catalogue, routes, now),
			providers: () => routes().providers.map(toProvider),
			describeKey: (key) => describeKey(key, usage()),
			usage,
			spend: (cost) => {
				spent += cost;
			},
			generations: createGenerations(),
		},
		nanogpt: {catalogue: files.catalogueFile === undefined ? createNanogptCatalogue(files.fixtures) : () => emptyNanogptCatalogue},
		openai: {models: createOpenaiModels(files.fixtures), stored: createStoredCompletions(createSeeds(now, skill))},
	};
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Spreads a count over 20 letters and digits; the last eight are the count itself, so no two are the same. */
function idOf(count: number): string {
	let text = '';
	for (let index = 0; index < 12; index++) text += letters[(Math.imul(count + 7, 0x9e3779b1 + index * 0x85eb6) >>> 8) % letters.length];
	let rest = count;
	for (let index = 0; index < 8; index++) {
		text += letters[rest % letters.length];
		rest = Math.floor(rest / letters.length);
	}
	return text;
}

/** Looks a model of any service up among OpenRouter's by its name, so that it is as good here as there. */
function createSkills(catalogue: () => OpenRouterCatalogue): SandboxState['skill'] {
	const skills = new Map<string, number>();
	const hints = lazy(() => {
		const byName = new Map<string, {index: number | null | undefined; price: number}>();
		for (const model of catalogue().models) {
			const name = modelName(model.id);
			if (byName.has(name) && model.id.includes(':')) continue;
			byName.set(name, {index: model.benchmarks?.artificial_analysis?.intelligence_index, price: Number(model.pricing.completion) * 1e6});
		}
		return byName;
	});
	return (id, price) => {
		const known = skills.get(id);
		if (known !== undefined) return known;
		const name = modelName(id);
		const skill = skillOf(id, hints().get(name.startsWith('ft:') ? name.split(':')[1]! : name) ?? {price});
		if (skills.size < 10_000) skills.set(id, skill);
		return skill;
	};
}
