import type {State} from '../state/state.js';
import {completionsScreen} from './completions/index.js';
import {datasetsScreen} from './datasets/index.js';
import {distilScreen} from './distil/index.js';
import {draftScreen} from './draft/index.js';
import {evalsScreen} from './evals/index.js';
import {evaluationScreen} from './evaluation/index.js';
import {jobsScreen} from './jobs/index.js';
import {modelsScreen} from './models/index.js';
import {promptScreen} from './prompt/index.js';
import {routesScreen} from './routes/index.js';
import type {Screen, ScreenId} from './screen.js';
import {setupScreen} from './setup/index.js';

/** The screens, in the order of their number keys. Adding one is a folder, a line here and a line in views.tsx. */
export const screens: Readonly<Record<ScreenId, Screen>> = {
	models: modelsScreen,
	routes: routesScreen,
	prompt: promptScreen,
	completions: completionsScreen,
	datasets: datasetsScreen,
	draft: draftScreen,
	jobs: jobsScreen,
	distil: distilScreen,
	evals: evalsScreen,
	evaluation: evaluationScreen,
	setup: setupScreen,
};

export const screenIds = Object.keys(screens) as readonly ScreenId[];

/** Where esc walks from the screen that is open; undefined on the first one. */
export function parentOf(state: State): ScreenId | undefined {
	const {parent} = screens[state.screen];
	return typeof parent === 'function' ? parent(state) : parent;
}
