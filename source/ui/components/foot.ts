import {gateways} from '../../domain/service.js';
import {type Line, lineText, lineWidth, span, truncateLine, wrapLines} from '../../view/line.js';
import {fitProgress, workTitle} from '../../view/progress-words.js';
import {widthOf} from '../../view/width.js';
import {dashboardWords} from '../dashboard-words.js';
import {appBindings} from '../keys/app-keys.js';
import {keysOf} from '../keys/groups.js';
import {type Hint, hintsFor} from '../keys/resolve-key.js';
import {layoutOf} from '../layout.js';
import {logLine} from '../overlays/log.js';
import {screens} from '../screens/index.js';
import {routeSummary} from '../screens/routes/route-detail.js';
import {selectEntry} from '../screens/routes/state.js';
import type {State} from '../state/state.js';
import {tourPanel} from '../tour/tour-lines.js';

const endWork = appBindings.find(({id}) => id === 'app.end-work')!;

/** Long work in one line: how far it is and which key ends it are always there, what else there is to say as far as there is room. */
function workLine(state: State, {title, words, isEnding}: NonNullable<State['work']>): Line {
	const [key] = keysOf(state, endWork);
	const head = [span(` ${workTitle(title, words)} `, 'accent'), span(isEnding ? 'ending …  ' : '', 'warn')];
	const promise = isEnding || key === undefined ? [] : [span(`  ${key} ends it`, 'dim')];
	return [...head, span(fitProgress(words, state.size.columns - lineWidth([...head, ...promise]))), ...promise];
}

/** What the signs of a verdict mean, as wordy as there is room for. */
const legends = [
	' YES recorded as allowed   NO restricted   ? not recorded, never a yes   ≠ layers contradict   * duties',
	' YES allowed  NO restricted  ? unknown, never a yes  ≠ layers differ  * duties',
	' YES allowed  NO restricted  ? unknown  ≠ differ  * duties',
] as const;
const legendOf = (columns: number): string => legends.find((legend) => widthOf(legend) <= columns) ?? legends[2];

/** What just happened, else what is wrong with the filter, else what failed, else what is marked, else what the screen's rows add up to. */
export function messageLine(state: State): Line {
	return rawMessageLine(state).map((cell) => ({...cell, text: dashboardWords(state, cell.text)}));
}

function rawMessageLine(state: State): Line {
	if (state.flash) return [span(' '), state.flash];
	if (state.work) return workLine(state, state.work);
	const list = screens[state.screen].list;
	const misread = list?.problems(state)[0];
	if (misread) return [span(` ${misread}`, 'bad')];
	const failed = gateways.map((gateway) => state.services[gateway]).find(({state: word}) => word === 'failed');
	if (failed) return [span(failed.fetchedAt ? ' Showing what was saved. ' : ' ', 'warn'), span(failed.message ?? 'failed', 'bad')];
	if (!list) return [span(` ${screens[state.screen].notice?.(state) ?? ''}`, 'warn')];
	const own = screens[state.screen].notice?.(state);
	if (own) return [span(` ${own}`, 'warn')];
	const {marks, rangeFrom} = list.read(state);
	if (rangeFrom !== null) return [span(' range open: move, then v again closes it', 'accent')];
	if (marks.size > 0)
		return [
			span(` ${marks.size.toLocaleString('en')} marked`, 'accent'),
			span(`  ${screens[state.screen].markedWords ?? 'c compares them, t prompts them side by side'}, U clears`, 'dim'),
		];
	const entry = state.screen === 'routes' ? selectEntry(state) : undefined;
	if (entry?.list)
		return [span(' '), ...routeSummary(entry.list, state.size.columns), ...(entry.isAsking ? [span('  asking anew …', 'accent')] : [])];
	const legend = screens[state.screen].legend?.(state);
	if (legend) return [span(' '), ...legend];
	const problem = state.catalogue.problems[0];
	if (problem) return [span(` ${problem}`, 'warn')];
	return [span(legendOf(state.size.columns), 'dim')];
}

/** The newest request. */
export function lastRequestLine({log, size}: State): Line {
	const newest = log.at(-1);
	return newest ? [span(' '), ...logLine(newest, size.columns - 1)] : [];
}

const hintWidth = ({key, label}: Hint): number => widthOf(key) + 1 + widthOf(label);
const gap = 2;

/** The hints that fit into `room` cells, in their order; none is cut. */
function fitting(hints: readonly Hint[], room: number): readonly Hint[] {
	let left = room;
	return hints.filter((hint) => {
		const isFitting = hintWidth(hint) + gap <= left;
		if (isFitting) left -= hintWidth(hint) + gap;
		return isFitting;
	});
}

/** As many hints as fit, whole; `? help` always stands last, and before it `q quit` where there is room. Never wider than the terminal. */
export function hintLine(state: State): Line {
	const hints = hintsFor(state);
	const room = state.size.columns + gap - 2;
	const last = fitting(hints.filter(({isAlwaysShown}) => isAlwaysShown).toReversed(), room).toReversed();
	const used = last.reduce((sum, hint) => sum + hintWidth(hint) + gap, 0);
	const first = fitting(
		hints.filter(({isAlwaysShown}) => !isAlwaysShown),
		room - used,
	);
	return [...first, ...last].flatMap(({key, label}, index) => [
		span(' '.repeat(index === 0 ? 1 : gap)),
		span(key, 'accent'),
		span(` ${label}`, 'dim'),
	]);
}

/** A line that is too long ends in `…`: `W` has it whole. */
function endLine(line: Line, columns: number): Line {
	if (lineWidth(line) <= columns) return line;
	const short = truncateLine(line, columns);
	const last = short.at(-1)!;
	return [...short.slice(0, -1), {...last, text: `${last.text.replace(/\s*…$/, '')}…`}];
}

/** What happened in two lines where one is too short, and the newest request gives its line for it. */
function messageLines(state: State): readonly Line[] {
	const {columns} = state.size;
	const message = messageLine(state);
	if (lineWidth(message) <= columns || message.at(-1)?.tone === 'dim') return [endLine(message, columns), lastRequestLine(state)];
	const [first, ...more] = wrapLines([message], columns - 1);
	const rest: Line = [span(' '), span(more.map((part) => lineText(part).trim()).join(' '), message.at(-1)!.tone)];
	return [first!, endLine(rest, columns)];
}

/** What just happened in one line, for where there is no other. */
export const shortMessageLine = (state: State): Line => endLine(messageLine(state), state.size.columns);

/** The lines under the body: what happened, the newest request where there is room, the keys. */
export function footLines(state: State): readonly Line[] {
	if (state.tour) return [...tourPanel(state).map((line) => endLine(line, state.size.columns)), hintLine(state)];
	return layoutOf(state).hasLogLine ? [...messageLines(state), hintLine(state)] : [shortMessageLine(state), hintLine(state)];
}
