import {filterModels, parseFilter} from '../../domain/filter-models.js';
import {isRouteListFresh} from '../../domain/route.js';
import type {LogEntry} from '../../domain/service-state.js';
import {refreshCatalogue} from '../../services/catalogue.js';
import type {Context} from '../../services/context.js';
import {fetchRawModel} from '../../services/raw-model.js';
import {fetchRouteList, loadRoutes} from '../../services/routes.js';
import {stillMilliseconds} from '../gather.js';
import {completionsEffects} from '../screens/completions/effects.js';
import {datasetsEffects} from '../screens/datasets/effects.js';
import {distilEffects} from '../screens/distil/effects.js';
import {draftEffects} from '../screens/draft/effects.js';
import {evalsEffects} from '../screens/evals/effects.js';
import {evaluationEffects} from '../screens/evaluation/effects.js';
import {jobsEffects} from '../screens/jobs/effects.js';
import {selectChosen, selectRowsFor} from '../screens/models/state.js';
import {promptEffects} from '../screens/prompt/effects.js';
import {isCountingDown} from '../screens/prompt/state.js';
import {setupEffects} from '../screens/setup/effects.js';
import type {Terminal} from '../terminal.js';
import {tourEffects} from '../tour/play-step.js';
import {type Action, flash} from './action.js';
import {toKept} from './kept.js';
import {modelById, type State} from './state.js';

export type EffectInput = {
	readonly action: Action;
	readonly context: Context;
	readonly terminal: Terminal;
	readonly getState: () => State;
	/** Aborts when the effect starts again, or when the program ends. */
	readonly signal: AbortSignal;
	/** Aborts only when the program ends. */
	readonly quitting: AbortSignal;
};

/** What follows from an action outside the state: requests, files, clipboard. */
export type Effect = {readonly on: readonly Action['type'][]; readonly run: (input: EffectInput) => AsyncIterable<Action> | Promise<void>};

/** Keys that come fast must not send a request each. */
const settleMilliseconds = 180;

async function* followCatalogue({context, signal}: EffectInput): AsyncIterable<Action> {
	for await (const event of refreshCatalogue(context, signal)) {
		// The catalogue that follows brings this state along: a service is not called fresh before its rows are there.
		if (event.type === 'state' && event.state.state === 'fresh') continue;
		yield event.type === 'state' ? {type: 'service/changed', state: event.state} : {type: 'catalogue/received', catalogue: event.catalogue};
	}
}

/** Shows what is saved at once, then asks anew unless it is fresh or the user asked for it. */
async function* askRoutes({context, quitting, getState}: EffectInput, modelId: string, isForced: boolean): AsyncIterable<Action> {
	const model = modelById(getState(), modelId);
	if (!model) return;
	const saved = getState().routeLists.get(modelId)?.list ?? loadRoutes(context, model);
	if (saved && getState().routeLists.get(modelId)?.list !== saved) yield {type: 'routes/received', modelId, list: saved};
	if (saved && !isForced && isRouteListFresh(saved, context.clock.now())) return;
	yield {type: 'routes/asked', modelId};
	const list = await fetchRouteList(context, model, quitting);
	yield {type: 'routes/received', modelId, list};
}

const refresh: Effect = {on: ['app/started', 'app/refresh-asked'], run: followCatalogue};

const routesOfScreen: Effect = {
	on: ['routes/opened', 'app/refresh-asked', 'app/screen-opened'],
	async *run(input) {
		const {screen, screens} = input.getState();
		if (screen === 'routes' && screens.routes.modelId)
			yield* askRoutes(input, screens.routes.modelId, input.action.type === 'app/refresh-asked');
	},
};

/** The routes of the model under the cursor, as soon as the cursor rests. */
const routesOfSelection: Effect = {
	on: ['list/moved', 'list/marked', 'list/filter-typed', 'list/filter-set', 'list/sorted', 'models/distill-cycled', 'catalogue/received'],
	async *run(input) {
		const {context, signal, getState} = input;
		await context.clock.sleep(settleMilliseconds, signal);
		if (signal.aborted || getState().screen !== 'models') return;
		const model = selectChosen(getState());
		if (model && !getState().routeLists.get(model.id)?.isAsking) yield* askRoutes(input, model.id, false);
	},
};

const rawOfModel: Effect = {
	on: ['overlay/opened'],
	async *run({action, context, getState, signal}) {
		if (action.type !== 'overlay/opened' || action.overlay.name !== 'raw' || getState().screen !== 'models') return;
		const model = selectChosen(getState());
		if (model && !getState().rawModels.has(model.id))
			yield {type: 'raw/received', modelId: model.id, raw: await fetchRawModel(context, model, signal)};
	},
};

