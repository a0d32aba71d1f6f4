import type {RouteList, RoutePin} from '../../domain/route.js';
import type {LogEntry, ServiceState} from '../../domain/service-state.js';
import type {Catalogue} from '../../services/catalogue.js';
import type {Tone} from '../../view/cell.js';
import type {Line} from '../../view/line.js';
import type {CompletionsAction} from '../screens/completions/completions-slice.js';
import type {DatasetsAction} from '../screens/datasets/datasets-slice.js';
import type {DistilAction} from '../screens/distil/distil-slice.js';
import type {DraftAction} from '../screens/draft/draft-slice.js';
import type {EvalsAction} from '../screens/evals/evals-slice.js';
import type {EvaluationAction} from '../screens/evaluation/evaluation-slice.js';
import type {JobsAction} from '../screens/jobs/jobs-slice.js';
import type {PromptAction} from '../screens/prompt/prompt-slice.js';
import type {ScreenId} from '../screens/screen.js';
import type {SetupAction} from '../screens/setup/setup-slice.js';
import type {FormAction} from './form.js';
import type {ListAction} from './list.js';
import type {OverlayAction} from './overlay.js';
import type {TourAction} from './tour.js';

/** What happened. Actions never say what to do about it; reducers and effects decide. */
export type Action =
	| ListAction
	| FormAction
	| OverlayAction
	| TourAction
	| PromptAction
	| CompletionsAction
	| DatasetsAction
	| DraftAction
	| JobsAction
	| DistilAction
	| EvalsAction
	| EvaluationAction
	| SetupAction
	| {readonly type: 'app/started'}
	| {readonly type: 'app/resized'; readonly columns: number; readonly rows: number}
	| {readonly type: 'app/ticked'; readonly now: number}
	| {readonly type: 'app/flashed'; readonly text: string; readonly tone: Tone}
	| {readonly type: 'app/screen-opened'; readonly screen: ScreenId}
	| {readonly type: 'app/refresh-asked'}
	| {readonly type: 'app/redraw-asked'}
	| {readonly type: 'app/suspend-asked'}
	| {readonly type: 'app/quit-asked'}
	/** Ends the dashboard, which begins anew on the embedded server, with the guided tour where that is asked for. */
	| {readonly type: 'app/sandbox-asked'; readonly next: 'sandbox' | 'tour'}
	| {readonly type: 'app/preview-toggled'}
	| {readonly type: 'look/theme-chosen'; readonly theme: string}
	| {readonly type: 'look/mouse-toggled'}
	/** The place of the cursor, or all about what is under it, is to be read aloud once more. */
	| {readonly type: 'reader/asked'; readonly what: 'position' | 'detail'}
	/** A command of the palette was chosen. */
	| {readonly type: 'palette/used'; readonly command: string}
	/** Through the commands chosen earlier: 1 to an older one, -1 to a newer one. */
	| {readonly type: 'palette/walked'; readonly by: -1 | 1}
	/** The line of the palette becomes the command under the cursor; where it is that already, the cursor moves on. */
	| {readonly type: 'palette/complete-asked'}
	/** Long work: one at a time, with its progress in the message line. */
	| {readonly type: 'work/began'; readonly title: string}
	| {readonly type: 'work/went'; readonly words: string}
	| {readonly type: 'work/abort-asked'}
	| {readonly type: 'work/ended'; readonly words: string; readonly tone: Tone}
	| {readonly type: 'report/shown'; readonly title: string; readonly lines: readonly Line[]}
	| {readonly type: 'copy/asked'; readonly what: string; readonly text: string}
	| {readonly type: 'page/asked'; readonly url: string}
	| {readonly type: 'service/changed'; readonly state: ServiceState}
	| {readonly type: 'catalogue/received'; readonly catalogue: Catalogue}
	| {readonly type: 'log/appended'; readonly entries: readonly LogEntry[]}
	| {readonly type: 'models/distill-cycled'}
	| {readonly type: 'raw/received'; readonly modelId: string; readonly raw: unknown}
	| {readonly type: 'routes/opened'; readonly modelId: string}
	| {readonly type: 'routes/asked'; readonly modelId: string}
	| {readonly type: 'routes/received'; readonly modelId: string; readonly list: RouteList}
	| {readonly type: 'routes/failed'; readonly modelId: string; readonly message: string}
	| {readonly type: 'pin/kept'; readonly pin: RoutePin};

export const flash = (text: string, tone: Tone = 'plain'): Action => ({type: 'app/flashed', text, tone});
