import type {Model} from '../../domain/model.js';
import type {RouteList, RoutePin} from '../../domain/route.js';
import type {Gateway, Service} from '../../domain/service.js';
import type {LogEntry, ServiceState} from '../../domain/service-state.js';
import type {Catalogue} from '../../services/catalogue.js';
import type {Tone} from '../../view/cell.js';
import type {Line} from '../../view/line.js';
import type {CompletionsSlice} from '../screens/completions/completions-slice.js';
import type {DatasetsSlice} from '../screens/datasets/datasets-slice.js';
import type {DistilSlice} from '../screens/distil/distil-slice.js';
import type {DraftSlice} from '../screens/draft/draft-slice.js';
import type {EvalsSlice} from '../screens/evals/evals-slice.js';
import type {EvaluationSlice} from '../screens/evaluation/evaluation-slice.js';
import type {JobsSlice} from '../screens/jobs/jobs-slice.js';
import type {ModelsSlice} from '../screens/models/state.js';
import type {PromptSlice} from '../screens/prompt/prompt-slice.js';
import type {RoutesSlice} from '../screens/routes/state.js';
import type {ScreenId} from '../screens/screen.js';
import type {SetupSlice} from '../screens/setup/setup-slice.js';
import type {Look} from '../theme/look.js';
import type {Overlay} from './overlay.js';
import type {TourState} from './tour.js';

/** What is known of a model's routes: nothing asked, asking, known, or failed with the last known list kept. */
export type RouteEntry = {readonly list: RouteList | null; readonly isAsking: boolean; readonly problem: string | null};

export type Flash = {readonly text: string; readonly tone: Tone};

export type State = {
	readonly size: {readonly columns: number; readonly rows: number};
	/** Milliseconds since 1970, moved by a slow tick so that ages stay true. */
	readonly now: number;
	readonly screen: ScreenId;
	readonly overlay: Overlay | null;
	readonly flash: Flash | null;
	readonly isPreviewOpen: boolean;
	readonly look: Look;
	readonly catalogue: Catalogue;
	readonly services: Readonly<Record<Gateway, ServiceState>>;
	readonly hasKey: Readonly<Record<Service, boolean>>;
	readonly isSandbox: boolean;
	/** What begins when this dashboard has ended; null where the program ends with it. */
	readonly leavesFor: 'sandbox' | 'tour' | null;
	readonly baseUrls: Readonly<Record<Service, string>>;
	/** By model id. */
	readonly routeLists: ReadonlyMap<string, RouteEntry>;
	readonly rawModels: ReadonlyMap<string, unknown>;
	readonly log: readonly LogEntry[];
	/** The route pin the user keeps for the next prompt. */
	readonly pin: RoutePin | null;
	/** Ring the terminal's bell when a job ends; asked for in the settings. */
	readonly hasBell: boolean;
	/** Long work that is under way, and how far it is. */
	readonly work: {readonly title: string; readonly words: string; readonly isEnding: boolean} | null;
	/** What the last work that had much to say said. */
	readonly report: {readonly title: string; readonly lines: readonly Line[]} | null;
	/** The guided tour; null when none is played. */
	readonly tour: TourState | null;
	/** What the message line said, the newest last. */
	readonly said: readonly (Flash & {readonly at: number})[];
	/** Commands that were chosen in the palette, the newest first, each once. */
	readonly commands: readonly string[];
	/** In the screen-reader mode: what was asked to be read aloud last, and how often something was; null where the screen is drawn. */
	readonly reader: {readonly asked: 'position' | 'detail'; readonly times: number} | null;
	/** User's rebinding: binding id → keys. */
	readonly keys: Readonly<Record<string, readonly string[]>>;
	readonly screens: {
		readonly models: ModelsSlice;
		readonly routes: RoutesSlice;
		readonly prompt: PromptSlice;
		readonly completions: CompletionsSlice;
		readonly datasets: DatasetsSlice;
		readonly draft: DraftSlice;
		readonly jobs: JobsSlice;
		readonly distil: DistilSlice;
		readonly evals: EvalsSlice;
		readonly evaluation: EvaluationSlice;
		readonly setup: SetupSlice;
	};
};

const byId = new WeakMap<readonly Model[], ReadonlyMap<string, Model>>();

/** Looks a model up by id in constant time. */
export function modelById({catalogue: {models}}: Pick<State, 'catalogue'>, id: string | null): Model | undefined {
	if (id === null) return undefined;
	let index = byId.get(models);
	if (!index) {
		index = new Map(models.map((model) => [model.id, model]));
		byId.set(models, index);
	}
	return index.get(id);
}