const copyText: Effect = {
	on: ['copy/asked'],
	async *run({action, terminal}) {
		if (action.type === 'copy/asked') yield flash(`${action.what}: ${await terminal.copy(action.text)}`, 'good');
	},
};

const openPage: Effect = {
	on: ['page/asked'],
	async *run({action, terminal}) {
		if (action.type !== 'page/asked') return;
		yield (await terminal.open(action.url))
			? flash(`opened ${action.url}`, 'good')
			: flash(`no browser could be started: ${action.url}`, 'warn');
	},
};

/**
 * A slow tick keeps ages true; while a service's pause runs down it ticks by the second. Nothing else moves while the user rests, and without
 * animation only the pause does, every few seconds.
 */
const tick: Effect = {
	on: ['app/started', 'prompt/ended'],
	async *run({context, getState, signal}) {
		const {isAnimated} = getState().look;
		while (!signal.aborted) {
			await context.clock.sleep(isCountingDown(getState()) ? (isAnimated ? 1000 : stillMilliseconds) : 15_000, signal);
			if (!signal.aborted && (isAnimated || isCountingDown(getState()))) yield {type: 'app/ticked', now: context.clock.now().getTime()};
		}
	},
};

/** Without animation ages change along with something else that changes. */
const tickAlong: Effect = {
	on: [
		'app/screen-opened',
		'app/refresh-asked',
		'overlay/opened',
		'list/moved',
		'catalogue/received',
		'jobs/happened',
		'work/ended',
		'prompt/ended',
	],
	async *run({context, getState}) {
		if (!getState().look.isAnimated) yield {type: 'app/ticked', now: context.clock.now().getTime()};
	},
};

/** Requests come in bursts: one drawing for all that came together. */
const followLog: Effect = {
	on: ['app/started'],
	async *run({context, signal}) {
		let waiting: readonly LogEntry[] = [];
		let wake = (): void => {};
		const stop = context.log.subscribe(() => {
			waiting = [...waiting, context.log.entries().at(-1)!];
			wake();
		});
		signal.addEventListener('abort', () => wake(), {once: true});
		while (!signal.aborted) {
			if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
			const entries = waiting;
			waiting = [];
			if (entries.length > 0) yield {type: 'log/appended', entries};
		}
		stop();
	},
};

/** Kept as soon as the hands rest, so that a killed terminal loses nothing. */
const keepState: Effect = {
	on: [
		'list/filter-closed',
		'list/filter-set',
		'list/sorted',
		'list/marked',
		'list/unmarked',
		'list/moved',
		'models/distill-cycled',
		'app/preview-toggled',
		'look/theme-chosen',
		'prompt/parameters-set',
		'prompt/sent',
		'form/set',
		'palette/used',
	],
	async run({context, getState, signal}) {
		await context.clock.sleep(1000, signal);
		if (!signal.aborted) context.state.save('ui', toKept(getState()));
	},
};

/** The first quit ends what is under way and keeps what came of it; the next one leaves. */
const quit: Effect = {
	on: ['app/quit-asked'],
	async *run({context, getState, terminal}) {
		if (getState().screens.prompt.isRunning) {
			yield {type: 'prompt/abort-asked'};
			yield flash('the answer is ended and kept; q again quits', 'warn');
			return;
		}
		if (getState().work) {
			yield {type: 'work/abort-asked'};
			yield flash('the work is being ended; q again quits', 'warn');
			return;
		}
		context.state.save('ui', toKept(getState()));
		terminal.exit();
	},
};

const redraw: Effect = {
	on: ['app/redraw-asked'],
	async run({terminal}) {
		terminal.redraw();
	},
};

const suspend: Effect = {
	on: ['app/suspend-asked'],
	async run({terminal}) {
		await terminal.suspend();
	},
};

const manyModels = 20_000;

/** With very many models the first letter of a filter would wait for their texts to be prepared: that is done while the hands rest. */
const prepareFilter: Effect = {
	on: ['catalogue/received', 'list/sorted', 'models/distill-cycled'],
	async run({context, getState, signal}) {
		if (getState().catalogue.models.length < manyModels) return;
		await context.clock.sleep(300, signal);
		if (!signal.aborted) filterModels(selectRowsFor(getState(), ''), parseFilter('a').filter);
	},
};

/** Every effect; a screen with requests of its own brings its own. */
export const effects: readonly Effect[] = [
	...tourEffects,
	...promptEffects,
	...completionsEffects,
	...datasetsEffects,
	...draftEffects,
	...jobsEffects,
	...distilEffects,
	...evalsEffects,
	...evaluationEffects,
	...setupEffects,
	refresh,
	routesOfScreen,
	routesOfSelection,
	rawOfModel,
	prepareFilter,
	copyText,
	openPage,
	tick,
	tickAlong,
	followLog,
	keepState,
	quit,
	redraw,
	suspend,
];
