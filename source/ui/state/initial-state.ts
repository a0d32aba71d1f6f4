import {sortKeys} from '../../domain/sort-models.js';
import type {Catalogue} from '../../services/catalogue.js';
import type {Context} from '../../services/context.js';
import {initialCompletions} from '../screens/completions/completions-slice.js';
import {initialDatasets} from '../screens/datasets/datasets-slice.js';
import {initialDistil} from '../screens/distil/distil-slice.js';
import {initialDraft} from '../screens/draft/draft-slice.js';
import {initialEvals} from '../screens/evals/evals-slice.js';
import {initialEvaluation} from '../screens/evaluation/evaluation-slice.js';
import {initialJobs} from '../screens/jobs/jobs-slice.js';
import {initialModels} from '../screens/models/state.js';
import {initialPrompt} from '../screens/prompt/state.js';
import {initialRoutes} from '../screens/routes/state.js';
import {initialSetup} from '../screens/setup/setup-slice.js';
import {createLook, type Look, withKeptTheme} from '../theme/look.js';
import {type Kept, keptFrom} from './kept.js';
import type {ListState} from './list.js';
import type {State} from './state.js';
import {fieldOf} from './text-field.js';

const withKept = (list: ListState, kept: Kept['models'] | undefined): ListState =>
	kept ? {...list, filter: fieldOf(kept.filter), sort: kept.sort, cursorId: kept.cursorId} : list;

function withDefaults(list: ListState, {filter, sort}: {readonly filter?: string; readonly sort?: string}): ListState {
	const [by = '', direction] = sort?.split(':') ?? [];
	const isKnown = sortKeys.some(({id}) => id === by);
	return {...list, filter: filter ? fieldOf(filter) : list.filter, sort: isKnown ? {by, descending: direction === 'desc'} : list.sort};
}

/** The first one, with where the others stand whole. */
const sayProblems = ([first = '', ...more]: readonly string[]): string =>
	more.length === 0 ? first : `${more.length + 1} problems, W shows them: ${first}`;

/** The state before the first key: the saved catalogue, and what was kept of the last run. */
export function createInitialState(
	context: Context,
	catalogue: Catalogue,
	{
		columns,
		rows,
		keys,
		isFresh,
		problems,
		defaults = {},
		look = createLook().look,
		hasBell = false,
		isReader = false,
	}: {
		readonly columns: number;
		readonly rows: number;
		readonly keys: State['keys'];
		readonly isFresh: boolean;
		readonly problems: readonly string[];
		readonly hasBell?: boolean;
		/** Read aloud instead of drawn. */
		readonly isReader?: boolean;
		/** Colours and signs of this terminal; its own 16 colours when left out. */
		readonly look?: Look;
		/** From the settings, for what was not kept: a filter, and a sort such as `in` or `ctx:desc`. */
		readonly defaults?: {readonly filter?: string; readonly sort?: string};
	},
): State {
	const kept = isFresh ? null : keptFrom(context.state.read('ui'));
	return {
		size: {columns, rows},
		now: context.clock.now().getTime(),
		screen: 'models',
		overlay: null,
		flash: problems[0] === undefined ? null : {text: sayProblems(problems), tone: 'warn'},
		isPreviewOpen: kept?.isPreviewOpen ?? false,
		look: withKeptTheme(look, kept?.theme),
		catalogue,
		services: catalogue.states,
		hasKey: context.hasKey,
		isSandbox: context.isSandbox,
		leavesFor: null,
		baseUrls: context.baseUrls,
		routeLists: new Map(),
		rawModels: new Map(),
		log: context.log.entries(),
		pin: null,
		hasBell,
		work: null,
		report: null,
		tour: null,
		said: problems.map((text) => ({text, tone: 'warn' as const, at: context.clock.now().getTime()})),
		commands: kept?.commands ?? [],
		reader: isReader ? {asked: 'position', times: 0} : null,
		keys,
		screens: {
			models: {list: withKept(withDefaults(initialModels.list, defaults), kept?.models), distill: kept?.models.distill ?? 'all'},
			prompt: {...initialPrompt, ...kept?.prompt},
			completions: {
				...initialCompletions,
				list: {
					...initialCompletions.list,
					filter: fieldOf(kept?.completions?.filter ?? ''),
					sort: kept?.completions?.sort ?? initialCompletions.list.sort,
				},
			},
			datasets: initialDatasets,
			jobs: initialJobs,
			distil: initialDistil,
			evals: initialEvals,
			evaluation: initialEvaluation,
			setup: initialSetup(context.keys.states()),
			draft: {...initialDraft, ...(kept?.draft ? {form: kept.draft} : {})},
			routes: {...initialRoutes, list: {...initialRoutes.list, sort: kept?.routes.sort ?? initialRoutes.list.sort}},
		},
	};
}
