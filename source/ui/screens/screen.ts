import type {FilterKeyInfo} from '../../domain/filter/filter.js';
import type {Tone} from '../../view/cell.js';
import type {Line} from '../../view/line.js';
import type {TitledCell} from '../../view/spoken.js';
import type {Binding, BindingGroup} from '../keys/binding.js';
import type {MenuItem} from '../overlays/menu.js';
import type {Page} from '../overlays/page.js';
import type {Action} from '../state/action.js';
import type {FormField, FormValues} from '../state/form.js';
import type {ListState, ListView} from '../state/list.js';
import type {State} from '../state/state.js';

export type ScreenId =
	| 'models'
	| 'routes'
	| 'prompt'
	| 'completions'
	| 'datasets'
	| 'draft'
	| 'jobs'
	| 'distil'
	| 'evals'
	| 'evaluation'
	| 'setup';

/** The list of a screen: what the shared list keys, the sort menu and the filter line need to know. */
export type ScreenList = {
	readonly read: (state: State) => ListState;
	readonly write: (state: State, list: ListState) => State;
	/** The rows as they are drawn, and how many fit. */
	readonly view: (state: State) => ListView;
	/** Nouns for messages: `model`, `models`. */
	readonly noun: readonly [string, string];
	/** How many the filter leaves. */
	readonly count: (state: State) => number;
	/** How many there are before the filter. */
	readonly total: (state: State) => number;
	readonly sortKeys: readonly {readonly id: string; readonly title: string}[];
	/** True while the filter ranks by how well rows match, instead of the sort. */
	readonly isRanked: (state: State) => boolean;
	/** Sentences about the filter as typed; empty when it is fine. */
	readonly problems: (state: State) => readonly string[];
	/** What Tab would put at the cursor. */
	readonly complete: (state: State) => {readonly start: number; readonly end: number; readonly options: readonly string[]};
	/** The cells of one of the rows as they are listed; null while it is being read. */
	readonly cells: (state: State, index: number) => readonly TitledCell[] | null;
	/** Why there is no row, and what to do. */
	readonly whyEmpty: (state: State) => readonly Line[];
};

/** A text field of a screen: while it has the keyboard every letter is text. */
export type ScreenField = {
	readonly isActive: (state: State) => boolean;
	/** Typed or pasted. */
	readonly typed: (text: string) => Action;
	readonly group: BindingGroup;
};

/** A word as it stands on the screen, its tone, and what it means. */
export type ScreenWord = readonly [word: string, tone: Tone, meaning: string];

/** Pages that a screen fills with what is chosen on it. */
export type ScreenPageName = 'policy' | 'raw' | 'compare' | 'completion' | 'drops' | 'rows' | 'job';
export type ScreenPages = Partial<Readonly<Record<ScreenPageName, Page>>>;

/** A screen is one record; how it draws stands in `views.ts`, so that the keys can be read without loading Ink. */
export type Screen = {
	readonly id: ScreenId;
	readonly title: string;
	/** What this screen is for, in one or two sentences. */
	readonly about: string;
	/** How one comes here, for a screen without a number: `t on Datasets opens it`. */
	readonly openedBy?: string;
	/** The number key that opens it; null for one that is opened from its parent only. */
	readonly digit: string | null;
	/** True when it can be opened now, else a sentence that says why not. */
	readonly whenOpen?: (state: State) => true | string;
	/** Above this screen in the breadcrumbs; esc walks there. */
	readonly parent?: ScreenId | ((state: State) => ScreenId);
	/** What is named after the title, e.g. the model whose routes these are. */
	readonly subject?: (state: State) => string | null;
	readonly list?: ScreenList;
	readonly field?: ScreenField;
	/** A form: its lines, their values, and the line under the cursor; `form/set` and `form/moved` change them. */
	readonly form?: {
		readonly fields: (state: State) => readonly FormField[];
		readonly values: (state: State) => FormValues;
		readonly index: (state: State) => number;
	};
	/** All that is shown of the row under the cursor, or what follows from the form; for whoever reads it aloud. */
	readonly detail?: (state: State, width: number) => readonly Line[];
	/** The line under the title, for screens without a list. */
	readonly subhead?: (state: State) => Line;
	/** What marked rows are good for here, for the message line. */
	readonly markedWords?: string;
	/** What the rows add up to or mean, for the message line when nothing else happened; null leaves it to what the verdicts mean. */
	readonly legend?: (state: State) => Line | null;
	/** What is wrong or worth knowing on this screen, for the message line when nothing else happened; empty when nothing. */
	readonly notice?: (state: State) => string;
	readonly bindings: readonly Binding[];
	/** Answers every action, its own and others'; must return the same state when nothing changed. */
	readonly reduce: (state: State, action: Action) => State;
	/** What its cells say beside the verdicts, for help. */
	readonly words?: readonly ScreenWord[];
	/** The filter language of its list, for help; `filterSyntax` where it is not that of models. */
	readonly filterKeys?: readonly FilterKeyInfo[];
	readonly filterSyntax?: ReadonlyArray<{readonly example: string; readonly help: string}>;
	/** Values of its rows, each with what choosing it does to the filter. */
	readonly facets?: (state: State) => readonly MenuItem[];
	/** What can be copied of the row under the cursor. */
	readonly copies?: (state: State) => readonly MenuItem[];
	readonly pages?: ScreenPages;
	/** Keys that a page of this screen has beside those of every text. */
	readonly pageGroups?: Partial<Readonly<Record<ScreenPageName, BindingGroup>>>;
	/** Words on the right of the filter line. */
	readonly summary?: (state: State) => string;
};
