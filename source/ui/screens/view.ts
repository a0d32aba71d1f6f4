import type {State} from '../state/state.js';
import type {Theme} from '../theme/theme.js';

/** What a screen draws from. */
export type ViewProps = {readonly state: State; readonly theme: Theme};
