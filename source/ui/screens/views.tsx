import type {FunctionComponent} from 'react';
import {CompletionsScreen} from './completions/completions-screen.js';
import {DatasetsScreen} from './datasets/datasets-screen.js';
import {DistilScreen} from './distil/distil-screen.js';
import {DraftScreen} from './draft/draft-screen.js';
import {EvalsScreen} from './evals/evals-screen.js';
import {EvaluationScreen} from './evaluation/evaluation-screen.js';
import {JobsScreen} from './jobs/jobs-screen.js';
import {ModelsScreen} from './models/models-screen.js';
import {PromptScreen} from './prompt/prompt-screen.js';
import {RoutesScreen} from './routes/routes-screen.js';
import type {ScreenId} from './screen.js';
import {SetupScreen} from './setup/setup-screen.js';
import type {ViewProps} from './view.js';

/** How each screen draws. */
export const views: Readonly<Record<ScreenId, FunctionComponent<ViewProps>>> = {
	models: ModelsScreen,
	routes: RoutesScreen,
	prompt: PromptScreen,
	completions: CompletionsScreen,
	datasets: DatasetsScreen,
	draft: DraftScreen,
	jobs: JobsScreen,
	distil: DistilScreen,
	evals: EvalsScreen,
	evaluation: EvaluationScreen,
	setup: SetupScreen,
};
