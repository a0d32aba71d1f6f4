import {type DraftForm, readForm} from '../screens/draft/draft-form.js';
import type {Distill} from '../screens/models/state.js';
import type {PromptSlice, SentPrompt} from '../screens/prompt/prompt-slice.js';
import {isKeptCommand, mostCommands} from './commands.js';
import type {Sort} from './list.js';
import type {State} from './state.js';

/** What is kept between runs. */
export type Kept = {
	readonly isPreviewOpen: boolean;
	readonly models: {
		readonly filter: string;
		readonly distill: Distill;
		readonly sort: Sort;
		readonly cursorId: string | null;
	};
	readonly routes: {readonly sort: Sort};
	readonly prompt: Pick<PromptSlice, 'parametersOf' | 'history'>;
	readonly completions?: {readonly filter: string; readonly sort: Sort};
	/** Commands of the palette, the newest first. */
	readonly commands?: readonly string[];
	/** The theme that was chosen in the menu; flag and settings win. */
	readonly theme?: string;
	/** The destination and shape of the last data set, offered for the next. */
	readonly draft?: DraftForm;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isSort = (value: unknown): value is Sort => isRecord(value) && typeof value.by === 'string' && typeof value.descending === 'boolean';
const isDistill = (value: unknown): value is Distill => ['all', 'yes', 'yes-or-unknown', 'no'].includes(value as string);
const isText = (value: unknown): value is string => typeof value === 'string';

const isSent = (value: unknown): value is SentPrompt => isRecord(value) && isText(value.system) && isText(value.user);

function keptPrompt(value: unknown): Kept['prompt'] {
	const {history, parametersOf} = isRecord(value) ? value : {};
	const isParameters =
		isRecord(parametersOf) && Object.values(parametersOf).every((one) => isRecord(one) && typeof one.maxTokens === 'number');
	return {
		history: Array.isArray(history) ? history.filter(isSent) : [],
		parametersOf: isParameters ? (parametersOf as Kept['prompt']['parametersOf']) : {},
	};
}

function keptCompletions(value: unknown): Pick<Kept, 'completions'> {
	if (!isRecord(value) || !isText(value.filter) || !isSort(value.sort)) return {};
	return {completions: {filter: value.filter, sort: value.sort}};
}

function keptDraft(value: unknown): Pick<Kept, 'draft'> {
	return isRecord(value) ? {draft: readForm(value)} : {};
}

function keptCommands(value: unknown): Pick<Kept, 'commands'> {
	return Array.isArray(value) ? {commands: value.filter(isText).filter(isKeptCommand).slice(0, mostCommands)} : {};
}

/** Null when nothing was kept, or when another version wrote something else. Checked by hand: a schema library would delay the first frame. */
export function keptFrom(value: unknown): Kept | null {
	if (!isRecord(value) || !isRecord(value.models) || !isRecord(value.routes)) return null;
	const {models, routes, isPreviewOpen} = value;
	const {filter, distill, sort, cursorId} = models;
	if (!isText(filter) || !isDistill(distill) || !isSort(sort) || !(cursorId === null || isText(cursorId))) return null;
	if (!isSort(routes.sort)) return null;
	return {
		isPreviewOpen: isPreviewOpen === true,
		models: {filter, distill, sort, cursorId},
		routes: {sort: routes.sort},
		prompt: keptPrompt(value.prompt),
		...keptCompletions(value.completions),
		...keptDraft(value.draft),
		...keptCommands(value.commands),
		...(isText(value.theme) ? {theme: value.theme} : {}),
	};
}

/** Longer prompts stand in the ledger; the state file stays small. */
const longest = 20_000;

export function toKept({screens: {models, routes, prompt, completions, draft}, isPreviewOpen, commands, look}: State): Kept {
	const {list, distill} = models;
	const {history, parametersOf} = prompt;
	return {
		isPreviewOpen,
		models: {filter: list.filter.text, distill, sort: list.sort, cursorId: list.cursorId},
		routes: {sort: routes.list.sort},
		completions: {filter: completions.list.filter.text, sort: completions.list.sort},
		draft: draft.form,
		commands: commands.filter(isKeptCommand),
		...(look.theme === (look.fixed?.theme ?? 'default') ? {} : {theme: look.theme}),
		prompt: {parametersOf, history: history.filter(({system, user}) => system.length + user.length < longest)},
	};
}
